//! Pictures whose colours are not those that a model was trained on.

use crate::data::FloatImages;
use crate::math::resize_bicubic;
use crate::shape::ImageShape;

/// Weights of red, green and blue in the luma (ITU-R BT.601, as in JPEG and in MATLAB's
/// `rgb2ycbcr`, by whose luma enlarged pictures are compared).
const LUMA: [f32; 3] = [0.299, 0.587, 0.114];

/// How a model is applied to the colours of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    /// As they are.
    Direct,
    /// A grey model that keeps the size, to each colour by itself.
    Each,
    /// A grey model that enlarges, to the luma: what differs from its bicubic enlargement is added
    /// to that of all colours. Eyes see little of what the colours lack beside it.
    Luma,
    /// A colour model, to three times the same grey, of whose result the luma is taken.
    Spread,
}

impl Colours {
    /// For a model and a picture of 1 or 3 channels.
    pub(super) fn of(model: usize, picture: usize, factor: usize) -> Self {
        match (model, picture) {
            (1, 3) if factor == 1 => Self::Each,
            (1, 3) => Self::Luma,
            (3, 1) => Self::Spread,
            _ => Self::Direct,
        }
    }

    /// A tile of `[C, H, W]`, restored by `run`, which takes and gives the model's channels.
    pub(super) fn restore(
        self,
        tile: &[f32],
        [height, width]: [usize; 2],
        factor: usize,
        run: impl Fn(&[f32]) -> Vec<f32>,
    ) -> Vec<f32> {
        let area = height * width;
        match self {
            Self::Direct => run(tile),
            Self::Each => tile.chunks_exact(area).flat_map(run).collect(),
            Self::Luma => {
                let mut enlarged: Vec<f32> = tile
                    .chunks_exact(area)
                    .flat_map(|plane| enlarge(plane, [height, width], factor))
                    .collect();
                let more: Vec<f32> = run(&luma(tile))
                    .iter()
                    .zip(luma(&enlarged))
                    .map(|(new, old)| new - old)
                    .collect();
                for plane in enlarged.chunks_exact_mut(more.len()) {
                    plane.iter_mut().zip(&more).for_each(|(value, more)| *value += more);
                }
                enlarged
            }
            Self::Spread => luma(&run(&tile.repeat(3))),
        }
    }
}

/// The luma of three planes.
pub(crate) fn luma(planes: &[f32]) -> Vec<f32> {
    let area = planes.len() / 3;
    let mix = |at| LUMA.iter().enumerate().map(|(c, weight)| weight * planes[c * area + at]).sum();
    (0..area).map(mix).collect()
}

/// Pictures enlarged by bicubic interpolation (a = -0.5, mirrored at the edges), clipped to 0..1.
pub fn enlarge_bicubic(pictures: &FloatImages, factor: usize) -> FloatImages {
    let shape = pictures.shape();
    let sides = [shape.height, shape.width];
    let planes = pictures.values().chunks_exact(shape.area());
    let values = planes.flat_map(|plane| enlarge(plane, sides, factor));
    let [height, width] = sides.map(|side| side * factor);
    let values = values.map(|value| value.clamp(0.0, 1.0)).collect();
    FloatImages::new(ImageShape { height, width, ..shape }, values)
}

/// A plane enlarged by bicubic interpolation. Not clipped.
pub(super) fn enlarge(plane: &[f32], sides: [usize; 2], factor: usize) -> Vec<f32> {
    resize_bicubic(plane, sides, sides.map(|side| side * factor))
}
