//! Keeping a codebook in use.
//!
//! Only entries that are nearest to some vector move; one that lies where no vector ever comes would lie there for good, and
//! codebooks are known to die so, all but a few entries. Before each epoch, entries that none of some training images uses are
//! therefore replaced by vectors of these images (as in Dhariwal et al. 2020, section 3.2). The first time that gives the
//! codebook its entries.

use super::Plan;
use super::batch::{Draw, Examples, batch};
use super::learner::Learner;
use crate::bottleneck::numbers;
use crate::rng::{Purpose, Seed, Stream};

/// Images that entries are taken from.
const IMAGES: usize = 1024;

/// Replaces the entries that are of no use, if there is a codebook. `epoch` is the number of the one that begins, from 1.
pub(super) fn renew(learner: &mut Learner, plan: &Plan, examples: Examples<'_>, epoch: usize) {
    let Plan { recipe, architecture, .. } = plan;
    let Some(quantised) = recipe.bottleneck.codebook() else { return };
    let (seed, epoch) = (Seed(recipe.training.seed), epoch as u32);
    let mut stream = Stream::new(seed, Purpose::Codebook, [epoch, 0, 0]);
    let mut chosen = stream.permutation(examples.images.len());
    chosen.truncate(IMAGES);
    let draw = Draw::Training { epoch };
    let batch = batch(examples, &chosen, recipe, architecture, seed, draw);
    let batch = batch.with_classes(architecture);

    let Learner { weights, moments, .. } = learner;
    let features = architecture.encoder.forward(&weights.encoder, &batch.input, batch.len);
    let (size, width) = (architecture.code_size, quantised.width);
    let n = size / width;
    let used = numbers(&features, &weights.bottleneck, size, width);
    let mut is_used = vec![false; quantised.entries];
    for &number in &used {
        is_used[number as usize] = true;
    }
    let unused = (0..quantised.entries).filter(|&number| !is_used[number]);
    for number in unused {
        let vector = stream.below(used.len() as u32) as usize;
        let (image, place) = (vector / n, vector % n);
        let entry = number * width..(number + 1) * width;
        for (c, value) in weights.bottleneck[entry.clone()].iter_mut().enumerate() {
            *value = features[image * size + c * n + place];
        }
        moments.mean.bottleneck[entry.clone()].fill(0.0);
        moments.square.bottleneck[entry].fill(0.0);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::testing::{quantised, shades};

    #[test]
    fn entries_of_no_use_become_vectors_of_training_images_and_the_others_stay() {
        let data = shades(30);
        let plan = quantised().plan(&data).unwrap();
        let examples = Examples::training(&data);
        let mut learner = Learner::new(&plan.architecture, Seed(42));
        assert!(learner.weights.bottleneck.iter().all(|&value| value == 0.0));
        renew(&mut learner, &plan, examples, 1);

        let Learner { weights, .. } = &learner;
        let batch_of_all: Vec<u32> = (0..data.train.len() as u32).collect();
        let draw = Draw::Training { epoch: 1 };
        let Plan { recipe, architecture, .. } = &plan;
        let all = batch(examples, &batch_of_all, recipe, architecture, Seed(42), draw);
        let features = architecture.encoder.forward(&weights.encoder, &all.input, all.len);
        let vectors: Vec<[f32; 2]> = features
            .chunks_exact(6)
            .flat_map(|code| (0..3).map(|i| [code[i], code[3 + i]]))
            .collect();
        // All vectors were nearest to the first of the zeros.
        assert_eq!(weights.bottleneck[..2], [0.0, 0.0]);
        for entry in weights.bottleneck[2..].chunks_exact(2) {
            assert!(vectors.iter().any(|vector| vector == entry), "{entry:?}");
        }

        // One entry is put where no vector is, and remembers something.
        let before = learner.weights.bottleneck.clone();
        let used = numbers(&features, &before, 6, 2);
        let unused: Vec<usize> = (0..12).filter(|&k| !used.contains(&(k as u32))).collect();
        let lost = used[0] as usize;
        learner.weights.bottleneck[2 * lost..][..2].fill(1e6);
        learner.moments.mean.bottleneck.fill(1.0);
        learner.moments.square.bottleneck.fill(1.0);
        renew(&mut learner, &plan, examples, 2);
        for k in 0..12 {
            let entry = 2 * k..2 * k + 2;
            let Learner { weights, moments, .. } = &learner;
            if k == lost {
                assert!(weights.bottleneck[entry.clone()].iter().all(|value| value.abs() < 1e3));
                assert_eq!(moments.mean.bottleneck[entry.clone()], [0.0; 2]);
                assert_eq!(moments.square.bottleneck[entry], [0.0; 2]);
            } else if !unused.contains(&k) {
                assert_eq!(weights.bottleneck[entry.clone()], before[entry.clone()]);
                assert_eq!(moments.mean.bottleneck[entry], [1.0; 2]);
            }
        }
    }
}
