//! Shapes, activations, and the layers that a [`Sequential`](crate::Sequential) is made of.

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
    /// `y = x` where `x > 0`, else `negative_slope * x`. The negative slope must be positive and
    /// finite.
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
            Activation::LeakyRelu(negative_slope) => {
                if x <= 0.0 {
                    negative_slope * x
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
            Activation::LeakyRelu(negative_slope) => {
                values
                    .iter_mut()
                    .for_each(|x| *x = Activation::LeakyRelu(negative_slope).value(*x));
            }
            Activation::Sigmoid => values.iter_mut().for_each(|x| *x = sigmoid(*x)),
            Activation::Tanh => values.iter_mut().for_each(|x| *x = tanh(*x)),
        }
    }

    /// The derivative where the activation has the value `y`.
    #[inline]
    pub(crate) fn derivative(self, y: f32) -> f32 {
        match self {
            Activation::Identity => 1.0,
            Activation::Relu => {
                if y <= 0.0 {
                    0.0
                } else {
                    1.0
                }
            }
            Activation::LeakyRelu(negative_slope) => {
                if y <= 0.0 {
                    negative_slope
                } else {
                    1.0
                }
            }
            Activation::Sigmoid => y * (1.0 - y),
            Activation::Tanh => 1.0 - y * y,
        }
    }
}

/// The padding of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// As in Keras: `out = ceil(in / stride)`. Of the
    /// `n = max((out - 1) * stride + kernel - in, 0)` zeros along an axis, `floor(n / 2)` are
    /// before the image.
    Same,
    /// No padding: `out = floor((in - kernel) / stride) + 1`.
    Valid,
}

/// What tokens of a sequence may be, and how they become a network's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voice {
    /// The number of classes.
    pub classes: usize,
    /// If there is a number b, a class is a set of b things, one in each bit (classes is `2^b`),
    /// and its vector has a one for each of them, or a last one if there is none. Otherwise a class
    /// has a one in its own place.
    pub bits: Option<usize>,
}

impl Voice {
    /// Values of the vector.
    pub fn width(self) -> usize {
        self.bits.map_or(self.classes, |bits| bits + 1)
    }

    /// Values of the vectors of some voices side by side.
    pub(crate) fn widths(voices: &[Voice]) -> usize {
        voices.iter().map(|voice| voice.width()).sum()
    }
}

/// The decoder of `MusicVAE` (Roberts et al. 2018, section 3): LSTMs that read the code and, at
/// each step, the tokens of the step before, and give logits of the next tokens.
///
/// The input is `[E + T * V + 1, 1, 1]`: a code of E values, a *guide* of T steps of V voices, and
/// a temperature. The guide says what is fed to the step after each: a token, if it is the number
/// of a class (or of none: then nothing is); a token drawn by the logits over the temperature, if
/// it is -u, where u in 0..1 is the place in the cumulated probabilities; the most probable token
/// if it is -1 or less. The output is `[1, T, classes of all voices]`, logits. No gradient flows
/// through guide, temperature and tokens.
///
/// Where the guide says of all further steps of a segment that they are none of the classes, a core
/// has come to the end of its voices: its logits there are zeros, without a gradient, and cost no
/// time. So short sequences are not as dear as long ones.
///
/// With more than one segment the decoder is hierarchical: a conductor, LSTMs whose first state is
/// `tanh` of a linear map of the code and which have no input, makes an embedding for each segment,
/// and the core reads that in place of the code. A core's first state is `tanh` of a linear map of
/// the embedding; it is not carried from one segment to the next, but the last token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LstmDecoder {
    /// T, a multiple of the segments.
    pub steps: usize,
    /// The number of segments; 1 for a flat decoder.
    pub segments: usize,
    /// The sizes of the conductor's LSTMs; none if there is one segment.
    pub conductor: Vec<usize>,
    /// V voices.
    pub voices: Vec<Voice>,
    /// Who decodes which voices: the first core the first `voices` of its, and so on.
    pub cores: Vec<Core>,
}

/// A stack of LSTMs that decodes some neighbouring voices and sees the past of those alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Core {
    /// How many voices.
    pub voices: usize,
    /// The sizes of its LSTMs, the first reads tokens.
    pub hidden: Vec<usize>,
}

/// How an input and what became of it are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// Their sum, as in a residual block (He et al. 2016). Both have one shape.
    Add,
    /// The channels of the input, then those of what became of it, as in a U-Net (Ronneberger et
    /// al. 2015). Both have one height and width.
    Concatenate,
    /// The sum of what became of the input, `[C, factor H, factor W]`, and the first C channels of
    /// the input, `[C or more, H, W]`, enlarged by bicubic interpolation (Keys 1981, a = -0.5, the
    /// image mirrored at its edges): the global skip of super-resolution, where a network predicts
    /// what an interpolation lacks (Kim et al. 2016, VDSR). With factor 1 nothing is enlarged.
    AddEnlarged {
        /// At least 1.
        factor: usize,
    },
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
        /// Zeros around the image, or none.
        padding: Padding,
        /// Applied after the bias.
        activation: Activation,
    },
    /// Transposed convolution, plus a bias: the adjoint of a [`Padding::Same`] convolution that
    /// maps `output_size` to the input's size. Weight `[in, out, kernel, kernel]`.
    ConvTranspose2d {
        /// Channels of the output.
        out_channels: usize,
        /// Height and width of the kernel.
        kernel: usize,
        /// 1 or 2.
        stride: usize,
        /// `[H, W]` of the output: divided by the stride and rounded up, it must give the input's
        /// size.
        output_size: [usize; 2],
        /// Applied after the bias.
        activation: Activation,
    },
    /// A linear map of all values in C, H, W order, plus a bias. Weight `[outputs, inputs]`, output
    /// `[outputs, 1, 1]`.
    Dense {
        /// Values of the output.
        outputs: usize,
        /// Applied after the bias.
        activation: Activation,
    },
    /// 2x2 max pooling with stride 2. An odd size is rounded up: the last window is smaller. The
    /// gradient goes to the first maximum in row-major order.
    MaxPool2d,
    /// Nearest-neighbour upsampling x2.
    Upsample2d,
    /// The same values, in the same order, under another shape.
    Reshape(Shape),
    /// Keeps its input for the [`Join`](Layer::Join) that belongs to it, as brackets belong
    /// together, and passes it on. The layers in between are image-local: neither dense nor of
    /// sequences.
    Fork,
    /// What the layers since its [`Fork`](Layer::Fork) made of an input, together with that input.
    Join(Join),
    /// The rearrangement of a sub-pixel convolution (Shi et al. 2016, equation 4), for a factor r:
    /// `[C r r, H, W]` to `[C, r H, r W]`, in the order of PyTorch's `pixel_shuffle`: the value at
    /// `[c, r y + i, r x + j]` is that at `[c r r + i r + j, y, x]`.
    PixelShuffle(usize),
    /// The inverse of [`PixelShuffle`](Layer::PixelShuffle), `[C, r H, r W]` to `[C r r, H, W]`.
    PixelUnshuffle(usize),
    /// A long short-term memory (Hochreiter and Schmidhuber 1997, with forget gates) that reads an
    /// image `[C, H, W]` as a sequence of H steps of `C * W` values, its rows from the top down. At
    /// step t it computes
    ///
    /// ```text
    /// [i f g o] = weight x_t + recurrent_weight h_(t-1) + bias     h_0 = c_0 = 0
    /// c_t = sigmoid(f) c_(t-1) + sigmoid(i) tanh(g)
    /// h_t = sigmoid(o) tanh(c_t)
    /// ```
    ///
    /// Weight `[4 hidden, C * W]`, recurrent weight `[4 hidden, hidden]`, bias `[4 hidden]`, the
    /// gates in the order of the equation. Output `[hidden, 1, 1]`, the last `h`, or with
    /// `return_sequences` `[1, H, hidden]`.
    Lstm {
        /// Size of `h` and of `c`.
        hidden: usize,
        /// Whether to return `h` of all steps, as Keras does under this name, or that of the last.
        return_sequences: bool,
    },
    /// Two LSTMs over the same steps, one from the first to the last and one from the last to the
    /// first, whose outputs lie side by side (Schuster and Paliwal 1997). The steps are cut into
    /// `segments` sequences of equal length, each read by itself from a state of zeros.
    ///
    /// Parameters as of [`Lstm`](Layer::Lstm), first those of the way there, then those of the way
    /// back. Output `[1, segments, 2 hidden]`, the last `h` of both ways, `[2 hidden, 1, 1]` if
    /// there is one segment, or with `return_sequences` `[1, H, 2 hidden]`.
    BidirectionalLstm {
        /// Size of `h` and of `c` of each way.
        hidden: usize,
        /// Whether to return `h` of all steps or the last of both ways.
        return_sequences: bool,
        /// How many sequences the steps are.
        segments: usize,
    },
    /// Tokens as vectors, `[1, T, V]` to `[1, T, width]`: the token of each of V voices is the
    /// number of a class, and becomes ones among zeros as its [`Voice`] says; the voices' vectors
    /// lie side by side. A number that is none of the voice's classes gives zeros. An LSTM behind
    /// it takes rows of its weight in place of products. There is no gradient to the input.
    OneHot {
        /// The voices of a step.
        voices: Vec<Voice>,
    },
    /// An autoregressive decoder of sequences of tokens.
    LstmDecoder(Box<LstmDecoder>),
    /// Repeat vector: all values in C, H, W order, repeated `steps` times. Output
    /// `[1, steps, C * H * W]`.
    RepeatVector {
        /// How many times the vector is repeated.
        steps: usize,
    },
    /// Time-distributed dense layer: the same linear map of each row, plus a bias, `[1, H, W]` to
    /// `[1, H, outputs]`. Weight `[outputs, W]`.
    TimeDistributedDense {
        /// Values of a row of the output.
        outputs: usize,
        /// Applied after the bias.
        activation: Activation,
    },
}

impl Layer {
    /// Whether it maps each image by itself, channel plane by channel plane.
    pub(crate) fn is_local(&self) -> bool {
        match self {
            Layer::Conv2d { .. }
            | Layer::ConvTranspose2d { .. }
            | Layer::MaxPool2d
            | Layer::Upsample2d
            | Layer::Reshape(_)
            | Layer::Fork
            | Layer::Join(_)
            | Layer::PixelShuffle(_)
            | Layer::PixelUnshuffle(_) => true,
            Layer::Dense { .. }
            | Layer::TimeDistributedDense { .. }
            | Layer::RepeatVector { .. }
            | Layer::Lstm { .. }
            | Layer::BidirectionalLstm { .. }
            | Layer::OneHot { .. }
            | Layer::LstmDecoder(_) => false,
        }
    }
}
