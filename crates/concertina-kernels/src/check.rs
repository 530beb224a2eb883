//! Whether a layer fits its input, which parameters it has, and what it costs.

use std::ops::Range;

use crate::error::SequentialError;
use crate::layer::{Activation, Layer, Padding, Shape};

/// The most values an activation of one image, or all parameters, may have.
pub(crate) const MOST_VALUES: usize = 1 << 31;
/// The most values a convolution's kernel may have, per pair of channels.
const MOST_TAPS: usize = 1 << 16;

/// A layer that fits its input.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub(crate) layer: Layer,
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    /// Zeros above and left of the image that a convolution reads (a transposed one: writes).
    pub(crate) before: [usize; 2],
    /// Where its parameters lie in the flat vector, in the order of [`tensors`].
    pub(crate) parameters: Vec<Range<usize>>,
}

/// A tensor of parameters that a layer needs.
pub(crate) struct Tensor {
    pub(crate) name: &'static str,
    pub(crate) shape: Vec<usize>,
    pub(crate) fan_in: usize,
    pub(crate) fan_out: usize,
}

pub(crate) fn size(shape: Shape) -> usize {
    shape.iter().product()
}

/// The product, if it stays within the limit.
pub(crate) fn count(
    layer: usize,
    what: &'static str,
    sizes: &[usize],
    limit: usize,
) -> Result<usize, SequentialError> {
    let product = sizes.iter().try_fold(1_usize, |product, &n| product.checked_mul(n));
    product.filter(|&n| n <= limit).ok_or(SequentialError::TooLarge { layer, what, limit })
}

/// The output's shape, and the padding before it.
pub(crate) fn check(
    number: usize,
    layer: &Layer,
    input: Shape,
) -> Result<(Shape, [usize; 2]), SequentialError> {
    let [channels, height, width] = input;
    let nonzero =
        |name, n| if n == 0 { Err(SequentialError::Zero { layer: number, name }) } else { Ok(()) };
    let activation = |activation| match activation {
        Activation::LeakyRelu(slope) if !(slope > 0.0 && slope.is_finite()) => {
            Err(SequentialError::NegativeSlope { layer: number, found: slope.to_string() })
        }
        _ => Ok(()),
    };
    let convolution = |kernel, stride: usize| {
        nonzero("out_channels", out_channels(layer))?;
        nonzero("kernel", kernel)?;
        if !(1..=2).contains(&stride) {
            return Err(SequentialError::Stride { layer: number, found: stride });
        }
        count(number, "the kernel", &[kernel, kernel], MOST_TAPS).map(drop)
    };
    let mut before = [0; 2];
    let output = match *layer {
        Layer::Conv2d { out_channels, kernel, stride, padding, activation: f } => {
            convolution(kernel, stride)?;
            activation(f)?;
            match padding {
                Padding::Same => {
                    before = [height, width].map(|n| same_padding(n, kernel, stride));
                    [out_channels, height.div_ceil(stride), width.div_ceil(stride)]
                }
                Padding::Valid => {
                    if kernel > height.min(width) {
                        return Err(SequentialError::KernelTooLarge {
                            layer: number,
                            kernel,
                            found: [height, width],
                        });
                    }
                    [out_channels, (height - kernel) / stride + 1, (width - kernel) / stride + 1]
                }
            }
        }
        Layer::ConvTranspose2d { out_channels, kernel, stride, output_size, activation: f } => {
            convolution(kernel, stride)?;
            activation(f)?;
            let found = output_size.map(|n| n.div_ceil(stride));
            if found != [height, width] {
                let input = [height, width];
                return Err(SequentialError::OutputSize {
                    layer: number,
                    output: output_size,
                    stride,
                    input,
                    found,
                });
            }
            before = output_size.map(|n| same_padding(n, kernel, stride));
            [out_channels, output_size[0], output_size[1]]
        }
        Layer::Dense { outputs, activation: f } => {
            nonzero("outputs", outputs)?;
            activation(f)?;
            [outputs, 1, 1]
        }
        Layer::MaxPool2d => [channels, height.div_ceil(2), width.div_ceil(2)],
        Layer::Upsample2d => {
            let doubled = |n: usize| n.saturating_mul(2);
            [channels, doubled(height), doubled(width)]
        }
        Layer::Reshape(to) => {
            let (expected, found) = (size(input), count(number, "the shape", &to, MOST_VALUES)?);
            if expected != found {
                return Err(SequentialError::Reshape {
                    layer: number,
                    from: input,
                    to,
                    expected,
                    found,
                });
            }
            to
        }
        Layer::Lstm { hidden, return_sequences } => {
            nonzero("hidden", hidden)?;
            if return_sequences { [1, height, hidden] } else { [hidden, 1, 1] }
        }
        Layer::RepeatVector { steps } => {
            nonzero("steps", steps)?;
            [1, steps, size(input)]
        }
        Layer::TimeDistributedDense { outputs, activation: f } => {
            nonzero("outputs", outputs)?;
            activation(f)?;
            if channels != 1 {
                return Err(SequentialError::Channels { layer: number, found: input });
            }
            [1, height, outputs]
        }
    };
    count(number, "the output", &output, MOST_VALUES)?;
    if let Layer::Conv2d { kernel, .. } | Layer::ConvTranspose2d { kernel, .. } = *layer {
        for [channels, height, width] in [input, output] {
            let padded = [channels, height.saturating_add(kernel), width.saturating_add(kernel)];
            count(number, "the image with its border", &padded, MOST_VALUES)?;
        }
    }
    Ok((output, before))
}

/// Zeros before the image, along an axis of `n`.
fn same_padding(n: usize, kernel: usize, stride: usize) -> usize {
    ((n.div_ceil(stride) - 1) * stride + kernel).saturating_sub(n) / 2
}

fn out_channels(layer: &Layer) -> usize {
    match *layer {
        Layer::Conv2d { out_channels, .. } | Layer::ConvTranspose2d { out_channels, .. } => {
            out_channels
        }
        _ => 0,
    }
}

/// The parameters of a layer, in the order of the flat vector.
pub(crate) fn tensors(layer: &Layer, input: Shape) -> Vec<Tensor> {
    let [channels, _, width] = input;
    match *layer {
        Layer::Conv2d { out_channels, kernel, .. } => {
            let area = kernel.saturating_mul(kernel);
            let fans = [channels, out_channels].map(|n| area.saturating_mul(n));
            weight_and_bias(vec![out_channels, channels, kernel, kernel], fans, out_channels)
        }
        Layer::ConvTranspose2d { out_channels, kernel, .. } => {
            let area = kernel.saturating_mul(kernel);
            let fans = [out_channels, channels].map(|n| area.saturating_mul(n));
            weight_and_bias(vec![channels, out_channels, kernel, kernel], fans, out_channels)
        }
        Layer::Dense { outputs, .. } => {
            weight_and_bias(vec![outputs, size(input)], [size(input), outputs], outputs)
        }
        Layer::TimeDistributedDense { outputs, .. } => {
            weight_and_bias(vec![outputs, width], [width, outputs], outputs)
        }
        Layer::Lstm { hidden, .. } => {
            let (gates, inputs) = (hidden.saturating_mul(4), channels * width);
            let mut tensors = weight_and_bias(vec![gates, inputs], [inputs, gates], gates);
            let (shape, name) = (vec![gates, hidden], "recurrent_weight");
            tensors.insert(1, Tensor { name, shape, fan_in: hidden, fan_out: gates });
            tensors
        }
        Layer::MaxPool2d | Layer::Upsample2d | Layer::Reshape(_) | Layer::RepeatVector { .. } => {
            Vec::new()
        }
    }
}

fn weight_and_bias(
    weight: Vec<usize>,
    [fan_in, fan_out]: [usize; 2],
    outputs: usize,
) -> Vec<Tensor> {
    [("weight", weight), ("bias", vec![outputs])]
        .map(|(name, shape)| Tensor { name, shape, fan_in, fan_out })
        .into()
}

/// Multiplications of one image's forward pass.
pub(crate) fn multiply_adds(layer: &Layer, input: Shape, output: Shape) -> u64 {
    let product =
        |sizes: &[usize]| sizes.iter().fold(1_u64, |product, &n| product.saturating_mul(n as u64));
    match *layer {
        Layer::Conv2d { kernel, .. } => product(&[size(output), input[0], kernel, kernel]),
        Layer::ConvTranspose2d { kernel, .. } => product(&[size(input), output[0], kernel, kernel]),
        Layer::Dense { outputs, .. } | Layer::TimeDistributedDense { outputs, .. } => {
            product(&[size(input), outputs])
        }
        Layer::Lstm { hidden, .. } => {
            let [_, steps, _] = input;
            product(&[4, hidden, size(input)]).saturating_add(product(&[4, hidden, steps, hidden]))
        }
        Layer::MaxPool2d | Layer::Upsample2d | Layer::Reshape(_) | Layer::RepeatVector { .. } => 0,
    }
}
