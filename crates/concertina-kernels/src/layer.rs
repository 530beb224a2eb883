//! The vocabulary: shapes, activations and the layers a stack is made of.

use crate::math::{sigmoid, tanh};

/// `[C, H, W]` of one image; a flat vector of `n` values is `[n, 1, 1]`.
pub type Shape = [usize; 3];

/// The function applied to each value that a layer computes.
///
/// A value that is not a number stays one, through every variant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// `y = x`.
    Identity,
    /// `y = max(x, 0)`.
    Relu,
    /// `y = x` where `x > 0`, else `slope * x`; the slope must be positive and finite.
    LeakyRelu(f32),
    /// `y = 1 / (1 + exp(-x))`.
    Sigmoid,
    /// `y = tanh(x)`.
    Tanh,
}

impl Activation {
    /// The value at `x`.
    #[inline]
    pub(crate) fn value(self, x: f32) -> f32 {
        match self {
            Activation::Identity => x,
            // Not `max`, which would turn NaN into zero.
            Activation::Relu => {
                if x <= 0.0 {
                    0.0
                } else {
                    x
                }
            }
            Activation::LeakyRelu(slope) => {
                if x <= 0.0 {
                    slope * x
                } else {
                    x
                }
            }
            Activation::Sigmoid => sigmoid(x),
            Activation::Tanh => tanh(x),
        }
    }

    /// Puts the value at each `x` in its place.
    #[inline(always)]
    pub(crate) fn apply(self, values: &mut [f32]) {
        // One loop for each kind: a loop that asks for the kind at each value is no vector code.
        match self {
            Activation::Identity => {}
            Activation::Relu => values.iter_mut().for_each(|x| *x = Activation::Relu.value(*x)),
            Activation::LeakyRelu(slope) => {
                values.iter_mut().for_each(|x| *x = Activation::LeakyRelu(slope).value(*x));
            }
            Activation::Sigmoid => values.iter_mut().for_each(|x| *x = sigmoid(*x)),
            Activation::Tanh => values.iter_mut().for_each(|x| *x = tanh(*x)),
        }
    }

    /// The derivative, told by the value `y` that the activation had.
    #[inline]
    pub(crate) fn slope(self, y: f32) -> f32 {
        match self {
            Activation::Identity => 1.0,
            Activation::Relu => {
                if y <= 0.0 {
                    0.0
                } else {
                    1.0
                }
            }
            Activation::LeakyRelu(slope) => {
                if y <= 0.0 {
                    slope
                } else {
                    1.0
                }
            }
            Activation::Sigmoid => y * (1.0 - y),
            Activation::Tanh => 1.0 - y * y,
        }
    }
}

/// What a convolution sees beyond the border: zeros, or nothing because it does not go there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// As Keras does it: `out = ceil(in / stride)`; of the `max((out - 1) * stride + kernel - in, 0)` zeros the
    /// smaller half lies before the image.
    Same,
    /// No padding: `out = (in - kernel) / stride + 1`.
    Valid,
}

/// One layer of a [`Sequential`](crate::Sequential).
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// Cross-correlation with a square kernel, plus a bias; weight `[out, in, kernel, kernel]`.
    Conv2d {
        /// Channels of the output.
        out_channels: usize,
        /// Height and width of the kernel.
        kernel: usize,
        /// 1 or 2.
        stride: usize,
        /// What happens at the border.
        padding: Padding,
        /// Applied after the bias.
        activation: Activation,
    },
    /// The adjoint of a [`Padding::Same`] convolution that maps `output_size` to the input's size, plus a bias;
    /// weight `[in, out, kernel, kernel]`.
    ConvTranspose2d {
        /// Channels of the output.
        out_channels: usize,
        /// Height and width of the kernel.
        kernel: usize,
        /// 1 or 2.
        stride: usize,
        /// `[H, W]` of the output: divided by the stride and rounded up, it must give the input's size.
        output_size: [usize; 2],
        /// Applied after the bias.
        activation: Activation,
    },
    /// A linear map of all values in C, H, W order, plus a bias; weight `[outputs, inputs]`, output `[outputs, 1, 1]`.
    Dense {
        /// Values of the output.
        outputs: usize,
        /// Applied after the bias.
        activation: Activation,
    },
    /// The maximum of each 2x2 window, stride 2. An odd size is rounded up: the last window hangs over the end. The
    /// gradient goes to the first maximum in row-major order.
    MaxPool2d,
    /// Nearest-neighbour upsampling by two.
    Upsample2d,
    /// The same values, in the same order, under another shape.
    Reshape(Shape),
    /// A long short-term memory (Hochreiter and Schmidhuber 1997, with forget gates) that reads an image `[C, H, W]` as H
    /// steps, its rows from the top down, of `C * W` values each: at step t it has
    ///
    /// ```text
    /// [i f g o] = weight x_t + recurrent_weight h_(t-1) + bias     h_0 = c_0 = 0
    /// c_t = sigmoid(f) c_(t-1) + sigmoid(i) tanh(g)
    /// h_t = sigmoid(o) tanh(c_t)
    /// ```
    ///
    /// weight `[4 hidden, C * W]`, recurrent weight `[4 hidden, hidden]`, bias `[4 hidden]`, the gates in the order of the
    /// equation. Output `[hidden, 1, 1]`, the last `h`, or `[1, H, hidden]`, each step's.
    Lstm {
        /// Values of `h`, and of `c`.
        hidden: usize,
        /// Whether the output is `h` of every step, or of the last.
        return_sequences: bool,
    },
    /// All values in C, H, W order, as each of `steps` rows: output `[1, steps, C * H * W]`.
    RepeatVector {
        /// Rows of the output.
        steps: usize,
    },
    /// The same linear map of each row, plus a bias: `[1, H, W]` to `[1, H, outputs]`; weight `[outputs, W]`.
    TimeDistributedDense {
        /// Values of an output row.
        outputs: usize,
        /// Applied after the bias.
        activation: Activation,
    },
}
