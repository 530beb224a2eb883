//! Convolutions that scale themselves to the images: stride 2 and 4x4 kernels, as in the DCGAN encoder and generator
//! (Radford, Metz, Chintala 2015), without batch normalisation. A kernel twice the stride covers every output pixel equally
//! often, so the decoder draws no checkerboards.

use concertina_kernels::Activation::{Identity, LeakyRelu, Relu};
use concertina_kernels::{Layer, Padding};

use super::{Body, conv3x3};
use crate::error::{Error, Result};
use crate::shape::ImageShape;

const STRIDE: usize = 2;
/// The shorter side of the last feature map is at least this.
const SMALLEST_SIDE: usize = 4;

/// The encoder's layers halve `input`; the decoder's double the smallest map until `target` is reached. With a `full` code the
/// decoder begins with the map that the encoder ends in, also where it ends in larger images than went in.
pub(super) fn body(
    channels: &[usize],
    kernel: usize,
    leaky_slope: f32,
    full: bool,
    [input, target]: [ImageShape; 2],
) -> Result<Body> {
    // A kernel of 1 would pass over every second pixel.
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

    // From the smallest map to the target: sizes [h, w] in rising order, channels mirrored, then the image's own.
    let depth = if full { encoder.len() } else { channels.len() };
    let enlarged = if full { doublings(input, target) } else { 0 };
    let mut sizes: Vec<[usize; 2]> = sides(target, depth + enlarged).collect();
    sizes.reverse();
    let levels = sizes.len() - 1;
    // What is larger than the input has no map of the encoder to mirror; it has as many channels as the largest.
    let outward: Vec<usize> =
        std::iter::repeat_n(channels[0], enlarged).chain(channels.iter().copied()).collect();
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
        // Too small a picture to be halved: the dense layer behind the code draws it, a convolution gives the logits.
        decoder.push(conv3x3(target.channels, Identity));
    }
    Ok(Body { encoder, decoder_input: [start, sizes[0][0], sizes[0][1]], decoder })
}

/// How often `input` must be doubled to reach the sides of `target`.
pub(super) fn doublings(input: ImageShape, target: ImageShape) -> usize {
    let doubled = |height: &usize| height.checked_mul(STRIDE);
    let larger = std::iter::successors(Some(input.height), doubled);
    larger.take_while(|height| *height < target.height).count()
}

/// The image's own [height, width], then after each halving, as long as the shorter side stays large enough.
fn sides(shape: ImageShape, most: usize) -> impl Iterator<Item = [usize; 2]> {
    let halve = |[height, width]: &[usize; 2]| {
        let half = [height.div_ceil(STRIDE), width.div_ceil(STRIDE)];
        (half[0].min(half[1]) >= SMALLEST_SIDE).then_some(half)
    };
    std::iter::successors(Some([shape.height, shape.width]), halve).take(most + 1)
}
