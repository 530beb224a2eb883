//! Convolutions whose number adapts to the size of the images: stride 2 and 4x4 kernels, as in the
//! DCGAN discriminator and generator (Radford, Metz, Chintala 2015), without batch normalisation.
//! With a kernel twice the stride every output pixel is covered equally often, which avoids
//! checkerboard artifacts.

use concertina_kernels::Activation::{Identity, LeakyRelu, Relu};
use concertina_kernels::{Layer, Padding};
use serde::{Deserialize, Serialize};

use super::family::{self, Body, CodeLayer, Family, conv3x3, photographs};
use crate::error::{Error, Result};
use crate::shape::ImageShape;

/// 4x4 convolutions of stride 2, mirrored by transposed convolutions; for images of any size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Conv {
    /// Channels of the encoder's layers, in order; each halves both sides. Layers that would reduce
    /// the shorter side below 4 are left out.
    #[serde(default = "default_channels")]
    pub channels: Vec<usize>,
    /// Side of the kernels in pixels, at least 2.
    #[serde(default = "default_kernel")]
    pub kernel: usize,
    /// Negative slope of the encoder's leaky `ReLU`s; 0 makes them `ReLU`s.
    #[serde(default)]
    pub leaky_slope: f32,
}

fn default_channels() -> Vec<usize> {
    vec![32, 64, 128, 256]
}

fn default_kernel() -> usize {
    4
}

impl Default for Conv {
    fn default() -> Self {
        Self { channels: default_channels(), kernel: default_kernel(), leaky_slope: 0.0 }
    }
}

impl Family for Conv {
    fn layers(
        &self,
        input: ImageShape,
        target: ImageShape,
        code: CodeLayer,
    ) -> Result<family::Layers> {
        let Self { channels, kernel, leaky_slope } = self;
        let is_map = code.latent_dim.is_none();
        body(channels, *kernel, *leaky_slope, is_map, [input, target])?.around(code, input)
    }

    fn usual_shape(&self, side: Option<usize>) -> ImageShape {
        photographs(side)
    }
}

const STRIDE: usize = 2;
/// The shorter side of the last feature map is at least this.
const SMALLEST_SIDE: usize = 4;

/// The encoder's layers halve `input`; the decoder's double the smallest map until `target` is
/// reached. If the code is a feature map (`is_map`), the decoder's input has the shape of the
/// encoder's output, also if `target` is larger than `input`.
fn body(
    channels: &[usize],
    kernel: usize,
    leaky_slope: f32,
    is_map: bool,
    [input, target]: [ImageShape; 2],
) -> Result<Body> {
    // A kernel of 1 would skip every second pixel.
    if kernel < STRIDE {
        return Err(Error::config(format!(
            "`network.kernel`: expected at least {STRIDE}, found {kernel}"
        )));
    }
    if !(0.0..1.0).contains(&leaky_slope) {
        return Err(Error::config(format!(
            "`network.leaky-slope`: expected at least 0 and below 1, found {leaky_slope}"
        )));
    }
    let activation = if leaky_slope > 0.0 { LeakyRelu(leaky_slope) } else { Relu };
    if channels.is_empty() || channels.contains(&0) {
        return Err(Error::config(format!(
            "`network.channels`: expected one or more numbers of at least 1, found {channels:?}"
        )));
    }
    let encoder: Vec<Layer> = sides(input, channels.len())
        .skip(1)
        .zip(channels)
        .map(|(_, &out_channels)| Layer::Conv2d {
            out_channels,
            kernel,
            stride: STRIDE,
            padding: Padding::Same,
            activation,
        })
        .collect();

    // From the smallest map to the target: sizes [h, w] in rising order, channels mirrored, then
    // the image's own.
    let depth = if is_map { encoder.len() } else { channels.len() };
    let upsampled = if is_map { doublings(input, target) } else { 0 };
    let mut sizes: Vec<[usize; 2]> = sides(target, depth + upsampled).collect();
    sizes.reverse();
    let levels = sizes.len() - 1;
    // Levels larger than the input have no encoder layer to mirror; they get the channels of the
    // encoder's first layer.
    let outward: Vec<usize> =
        std::iter::repeat_n(channels[0], upsampled).chain(channels.iter().copied()).collect();
    let start = if levels == 0 { target.channels } else { outward[levels - 1] };
    let mut decoder: Vec<Layer> = (0..levels)
        .map(|level| {
            let last = level + 1 == levels;
            Layer::ConvTranspose2d {
                out_channels: if last { target.channels } else { outward[levels - 2 - level] },
                kernel,
                stride: STRIDE,
                output_size: sizes[level + 1],
                activation: if last { Identity } else { Relu },
            }
        })
        .collect();
    if levels == 0 {
        // The image is too small to be halved: a dense layer follows the code, and a convolution
        // gives the logits.
        decoder.push(conv3x3(target.channels, Identity));
    }
    Ok(Body { encoder, decoder_input: [start, sizes[0][0], sizes[0][1]], decoder })
}

/// The number of times that `input` must be doubled to reach the sides of `target`.
pub(super) fn doublings(input: ImageShape, target: ImageShape) -> usize {
    let doubled = |height: &usize| height.checked_mul(STRIDE);
    let larger = std::iter::successors(Some(input.height), doubled);
    larger.take_while(|height| *height < target.height).count()
}

/// `[height, width]` of the image, then after each halving, as long as the shorter side is at least
/// [`SMALLEST_SIDE`].
fn sides(shape: ImageShape, most: usize) -> impl Iterator<Item = [usize; 2]> {
    let halve = |[height, width]: &[usize; 2]| {
        let half = [height.div_ceil(STRIDE), width.div_ceil(STRIDE)];
        (half[0].min(half[1]) >= SMALLEST_SIDE).then_some(half)
    };
    std::iter::successors(Some([shape.height, shape.width]), halve).take(most + 1)
}
