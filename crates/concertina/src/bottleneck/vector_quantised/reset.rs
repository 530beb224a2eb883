//! Resetting dead codes of a codebook.
//!
//! Only embeddings that are nearest to some vector get a gradient; others would never be used
//! again, and a codebook can collapse to a few embeddings. Before each epoch, embeddings that are
//! unused by a sample of training examples are therefore replaced by vectors of these examples (as
//! in Dhariwal et al. 2020, section 3.2). Before the first epoch this initialises the codebook.

use super::codebook::Codebook;
use crate::bottleneck::latent::OwnState;
use crate::rng::Stream;

/// The number of examples that embeddings are taken from.
pub(super) const EXAMPLES: usize = 1024;

/// Replaces the embeddings that are nearest to no vector of `features`, `[N, D]`.
pub(super) fn reset_dead_codes(
    codebook: &Codebook,
    own: OwnState<'_>,
    features: &[f32],
    stream: &mut Stream,
) {
    let OwnState { parameters: embeddings, mean, square } = own;
    let (dim, n) = (codebook.embedding_dim, codebook.n_vectors());
    let used = codebook.indices(features, embeddings);
    let mut is_used = vec![false; embeddings.len() / dim];
    for &index in &used {
        is_used[index as usize] = true;
    }
    for dead in (0..is_used.len()).filter(|&index| !is_used[index]) {
        let vector = stream.below(used.len() as u32) as usize;
        let (example, place) = (vector / n, vector % n);
        let embedding = dead * dim..(dead + 1) * dim;
        for (c, value) in embeddings[embedding.clone()].iter_mut().enumerate() {
            *value = features[example * codebook.latent_dim + c * n + place];
        }
        mean[embedding.clone()].fill(0.0);
        square[embedding].fill(0.0);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rng::{Purpose, Seed};
    use crate::testing::normal;

    #[test]
    fn dead_embeddings_become_vectors_of_examples_and_the_others_stay() {
        let codebook = Codebook { latent_dim: 6, embedding_dim: 2 };
        let features = normal(20 * 6, 1);
        let stream = || Stream::new(Seed(42), Purpose::Codebook, [1, 0, 0]);
        let vectors: Vec<[f32; 2]> = features
            .chunks_exact(6)
            .flat_map(|code| (0..3).map(|i| [code[i], code[3 + i]]))
            .collect();
        let mut parameters = vec![0.0; 24];
        let [mut mean, mut square] = [vec![1.0; 24], vec![1.0; 24]];
        let own = OwnState { parameters: &mut parameters, mean: &mut mean, square: &mut square };
        reset_dead_codes(&codebook, own, &features, &mut stream());
        // All vectors were nearest to the first of the zeros.
        assert_eq!((&parameters[..2], &mean[..2]), (&[0.0; 2][..], &[1.0; 2][..]));
        let example =
            |embedding: &[f32]| vectors.iter().position(|v| v == embedding).map(|i| i / 3);
        let examples: Option<BTreeSet<usize>> =
            parameters[2..].chunks_exact(2).map(example).collect();
        // Eleven vectors of twenty examples.
        assert!(examples.as_ref().is_some_and(|examples| examples.len() > 5), "{examples:?}");
        assert!(mean[2..].iter().chain(&square[2..]).all(|&moment| moment == 0.0));

        // One embedding is put where no vector is, and remembers something.
        let used = codebook.indices(&features, &parameters);
        let lost = 2 * used[0] as usize;
        parameters[lost..lost + 2].fill(1e6);
        let before = parameters.clone();
        mean.fill(1.0);
        let own = OwnState { parameters: &mut parameters, mean: &mut mean, square: &mut square };
        reset_dead_codes(&codebook, own, &features, &mut stream());
        assert!(parameters[lost..lost + 2].iter().all(|value| value.abs() < 1e3));
        assert_eq!(mean[lost..lost + 2], [0.0; 2]);
        let used = codebook.indices(&features, &before);
        for &index in &used {
            let embedding = 2 * index as usize..2 * index as usize + 2;
            assert_eq!(parameters[embedding.clone()], before[embedding.clone()]);
            assert_eq!(mean[embedding], [1.0; 2]);
        }
    }
}
