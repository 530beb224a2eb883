//! The operations of a graph.

use concertina_kernels as kernels;
use serde::Serialize;

use super::tensors::Tensor;

/// One layer: what it does, and to which shape.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// What it does.
    #[serde(flatten)]
    pub op: Op,
    /// `[C, H, W]` of what it gets.
    pub input: [usize; 3],
    /// `[C, H, W]` of what it gives.
    pub output: [usize; 3],
    /// Its parameters.
    #[serde(flatten, serialize_with = "super::tensors::by_name")]
    pub tensors: Vec<Tensor>,
}

/// What a layer does. Tensors are named after PyTorch's; gates of LSTMs lie in the order i, f, g,
/// o.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "op", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Op {
    /// Cross-correlation plus a bias; weight `[out, in, kernel, kernel]`.
    Conv {
        /// Height and width of the kernel.
        kernel: usize,
        /// Of both axes.
        stride: usize,
        /// Zeros above, left of, below and right of the input.
        pads: [usize; 4],
        /// Applied after the bias.
        activation: Activation,
    },
    /// Transposed convolution plus a bias; weight `[in, out, kernel, kernel]`.
    ConvTranspose {
        /// Height and width of the kernel.
        kernel: usize,
        /// Of both axes.
        stride: usize,
        /// What is cut off the full result above, left, below and right.
        pads: [usize; 4],
        /// Rows below and columns on the right of the full result that no input reaches, and that
        /// the output has nevertheless: zeros before the bias. PyTorch's `output_padding`.
        output_padding: [usize; 2],
        /// Applied after the bias.
        activation: Activation,
    },
    /// A linear map of all values plus a bias; weight `[out, in]`.
    Dense {
        /// Applied after the bias.
        activation: Activation,
    },
    /// 2x2 maximum with stride 2; of odd sides the last window is smaller.
    MaxPool,
    /// Each value four times, as 2x2.
    Upsample,
    /// The same values under another shape.
    Reshape,
    /// Keeps its input for the `Join` that belongs to it, as brackets do, and passes it on.
    Fork,
    /// Puts what became of a kept input and that input together.
    Join(Join),
    /// `[C r r, H, W]` to `[C, r H, r W]`, as PyTorch's `pixel_shuffle`.
    PixelShuffle {
        /// r.
        factor: usize,
    },
    /// The inverse of `PixelShuffle`.
    PixelUnshuffle {
        /// r.
        factor: usize,
    },
    /// A long short-term memory over the rows of an image.
    Lstm {
        /// Values of its state.
        hidden: usize,
        /// Whether it gives the state after every row, or after the last.
        sequences: bool,
    },
    /// Two of them, one from each end, over each of some segments of the rows.
    BidirectionalLstm {
        /// Values of the state of each.
        hidden: usize,
        /// Whether it gives the states after every row, or the last of both ways.
        sequences: bool,
        /// Sequences that the rows are cut into.
        segments: usize,
    },
    /// Tokens as vectors.
    OneHot {
        /// What the tokens of a step may be.
        voices: Vec<Voice>,
    },
    /// The decoder of `MusicVAE`, which sees its own past.
    LstmDecoder {
        /// Steps of the output.
        steps: usize,
        /// Parts of the output that a conductor gives an embedding; 1 without a conductor.
        segments: usize,
        /// Sizes of the conductor's LSTMs.
        conductor: Vec<usize>,
        /// What the tokens of a step may be.
        voices: Vec<Voice>,
        /// Who decodes which voices.
        cores: Vec<Core>,
    },
    /// All values, repeated as rows.
    Repeat {
        /// Number of rows.
        steps: usize,
    },
    /// The same linear map of each row, plus a bias; weight `[out, W]`.
    Rows {
        /// Applied after the bias.
        activation: Activation,
    },
}

/// How a kept input and what became of it are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "join", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Join {
    /// Their sum.
    Add,
    /// The channels of the input, then the others.
    Concatenate,
    /// The sum, after bicubic enlargement of the first channels of the input.
    AddEnlarged {
        /// By how much; 1 for not at all.
        factor: usize,
    },
}

/// A function of each value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Activation {
    /// `x`.
    Identity,
    /// `max(x, 0)`.
    Relu,
    /// `x`, or `slope x` where `x` is not positive.
    LeakyRelu {
        /// Of the negative side.
        slope: f32,
    },
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
    /// `tanh(x)`.
    Tanh,
}

/// What a token may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Voice {
    /// Number of classes.
    pub classes: usize,
    /// If there is a number, a class is a set of so many things, one in each bit.
    pub bits: Option<usize>,
}

/// LSTMs that decode some neighbouring voices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Core {
    /// How many voices.
    pub voices: usize,
    /// Sizes of its LSTMs.
    pub hidden: Vec<usize>,
}

impl Node {
    /// The layer's tensor of that name.
    pub(super) fn tensor(&self, name: &str) -> &Tensor {
        let found = self.tensors.iter().find(|tensor| tensor.name == name);
        found.expect("a layer has the tensors that its kind has")
    }

    /// How many values it gets without a guide: those of a code, if it is the decoder of music.
    pub(super) fn code_len(&self) -> usize {
        let all = self.input.iter().product::<usize>();
        match &self.op {
            Op::LstmDecoder { steps, voices, .. } => all - steps * voices.len() - 1,
            _ => all,
        }
    }
}

impl Voice {
    /// Values of the vector of a token.
    pub(super) fn width(self) -> usize {
        self.bits.map_or(self.classes, |bits| bits + 1)
    }
}

impl Op {
    /// Of a layer from one shape to another.
    pub(super) fn of(layer: &kernels::Layer, input: [usize; 3], output: [usize; 3]) -> Self {
        use kernels::Layer;
        match *layer {
            Layer::Conv2d { kernel, stride, padding, activation, .. } => Self::Conv {
                kernel,
                stride,
                pads: match padding {
                    kernels::Padding::Same => pads(output, input, kernel, stride).0,
                    kernels::Padding::Valid => [0; 4],
                },
                activation: activation.into(),
            },
            Layer::ConvTranspose2d { kernel, stride, activation, .. } => {
                let (pads, output_padding) = pads(input, output, kernel, stride);
                Self::ConvTranspose {
                    kernel,
                    stride,
                    pads,
                    output_padding,
                    activation: activation.into(),
                }
            }
            Layer::Dense { activation, .. } => Self::Dense { activation: activation.into() },
            Layer::MaxPool2d => Self::MaxPool,
            Layer::Upsample2d => Self::Upsample,
            Layer::Reshape(_) => Self::Reshape,
            Layer::Fork => Self::Fork,
            Layer::Join(join) => Self::Join(join.into()),
            Layer::PixelShuffle(factor) => Self::PixelShuffle { factor },
            Layer::PixelUnshuffle(factor) => Self::PixelUnshuffle { factor },
            Layer::Lstm { hidden, return_sequences } => {
                Self::Lstm { hidden, sequences: return_sequences }
            }
            Layer::BidirectionalLstm { hidden, return_sequences, segments } => {
                Self::BidirectionalLstm { hidden, sequences: return_sequences, segments }
            }
            Layer::OneHot { ref voices } => Self::OneHot { voices: plain(voices) },
            Layer::LstmDecoder(ref decoder) => Self::LstmDecoder {
                steps: decoder.steps,
                segments: decoder.segments,
                conductor: decoder.conductor.clone(),
                voices: plain(&decoder.voices),
                cores: decoder
                    .cores
                    .iter()
                    .map(|core| Core { voices: core.voices, hidden: core.hidden.clone() })
                    .collect(),
            },
            Layer::RepeatVector { steps } => Self::Repeat { steps },
            Layer::TimeDistributedDense { activation, .. } => {
                Self::Rows { activation: activation.into() }
            }
        }
    }
}

/// The zeros around the large side of a convolution from `large` to `small` (above, left, below,
/// right), half of them before, rounded down; and what the large side has in excess of what the
/// kernel reaches, below and on the right.
fn pads(
    small: [usize; 3],
    large: [usize; 3],
    kernel: usize,
    stride: usize,
) -> ([usize; 4], [usize; 2]) {
    let axis = |axis: usize| {
        let reached = (small[axis] - 1) * stride + kernel;
        let total = reached.saturating_sub(large[axis]);
        [total / 2, total - total / 2, large[axis].saturating_sub(reached)]
    };
    let [rows, columns] = [axis(1), axis(2)];
    ([rows[0], columns[0], rows[1], columns[1]], [rows[2], columns[2]])
}

fn plain(voices: &[kernels::Voice]) -> Vec<Voice> {
    voices.iter().map(|voice| Voice { classes: voice.classes, bits: voice.bits }).collect()
}

impl From<kernels::Activation> for Activation {
    fn from(activation: kernels::Activation) -> Self {
        match activation {
            kernels::Activation::Identity => Self::Identity,
            kernels::Activation::Relu => Self::Relu,
            kernels::Activation::LeakyRelu(slope) => Self::LeakyRelu { slope },
            kernels::Activation::Sigmoid => Self::Sigmoid,
            kernels::Activation::Tanh => Self::Tanh,
        }
    }
}

impl From<kernels::Join> for Join {
    fn from(join: kernels::Join) -> Self {
        match join {
            kernels::Join::Add => Self::Add,
            kernels::Join::Concatenate => Self::Concatenate,
            kernels::Join::AddEnlarged { factor } => Self::AddEnlarged { factor },
        }
    }
}
