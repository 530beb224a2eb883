//! A layer as written in a recipe.

use concertina_kernels::{Activation, Join, Layer, Padding};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::sequential::checked;
use crate::shape::ImageShape;

/// One layer of a list: in TOML a table with `kind` and its keys, as in
/// `{ kind = "conv2d", out-channels = 16, kernel-size = 3, activation = "relu" }`.
///
/// Activations are `[B, C, H, W]`. Weights are initialised as in Keras (Glorot uniform); gates and
/// layouts are PyTorch's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
#[non_exhaustive]
pub enum LayerSpec {
    /// A convolution with a square kernel: `[C, H, W]` to
    /// `[out-channels, ceil(H / stride), ceil(W / stride)]` with same padding.
    Conv2d {
        /// Channels of the output.
        out_channels: usize,
        /// Height and width of the kernel.
        kernel_size: usize,
        /// 1 or 2; default 1.
        #[serde(default = "one")]
        stride: usize,
        /// Default "same".
        #[serde(default)]
        padding: PaddingSpec,
        /// Default "linear".
        #[serde(default)]
        activation: ActivationSpec,
    },
    /// A transposed convolution with same padding: `[C, H, W]` to
    /// `[out-channels, H * stride, W * stride]`.
    ConvTranspose2d {
        /// Channels of the output.
        out_channels: usize,
        /// Height and width of the kernel.
        kernel_size: usize,
        /// 1 or 2; default 2.
        #[serde(default = "two")]
        stride: usize,
        /// `[H, W]` of the output; default: the input's times the stride. Divided by the stride and
        /// rounded up it must be the input's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output_size: Option<[usize; 2]>,
        /// Default "linear".
        #[serde(default)]
        activation: ActivationSpec,
    },
    /// A dense layer of all values, in C, H, W order: to `[outputs, 1, 1]`.
    Dense {
        /// Size of the output.
        outputs: usize,
        /// Default "linear".
        #[serde(default)]
        activation: ActivationSpec,
    },
    /// Max pooling of 2x2 windows; an odd size is rounded up.
    #[serde(rename = "max-pool2d")]
    MaxPool2d {},
    /// Nearest-neighbour upsampling x2.
    #[serde(rename = "upsample2d")]
    Upsample2d {},
    /// The same values, in the same order, in another shape.
    Reshape {
        /// `[C, H, W]`.
        shape: [usize; 3],
    },
    /// A residual block (He et al. 2016): the sum of its input and of what `layers` make of it,
    /// which has the input's shape. None of them may be dense or recurrent.
    Residual {
        /// The layers beside the shortcut.
        layers: Vec<LayerSpec>,
        /// The factor by which the shortcut enlarges the input, with bicubic interpolation (Kim et
        /// al. 2016, VDSR): what `layers` make of it is then `[D, H * enlarge, W * enlarge]`, with
        /// D of at most C, and the first D channels of the input are enlarged and added. 1 adds
        /// channels as they are. By default the whole input is added.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        enlarge: Option<usize>,
    },
    /// A skip connection (Ronneberger et al. 2015, U-Net): the channels of its input, then those of
    /// what `layers` make of it, which has the input's height and width. None of them may be dense
    /// or recurrent.
    Concatenate {
        /// The layers beside the skip connection.
        layers: Vec<LayerSpec>,
    },
    /// Channels become pixels (Shi et al. 2016): `[C factor^2, H, W]` to
    /// `[C, H * factor, W * factor]`, in the order of PyTorch's `pixel_shuffle`.
    PixelShuffle {
        /// At least 1; default 2.
        #[serde(default = "two")]
        factor: usize,
    },
    /// The inverse: `[C, H, W]`, whose sides are multiples of the factor, to
    /// `[C factor^2, H / factor, W / factor]`.
    PixelUnshuffle {
        /// At least 1; default 2.
        #[serde(default = "two")]
        factor: usize,
    },
    /// An LSTM over the rows of `[C, H, W]` as H time steps, from top to bottom: to
    /// `[hidden, 1, 1]`, its last hidden state, or `[1, H, hidden]`, the hidden state of each step.
    Lstm {
        /// Size of the hidden state.
        hidden: usize,
        /// Whether it returns the hidden state of every step.
        #[serde(default)]
        return_sequences: bool,
    },
    /// Repeats all values as each of `steps` rows: to `[1, steps, C * H * W]`.
    RepeatVector {
        /// Rows of the output.
        steps: usize,
    },
    /// The same dense layer applied to each row: `[1, H, W]` to `[1, H, outputs]`.
    TimeDistributedDense {
        /// Size of an output row.
        outputs: usize,
        /// Default "linear".
        #[serde(default)]
        activation: ActivationSpec,
    },
}

fn one() -> usize {
    1
}

fn two() -> usize {
    2
}

/// The activation function of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ActivationSpec {
    /// y = x.
    #[default]
    Linear,
    /// y = max(x, 0).
    Relu,
    /// y = x if x > 0, otherwise this slope times x: `{ leaky-relu = 0.2 }`.
    LeakyRelu(f32),
    /// y = 1 / (1 + exp(-x)).
    Sigmoid,
    /// y = tanh(x).
    Tanh,
}

/// The padding of a convolution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PaddingSpec {
    /// Zeros, distributed as in Keras: the output has the size of the input divided by the stride,
    /// rounded up.
    #[default]
    Same,
    /// No padding.
    Valid,
}

impl From<ActivationSpec> for Activation {
    fn from(activation: ActivationSpec) -> Self {
        match activation {
            ActivationSpec::Linear => Self::Identity,
            ActivationSpec::Relu => Self::Relu,
            ActivationSpec::LeakyRelu(slope) => Self::LeakyRelu(slope),
            ActivationSpec::Sigmoid => Self::Sigmoid,
            ActivationSpec::Tanh => Self::Tanh,
        }
    }
}

impl From<PaddingSpec> for Padding {
    fn from(padding: PaddingSpec) -> Self {
        match padding {
            PaddingSpec::Same => Self::Same,
            PaddingSpec::Valid => Self::Valid,
        }
    }
}

impl LayerSpec {
    /// The layers for an input `[C, H, W]`; `key` is the key of this layer in a recipe.
    fn for_input(&self, shape: [usize; 3], key: &str) -> Result<Vec<Layer>> {
        let [channels, height, width] = shape;
        let branch = |specs: &[Self], join| {
            let input = ImageShape::new(channels, height, width);
            let (mut branch, _) = layers(&format!("{key}.layers"), specs, input)?;
            branch.insert(0, Layer::Fork);
            branch.push(Layer::Join(join));
            Ok(branch)
        };
        let layer = match *self {
            Self::Residual { ref layers, enlarge } => {
                let join = enlarge.map_or(Join::Add, |factor| Join::AddEnlarged { factor });
                return branch(layers, join);
            }
            Self::Concatenate { ref layers } => return branch(layers, Join::Concatenate),
            Self::PixelShuffle { factor } => Layer::PixelShuffle(factor),
            Self::PixelUnshuffle { factor } => Layer::PixelUnshuffle(factor),
            Self::Conv2d { out_channels, kernel_size, stride, padding, activation } => {
                let (padding, activation) = (padding.into(), activation.into());
                Layer::Conv2d { out_channels, kernel: kernel_size, stride, padding, activation }
            }
            Self::ConvTranspose2d {
                out_channels,
                kernel_size,
                stride,
                output_size,
                activation,
            } => {
                let doubled = [height, width].map(|side| side.saturating_mul(stride));
                Layer::ConvTranspose2d {
                    out_channels,
                    kernel: kernel_size,
                    stride,
                    output_size: output_size.unwrap_or(doubled),
                    activation: activation.into(),
                }
            }
            Self::Dense { outputs, activation } => {
                Layer::Dense { outputs, activation: activation.into() }
            }
            Self::MaxPool2d {} => Layer::MaxPool2d,
            Self::Upsample2d {} => Layer::Upsample2d,
            Self::Reshape { shape } => Layer::Reshape(shape),
            Self::Lstm { hidden, return_sequences } => Layer::Lstm { hidden, return_sequences },
            Self::RepeatVector { steps } => Layer::RepeatVector { steps },
            Self::TimeDistributedDense { outputs, activation } => {
                Layer::TimeDistributedDense { outputs, activation: activation.into() }
            }
        };
        Ok(vec![layer])
    }

    /// Its `kind` in a recipe.
    fn kind(&self) -> &'static str {
        match self {
            Self::Conv2d { .. } => "conv2d",
            Self::ConvTranspose2d { .. } => "conv-transpose2d",
            Self::Dense { .. } => "dense",
            Self::MaxPool2d {} => "max-pool2d",
            Self::Upsample2d {} => "upsample2d",
            Self::Reshape { .. } => "reshape",
            Self::Residual { .. } => "residual",
            Self::Concatenate { .. } => "concatenate",
            Self::PixelShuffle { .. } => "pixel-shuffle",
            Self::PixelUnshuffle { .. } => "pixel-unshuffle",
            Self::Lstm { .. } => "lstm",
            Self::RepeatVector { .. } => "repeat-vector",
            Self::TimeDistributedDense { .. } => "time-distributed-dense",
        }
    }
}

/// The layers of a list for inputs of shape `input`, and the shape of their output. They are
/// checked one by one, so that an error names the layer. `key` is the key of the list in a recipe.
pub(super) fn layers(
    key: &str,
    specs: &[LayerSpec],
    input: ImageShape,
) -> Result<(Vec<Layer>, ImageShape)> {
    let mut list = Vec::with_capacity(specs.len());
    let mut shape = [input.channels, input.height, input.width];
    for (number, spec) in specs.iter().enumerate() {
        let [channels, height, width] = shape;
        let layers = spec.for_input(shape, &format!("{key}[{number}]"))?;
        let own = checked(ImageShape::new(channels, height, width), &layers);
        shape = own
            .map_err(|error| {
                let error = error.to_string();
                // Of a branch, it is the join that does not fit: its layers were checked before.
                let of = format!("layer {}: ", layers.len() - 1);
                let error = error.strip_prefix(&of).unwrap_or(&error);
                Error::config(format!(
                    "`{key}`: layer {number} ({}) on an input of {channels}x{height}x{width}: \
                     {error}",
                    spec.kind()
                ))
            })?
            .output();
        list.extend(layers);
    }
    let [channels, height, width] = shape;
    Ok((list, ImageShape::new(channels, height, width)))
}
