//! The built-in data set `digits`: synthetic handwritten digits drawn from pen strokes, which need
//! no download.
//!
//! ```
//! use concertina::data::digits;
//! use concertina::rng::Seed;
//!
//! let (train, labels, held_out, _) = digits::dataset(20, 4, Seed(1));
//! assert_eq!((train.len(), labels.len(), held_out.len()), (20, 20, 4));
//! ```
//!
//! The images resemble MNIST: 28 by 28 pixels, white ink on black, the digit in a box of 20 by 20
//! pixels that is centred by its centre of mass. A digit is made in four steps: one of the class's
//! skeletons is chosen (`forms`), its knots are moved and joined by a smooth line (`spline`), the
//! line is bent (`bend`), slanted and fitted into the frame (`hand`), and rasterised (`ink`).
//!
//! All arithmetic is sums, products, quotients and square roots, which IEEE 754 rounds exactly. So
//! a seed gives the same bytes on every machine.

mod bend;
mod common;
mod forms;
mod hand;
mod ink;
mod spline;
#[cfg(test)]
mod tests;

use self::common::SIDE;
use super::images::Images;
use crate::parallel;
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::ImageShape;

/// The number of classes: the digits 0 to 9.
pub const CLASSES: u32 = 10;

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
    let (train, train_labels) = examples(0, n_train, seed);
    let (valid, valid_labels) = examples(1, n_valid, seed);
    (train, train_labels, valid, valid_labels)
}

/// One image of `class`, row by row: 0 is paper, 255 is ink.
///
/// # Panics
/// If `class` is not below [`CLASSES`].
pub fn draw(class: u32, stream: &mut Stream) -> [u8; SIDE * SIDE] {
    ink::ink(&hand::write(forms::of(class), stream))
}

/// The first `n` examples of `split`, which is 0 for training and 1 for validation.
fn examples(split: u32, n: usize, seed: Seed) -> (Images, Vec<u32>) {
    let n = u32::try_from(n).expect("a data set has fewer than 2^32 examples");
    let shape = ImageShape::new(1, SIDE, SIDE);
    let labels = parallel::map_indices(n as usize, |example| label(split, example as u32, seed));
    let mut pixels = vec![0; labels.len() * shape.len()];
    let images = pixels.chunks_exact_mut(shape.len());
    parallel::each(images.zip(&labels).zip(0..n), |((image, &class), example)| {
        let mut stream = Stream::new(seed, Purpose::Digits, [split, example, 1]);
        image.copy_from_slice(&draw(class, &mut stream));
    });
    (Images::new(shape, pixels).expect("there are 784 pixels for every label"), labels)
}

/// The class of an example: each consecutive ten examples have one random permutation of the
/// classes.
fn label(split: u32, example: u32, seed: Seed) -> u32 {
    let mut stream = Stream::new(seed, Purpose::Digits, [split, example / CLASSES, 0]);
    stream.permutation(CLASSES as usize)[(example % CLASSES) as usize]
}
