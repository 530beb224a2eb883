//! The two stacks of layers that a recipe makes for images of one shape.

use std::sync::Arc;

use concertina_kernels::Stack;

use super::{Parts, Weights};
use crate::bottleneck::Size;
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
    /// Image to features: `[B, input]` to `[B, heads * D]`.
    pub encoder: Arc<Stack>,
    /// Code to logits: `[B, D]` to `[B, target]`.
    pub decoder: Arc<Stack>,
    /// Features per code dimension.
    pub(crate) heads: usize,
}

/// More parameters than this (4 GiB of weights, 16 GiB in training) are taken for a slip of the keyboard.
const MOST_PARAMETERS: usize = 1 << 30;

impl Architecture {
    /// The stacks of `recipe` for clean images of shape `target`.
    ///
    /// # Errors
    /// If the four choices do not fit together or do not fit the images.
    pub fn new(recipe: &Recipe, target: ImageShape) -> Result<Self> {
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
        let encoder = checked_stack(input, &layers.encoder)?;
        let features: usize = encoder.output().iter().product();
        let code_size = features / heads;
        let [channels, height, width] = size.map_or(encoder.output(), |size| [size, 1, 1]);
        let start = ImageShape::new(channels, height, width);
        let decoder = checked_stack(start, &layers.decoder)?;
        let values: usize = decoder.output().iter().product();
        if values != target.len() {
            return Err(Error::config(format!(
                "`network`: the decoder returns {:?}, the images are {target}",
                decoder.output()
            )));
        }
        let n_parameters = encoder.n_parameters().saturating_add(decoder.n_parameters());
        if n_parameters > MOST_PARAMETERS {
            return Err(Error::config(format!(
                "`network`: expected at most {MOST_PARAMETERS} parameters, found {n_parameters}"
            ))
            .with_hint("make the images (`data.size`), the code or the layers smaller"));
        }
        let (encoder, decoder) = (Arc::new(encoder), Arc::new(decoder));
        Ok(Self { input, target, code_size, encoder, decoder, heads })
    }

    /// The number of parameters of all parts together.
    pub fn n_parameters(&self) -> usize {
        self.sizes().into_array().iter().sum()
    }

    /// The number of parameters of each part.
    pub(crate) fn sizes(&self) -> Parts<usize> {
        Parts {
            encoder: self.encoder.n_parameters(),
            decoder: self.decoder.n_parameters(),
            ..Parts::default()
        }
    }

    /// First weights, a function of the seed alone.
    pub(crate) fn initial_weights(&self, seed: Seed) -> Weights {
        Weights {
            encoder: initialise(&self.encoder, self.heads, seed, 0),
            decoder: initialise(&self.decoder, 1, seed, 1),
            ..Weights::default()
        }
    }
}
