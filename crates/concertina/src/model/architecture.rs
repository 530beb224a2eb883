//! The two stacks of layers that a recipe makes for images of one shape.

use std::sync::Arc;

use concertina_kernels::{Layer, Shape, Stack};

use super::{Parts, Weights};
use crate::bottleneck::{Condition, Size};
use crate::error::{Error, Result};
use crate::network::{CodeLayer, checked_stack, initialise};
use crate::recipe::Recipe;
use crate::reconstruction::Reduction;
use crate::rng::Seed;
use crate::shape::ImageShape;

/// Encoder and decoder, checked against each other and against the images.
#[derive(Clone, Debug)]
pub struct Architecture {
    /// Shape of what the encoder sees.
    pub input: ImageShape,
    /// Shape of what the decoder returns.
    pub target: ImageShape,
    /// Numbers in a code, D.
    pub code_size: usize,
    /// Classes that encoder and decoder are told of; 0 without a condition.
    pub classes: usize,
    /// Image, and class if there is a condition, to features: `[B, input]` to `[B, heads * D]`. A class is a number of its
    /// own behind the image's where the first layer is dense, else a plane behind the image's channels.
    pub encoder: Arc<Stack>,
    /// Code, and class if there is a condition, to logits: `[B, D]` to `[B, target]`. A class is a number behind the code, or a
    /// plane where the code is a full feature map.
    pub decoder: Arc<Stack>,
    /// Code to one logit, for a bottleneck that has a discriminator.
    pub discriminator: Option<Arc<Stack>>,
    /// Entries of the codebook, and numbers in each, for a bottleneck that has one.
    pub codebook: Option<[usize; 2]>,
    /// Parameters that are the reconstruction's own.
    pub(crate) n_reconstruction: usize,
    /// Features per code dimension.
    pub(crate) heads: usize,
}

/// More parameters than this (4 GiB of weights, 16 GiB in training) are taken for a slip of the keyboard.
const MOST_PARAMETERS: usize = 1 << 30;

impl Architecture {
    /// The stacks of `recipe` for clean images of shape `target`, of so many classes; 0 if they have no labels.
    ///
    /// # Errors
    /// If the four choices do not fit together or do not fit the images.
    pub fn new(recipe: &Recipe, target: ImageShape, classes: usize) -> Result<Self> {
        recipe.bottleneck.check()?;
        if recipe.bottleneck.samples() > 1 && recipe.reconstruction.reduction() == Reduction::Mean {
            return Err(Error::config(
                "`bottleneck.samples`: expected `reconstruction.reduction = \"sum\"` beside more than 1, found \"mean\"",
            )
            .with_hint("the importance weighted bound is made of nats per image"));
        }
        // No layers: the shape alone, before anything is computed with it.
        checked_stack(target, &[])?;
        let input = recipe.task.input_shape(target)?;
        let size = match recipe.bottleneck.size() {
            Size::Number(number) => Some(number),
            Size::Full => None,
        };
        let heads = recipe.bottleneck.heads();
        let code = CodeLayer { size, heads, activation: recipe.bottleneck.activation() };
        let layers = recipe.network.layers(input, target, code)?;
        let classes = match recipe.bottleneck.condition() {
            Condition::None => 0,
            Condition::Label if classes < 2 => {
                return Err(Error::data(format!(
                    "`bottleneck.condition`: expected images with labels, of two classes at least, found {classes} classes"
                ))
                .with_hint("put each class's images into a folder of its own, or leave the condition out"));
            }
            Condition::Label => classes,
        };
        let flat = matches!(layers.encoder.first(), Some(Layer::Dense { .. }));
        let encoder = checked_stack(with_classes(input, classes, flat), &layers.encoder)?;
        let features: usize = encoder.output().iter().product();
        let code_size = features / heads;
        let [channels, height, width] = size.map_or(encoder.output(), |size| [size, 1, 1]);
        let start = ImageShape::new(channels, height, width);
        let decoder = checked_stack(with_classes(start, classes, false), &layers.decoder)?;
        let values: usize = decoder.output().iter().product();
        if values != target.len() {
            return Err(Error::config(format!(
                "`network`: the decoder returns {:?}, the images are {target}",
                decoder.output()
            )));
        }
        let discriminator = match recipe.bottleneck.discriminator() {
            Some(layers) => {
                let code = ImageShape::new(code_size, 1, 1);
                let stack = checked_stack(code, &layers).map_err(|error| {
                    Error::config(format!("`bottleneck.discriminator`: {error}"))
                })?;
                Some(Arc::new(stack))
            }
            None => None,
        };
        let codebook = match recipe.bottleneck.codebook() {
            Some(quantised) => {
                quantised.check_size(code_size)?;
                Some([quantised.entries, quantised.width])
            }
            None => None,
        };
        let (encoder, decoder) = (Arc::new(encoder), Arc::new(decoder));
        let n_reconstruction = recipe.reconstruction.n_parameters();
        let architecture = Self {
            input,
            target,
            code_size,
            classes,
            encoder,
            decoder,
            discriminator,
            codebook,
            n_reconstruction,
            heads,
        };
        let n_parameters = architecture.n_parameters();
        if n_parameters > MOST_PARAMETERS {
            return Err(Error::config(format!(
                "`network`: expected at most {MOST_PARAMETERS} parameters, found {n_parameters}"
            ))
            .with_hint("make the images (`data.size`), the code or the layers smaller"));
        }
        Ok(architecture)
    }

    /// The number of parameters of all parts together.
    pub fn n_parameters(&self) -> usize {
        self.sizes().into_array().into_iter().fold(0, usize::saturating_add)
    }

    /// The number of parameters of each part.
    pub(crate) fn sizes(&self) -> Parts<usize> {
        Parts {
            encoder: self.encoder.n_parameters(),
            decoder: self.decoder.n_parameters(),
            bottleneck: match (&self.discriminator, self.codebook) {
                (Some(stack), _) => stack.n_parameters(),
                (None, Some([entries, width])) => entries.saturating_mul(width),
                (None, None) => 0,
            },
            reconstruction: self.n_reconstruction,
        }
    }

    /// Numbers beside the encoder's input for each class: 1, or a plane's.
    pub(crate) fn encoder_block(&self) -> usize {
        block(self.encoder.input(), self.input.len(), self.classes)
    }

    /// Numbers beside the code for each class.
    pub(crate) fn decoder_block(&self) -> usize {
        block(self.decoder.input(), self.code_size, self.classes)
    }

    /// First weights, a function of the seed alone.
    pub(crate) fn initial_weights(&self, seed: Seed) -> Weights {
        Weights {
            encoder: initialise(&self.encoder, self.heads, seed, 0),
            decoder: initialise(&self.decoder, 1, seed, 1),
            bottleneck: match &self.discriminator {
                Some(discriminator) => initialise(discriminator, 1, seed, 2),
                // Entries are taken from features when training begins.
                None => vec![0.0; self.sizes().bottleneck],
            },
            // The logarithm of a spread of 1.
            reconstruction: vec![0.0; self.n_reconstruction],
        }
    }
}

/// What a stack gets that is told a class beside something of `shape`.
fn with_classes(shape: ImageShape, classes: usize, flat: bool) -> ImageShape {
    match classes {
        0 => shape,
        _ if flat => ImageShape::new(shape.len() + classes, 1, 1),
        _ => ImageShape { channels: shape.channels + classes, ..shape },
    }
}

/// The numbers for one class in an input of which `own` are not for classes.
fn block(input: Shape, own: usize, classes: usize) -> usize {
    (input.iter().product::<usize>() - own) / classes.max(1)
}
