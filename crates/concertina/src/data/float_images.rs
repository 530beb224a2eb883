//! Images as a network takes and returns them, as floats in 0..1.

use std::ops::Range;

use super::{Examples, Images};
use crate::error::Result;
use crate::math::Points;
use crate::memory;
use crate::parallel;
use crate::shape::ImageShape;

/// N images of one shape, `[N, C, H, W]`, values in 0..1 (a noisy input that was not clipped may
/// leave that range).
#[derive(Clone, Debug, PartialEq)]
pub struct FloatImages {
    shape: ImageShape,
    values: Vec<f32>,
}

impl FloatImages {
    /// Interprets `values` as images of `shape`.
    ///
    /// # Panics
    /// If they are not a whole number of images.
    pub fn new(shape: ImageShape, values: Vec<f32>) -> Self {
        assert!(values.len().is_multiple_of(shape.len()), "images are whole");
        Self { shape, values }
    }

    /// All examples.
    ///
    /// # Errors
    /// If there is not enough memory (floats take four times as much as bytes), or an example
    /// cannot be read.
    pub fn of(examples: &dyn Examples) -> Result<Self> {
        Self::range(examples, 0..examples.len())
    }

    /// The examples in `range`.
    ///
    /// # Errors
    /// As [`FloatImages::of`].
    pub(crate) fn range(examples: &dyn Examples, range: Range<usize>) -> Result<Self> {
        let values = memory::zeros(range.len(), examples.shape().len(), "examples as floats")?;
        Self::read(examples, values, |place| range.start + place)
    }

    /// The examples at `indices`, of which there are few.
    ///
    /// # Errors
    /// If an example cannot be read.
    ///
    /// # Panics
    /// If an index is not below their number.
    pub fn gather(examples: &dyn Examples, indices: &[usize]) -> Result<Self> {
        let values = vec![0.0; indices.len() * examples.shape().len()];
        Self::read(examples, values, |place| indices[place])
    }

    /// Reads as many examples as `values` has room for; `index(i)` is the index of the i-th of
    /// them.
    fn read(
        examples: &dyn Examples,
        mut values: Vec<f32>,
        index: impl Fn(usize) -> usize + Sync,
    ) -> Result<Self> {
        let shape = examples.shape();
        let rows = values.chunks_exact_mut(shape.len()).enumerate();
        parallel::try_map(rows, |(place, values)| examples.read(index(place), values))?;
        Ok(Self { shape, values })
    }

    /// The shape of each image.
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.values.len() / self.shape.len()
    }

    /// True if there is no image.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All values, `[N, C, H, W]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// As [`FloatImages::values`], without the images.
    pub fn into_values(self) -> Vec<f32> {
        self.values
    }

    /// The values of image `index`, `[C, H, W]`.
    ///
    /// # Panics
    /// If `index` is not below [`FloatImages::len`].
    pub fn image(&self, index: usize) -> &[f32] {
        &self.values[index * self.shape.len()..][..self.shape.len()]
    }

    /// Iterates over the images, `[C, H, W]` each.
    pub fn iter(&self) -> std::slice::ChunksExact<'_, f32> {
        self.values.chunks_exact(self.shape.len())
    }

    /// The images as points, one dimension for each value of an image. `name` describes them in
    /// errors.
    ///
    /// # Errors
    /// As [`Points::new`].
    pub fn as_points<'a>(&'a self, name: &'a str) -> Result<Points<'a>> {
        Points::new(name, self.shape.len(), &self.values)
    }

    /// Converts to bytes, rounding; values outside 0..1 become black or white.
    pub fn to_images(&self) -> Images {
        let pixels = self.values.iter().map(|value| (value * 255.0).round() as u8).collect();
        Images::new(self.shape, pixels).expect("images are whole, and so are these")
    }
}

impl Examples for FloatImages {
    fn len(&self) -> usize {
        FloatImages::len(self)
    }

    fn shape(&self) -> ImageShape {
        self.shape
    }

    fn read(&self, index: usize, into: &mut [f32]) -> Result<()> {
        into.copy_from_slice(self.image(index));
        Ok(())
    }
}

impl<'a> IntoIterator for &'a FloatImages {
    type Item = &'a [f32];
    type IntoIter = std::slice::ChunksExact<'a, f32>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
