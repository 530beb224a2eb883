//! Images in memory, all of one shape, one byte per value.

use crate::error::{Error, Result};
use crate::memory;
use crate::shape::ImageShape;

/// N images of one shape, `[N, C, H, W]`, one byte per value, 0 black and 255 white.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    shape: ImageShape,
    pixels: Vec<u8>,
}

impl Images {
    /// Interprets `pixels` as images of `shape`.
    ///
    /// # Errors
    /// If `shape` has no pixel, or `pixels` is not a whole number of images.
    pub fn new(shape: ImageShape, pixels: Vec<u8>) -> Result<Self> {
        if shape.is_empty() {
            return Err(Error::data(format!(
                "expected images of at least one pixel, found {shape}"
            )));
        }
        if !pixels.len().is_multiple_of(shape.len()) {
            return Err(Error::data(format!(
                "expected whole images of {shape} ({} bytes each), found {} bytes",
                shape.len(),
                pixels.len()
            )));
        }
        Ok(Self { shape, pixels })
    }

    /// The shape of each image.
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.pixels.len() / self.shape.len()
    }

    /// True if there is no image.
    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }

    /// All pixels, `N C H W`.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// As [`Images::pixels`], without the images.
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }

    /// The pixels of image `index`, `C H W`.
    ///
    /// # Panics
    /// If `index` is not below [`Images::len`].
    pub fn image(&self, index: usize) -> &[u8] {
        let size = self.shape.len();
        &self.pixels[index * size..][..size]
    }

    /// Iterates over the images, `C H W` each.
    pub fn iter(&self) -> std::slice::ChunksExact<'_, u8> {
        self.pixels.chunks_exact(self.shape.len())
    }

    /// The images at `indices`, in that order; an index may occur several times.
    ///
    /// # Errors
    /// If there is not enough memory for them.
    ///
    /// # Panics
    /// If an index is not below [`Images::len`].
    pub fn select(&self, indices: &[usize]) -> Result<Self> {
        let mut pixels = memory::room_for(indices.len(), self.shape.len(), "images")?;
        for &index in indices {
            pixels.extend_from_slice(self.image(index));
        }
        Ok(Self { shape: self.shape, pixels })
    }

    /// Keeps the first `n` images, or all if there are fewer.
    pub fn truncate(&mut self, n: usize) {
        self.pixels.truncate(n.saturating_mul(self.shape.len()));
        self.pixels.shrink_to_fit();
    }

    /// The first `n` images, or all if there are fewer.
    #[must_use]
    pub fn take(&self, n: usize) -> Self {
        let bytes = n.min(self.len()) * self.shape.len();
        Self { shape: self.shape, pixels: self.pixels[..bytes].to_vec() }
    }
}

impl<'a> IntoIterator for &'a Images {
    type Item = &'a [u8];
    type IntoIter = std::slice::ChunksExact<'a, u8>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A byte scaled to 0..1.
pub(crate) fn unit(pixel: u8) -> f32 {
    f32::from(pixel) / 255.0
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn images_are_cut_where_the_shape_says() {
        let images = Images::new(ImageShape::new(1, 2, 2), (0..12).collect()).unwrap();
        assert_eq!(images.len(), 3);
        assert_eq!(images.image(1), [4, 5, 6, 7]);
        assert_eq!(
            images.select(&[2, 0, 2]).unwrap().pixels(),
            [8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11]
        );
        assert_eq!(images.take(1).pixels(), [0, 1, 2, 3]);
        assert_eq!(images.take(9), images);
        assert_eq!(images.iter().count(), 3);
        for n in [0, 2, 3, usize::MAX] {
            let mut few = images.clone();
            few.truncate(n);
            assert_eq!(few, images.take(n));
        }
    }

    #[test]
    fn what_is_not_a_whole_number_of_images_is_refused() {
        let message = |shape, bytes| Images::new(shape, vec![0; bytes]).unwrap_err().to_string();
        assert_eq!(
            message(ImageShape::new(3, 2, 2), 13),
            "expected whole images of 3x2x2 (12 bytes each), found 13 bytes"
        );
        assert_eq!(
            message(ImageShape::new(1, 0, 2), 0),
            "expected images of at least one pixel, found 1x0x2"
        );
    }
}
