//! The graph of a model.

use concertina_kernels::Sequential;
use serde::Serialize;

use super::op::{Node, Op};
use super::tensors::{Tensor, of_layer};
use crate::bottleneck::LARGEST_S;
use crate::model::Architecture;
use crate::recipe::Recipe;

/// Encoder, bottleneck and decoder of a model, with all paddings and places worked out.
///
/// The encoder gets the task's input as values in 0..1 (for music: tokens), and behind it the
/// one-hot class if there is a [`Condition`]. Its features become a code as [`Codes`] says. The
/// decoder gets the code, behind it the class, and behind that the guide of an autoregressive
/// decoder; what it gives becomes a picture or tokens as [`Output`] says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Graph {
    /// `[C, H, W]` of the encoder's input, without a class.
    pub input: [usize; 3],
    /// `[C, H, W]` of the picture; for music `[1, steps, voices]`.
    pub target: [usize; 3],
    /// D, the number of latent dimensions.
    pub latent_dim: usize,
    /// Classes of the condition; 0 without one.
    pub classes: usize,
    /// Features per latent dimension.
    pub heads: usize,
    /// From input to features.
    pub encoder: Half,
    /// From code to raw output.
    pub decoder: Half,
    /// From features to code.
    pub codes: Codes,
    /// From raw output to picture or tokens.
    #[serde(rename = "picture")]
    pub output_as: Output,
    /// For music: the classes of each voice of a step.
    pub voices: Vec<usize>,
    /// How the class is appended.
    pub condition: Option<Condition>,
    /// What an autoregressive decoder is fed.
    pub guide: Option<GuideShape>,
    /// If the model takes pictures of any size: what their sides have to be multiples of. The sides
    /// in this graph are then an example.
    pub multiple: Option<usize>,
}

/// A list of layers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Half {
    /// `[C, H, W]` of what the first layer gets.
    pub input: [usize; 3],
    /// In order.
    #[serde(rename = "layers")]
    pub nodes: Vec<Node>,
}

/// How features become a code.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Codes {
    /// They are it.
    Features,
    /// Their first half is the mean, and the code; the second half, s, gives the standard
    /// deviation: `exp(scale * s)`.
    Gaussian {
        /// 1/2 if s is a log-variance, 1 if it is a logarithm of sigma.
        scale: f32,
        /// The largest absolute value of s; others are clamped.
        largest: f32,
    },
    /// They are vectors, channel by channel, each replaced by the nearest embedding: the first of
    /// equally near ones.
    Codebook {
        /// Number of embeddings.
        embeddings: usize,
        /// Values of each.
        dim: usize,
        /// `[embeddings, dim]`.
        tensor: Tensor,
    },
}

/// What the decoder's raw output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Output {
    /// Logits: the picture is their sigmoid.
    Sigmoid,
    /// The picture, after clamping to 0..1.
    Clamp,
    /// Logits of tokens: the largest of each voice is chosen, the first of equals.
    Tokens,
}

/// Values that each class has behind a network's input: 1 for the class that is given, else 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// Of the encoder. For music the class is one token more in each step instead.
    pub encoder: usize,
    /// Of the decoder.
    pub decoder: usize,
}

/// The guide of an autoregressive decoder: so many tokens and a temperature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct GuideShape {
    /// Steps.
    pub steps: usize,
    /// Tokens of each.
    pub voices: usize,
}

impl Graph {
    /// Of the networks of a recipe.
    pub fn new(recipe: &Recipe, architecture: &Architecture) -> Self {
        let Architecture { input, target, latent_dim, classes, heads, .. } = *architecture;
        let Architecture { encoder, decoder, voices, .. } = architecture;
        let ends = [encoder.n_parameters(), encoder.n_parameters() + decoder.n_parameters()];
        let is_music = !voices.is_empty();
        Self {
            input: [input.channels, input.height, input.width],
            target: [target.channels, target.height, target.width],
            latent_dim,
            classes,
            heads,
            encoder: half(encoder, 0),
            decoder: half(decoder, ends[0]),
            codes: codes(architecture, ends[1]),
            output_as: if is_music {
                Output::Tokens
            } else if recipe.reconstruction.kind().takes_values() {
                Output::Clamp
            } else {
                Output::Sigmoid
            },
            voices: voices.clone(),
            condition: (classes > 0).then(|| {
                let [encoder, decoder] = architecture.values_per_class();
                Condition { encoder, decoder }
            }),
            guide: architecture.guide.map(|guide| GuideShape {
                steps: guide.tokens / guide.voices,
                voices: guide.voices,
            }),
            multiple: architecture.tiling(recipe).map(|tiling| tiling.multiple).filter(
                |multiple| {
                    [input.height, input.width].iter().all(|side| side.is_multiple_of(*multiple))
                },
            ),
        }
    }
}

/// The names of inputs and outputs in files.
impl Graph {
    /// Whether the examples are music.
    pub fn is_music(&self) -> bool {
        !self.voices.is_empty()
    }

    /// Of the encoder's input.
    pub(super) fn input_name(&self) -> &'static str {
        if self.is_music() { "tokens" } else { "pixels" }
    }

    /// Of the encoder's output: of a Gaussian posterior the mean is the code.
    pub(super) fn code_name(&self) -> &'static str {
        if matches!(self.codes, Codes::Gaussian { .. }) { "mean" } else { "code" }
    }

    /// Of the second output for a Gaussian posterior.
    pub(super) fn spread_name(&self) -> &'static str {
        match self.codes {
            Codes::Gaussian { scale: 1.0, .. } => "log_sigma",
            _ => "log_var",
        }
    }

    /// Of the decoder's output.
    pub(super) fn output_name(&self) -> &'static str {
        if self.is_music() { "tokens" } else { "picture" }
    }
}

/// A network whose parameters begin at `start`.
fn half(network: &Sequential, start: usize) -> Half {
    let inputs =
        std::iter::once(&network.input()).chain(network.shapes()).copied().collect::<Vec<_>>();
    let layers = network.layers().iter().zip(inputs.windows(2)).enumerate();
    let node = |(n, (layer, shapes)): (usize, (_, &[[usize; 3]]))| Node {
        op: Op::of(layer, shapes[0], shapes[1]),
        input: shapes[0],
        output: shapes[1],
        tensors: of_layer(network, n, start),
    };
    Half { input: network.input(), nodes: layers.map(node).collect() }
}

/// `start` is where the bottleneck's own parameters begin.
fn codes(architecture: &Architecture, start: usize) -> Codes {
    let bottleneck = &architecture.bottleneck;
    if let Some(posterior) = bottleneck.posterior() {
        return Codes::Gaussian { scale: posterior.scale(), largest: LARGEST_S };
    }
    let Some(discrete) = bottleneck.discrete() else { return Codes::Features };
    let embeddings = discrete.num_embeddings;
    let dim = architecture.latent_dim / discrete.vectors;
    let tensor =
        Tensor { name: "codebook".to_owned(), shape: vec![embeddings, dim], offset: start };
    Codes::Codebook { embeddings, dim, tensor }
}
