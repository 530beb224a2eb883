//! Splitting images into a training and a validation split.

use super::OpenOptions;
use crate::rng::{Purpose, Stream};

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
    let most_valid = if limited { sixth(most).min(held_out) } else { held_out };
    let description = match held_out {
        0 => "no image is held out".to_owned(),
        _ => format!("held out: {held_out} of {n} images, drawn at random (seed {seed})"),
    };
    let limit = match (limited, held_out) {
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

/// The number of training and test images to take from the front of a source that has `n_train`
/// training images and `n_valid` test images of its own, and a description of the split for the
/// data card.
pub(super) fn provided(
    n_train: usize,
    n_valid: usize,
    options: &OpenOptions,
) -> (usize, usize, String) {
    let description = "held out: the set's own test images".to_owned();
    match options.limit.filter(|&limit| limit < n_train) {
        None => (n_train, n_valid, description),
        Some(limit) => {
            let n_valid = sixth(limit).min(n_valid);
            let limited =
                format!("limited to the first {limit} to train on and {n_valid} held out");
            (limit, n_valid, format!("{description}; {limited}"))
        }
    }
}

/// The limit on validation images that goes with a limit on training images, in the proportion of
/// MNIST.
fn sixth(limit: usize) -> usize {
    (limit / 6).max(1)
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
    fn a_provided_split_is_cut_from_the_front() {
        assert_eq!(provided(60_000, 10_000, &with(Some(600), 0.1)).0, 600);
        assert_eq!(provided(60_000, 10_000, &with(Some(600), 0.1)).1, 100);
        assert_eq!(provided(60_000, 10_000, &with(Some(2), 0.1)).1, 1);
        assert_eq!(provided(60_000, 10_000, &with(Some(90_000), 0.1)).1, 10_000);
    }
}
