//! The [`Examples`] trait: data to train on and to evaluate, wherever it is stored.

use super::{Images, unit};
use crate::rng::Stream;
use crate::shape::ImageShape;

/// A collection of examples of one shape that several threads can read, one example at a time.
///
/// Training and validation use their data through this trait alone, and the label of each example
/// if the model has a condition. [`Images`] implements it for images in memory.
///
/// ```
/// use concertina::ImageShape;
/// use concertina::data::{Examples, Images};
///
/// let images = Images::new(ImageShape::new(1, 1, 2), vec![0, 255, 51, 102])?;
/// let mut values = [0.0; 2];
/// images.read(1, &mut values);
/// assert_eq!((images.len(), values), (2, [0.2, 0.4]));
/// # Ok::<(), concertina::Error>(())
/// ```
pub trait Examples: Send + Sync {
    /// The number of examples.
    fn len(&self) -> usize;

    /// True if there is no example.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The shape of each example.
    fn shape(&self) -> ImageShape;

    /// Writes example `index`, `[C, H, W]` in 0..1, into `into`, whose length is that of the shape.
    ///
    /// # Panics
    /// If `index` is not below [`Examples::len`], or `into` has another length than the shape.
    fn read(&self, index: usize, into: &mut [f32]);

    /// As [`Examples::read`], changed at random as the kind of data allows (augmentation), for
    /// training. Returns the class of the changed example, if that is another.
    fn read_augmented(&self, index: usize, _: &mut Stream, into: &mut [f32]) -> Option<u32> {
        self.read(index, into);
        None
    }
}

impl Examples for Images {
    fn len(&self) -> usize {
        Images::len(self)
    }

    fn shape(&self) -> ImageShape {
        Images::shape(self)
    }

    fn read(&self, index: usize, into: &mut [f32]) {
        let pixels = self.image(index);
        assert_eq!(into.len(), pixels.len(), "there is room for one example");
        for (value, &pixel) in into.iter_mut().zip(pixels) {
            *value = unit(pixel);
        }
    }
}

/// The examples of one split (training or validation), and the class of each if there are labels.
#[derive(Clone, Copy)]
pub struct Split<'a> {
    /// The examples.
    pub examples: &'a dyn Examples,
    /// The class of each example.
    pub labels: Option<&'a [u32]>,
}

impl Split<'_> {
    /// The classes of the examples at `indices`.
    pub fn labels_at(&self, indices: &[usize]) -> Option<Vec<u32>> {
        let labels = self.labels?;
        Some(indices.iter().map(|&index| labels[index]).collect())
    }
}
