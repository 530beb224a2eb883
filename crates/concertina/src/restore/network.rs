//! A model's networks, planned for tiles of one size.

use concertina_kernels::STRIPS;

use crate::components::Weights;
use crate::error::Result;
use crate::model::{Architecture, Model};
use crate::reconstruction::Values;
use crate::shape::ImageShape;

/// Encoder and decoder for tiles of one height and width.
#[derive(Debug)]
pub(super) struct Network<'a> {
    model: &'a Model,
    architecture: Architecture,
    height: usize,
    width: usize,
}

impl<'a> Network<'a> {
    /// For tiles whose sides are multiples of what the model's tiling asks for.
    ///
    /// # Errors
    /// If the model cannot be of that size.
    pub(super) fn new(
        model: &'a Model,
        [height, width]: [usize; 2],
        multiple: usize,
    ) -> Result<Self> {
        let Architecture { input, target, .. } = model.architecture;
        let factor = target.height / input.height;
        let strip = width.div_ceil(STRIPS).next_multiple_of(multiple);
        let strip = ImageShape::new(target.channels, height * factor, strip * factor);
        let architecture = Architecture::new(&model.recipe, strip, 0)?;
        Ok(Self { model, architecture, height, width })
    }

    /// Bytes that a thread takes while it runs, besides inputs and outputs.
    pub(super) fn bytes(&self) -> u64 {
        self.architecture.encoder.wide_bytes() + self.architecture.decoder.wide_bytes()
    }

    /// What the model makes of a tile, `[C, H, W]`.
    pub(super) fn run(&self, tile: &[f32]) -> Vec<f32> {
        let Architecture { encoder, decoder, .. } = &self.architecture;
        let Weights { encoder: encoding, decoder: decoding, .. } = &self.model.weights;
        debug_assert_eq!(tile.len() % (self.height * self.width), 0);
        let code = encoder.forward_wide(encoding, tile, self.width);
        let width = self.width * encoder.output()[2] / encoder.input()[2];
        let output = decoder.forward_wide(decoding, &code, width);
        let n = output.len();
        self.model.recipe.reconstruction.kind().x_hat(output, Values { n, classes: &[] })
    }
}
