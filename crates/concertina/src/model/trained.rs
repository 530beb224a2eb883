//! A trained model: encode, decode, reconstruct, sample, interpolate.

use std::ops::Range;

use super::inference::{CHUNK, run};
use super::{Architecture, Codes, Pictures, Weights};
use crate::data::{DataCard, Images};
use crate::error::{Error, Result};
use crate::latent::{Mixture, interpolate};
use crate::recipe::Recipe;
use crate::reconstruction::Reconstruction;
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::ImageShape;

/// A trained autoencoder with all that is needed to use it, on this machine or another.
#[derive(Clone, Debug)]
pub struct Model {
    /// The recipe it was trained by, every default written out.
    pub recipe: Recipe,
    /// Its two stacks of layers.
    pub architecture: Architecture,
    /// Their parameters.
    pub weights: Weights,
    /// What it was trained on.
    pub card: DataCard,
    /// For a bottleneck without a prior: where the training codes lie, so that new ones can be drawn.
    pub mixture: Option<Mixture>,
}

impl Model {
    /// The code of each image: the mean, where the bottleneck draws codes at random.
    ///
    /// # Errors
    /// If the images are not of the shape that the encoder sees, nor of the shape that the task makes it from.
    pub fn encode(&self, images: &Images) -> Result<Codes> {
        let mut codes = Vec::with_capacity(images.len() * self.architecture.code_size);
        // Bytes become numbers a chunk at a time: all at once they take four times the memory of the images.
        for start in (0..images.len()).step_by(CHUNK) {
            let inputs = self.inputs_of(images, start..images.len().min(start + CHUNK))?;
            codes.extend(self.encode_values(inputs.values()));
        }
        Ok(Codes::new(self.architecture.code_size, codes))
    }

    /// As [`Model::encode`], for inputs that are not bytes.
    ///
    /// # Panics
    /// If they are not of the shape that the encoder sees.
    pub(crate) fn encode_pictures(&self, inputs: &Pictures) -> Codes {
        assert_eq!(inputs.shape(), self.architecture.input, "inputs are checked before");
        Codes::new(self.architecture.code_size, self.encode_values(inputs.values()))
    }

    fn encode_values(&self, values: &[f32]) -> Vec<f32> {
        let Architecture { encoder, code_size, .. } = &self.architecture;
        let features = run(encoder, &self.weights.encoder, values);
        self.recipe.bottleneck.mean(features, *code_size)
    }

    /// The picture of each code.
    ///
    /// # Errors
    /// If the codes are not of this model's size.
    pub fn decode(&self, codes: &Codes) -> Result<Pictures> {
        if codes.size() != self.architecture.code_size {
            return Err(Error::data(format!(
                "expected codes of {} numbers, as this model's are, found {}",
                self.architecture.code_size,
                codes.size()
            )));
        }
        let decoder = &self.architecture.decoder;
        let mut values = run(decoder, &self.weights.decoder, codes.values());
        Reconstruction::x_hat(&mut values);
        Ok(Pictures::new(self.architecture.target, values))
    }

    /// Encodes and decodes: reconstructs, cleans or enlarges, as the model's task is.
    ///
    /// # Errors
    /// As [`Model::encode`].
    pub fn reconstruct(&self, images: &Images) -> Result<Pictures> {
        self.decode(&self.encode(images)?)
    }

    /// `n` new pictures, decoded from codes of [`Model::sample_codes`].
    pub fn sample(&self, n: usize, seed: Seed) -> Result<Pictures> {
        self.decode(&self.sample_codes(n, seed)?)
    }

    /// `n` new codes: from the standard normal prior of a variational autoencoder, else from the mixture that was
    /// fitted to the training codes.
    pub fn sample_codes(&self, n: usize, seed: Seed) -> Result<Codes> {
        let size = self.architecture.code_size;
        let mut values = vec![0.0; n * size];
        if self.recipe.bottleneck.is_variational() {
            for (index, code) in values.chunks_exact_mut(size).enumerate() {
                Stream::new(seed, Purpose::Sample, [index as u32, 0, 0]).fill_normal(code);
            }
            return Ok(Codes::new(size, values));
        }
        let mixture = self.mixture.as_ref().ok_or_else(|| {
            Error::data("this model file has no mixture of training codes to draw samples from")
                .with_hint("train it again, or use a variational recipe such as `image-vae`")
        })?;
        for (index, code) in values.chunks_exact_mut(size).enumerate() {
            mixture.draw(&mut Stream::new(seed, Purpose::Sample, [index as u32, 0, 0]), code);
        }
        Ok(Codes::new(size, values))
    }

    /// `steps` pictures on the way from the first image's code to the second's, both ends included.
    ///
    /// # Errors
    /// If there are not two images, or fewer than two steps, or as [`Model::encode`].
    pub fn interpolate(&self, ends: &Images, steps: usize) -> Result<Pictures> {
        if ends.len() != 2 || steps < 2 {
            return Err(Error::config(format!(
                "expected two images and at least 2 steps, found {} images and {steps} steps",
                ends.len()
            )));
        }
        let codes = self.encode(ends)?;
        self.decode(&interpolate(codes.row(0), codes.row(1), steps))
    }

    /// What the encoder sees of `images`: themselves, or, for a task that makes its inputs smaller, the small ones.
    ///
    /// # Errors
    /// As [`Model::encode`].
    pub fn inputs(&self, images: &Images) -> Result<Pictures> {
        self.inputs_of(images, 0..images.len())
    }

    /// As [`Model::inputs`], of some of the images.
    fn inputs_of(&self, images: &Images, range: Range<usize>) -> Result<Pictures> {
        let Architecture { input, target, .. } = self.architecture;
        let pictures = Pictures::of(images, range.clone());
        if images.shape() == input {
            return Ok(pictures);
        }
        if images.shape() == target {
            let indices: Vec<usize> = range.collect();
            return Ok(self.corrupted(&pictures, &indices));
        }
        Err(wrong_shape(input, images.shape()))
    }

    /// The task's inputs made from clean pictures, as in validation: the noise of each depends on the recipe's seed and
    /// on its index among the validation images alone.
    pub(crate) fn corrupted(&self, clean: &Pictures, indices: &[usize]) -> Pictures {
        assert_eq!(clean.len(), indices.len(), "every picture has its index");
        let Architecture { input, target, .. } = self.architecture;
        let mut values = vec![0.0; clean.len() * input.len()];
        let seed = Seed(self.recipe.training.seed);
        let pairs = values.chunks_exact_mut(input.len()).zip(clean);
        for ((noisy, clean), &index) in pairs.zip(indices) {
            let [mut stream, _] = Stream::validation(seed, index as u32);
            self.recipe.task.corrupt(clean, target, &mut stream, noisy);
        }
        Pictures::new(input, values)
    }
}

pub(crate) fn wrong_shape(expected: ImageShape, found: ImageShape) -> Error {
    Error::data(format!("expected images of {expected}, as this model's are, found {found}"))
}
