//! The forward pass in ordinary Burn operations, for the devices that `concertina-kernels` does not
//! run on.

mod decoder;
mod enlarge;
mod lstm;
mod parameters;

use burn::tensor::module::{conv_transpose2d, conv2d, interpolate, linear, max_pool2d};
use burn::tensor::ops::{
    ConvOptions, ConvTransposeOptions, InterpolateMode, InterpolateOptions, MaxPoolOptions,
};
use burn::tensor::{Tensor, activation};
use concertina_kernels::{Activation, Join, Layer, Padding, Sequential};

use self::parameters::Parameters;

/// Runs `network` on a batch, on any device; shapes and values are those of
/// [`forward`](super::forward).
///
/// One difference remains: on some devices the maximum of a number and NaN is the number; in the
/// kernels it is NaN.
pub(super) fn forward_with_operations(
    network: &Sequential,
    parameters: Tensor<1>,
    x: Tensor<2>,
) -> Tensor<2> {
    let [batch, _] = x.dims();
    let [channels, height, width] = network.input();
    let mut parameters = Parameters::new(parameters, network);
    let mut x = x.reshape([batch, channels, height, width]);
    let mut kept = Vec::new();
    for layer in network.layers() {
        x = match layer {
            Layer::Fork => {
                kept.push(x.clone());
                x
            }
            Layer::Join(join) => {
                let before = kept.pop().expect("a join has a fork: the network was checked");
                match join {
                    Join::Add => before + x,
                    Join::Concatenate => Tensor::cat(vec![before, x], 1),
                    Join::AddEnlarged { factor } => {
                        let channels = x.dims()[1];
                        enlarge::enlarged(before.narrow(1, 0, channels), *factor) + x
                    }
                }
            }
            layer => apply(layer, &mut parameters, x),
        };
    }
    x.flatten(1, 3)
}

/// Runs one layer on `[B, C, H, W]`.
fn apply(layer: &Layer, parameters: &mut Parameters, x: Tensor<4>) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    match *layer {
        Layer::Conv2d { kernel, stride, padding, activation, .. } => {
            let padding = match padding {
                Padding::Same => [height, width].map(|n| same_padding(n, kernel, stride)),
                Padding::Valid => [(0, 0); 2],
            };
            let options = ConvOptions::new_with_padding([stride; 2], padding, [1; 2], 1);
            let (weight, bias) = (parameters.next(), parameters.next());
            activate(activation, conv2d(x, weight, Some(bias), options))
        }
        Layer::ConvTranspose2d { kernel, stride, output_size, activation, .. } => {
            let (weight, bias) = (parameters.next(), parameters.next());
            activate(activation, transposed(x, weight, bias, kernel, stride, output_size))
        }
        Layer::Dense { outputs, activation } => {
            let (weight, bias): (Tensor<2>, _) = (parameters.next(), parameters.next());
            let y: Tensor<2> = linear(x.flatten(1, 3), weight.transpose(), Some(bias));
            activate(activation, y.reshape([batch, outputs, 1, 1]))
        }
        Layer::MaxPool2d => max_pool2d(x, MaxPoolOptions::new([2; 2]).with_ceil_mode(true)),
        Layer::Upsample2d => {
            let options = InterpolateOptions::new(InterpolateMode::Nearest);
            interpolate(x, options.with_output_size([2 * height, 2 * width]))
        }
        Layer::Reshape([c, h, w]) => x.reshape([batch, c, h, w]),
        Layer::Fork | Layer::Join(_) => unreachable!("they need what was kept"),
        Layer::PixelShuffle(r) => {
            let x: Tensor<6> = x.reshape([batch, channels / (r * r), r, r, height, width]);
            let x = x.permute([0, 1, 4, 2, 5, 3]);
            x.reshape([batch, channels / (r * r), height * r, width * r])
        }
        Layer::PixelUnshuffle(r) => {
            let x: Tensor<6> = x.reshape([batch, channels, height / r, r, width / r, r]);
            let x = x.permute([0, 1, 3, 5, 2, 4]);
            x.reshape([batch, channels * r * r, height / r, width / r])
        }
        Layer::Lstm { return_sequences, .. } => {
            let tensors = (parameters.next(), parameters.next(), parameters.next());
            lstm::lstm(x, tensors, return_sequences)
        }
        Layer::BidirectionalLstm { return_sequences, segments, .. } => {
            let [there, back] =
                [0, 1].map(|_| (parameters.next(), parameters.next(), parameters.next()));
            lstm::bidirectional(x, [there, back], return_sequences, segments)
        }
        Layer::OneHot { ref voices } => decoder::one_hot(&x, voices),
        Layer::LstmDecoder(ref decoder) => decoder::decode(x, decoder, parameters),
        Layer::RepeatVector { steps } => {
            x.reshape([batch, 1, 1, channels * height * width]).repeat_dim(2, steps)
        }
        Layer::TimeDistributedDense { activation, .. } => {
            let (weight, bias): (Tensor<2>, _) = (parameters.next(), parameters.next());
            let rows: Tensor<3> = x.squeeze_dim(1);
            let y: Tensor<3> = linear(rows, weight.transpose(), Some(bias));
            activate(activation, y.unsqueeze_dim(1))
        }
    }
}

/// A transposed convolution: the adjoint of a convolution with same padding.
fn transposed(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    kernel: usize,
    stride: usize,
    output_size: [usize; 2],
) -> Tensor<4> {
    let [batch, _, height, width] = x.dims();
    let before = output_size.map(|n| same_padding(n, kernel, stride).0);
    // A kernel smaller than the stride does not reach the end of an output of even size.
    let missing = |n: usize, size: usize| size.saturating_sub((n - 1) * stride + kernel);
    let missing = [missing(height, output_size[0]), missing(width, output_size[1])];
    let options = ConvTransposeOptions::new([stride; 2], before, missing, [1; 2], 1);
    let y = conv_transpose2d(x, weight, Some(bias), options);
    // Burn crops equally at both ends; for an odd amount of padding one row or column is left to
    // crop.
    let [_, channels, height, width] = y.dims();
    let [rows, columns] = output_size;
    if output_size == [height, width] {
        y
    } else {
        y.slice([0..batch, 0..channels, 0..rows, 0..columns])
    }
}

/// The padding before and after an axis of length `n`, as for [`Padding::Same`].
fn same_padding(n: usize, kernel: usize, stride: usize) -> (usize, usize) {
    let zeros = ((n.div_ceil(stride) - 1) * stride + kernel).saturating_sub(n);
    (zeros / 2, zeros.div_ceil(2))
}

fn activate(function: Activation, x: Tensor<4>) -> Tensor<4> {
    match function {
        Activation::Identity => x,
        Activation::Relu => activation::relu(x),
        // At zero, Burn's leaky ReLU has the derivative 1, the kernels' has `slope`.
        Activation::LeakyRelu(slope) => {
            let below = x.clone().lower_equal_elem(0.0);
            x.clone().mask_where(below, x * slope)
        }
        Activation::Sigmoid => activation::sigmoid(x),
        Activation::Tanh => activation::tanh(x),
    }
}

#[cfg(test)]
mod tests;
