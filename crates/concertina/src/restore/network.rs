//! A model's networks, planned for tiles of one size.

use concertina_kernels::{Layer, STRIPS};

use crate::error::{Error, Result};
use crate::model::{Architecture, Model};
use crate::reconstruction::Values;
use crate::sequential::{Sequential, checked};
use crate::shape::ImageShape;

/// Encoder and decoder in one, for tiles of one height and width.
#[derive(Debug)]
pub(super) struct Network<'a> {
    model: &'a Model,
    layers: Sequential,
    parameters: Vec<f32>,
    width: usize,
}

impl<'a> Network<'a> {
    /// For tiles of a height and width, whose strips are multiples of the step that the model's
    /// tiling asks for.
    ///
    /// # Errors
    /// If the model cannot be of that size.
    pub(super) fn new(model: &'a Model, [height, width]: [usize; 2], step: usize) -> Result<Self> {
        let Architecture { input, target, .. } = model.architecture;
        let factor = target.height / input.height;
        let strip = width.div_ceil(STRIPS).next_multiple_of(step);
        let large = ImageShape::new(target.channels, height * factor, strip * factor);
        let Architecture { input, encoder, decoder, .. } =
            Architecture::new(&model.recipe, large, 0)?;
        // Nothing happens between the two: the code is a feature map. As one list they need no
        // second workspace.
        let layers: Vec<Layer> = encoder.layers().iter().chain(decoder.layers()).cloned().collect();
        let layers = checked(input, &layers)
            .map_err(|error| Error::config(format!("`network`: {error}")))?;
        let parameters = [&model.weights.encoder[..], &model.weights.decoder[..]].concat();
        Ok(Self { model, layers, parameters, width })
    }

    /// Bytes that a thread takes while it runs, besides inputs and outputs.
    pub(super) fn bytes(&self) -> u64 {
        self.layers.wide_bytes()
    }

    /// What the model makes of a tile, `[C, H, W]`.
    pub(super) fn run(&self, tile: &[f32]) -> Vec<f32> {
        let output = self.layers.forward_wide(&self.parameters, tile, self.width);
        let shape = ImageShape::new(1, 1, output.len());
        self.model.recipe.reconstruction.kind().x_hat(output, Values { shape, classes: &[] })
    }
}
