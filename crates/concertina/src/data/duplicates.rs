//! Identical images, which make a data set smaller than it looks.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::Images;
use crate::parallel;

/// How many images are there more than once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Duplicates {
    /// Training images that are identical to an earlier training image.
    pub train: usize,
    /// Validation images that are identical to a training image: the model has seen them.
    pub valid: usize,
}

impl Duplicates {
    /// Counts them among images of one shape.
    pub(super) fn of(train: &Images, valid: &Images) -> Self {
        let mut found = Self::default();
        let image = |index: usize| match index.checked_sub(train.len()) {
            None => train.image(index),
            Some(index) => valid.image(index),
        };
        let n = train.len() + valid.len();
        // The hash brings equal images together; it decides nothing.
        let mut order = parallel::map_indices(n, |index| (hash(image(index)), index));
        // On one thread: the hashes take longer.
        order.sort_unstable();
        for same_hash in order.chunk_by(|a, b| a.0 == b.0) {
            for (number, &(_, index)) in same_hash.iter().enumerate() {
                // Training images come first.
                let earlier = same_hash[..number].iter().map(|&(_, other)| other);
                let mut trained_on = earlier.take_while(|&other| other < train.len());
                if trained_on.any(|other| image(other) == image(index)) {
                    *if index < train.len() { &mut found.train } else { &mut found.valid } += 1;
                }
            }
        }
        found
    }
}

fn hash(pixels: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    pixels.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::shape::ImageShape;

    #[test]
    fn identical_images_are_counted() {
        let images = |values: &[u8]| {
            let pixels = values.iter().flat_map(|&value| [value, 255 - value]).collect();
            Images::new(ImageShape::new(1, 1, 2), pixels).unwrap()
        };
        for (train, valid, expected) in [
            (&[1, 2, 3][..], &[4, 5][..], (0, 0)),
            (&[1, 2, 1, 1], &[4, 4], (2, 0)),
            (&[1, 2, 2], &[2, 1, 7, 2], (1, 3)),
            (&[1], &[], (0, 0)),
        ] {
            let found = Duplicates::of(&images(train), &images(valid));
            assert_eq!((found.train, found.valid), expected, "{train:?} {valid:?}");
        }
    }

    #[test]
    fn many_of_one_kind_take_no_time() {
        let images = Images::new(ImageShape::new(1, 1, 1), vec![7; 50_000]).unwrap();
        let begun = std::time::Instant::now();
        assert_eq!(Duplicates::of(&images, &images).train, 49_999);
        assert!(begun.elapsed().as_secs() < 20, "compared each with each");
    }
}
