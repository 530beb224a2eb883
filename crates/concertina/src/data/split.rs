//! Splitting images into a training and a validation split.

use std::ops::Range;

use super::OpenOptions;
use crate::rng::{Purpose, Seed, Stream};

/// The images of each split, by their index in the source, ascending.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) train: Vec<usize>,
    pub(super) valid: Vec<usize>,
    /// How it was made, for the data card.
    pub(super) description: String,
}

/// Splits a source of `n` images (at least one) that has no test images of its own.
///
/// The images are shuffled by the seed; the first of that order are held out and the next are
/// trained on, so that a limit takes images from all over the source.
pub(super) fn random(n: usize, options: &OpenOptions) -> Split {
    let most = options.limit.unwrap_or(n);
    let seed = options.seed.0;
    if n == 1 && options.valid_fraction > 0.0 {
        let description = "the only image is both trained on and validated with".to_owned();
        return Split { train: vec![0], valid: vec![0], description };
    }
    let held_out = match options.valid_fraction {
        0.0 => 0,
        fraction => ((n as f64 * f64::from(fraction)).round() as usize).clamp(1, n - 1),
    };
    let order = Stream::new(options.seed, Purpose::Split, [0; 3]).permutation(n);
    let (valid, train) = order.split_at(held_out);
    let sorted = |indices: &[u32], most: usize| {
        let mut indices: Vec<usize> = indices.iter().take(most).map(|&i| i as usize).collect();
        indices.sort_unstable();
        indices
    };
    let limited = most < train.len();
    let most_valid = valid_limit(held_out, limited, options);
    let description = match held_out {
        0 => "no image is held out".to_owned(),
        _ => format!("held out: {held_out} of {n} images, drawn at random (seed {seed})"),
    };
    let limit = match (limited, held_out) {
        (false, _) if most_valid < held_out => format!("; limited to {most_valid} held out"),
        (false, _) => String::new(),
        (true, 0) => format!("; limited to {most} images, drawn at random (seed {seed})"),
        (true, _) => format!("; limited to {most} to train on and {most_valid} held out"),
    };
    Split {
        train: sorted(train, most),
        valid: sorted(valid, most_valid),
        description: description + &limit,
    }
}

/// Seed of the test images that go with a limit. It is not the run's, so that the losses of all
/// seeds are of the same images.
const TEST_SEED: Seed = Seed(0);

/// Splits a source that has `n_train` training images and `n_valid` test images of its own.
///
/// A limit takes the first training images, and test images drawn at random: those in front may be
/// easier than the others, as MNIST's are. Those of a smaller limit are among those of a larger
/// one.
pub(super) fn provided(n_train: usize, n_valid: usize, options: &OpenOptions) -> Split {
    let description = "held out: the set's own test images".to_owned();
    let [most, most_valid] = limited(n_train, n_valid, options);
    if [most, most_valid] == [n_train, n_valid] {
        let [train, valid] = [n_train, n_valid].map(|n| (0..n).collect());
        return Split { train, valid, description };
    }
    let order = Stream::new(TEST_SEED, Purpose::Split, [0; 3]).permutation(n_valid);
    let mut valid: Vec<usize> = order.iter().take(most_valid).map(|&i| i as usize).collect();
    valid.sort_unstable();
    let limited = format!(
        "limited to the first {most} to train on and {most_valid} held out, drawn at random (seed \
         {})",
        TEST_SEED.0
    );
    Split { train: (0..most).collect(), valid, description: format!("{description}; {limited}") }
}

/// Part `part` of `n` examples in `of` parts, whose sizes differ by one at most.
pub fn part_of(n: usize, part: usize, of: usize) -> Range<usize> {
    let start = |part: usize| (n as u128 * part as u128 / of as u128) as usize;
    start(part)..start(part + 1)
}

/// The numbers of training and test images that the limit leaves of a source that has both.
pub(super) fn limited(n_train: usize, n_valid: usize, options: &OpenOptions) -> [usize; 2] {
    let most = options.limit.map_or(n_train, |limit| limit.min(n_train));
    [most, valid_limit(n_valid, most < n_train, options)]
}

/// How many of `n_valid` validation images are used, where the training images are `limited` or
/// not: as many as are asked for, or a sixth of the training images, the proportion of MNIST.
fn valid_limit(n_valid: usize, limited: bool, options: &OpenOptions) -> usize {
    let sixth = options.limit.filter(|_| limited).map(|limit| (limit / 6).max(1));
    options.valid_limit.or(sixth).map_or(n_valid, |most| most.min(n_valid))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(limit: Option<usize>, valid_fraction: f32) -> OpenOptions {
        OpenOptions { limit, valid_fraction, ..OpenOptions::default() }
    }

    #[test]
    fn every_image_is_in_exactly_one_part() {
        for n in [2, 3, 10, 101] {
            for fraction in [0.001, 0.1, 0.5, 0.999] {
                let split = random(n, &with(None, fraction));
                assert!(!split.train.is_empty() && !split.valid.is_empty());
                let mut all = [split.train, split.valid].concat();
                all.sort_unstable();
                assert_eq!(all, (0..n).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_single_image_is_in_both_parts() {
        let split = random(1, &with(None, 0.1));
        assert_eq!((split.train, split.valid), (vec![0], vec![0]));
    }

    #[test]
    fn nothing_is_held_out_if_so_wished() {
        let split = random(5, &with(None, 0.0));
        assert_eq!((split.train, split.valid), (vec![0, 1, 2, 3, 4], vec![]));
        assert_eq!(split.description, "no image is held out");
    }

    #[test]
    fn a_limit_takes_images_from_everywhere_and_keeps_the_rest_out() {
        let all = random(1000, &with(None, 0.1));
        let split = random(1000, &with(Some(60), 0.1));
        assert_eq!((split.train.len(), split.valid.len()), (60, 10));
        assert!(split.train.iter().all(|index| all.train.contains(index)));
        assert!(split.valid.iter().all(|index| all.valid.contains(index)));
        assert!(split.train[30] > 250, "the limit took the first images only");
        assert_eq!(
            split.description,
            "held out: 100 of 1000 images, drawn at random (seed 0); \
             limited to 60 to train on and 10 held out"
        );
    }

    #[test]
    fn a_limit_takes_test_images_from_everywhere_and_the_same_for_every_limit() {
        let of = |limit, seed| {
            let options = OpenOptions { seed: Seed(seed), ..with(limit, 0.1) };
            provided(60_000, 10_000, &options)
        };
        let (small, large) = (of(Some(600), 0), of(Some(6000), 1));
        assert_eq!((small.train, small.valid.len()), ((0..600).collect(), 100));
        assert_eq!((large.train.len(), large.valid.len()), (6000, 1000));
        assert!(small.valid.iter().all(|index| large.valid.contains(index)));
        let mean = large.valid.iter().sum::<usize>() / 1000;
        assert!((4600..5400).contains(&mean), "not from everywhere: {mean}");
        assert_eq!(of(Some(2), 0).valid.len(), 1);
        let asked = OpenOptions { valid_limit: Some(300), ..with(Some(600), 0.1) };
        assert_eq!(provided(60_000, 10_000, &asked).valid.len(), 300);
        assert_eq!(random(1000, &OpenOptions { valid_limit: Some(7), ..asked }).valid.len(), 7);
        for limit in [None, Some(60_000), Some(90_000)] {
            assert_eq!(of(limit, 0).valid, (0..10_000).collect::<Vec<_>>());
        }
    }
}
