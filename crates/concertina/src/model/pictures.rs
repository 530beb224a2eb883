//! Images as a network returns them: one number in 0..1 for each value.

use std::ops::Range;

use rayon::prelude::*;

use crate::data::Images;
use crate::shape::ImageShape;

/// So many are worth a thread's while.
const PIXELS: usize = 1 << 15;

/// N images of one shape, `[N, C, H, W]`, values in 0..1 (a noisy input that was not clipped may leave that range).
#[derive(Clone, Debug, PartialEq)]
pub struct Pictures {
    shape: ImageShape,
    values: Vec<f32>,
}

impl Pictures {
    /// `values` as images of `shape`.
    ///
    /// # Panics
    /// If they are not a whole number of images.
    pub fn new(shape: ImageShape, values: Vec<f32>) -> Self {
        assert!(values.len().is_multiple_of(shape.len()), "pictures are whole");
        Self { shape, values }
    }

    /// Some of the images.
    pub(super) fn of(images: &Images, range: Range<usize>) -> Self {
        let shape = images.shape();
        let pixels = &images.pixels()[range.start * shape.len()..range.end * shape.len()];
        let mut values = vec![0.0; pixels.len()];
        let chunks = values.par_chunks_mut(PIXELS).zip(pixels.par_chunks(PIXELS));
        chunks.for_each(|(values, pixels)| {
            for (value, pixel) in values.iter_mut().zip(pixels) {
                *value = unit(*pixel);
            }
        });
        Self { shape, values }
    }

    /// The shape of each.
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// The number of pictures.
    pub fn len(&self) -> usize {
        self.values.len() / self.shape.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All values, `[N, C, H, W]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The values of picture `index`, `[C, H, W]`.
    ///
    /// # Panics
    /// If `index` is not below [`Pictures::len`].
    pub fn picture(&self, index: usize) -> &[f32] {
        &self.values[index * self.shape.len()..][..self.shape.len()]
    }

    /// The pictures one after the other.
    pub fn iter(&self) -> std::slice::ChunksExact<'_, f32> {
        self.values.chunks_exact(self.shape.len())
    }

    /// Rounded to bytes; what is outside 0..1 becomes black or white.
    pub fn to_images(&self) -> Images {
        let pixels = self.values.iter().map(|value| (value * 255.0).round() as u8).collect();
        Images::new(self.shape, pixels).expect("pictures are whole, and so are these")
    }
}

impl From<&Images> for Pictures {
    fn from(images: &Images) -> Self {
        Self::of(images, 0..images.len())
    }
}

/// A byte as a number in 0..1.
pub(crate) fn unit(pixel: u8) -> f32 {
    f32::from(pixel) / 255.0
}

impl<'a> IntoIterator for &'a Pictures {
    type Item = &'a [f32];
    type IntoIter = std::slice::ChunksExact<'a, f32>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
