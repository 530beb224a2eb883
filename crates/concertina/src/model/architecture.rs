//! The networks of a recipe for images of one shape.

use std::sync::Arc;

use concertina_kernels::{Layer, Shape};

use crate::bottleneck::{Condition, Latent, LatentDim, n_parameters};
use crate::components::{Components, Weights};
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::network::CodeLayer;
use crate::recipe::Recipe;
use crate::reconstruction::Reduction;
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
        let input = recipe.task.input_shape(target)?;
        let latent_dim = match recipe.bottleneck.latent_dim {
            LatentDim::Number(number) => Some(number),
            LatentDim::FeatureMap => None,
        };
        let heads = settings.heads();
        let code = CodeLayer { latent_dim, heads, activation: settings.activation() };
        let layers = recipe.network.family().layers(input, target, code)?;
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
        let flat = matches!(layers.encoder.first(), Some(Layer::Dense { .. }));
        let encoder = sequential("network", with_classes(input, classes, flat), &layers.encoder)?;
        let features: usize = encoder.output().iter().product();
        let code_shape = latent_dim.map_or(encoder.output(), |latent_dim| [latent_dim, 1, 1]);
        let latent_dim = features / heads;
        let [channels, height, width] = code_shape;
        let start = ImageShape::new(channels, height, width);
        let decoder = sequential("network", with_classes(start, classes, false), &layers.decoder)?;
        let values: usize = decoder.output().iter().product();
        if values != target.len() {
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
        };
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

    /// Values appended to the encoder's input for each class: 1, or the area of a plane.
    pub(crate) fn encoder_block(&self) -> usize {
        block(self.encoder.input(), self.input.len(), self.classes)
    }

    /// Values appended to the code for each class.
    pub(crate) fn decoder_block(&self) -> usize {
        block(self.decoder.input(), self.latent_dim, self.classes)
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

/// The number of values per class in an input of which `own` values are not for classes.
fn block(input: Shape, own: usize, classes: usize) -> usize {
    (input.iter().product::<usize>() - own) / classes.max(1)
}
