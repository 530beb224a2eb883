//! Synthetic handwritten digits drawn from pen strokes, which need no download.
//!
//! ```
//! use concertina_base::rng::Seed;
//! use concertina_digits::{Digits, SIDE, Split};
//!
//! let digits = Digits::draw(Split::Train, 20, Seed(1));
//! assert_eq!((digits.pixels.len(), digits.labels.len()), (20 * SIDE * SIDE, 20));
//! ```
//!
//! The images resemble MNIST: 28 by 28 pixels, white ink on black, the digit in a box of 20 by 20
//! pixels that is centred by its centre of mass. A digit is made in four steps: one of the class's
//! skeletons is chosen (`forms`), its knots are moved and joined by a smooth line (`spline`), the
//! line is bent (`bend`), slanted and fitted into the frame (`hand`), and rasterised (`ink`).
//!
//! All arithmetic is sums, products, quotients and square roots, which IEEE 754 rounds exactly. So
//! a seed gives the same bytes on every machine.

#![forbid(unsafe_code)]

mod common;

mod spline;

mod bend;

mod forms;

mod hand;

mod ink;

#[cfg(test)]
mod tests;

use concertina_base::parallel;
use concertina_base::rng::{Purpose, Seed, Stream};

pub use self::common::SIDE;

/// The number of classes: the digits 0 to 9.
pub const CLASSES: u32 = 10;

/// Which of two sets that share no image. The values are those of their random streams, and never
/// change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// To train on.
    Train = 0,
    /// To validate with.
    Valid = 1,
}

/// Images and their classes.
///
/// An example depends only on the seed, its split and its index, so a smaller set is a prefix of a
/// larger one. Each consecutive ten examples contain every class once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    /// `[N, 28, 28]` bytes: 0 is paper, 255 is ink.
    pub pixels: Vec<u8>,
    /// The classes, below [`CLASSES`].
    pub labels: Vec<u32>,
}

impl Digits {
    /// The first `n` examples of a split.
    ///
    /// # Panics
    /// If they are 2^32 or more, or do not fit into memory.
    pub fn draw(split: Split, n: usize, seed: Seed) -> Self {
        let n = u32::try_from(n).expect("a data set has fewer than 2^32 examples");
        let split = split as u32;
        let labels =
            parallel::map_indices(n as usize, |example| label(split, example as u32, seed));
        let mut pixels = vec![0; labels.len() * SIDE * SIDE];
        let images = pixels.chunks_exact_mut(SIDE * SIDE);
        parallel::each(images.zip(&labels).zip(0..n), |((image, &class), example)| {
            let mut stream = Stream::new(seed, Purpose::Digits, [split, example, 1]);
            image.copy_from_slice(&draw(class, &mut stream));
        });
        Self { pixels, labels }
    }
}

/// One image of `class`, row by row: 0 is paper, 255 is ink.
///
/// # Panics
/// If `class` is not below [`CLASSES`].
pub fn draw(class: u32, stream: &mut Stream) -> [u8; SIDE * SIDE] {
    ink::ink(&hand::write(forms::of(class), stream))
}

/// The class of an example: each consecutive ten examples have one random permutation of the
/// classes.
fn label(split: u32, example: u32, seed: Seed) -> u32 {
    let mut stream = Stream::new(seed, Purpose::Digits, [split, example / CLASSES, 0]);
    stream.permutation(CLASSES as usize)[(example % CLASSES) as usize]
}
