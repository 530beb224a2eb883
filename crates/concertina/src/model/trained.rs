//! A trained model: encode, decode, reconstruct, sample, interpolate.

use std::ops::Range;

use super::{Architecture, Codes, Pictures, Weights};
use crate::data::{DataCard, Images};
use crate::error::{Error, Result};
use crate::latent::Mixture;
use crate::metric::HeldOutErrors;
use crate::recipe::Recipe;
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
    /// How large the reconstruction errors of the images are that were held out of its training. `None` in files of
    /// before they were kept.
    pub held_out: Option<HeldOutErrors>,
}

impl Model {
    /// The code of each image, `[N, D]`: the mean, where the bottleneck draws codes at random; the nearest entries, where it has a
    /// codebook.
    ///
    /// # Errors
    /// If the images are not of the shape that the encoder sees, nor of the shape that the task makes it from, or the model is
    /// conditional ([`Model::given`]).
    pub fn encode(&self, images: &Images) -> Result<Codes> {
        self.given_any(None).encode(images)
    }

    /// The picture of each code, `[N, C, H, W]` in 0..1. Codes are taken as they are, whatever the bottleneck.
    ///
    /// # Errors
    /// If the codes are not of this model's size, or the model is conditional.
    pub fn decode(&self, codes: &Codes) -> Result<Pictures> {
        self.given_any(None).decode(codes)
    }

    /// Encodes and decodes: reconstructs, cleans or enlarges, as the model's task is.
    ///
    /// # Errors
    /// As [`Model::encode`].
    pub fn reconstruct(&self, images: &Images) -> Result<Pictures> {
        self.given_any(None).reconstruct(images)
    }

    /// How far each image is from what [`Model::reconstruct`] makes of it, by the recipe's own reconstruction error and in
    /// its unit. Nothing is drawn at random, and an image's error does not depend on the others.
    ///
    /// # Errors
    /// If the images are not of the shape that the decoder returns, or the model is conditional.
    pub fn reconstruction_errors(&self, images: &Images) -> Result<Vec<f32>> {
        self.given_any(None).reconstruction_errors(images)
    }

    /// `n` new pictures, decoded from codes of [`Model::sample_codes`]; of a conditional model, of all classes in turn.
    ///
    /// # Errors
    /// If the model file has neither a prior nor a mixture to draw from.
    pub fn sample(&self, n: usize, seed: Seed) -> Result<Pictures> {
        let labels = self.labels_in_turn(n);
        self.given_any(labels.as_deref()).decode(&self.sample_codes(n, seed)?)
    }

    /// The labels that [`Model::sample`] gives `n` pictures; `None` without a condition.
    pub fn labels_in_turn(&self, n: usize) -> Option<Vec<u32>> {
        let classes = self.architecture.classes;
        (classes > 0).then(|| (0..n).map(|index| (index % classes) as u32).collect())
    }

    /// `n` new codes, `[n, D]`: from the standard normal prior, where the bottleneck has one, else from the mixture that was
    /// fitted to the training codes; where it has a codebook, of the entries nearest to these.
    ///
    /// # Errors
    /// If the model file has neither.
    pub fn sample_codes(&self, n: usize, seed: Seed) -> Result<Codes> {
        let size = self.architecture.code_size;
        let mut values = vec![0.0; n * size];
        if self.recipe.bottleneck.has_prior() {
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
        let values = self.recipe.bottleneck.allowed(values, &self.weights.bottleneck, size);
        Ok(Codes::new(size, values))
    }

    /// `steps` pictures on the way from the first image's code to the second's, both ends included.
    ///
    /// # Errors
    /// If there are not two images, or fewer than two steps, or as [`Model::encode`].
    pub fn interpolate(&self, ends: &Images, steps: usize) -> Result<Pictures> {
        self.given_any(None).interpolate(ends, steps)
    }

    /// What the encoder sees of `images`: themselves, or, for a task that makes its inputs smaller, the small ones.
    ///
    /// # Errors
    /// As [`Model::encode`].
    pub fn inputs(&self, images: &Images) -> Result<Pictures> {
        self.inputs_of(images, 0..images.len())
    }

    /// As [`Model::inputs`], of some of the images.
    pub(super) fn inputs_of(&self, images: &Images, range: Range<usize>) -> Result<Pictures> {
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
