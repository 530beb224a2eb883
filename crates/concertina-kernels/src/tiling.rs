//! How far layers see: what a picture must be cut into so that its parts can be computed apart.

use crate::divisor::{greatest_common_divisor, least_common_multiple};
use crate::enlarge::BESIDE;
use crate::layer::{Join, Layer, Padding};

/// How a picture may be cut into tiles that layers are run on one by one.
///
/// A tile's output is that of the whole picture, to the bit, except near edges where the picture
/// goes on: there the layers read zeros in place of what lies beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiling {
    /// Heights and widths of pictures and tiles are multiples of it.
    pub multiple: usize,
    /// Places of tiles and widths of strips are multiples of it; a multiple of `multiple`.
    pub step: usize,
    /// How many pixels of the output, from an edge where the picture goes on, may be wrong.
    pub margin: usize,
    /// Sides of the output, in those of the input.
    pub factor: usize,
}

/// Whether the layer may be computed in tiles of 2x2, where a pixel's bits depend on whether its
/// place is even: 3x3 neighbours of every pixel.
fn may_have_tiles(layer: &Layer) -> bool {
    matches!(
        layer,
        Layer::Conv2d { kernel: 3, stride: 1, .. }
            | Layer::ConvTranspose2d { kernel: 3, stride: 1, .. }
    )
}

/// A place between two layers.
struct Place {
    /// Of a pixel here, in pixels of the input: `down / up`.
    down: usize,
    up: usize,
    margin: usize,
}

impl Tiling {
    /// Of layers in a row; `None` if they do not treat every part of a picture alike: if there are
    /// dense layers or sequences, reshapes or valid padding, or the output is smaller than the
    /// input.
    pub fn of<'a>(layers: impl IntoIterator<Item = &'a Layer>) -> Option<Self> {
        let mut place = Place { down: 1, up: 1, margin: 0 };
        let mut forks = Vec::new();
        let (mut multiple, mut step) = (1, 1);
        for layer in layers {
            let margin = place.margin;
            if may_have_tiles(layer) {
                step = least_common_multiple(step, place.every_other());
            }
            match *layer {
                Layer::Conv2d { kernel, stride, padding: Padding::Same, .. } => {
                    place.shrink(stride);
                    place.margin = (margin + kernel / 2).div_ceil(stride);
                }
                Layer::ConvTranspose2d { kernel, stride, .. } => {
                    place.grow(stride);
                    place.margin = margin * stride + kernel;
                }
                Layer::MaxPool2d => place.shrink(2),
                Layer::Upsample2d => place.grow(2),
                Layer::PixelUnshuffle(factor) => place.shrink(factor),
                Layer::PixelShuffle(factor) => place.grow(factor),
                Layer::Fork => forks.push(margin),
                Layer::Join(join) => {
                    let kept = forks.pop()?;
                    let kept = match join {
                        Join::Add | Join::Concatenate | Join::AddEnlarged { factor: 1 } => kept,
                        Join::AddEnlarged { factor } => (kept + BESIDE) * factor,
                    };
                    place.margin = margin.max(kept);
                }
                _ => return None,
            }
            multiple = least_common_multiple(multiple, place.down);
        }
        let Place { down, up, margin } = place;
        let step = least_common_multiple(step, multiple);
        (down == 1).then_some(Self { multiple, step, margin, factor: up })
    }
}

impl Place {
    /// The least number of the input's pixels that is an even number of pixels here.
    fn every_other(&self) -> usize {
        2 * self.down / greatest_common_divisor(2 * self.down, self.up)
    }

    /// To so many times shorter sides.
    fn shrink(&mut self, factor: usize) {
        self.margin = self.margin.div_ceil(factor);
        let common = greatest_common_divisor(self.up, factor);
        self.up /= common;
        self.down *= factor / common;
    }

    /// To so many times longer sides.
    fn grow(&mut self, factor: usize) {
        self.margin *= factor;
        let common = greatest_common_divisor(self.down, factor);
        self.down /= common;
        self.up *= factor / common;
    }
}
