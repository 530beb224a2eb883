//! The built-in data set `digits`: synthetic handwritten digits, which need no download.
//!
//! ```
//! use concertina::data::digits;
//! use concertina::rng::Seed;
//!
//! let (train, labels, held_out, _) = digits::dataset(20, 4, Seed(1));
//! assert_eq!((train.len(), labels.len(), held_out.len()), (20, 20, 4));
//! ```
//!
//! `concertina_digits` draws them.

use concertina_digits::{Digits, SIDE, Split};

use crate::data::Images;
use crate::rng::Seed;
use crate::shape::ImageShape;

pub use concertina_digits::CLASSES;

/// Default number of training examples.
pub const DEFAULT_TRAIN: usize = 60_000;

/// Default number of validation examples.
pub const DEFAULT_VALID: usize = 10_000;

/// Images and labels of the training split, then of the validation split.
///
/// An example depends only on `seed`, its split and its index, so a smaller set is a prefix of a
/// larger one. Each consecutive ten examples contain every class once. An image takes 784 bytes.
///
/// # Panics
/// If a split has 2^32 examples or more, or they do not fit into memory.
pub fn dataset(n_train: usize, n_valid: usize, seed: Seed) -> (Images, Vec<u32>, Images, Vec<u32>) {
    let shape = ImageShape::new(1, SIDE, SIDE);
    let [(train, train_labels), (valid, valid_labels)] =
        [(Split::Train, n_train), (Split::Valid, n_valid)].map(|(split, n)| {
            let Digits { pixels, labels } = Digits::draw(split, n, seed);
            (Images::new(shape, pixels).expect("there are 784 pixels for every label"), labels)
        });
    (train, train_labels, valid, valid_labels)
}
