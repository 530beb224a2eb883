//! The networks of a recipe for images of one shape.

use std::borrow::Cow;
use std::sync::Arc;

use concertina_kernels::{Layer, Tiling, Voice};
use concertina_music::encoding::Encoding;

use super::condition::{beside, one_hot};

use crate::bottleneck::{Condition, Kind, Latent, LatentDim, n_parameters};
use crate::components::{Components, Weights};
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::network::{CodeLayer, Sequences};
use crate::recipe::Recipe;
use crate::reconstruction::{Reduction, Values};
use crate::rng::Seed;
use crate::sequential::{Sequential, checked, initialise};
use crate::shape::ImageShape;

/// Encoder, decoder and bottleneck, checked against each other and against the shape of the images.
#[derive(Clone, Debug)]
pub struct Architecture {
    /// Shape of the encoder's input.
    pub input: ImageShape,
    /// Shape of the decoder's output.
    pub target: ImageShape,
    /// The number of latent dimensions, D.
    pub latent_dim: usize,
    /// The number of classes of the condition; 0 without a condition.
    pub classes: usize,
    /// From the image, and the one-hot class if there is a condition, to features: `[B, input]` to
    /// `[B, heads * D]`. The class is appended to the image as one value per class if the first
    /// layer is dense, otherwise as one plane per class.
    pub(crate) encoder: Arc<Sequential>,
    /// From the code, and the one-hot class if there is a condition, to the raw output: `[B, D]` to
    /// `[B, target]`. The class is appended to the code as one value per class, or as one plane per
    /// class if the code is a feature map.
    pub(crate) decoder: Arc<Sequential>,
    /// Maps features to codes.
    pub(crate) bottleneck: Arc<dyn Latent>,
    /// Names of the reconstruction's own parameters, one value each.
    pub(crate) reconstruction: &'static [&'static str],
    /// Features per latent dimension.
    pub(crate) heads: usize,
    /// If the values are tokens: the classes of each voice of a step.
    pub(crate) voices: Vec<usize>,
    /// What an autoregressive decoder is fed; `None` for other decoders.
    pub(crate) guide: Option<Guide>,
}

/// The guide of an autoregressive decoder: what it is fed of its own past.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guide {
    /// Tokens of an example. Behind them the guide has a temperature.
    pub(crate) tokens: usize,
    /// Tokens of a segment, whose last step's are always given in training.
    pub(crate) segment: usize,
    /// Tokens of a step.
    pub(crate) voices: usize,
    /// k of scheduled sampling; 0 for none.
    pub(crate) scheduled_sampling: f32,
}

impl Guide {
    /// Values of the guide of an example.
    pub(crate) fn len(self) -> usize {
        self.tokens + 1
    }
}

/// The maximum number of parameters (4 GiB of weights, 16 GiB in training); more are probably a
/// typo.
const MAX_PARAMETERS: usize = 1 << 30;

impl Architecture {
    /// The networks of `recipe` for clean images of shape `target` with the given number of
    /// classes; 0 without labels.
    ///
    /// # Errors
    /// If the four choices do not fit together or do not fit the images.
    pub fn new(recipe: &Recipe, target: ImageShape, classes: usize) -> Result<Self> {
        recipe.bottleneck.check()?;
        recipe.reconstruction.kind().check()?;
        if recipe.task.leaves_gaps() && !recipe.reconstruction.kind().takes_gaps() {
            return Err(Error::config(
                "`reconstruction.kind`: expected an error of single pixels for a task that asks \
                 for some of them alone, found structural similarity",
            )
            .with_hint(Hint::default().set("reconstruction.kind", "gaussian")));
        }
        let settings = recipe.bottleneck.settings();
        if settings.codes_per_example() > 1 && recipe.reconstruction.reduction() == Reduction::Mean
        {
            return Err(Error::config(
                "`bottleneck.importance-samples`: expected `reconstruction.reduction = \"sum\"` \
                 beside more than 1, \
                 found \"mean\"",
            )
            .with_hint("the importance weighted bound needs errors in nats per image"));
        }
        // Without layers this checks the shape alone, before anything is computed from it.
        sequential("network", target, &[])?;
        let encoding = recipe.encoding()?;
        let voices: Vec<Voice> = encoding.iter().flat_map(|encoding| voices(*encoding)).collect();
        check_kind_of_data(recipe, target, encoding)?;
        let input = recipe.task.input_shape(target)?;
        let latent_dim = match recipe.bottleneck.latent_dim {
            LatentDim::Number(number) => Some(number),
            LatentDim::FeatureMap => None,
        };
        let heads = settings.heads();
        let code = CodeLayer { latent_dim, heads, activation: settings.activation() };
        let classes = match recipe.bottleneck.condition {
            Condition::None => 0,
            Condition::Label if classes < 2 => {
                return Err(Error::data(format!(
                    "`bottleneck.condition`: expected images with labels, of at least two classes, \
                     found {classes} \
                     classes"
                ))
                .with_hint(
                    "put each class's images into a folder of its own, or leave the condition out",
                ));
            }
            Condition::Label => classes,
        };
        let family = recipe.network.family();
        if family.adds_to_the_image() && !recipe.reconstruction.kind().takes_values() {
            return Err(Error::config(
                "`reconstruction.output`: expected \"linear\" for a network that adds to the \
                 image, found a sigmoid",
            )
            .with_hint(
                Hint::default()
                    .set("reconstruction", "{ kind = \"laplace\", output = \"linear\" }"),
            ));
        }
        let is_music = encoding.is_some();
        let layers = if is_music {
            let sequences = Sequences { steps: target.height, voices: &voices, classes };
            family.sequence_layers(sequences, code)?
        } else {
            family.layers(input, target, code)?
        };
        let guide = guide(&layers.decoder, family.scheduled_sampling());
        let flat = matches!(layers.encoder.first(), Some(Layer::Dense { .. }));
        let encoder_input = match classes {
            // The class is one token more in each step.
            1.. if is_music => ImageShape { width: input.width + 1, ..input },
            _ => with_classes(input, classes, flat),
        };
        let encoder = sequential("network", encoder_input, &layers.encoder)?;
        let features: usize = encoder.output().iter().product();
        let code_shape = latent_dim.map_or(encoder.output(), |latent_dim| [latent_dim, 1, 1]);
        let latent_dim = features / heads;
        let [channels, height, width] = code_shape;
        let start = ImageShape::new(channels, height, width);
        let guided = match guide {
            Some(guide) => ImageShape { channels: start.channels + classes + guide.len(), ..start },
            None => with_classes(start, classes, false),
        };
        let decoder = sequential("network", guided, &layers.decoder)?;
        let values: usize = decoder.output().iter().product();
        let logits: usize = voices.iter().map(|voice| voice.classes).sum();
        if values != if is_music { target.height * logits } else { target.len() } {
            return Err(Error::config(format!(
                "`network`: the decoder returns {:?}, the images are {target}",
                decoder.output()
            )));
        }
        let architecture = Self {
            input,
            target,
            latent_dim,
            classes,
            encoder: Arc::new(encoder),
            decoder: Arc::new(decoder),
            bottleneck: settings.build(latent_dim)?,
            reconstruction: recipe.reconstruction.kind().parameters(),
            heads,
            voices: voices.iter().map(|voice| voice.classes).collect(),
            guide,
        };
        let samples_codes = architecture.bottleneck.posterior().is_some();
        if samples_codes && recipe.reconstruction.kind().log_likelihood(0.0, 1).is_none() {
            return Err(Error::config(
                "`reconstruction.kind`: expected a likelihood beside a KL divergence in nats, \
                 found structural similarity",
            )
            .with_hint(
                Hint::default()
                    .set("reconstruction.kind", "gaussian")
                    .then("; or an autoencoder without sampling: ")
                    .set("bottleneck.kind", "plain"),
            ));
        }
        let n_parameters = architecture.n_parameters();
        if n_parameters > MAX_PARAMETERS {
            return Err(Error::config(format!(
                "`network`: expected at most {MAX_PARAMETERS} parameters, found {n_parameters}"
            ))
            .with_hint(
                Hint::text("make the images (")
                    .set("data.size", 64)
                    .then("), the latent or the layers smaller"),
            ));
        }
        Ok(architecture)
    }

    /// The shape of what the encoder gives the bottleneck: `[C, H, W]`, or `[heads * D, 1, 1]`.
    pub fn feature_shape(&self) -> [usize; 3] {
        self.encoder.output()
    }

    /// Floating-point operations of one example on its way through encoder and decoder.
    pub fn flops(&self) -> u64 {
        self.encoder.flops() + self.decoder.flops()
    }

    /// The total number of parameters.
    pub fn n_parameters(&self) -> usize {
        self.sizes().into_array().into_iter().fold(0, usize::saturating_add)
    }

    /// The number of parameters of each component.
    pub(crate) fn sizes(&self) -> Components<usize> {
        Components {
            encoder: self.encoder.n_parameters(),
            decoder: self.decoder.n_parameters(),
            bottleneck: n_parameters(&self.bottleneck.parameters()),
            reconstruction: self.reconstruction.len(),
        }
    }

    /// How pictures of any size may be cut into tiles; `None` if not every part of a picture is
    /// treated alike.
    pub(crate) fn tiling(&self, recipe: &Recipe) -> Option<Tiling> {
        let is_alike = self.classes == 0
            && self.voices.is_empty()
            && recipe.bottleneck.latent_dim == LatentDim::FeatureMap
            && matches!(recipe.bottleneck.kind, Kind::Plain(_));
        let layers = self.encoder.layers().iter().chain(self.decoder.layers());
        Tiling::of(layers).filter(|_| is_alike)
    }

    /// What the reconstruction compares.
    pub(crate) fn values(&self) -> Values<'_> {
        Values { shape: self.target, classes: &self.voices }
    }

    /// The encoder's input, `[B, ...]`, for inputs of the task with the class of each, if there is
    /// a condition.
    pub(crate) fn encoder_input<'a>(
        &self,
        inputs: &'a [f32],
        labels: Option<&[u32]>,
    ) -> Cow<'a, [f32]> {
        let Some(labels) = labels.filter(|_| self.classes > 0) else { return inputs.into() };
        if self.voices.is_empty() {
            let hot = one_hot(labels, self.classes, self.values_per_class()[0]);
            return beside(inputs, &hot, labels.len()).into();
        }
        let tokens = |label: &u32| [*label as f32].repeat(self.input.height);
        let labels: Vec<f32> = labels.iter().flat_map(tokens).collect();
        beside(inputs, &labels, labels.len()).into()
    }

    /// What the decoder's input has behind the codes: the class of each, if there is a condition,
    /// and its guide, if the decoder takes one. Both may be empty.
    pub(crate) fn behind_codes(&self, labels: Option<&[u32]>, guides: &[f32]) -> Vec<f32> {
        let Some(labels) = labels.filter(|_| self.classes > 0) else { return guides.to_vec() };
        let hot = one_hot(labels, self.classes, self.values_per_class()[1]);
        beside(&hot, guides, labels.len())
    }

    /// The number of values that each class has in the input of encoder and decoder.
    pub(crate) fn values_per_class(&self) -> [usize; 2] {
        let code = self.latent_dim + self.guide.map_or(0, Guide::len);
        [(&self.encoder, self.input.len()), (&self.decoder, code)].map(|(network, own)| {
            (network.input().iter().product::<usize>() - own) / self.classes.max(1)
        })
    }

    /// Initial weights, a function of the seed alone.
    pub(crate) fn initial_weights(&self, seed: Seed) -> Weights {
        Weights {
            encoder: initialise(&self.encoder, self.heads, seed, 0),
            decoder: initialise(&self.decoder, 1, seed, 1),
            bottleneck: self.bottleneck.initialise(seed),
            reconstruction: vec![0.0; self.reconstruction.len()],
        }
    }
}

/// The voices of an encoding, as layers have them.
fn voices(encoding: Encoding) -> impl Iterator<Item = Voice> {
    let voices = encoding.voices().iter();
    voices.map(|voice| Voice { classes: voice.classes, bits: voice.bits })
}

/// Checks that the choices are of music if the data is, and of images otherwise.
fn check_kind_of_data(
    recipe: &Recipe,
    target: ImageShape,
    encoding: Option<Encoding>,
) -> Result<()> {
    let takes_tokens = recipe.reconstruction.kind().takes_tokens();
    let Some(encoding) = encoding else {
        if takes_tokens {
            return Err(Error::config(
                "`reconstruction.kind`: \"categorical\" compares tokens of music, found images",
            )
            .with_hint(
                Hint::text("say what is taken from MIDI files (")
                    .set("data.music", "melody")
                    .then(")"),
            ));
        }
        return Ok(());
    };
    if !takes_tokens {
        return Err(Error::config(
            "`reconstruction.kind`: expected \"categorical\" for music, found another kind",
        )
        .with_hint(Hint::default().set("reconstruction.kind", "categorical")));
    }
    if !recipe.task.is_identity() {
        return Err(Error::config(
            "`task.kind`: expected \"identity\" for music, found another task",
        )
        .with_hint(Hint::default().set("task.kind", "identity")));
    }
    let expected = ImageShape::new(1, encoding.steps(), encoding.voices().len());
    if target != expected {
        return Err(Error::data(format!(
            "expected windows of {} steps and {} voices, found {} and {}",
            expected.height, expected.width, target.height, target.width
        )));
    }
    Ok(())
}

/// The guide of an autoregressive decoder.
fn guide(decoder: &[Layer], scheduled_sampling: f32) -> Option<Guide> {
    let Some(Layer::LstmDecoder(of)) = decoder.first() else { return None };
    let voices = of.voices.len();
    let tokens = of.steps * voices;
    Some(Guide { tokens, segment: tokens / of.segments, voices, scheduled_sampling })
}

/// Checks `layers` on inputs of `shape`; errors name the recipe key `key`.
fn sequential(key: &str, shape: ImageShape, layers: &[Layer]) -> Result<Sequential> {
    checked(shape, layers).map_err(|error| Error::config(format!("`{key}`: {error}")))
}

/// The input shape of a network whose input of `shape` has one-hot classes appended.
fn with_classes(shape: ImageShape, classes: usize, flat: bool) -> ImageShape {
    match classes {
        0 => shape,
        _ if flat => ImageShape::new(shape.len() + classes, 1, 1),
        _ => ImageShape { channels: shape.channels + classes, ..shape },
    }
}
