//! The trait that every kind of network implements, and what they share.

use std::fmt::Debug;

use concertina_kernels::{Activation, Layer, Padding, Shape, Voice};

use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::sequential::checked;
use crate::shape::ImageShape;

/// A kind of network, which makes the layers for given shapes of inputs and targets.
pub(crate) trait Family: Debug {
    /// The layers for inputs and targets of these shapes and the given code layer.
    ///
    /// # Errors
    /// If the settings do not fit the shapes.
    fn layers(&self, input: ImageShape, target: ImageShape, code: CodeLayer) -> Result<Layers>;

    /// The layers for music: sequences of tokens.
    ///
    /// # Errors
    /// If the family does not take sequences, or the settings do not fit them.
    fn sequence_layers(&self, _: Sequences<'_>, _: CodeLayer) -> Result<Layers> {
        Err(Error::config("`network.kind`: expected \"recurrent\" for music, found another kind")
            .with_hint(Hint::default().set("network.kind", "recurrent")))
    }

    /// k of scheduled sampling; 0 for none.
    fn scheduled_sampling(&self) -> f32 {
        0.0
    }

    /// Whether the output is what is added to the image: it is a value, then, not a logit.
    fn adds_to_the_image(&self) -> bool {
        false
    }

    /// The typical shape of its images; `side` is the size that the recipe fits images to, if
    /// given.
    fn usual_shape(&self, side: Option<usize>) -> ImageShape;
}

/// Sequences of tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sequences<'a> {
    /// T.
    pub(crate) steps: usize,
    /// What a step has.
    pub(crate) voices: &'a [Voice],
    /// Classes of the condition, which the encoder reads as one voice more; 0 without one.
    pub(crate) classes: usize,
}

/// The layers of encoder and decoder, before they are checked against shapes.
pub(crate) struct Layers {
    pub(crate) encoder: Vec<Layer>,
    pub(crate) decoder: Vec<Layer>,
}

/// The shape of the lesson's images: grey, 28 x 28 pixels.
pub(super) const LESSON_SHAPE: ImageShape = ImageShape::new(1, 28, 28);

/// The shape of photographs: in colour, of the size that the recipe fits them to.
pub(super) fn photographs(side: Option<usize>) -> ImageShape {
    let side = side.unwrap_or(64);
    ImageShape::new(3, side, side)
}

/// The layer that leads to the code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodeLayer {
    /// The number of latent dimensions, or `None` if the encoder's last feature map is the code.
    pub(crate) latent_dim: Option<usize>,
    /// The number of features per latent dimension: 2 for a mean and a log-variance.
    pub(crate) heads: usize,
    pub(crate) activation: Activation,
}

/// Encoder and decoder without the layers next to the code.
pub(super) struct Body {
    pub(super) encoder: Vec<Layer>,
    /// The input shape of the decoder's body; the encoder's body may end in another shape.
    pub(super) decoder_input: Shape,
    pub(super) decoder: Vec<Layer>,
}

impl Body {
    /// Adds the dense layers that map to the code and back.
    pub(super) fn around(self, code: CodeLayer, input: ImageShape) -> Result<Layers> {
        let CodeLayer { latent_dim, heads, activation } = code;
        let Self { mut encoder, decoder_input, mut decoder } = self;
        let [channels, height, width] = decoder_input;
        // Numbers that are too large are rejected when the layers are checked, so they must not
        // wrap around here.
        let features = channels.saturating_mul(height * width);
        let Some(latent_dim) = latent_dim else {
            let end = checked(input, &encoder)
                .map_err(|error| Error::config(format!("`network`: {error}")))?
                .output();
            if encoder.is_empty() || end.iter().product::<usize>() != features || heads != 1 {
                return Err(Error::config(format!(
                    "`bottleneck.latent-dim`: expected a number for this network and bottleneck, \
                     found \"feature-map\" \
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

/// A 3x3 convolution of stride 1 with same padding.
pub(super) fn conv3x3(out_channels: usize, activation: Activation) -> Layer {
    let padding = Padding::Same;
    Layer::Conv2d { out_channels, kernel: 3, stride: 1, padding, activation }
}
