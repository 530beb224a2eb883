//! The second choice: the layers of encoder and decoder.
//!
//! A network is two lists of [`Layer`]s, made for the shape of the images and the size of the code. The decoder ends
//! in raw outputs, one number of any size per pixel; what they mean is the reconstruction's business. How the lists are
//! run, forward and backward, is the business of `sequential`.

mod conv;
mod dense;
mod fully_convolutional;
mod lesson;
mod pooled;
mod lstm;

use concertina_kernels::{Activation, Layer, Shape};
use serde::{Deserialize, Serialize};

pub use self::dense::HiddenActivation;
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::sequential::checked;
use crate::shape::ImageShape;

/// Which layers encoder and decoder have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum Network {
    /// The lesson's own: 3x3 convolutions of 16, 8 and 8 channels with 2x2 max pooling to a 4x4x8 code, and back to
    /// 28x28x1 by nearest-neighbour upsampling. For 28x28 or 14x14 grey inputs and 28x28 grey targets.
    Lesson {},
    /// Dense layers; the decoder mirrors the encoder.
    Dense {
        /// Outputs of the encoder's hidden layers, in order.
        hidden: Vec<usize>,
        /// What they end in.
        #[serde(default)]
        activation: HiddenActivation,
    },
    /// 4x4 convolutions of stride 2, mirrored by transposed convolutions; for images of any size.
    Conv {
        /// Channels of the encoder's layers, in order; each halves both sides. Layers that would shrink the shorter
        /// side below 4 are left out.
        #[serde(default = "default_channels")]
        channels: Vec<usize>,
        /// Side of the kernels in pixels, at least 2.
        #[serde(default = "default_kernel")]
        kernel: usize,
        /// Slope of the encoder's activations below zero; 0 makes them `ReLU`s.
        #[serde(default)]
        leaky_slope: f32,
    },
    /// 3x3 convolutions that keep the size, with ReLU; where the target is larger than the input, transposed convolutions
    /// double it at the end. For enlarging and cleaning; the code is larger than the image, if its size is "full".
    FullyConvolutional {
        /// Channels of the encoder's layers, in order.
        channels: Vec<usize>,
    },
    /// 3x3 convolutions, each with ReLU and 2x2 max pooling, mirrored by convolutions with nearest-neighbour upsampling:
    /// the Keras blog's. Both sides of the images must be multiples of 2 to the power of the number of layers.
    Pooled {
        /// Channels of the encoder's layers, in order.
        channels: Vec<usize>,
    },
    /// Long short-term memories that read a grey image row by row and write it so: the last state of the one leads to the
    /// code, the other gets the code at every step.
    Lstm {
        /// Values of a state, in both.
        #[serde(default = "default_state")]
        hidden: usize,
    },
}

fn default_channels() -> Vec<usize> {
    vec![32, 64, 128, 256]
}

fn default_kernel() -> usize {
    4
}

fn default_state() -> usize {
    128
}

/// The layers of encoder and decoder, not yet checked against shapes.
pub(crate) struct Layers {
    pub(crate) encoder: Vec<Layer>,
    pub(crate) decoder: Vec<Layer>,
}

impl Network {
    /// The layers for inputs and targets of these shapes, with a code in between.
    pub(crate) fn layers(
        &self,
        input: ImageShape,
        target: ImageShape,
        code: CodeLayer,
    ) -> Result<Layers> {
        let body = match self {
            Self::Lesson {} => lesson::body(input, target)?,
            Self::Dense { hidden, activation } => dense::body(hidden, *activation, target)?,
            Self::Conv { channels, kernel, leaky_slope } => {
                conv::body(channels, *kernel, *leaky_slope, code.latent_dim.is_none(), [input, target])?
            }
            Self::FullyConvolutional { channels } => fully_convolutional::body(channels, input, target)?,
            Self::Pooled { channels } => pooled::body(channels, input, target)?,
            Self::Lstm { hidden } => lstm::body(*hidden, input, target)?,
        };
        body.around(code, input)
    }
}

/// The layer that leads to the code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodeLayer {
    /// Latent dimensions, or `None` where the encoder's last feature map is the code itself.
    pub(crate) latent_dim: Option<usize>,
    /// How many numbers the bottleneck reads per code dimension: 2 for a mean and a log-variance.
    pub(crate) heads: usize,
    pub(crate) activation: Activation,
}

/// Encoder and decoder without the layers next to the code.
struct Body {
    encoder: Vec<Layer>,
    /// What the decoder's body starts from; the encoder's may end in another shape.
    decoder_input: Shape,
    decoder: Vec<Layer>,
}

impl Body {
    /// Adds the dense layers that lead to a code of the asked size and back.
    fn around(self, code: CodeLayer, input: ImageShape) -> Result<Layers> {
        let CodeLayer { latent_dim, heads, activation } = code;
        let Self { mut encoder, decoder_input, mut decoder } = self;
        let [channels, height, width] = decoder_input;
        // Too large a number is refused when the stack is made, so it must not wrap round before.
        let features = channels.saturating_mul(height * width);
        let Some(latent_dim) = latent_dim else {
            let end = checked(input, &encoder)
                .map_err(|error| Error::config(format!("`network`: {error}")))?
                .output();
            if encoder.is_empty() || end.iter().product::<usize>() != features || heads != 1 {
                return Err(Error::config(format!(
                    "`bottleneck.latent-dim`: expected a number for this network and bottleneck, found \"feature-map\" \
                     (the encoder ends in {end:?}, the decoder begins with {decoder_input:?})"
                ))
                .with_hint(Hint::text("for instance ").set("bottleneck.latent-dim", 64)));
            }
            return Ok(Layers { encoder, decoder });
        };
        encoder.push(Layer::Dense { outputs: latent_dim.saturating_mul(heads), activation });
        if height * width > 1 {
            let dense = Layer::Dense { outputs: features, activation: Activation::Relu };
            decoder.splice(0..0, [dense, Layer::Reshape(decoder_input)]);
        }
        Ok(Layers { encoder, decoder })
    }
}

/// A 3x3 convolution of stride 1 that keeps the size.
fn conv3x3(out_channels: usize, activation: Activation) -> Layer {
    let padding = concertina_kernels::Padding::Same;
    Layer::Conv2d { out_channels, kernel: 3, stride: 1, padding, activation }
}

#[cfg(test)]
mod tests;
