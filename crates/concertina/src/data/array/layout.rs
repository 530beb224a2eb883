//! The axes of an array of images.

use crate::data::Images;
use crate::error::{Error, Result};
use crate::memory;
use crate::shape::ImageShape;

/// The axes of an array of images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The number of images.
    pub(super) n: usize,
    height: usize,
    width: usize,
    /// Channels in the array; a fourth one is dropped.
    channels: usize,
    /// True for N C H W, false for N H W C.
    planes_first: bool,
}

impl Layout {
    /// The layout of an array of this shape: N x H x W, N x H x W x C or N x C x H x W, where C is
    /// 1, 3 or 4. If the last axis has such a length, it is taken as the channels.
    pub(super) fn of(shape: &[usize]) -> Result<Self> {
        let layout = |n, height, width, channels, planes_first| {
            Ok(Self { n, height, width, channels, planes_first })
        };
        match *shape {
            _ if shape.contains(&0) => Err(Error::data(format!(
                "expected at least one image of at least one pixel, found an array of shape \
                 {shape:?}"
            ))),
            [_, _, 3 | 4] => Err(Error::data(format!(
                "expected an array of images, found what looks like a single one (shape {shape:?})"
            ))
            .with_hint("add a first axis: N x H x W x C")),
            [n, height, width] => layout(n, height, width, 1, true),
            [n, height, width, channels @ (1 | 3 | 4)] => layout(n, height, width, channels, false),
            [n, channels @ (1 | 3 | 4), height, width] => layout(n, height, width, channels, true),
            _ => Err(Error::data(format!(
                "expected images as N x H x W, N x H x W x C or N x C x H x W with 1, 3 or 4 \
                 channels, found an array of shape {shape:?}"
            ))),
        }
    }

    pub(super) fn notes(self, notes: &mut Vec<String>) {
        if self.channels == 4 {
            notes.push("the fourth channel was taken for transparency and dropped".to_owned());
        }
    }

    /// The images, plane by plane; the length of `values` must be the product of the axes.
    pub(super) fn images(self, values: Vec<u8>) -> Result<Images> {
        let kept = if self.channels == 4 { 3 } else { self.channels };
        let shape = ImageShape::new(kept, self.height, self.width);
        if self.channels == kept && (self.planes_first || kept == 1) {
            return Images::new(shape, values);
        }
        let area = self.height * self.width;
        let mut pixels = memory::room_for(self.n, kept * area, "images")?;
        for image in values.chunks_exact(self.channels * area) {
            if self.planes_first {
                pixels.extend_from_slice(&image[..kept * area]);
            } else {
                for channel in 0..kept {
                    pixels.extend(image.iter().skip(channel).step_by(self.channels));
                }
            }
        }
        Images::new(shape, pixels)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn channels_are_found_and_brought_to_the_front() {
        let images = |shape: &[usize]| {
            let n = shape.iter().product::<usize>();
            Layout::of(shape).unwrap().images((0..n as u8).collect()).unwrap()
        };
        assert_eq!(images(&[2, 2, 1]).shape(), ImageShape::new(1, 2, 1));
        assert_eq!(images(&[1, 2, 1, 1]).pixels(), [0, 1]);
        assert_eq!(images(&[1, 1, 2, 3]).pixels(), [0, 3, 1, 4, 2, 5]);
        assert_eq!(images(&[1, 3, 1, 2]).pixels(), [0, 1, 2, 3, 4, 5]);
        assert_eq!(images(&[1, 1, 2, 4]).pixels(), [0, 4, 1, 5, 2, 6]);
        assert_eq!(images(&[1, 4, 1, 2]).pixels(), [0, 1, 2, 3, 4, 5]);
    }
}
