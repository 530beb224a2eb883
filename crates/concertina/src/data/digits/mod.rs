//! The built-in data set `digits`: handwritten-looking figures drawn from pen strokes, for a start without a download.
//!
//! The pictures take after MNIST: 28 by 28, white ink on black, the figure in a box of 20 by 20 pixels that is placed
//! by its centre of mass. A digit is made in four steps: one of the class's skeletons is chosen (`forms`), its knots are
//! moved and joined by a smooth line (`spline`), the line is bent (`bend`), slanted and fitted into the frame
//! (`hand`), and inked (`ink`).
//!
//! Nothing is computed here but sums, products, quotients and square roots, which IEEE 754 rounds in one way only. So a
//! seed gives the same bytes on every machine.

mod bend;
mod forms;
mod hand;
mod ink;
mod spline;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

use super::images::Images;
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::ImageShape;

/// The digits 0 to 9.
pub const CLASSES: u32 = 10;

/// Training examples, unless told otherwise.
pub const DEFAULT_TRAIN: usize = 60_000;

/// Validation examples, unless told otherwise.
pub const DEFAULT_VALID: usize = 10_000;

/// Rows, and columns, of a picture.
const SIDE: usize = 28;

/// A place or a displacement: rightwards, then downwards.
type Point = [f32; 2];

/// Images and labels of the training half, then of the validation half.
///
/// An example depends on `seed`, its half and its number alone, so a smaller set is the beginning of a larger one.
/// Every ten examples in turn hold each class once. An image takes 784 bytes.
///
/// # Panics
/// If a half is to have 2^32 examples or more, or they do not fit into memory.
pub fn dataset(n_train: usize, n_valid: usize, seed: Seed) -> (Images, Vec<u32>, Images, Vec<u32>) {
    let (train, train_labels) = examples(0, n_train, seed);
    let (valid, valid_labels) = examples(1, n_valid, seed);
    (train, train_labels, valid, valid_labels)
}

/// One picture of `class`, row by row: 0 is paper, 255 is ink.
///
/// # Panics
/// If `class` is not below [`CLASSES`].
pub fn draw(class: u32, stream: &mut Stream) -> [u8; SIDE * SIDE] {
    ink::ink(&hand::write(forms::of(class), stream))
}

/// The first `n` examples of `half`, which is 0 for training and 1 for validation.
fn examples(half: u32, n: usize, seed: Seed) -> (Images, Vec<u32>) {
    let n = u32::try_from(n).expect("a data set has fewer than 2^32 examples");
    let shape = ImageShape::new(1, SIDE, SIDE);
    let labels: Vec<u32> =
        (0..n).into_par_iter().map(|example| label(half, example, seed)).collect();
    let mut pixels = vec![0; labels.len() * shape.len()];
    let pictures = pixels.par_chunks_exact_mut(shape.len());
    pictures.zip(&labels).zip(0..n).for_each(|((picture, &class), example)| {
        let mut stream = Stream::new(seed, Purpose::Digits, [half, example, 1]);
        picture.copy_from_slice(&draw(class, &mut stream));
    });
    (Images::new(shape, pixels).expect("there are 784 pixels for every label"), labels)
}

/// The class of an example: ten examples in turn share one random order of the classes.
fn label(half: u32, example: u32, seed: Seed) -> u32 {
    let mut stream = Stream::new(seed, Purpose::Digits, [half, example / CLASSES, 0]);
    stream.permutation(CLASSES as usize)[(example % CLASSES) as usize]
}

/// A random number of mean 0 and variance 1: the sum of four uniform ones.
///
/// It looks normal, but never lies beyond 3.5, where a figure could become unreadable.
fn bell(stream: &mut Stream) -> f32 {
    let sum = stream.uniform() + stream.uniform() + stream.uniform() + stream.uniform();
    (sum - 2.0) * 3.0_f32.sqrt()
}
