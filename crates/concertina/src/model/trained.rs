//! A trained model: encode, decode, reconstruct, sample, interpolate.

use std::ops::Range;

use super::{Architecture, HeldOutErrors};
use crate::bottleneck::Metric;
use crate::components::Weights;
use crate::data::{DataCard, Examples, FloatImages};
use crate::error::{Error, Result};
use crate::hint::{Hint, HintPart};
use crate::math::{Codes, Mixture};
use crate::recipe::Recipe;
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::ImageShape;

/// A trained autoencoder with all that is needed to use it, on this machine or another.
#[derive(Clone, Debug)]
pub struct Model {
    /// The recipe it was trained by, every default written out.
    pub recipe: Recipe,
    /// Its networks.
    pub architecture: Architecture,
    /// Its parameters.
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
    /// Whether codes lie as the standard normal does, so that new ones are sampled from it.
    pub fn has_prior(&self) -> bool {
        self.architecture.bottleneck.has_prior()
    }

    /// Whether codes are sampled at random in training, and have a KL divergence from the prior: whether this is a
    /// variational autoencoder.
    pub fn is_variational(&self) -> bool {
        self.architecture.bottleneck.posterior().is_some()
    }

    /// What is told of each epoch of its training besides loss and reconstruction, in the order of a table.
    pub fn metrics(&self) -> &'static [Metric] {
        self.architecture.bottleneck.metrics()
    }

    /// What its latent is, in a sentence or two for a learner.
    pub fn latent_description(&self) -> &'static str {
        self.architecture.bottleneck.description()
    }

    /// What its codes are called in a caption: "codes", or "code means".
    pub fn codes_word(&self) -> &'static str {
        self.architecture.bottleneck.codes_word()
    }

    /// The code of each image, `[N, D]`: the mean, where the bottleneck draws codes at random; the nearest entries, where it has a
    /// codebook.
    ///
    /// # Errors
    /// If the images are not of the shape that the encoder sees, nor of the shape that the task makes it from, or the model is
    /// conditional ([`Model::conditioned_on`]).
    pub fn encode(&self, images: &dyn Examples) -> Result<Codes> {
        self.with_known_labels(None).encode(images)
    }

    /// The picture of each code, `[N, C, H, W]` in 0..1. Codes are taken as they are, whatever the bottleneck.
    ///
    /// # Errors
    /// If the codes are not of this model's size, or the model is conditional.
    pub fn decode(&self, codes: &Codes) -> Result<FloatImages> {
        self.with_known_labels(None).decode(codes)
    }

    /// Encodes and decodes: reconstructs, cleans or enlarges, as the model's task is.
    ///
    /// # Errors
    /// As [`Model::encode`].
    pub fn reconstruct(&self, images: &dyn Examples) -> Result<FloatImages> {
        self.with_known_labels(None).reconstruct(images)
    }

    /// How far each image is from what [`Model::reconstruct`] makes of it, by the recipe's own reconstruction error and in
    /// its unit. Nothing is drawn at random, and an image's error does not depend on the others.
    ///
    /// # Errors
    /// If the images are not of the shape that the decoder returns, or the model is conditional.
    pub fn reconstruction_errors(&self, images: &dyn Examples) -> Result<Vec<f32>> {
        self.with_known_labels(None).reconstruction_errors(images)
    }

    /// `n` new pictures, decoded from codes of [`Model::sample_codes`]; of a conditional model, of all classes in turn.
    ///
    /// # Errors
    /// If the model file has neither a prior nor a mixture to draw from.
    pub fn sample(&self, n: usize, seed: Seed) -> Result<FloatImages> {
        let labels = self.labels_in_turn(n);
        self.with_known_labels(labels.as_deref()).decode(&self.sample_codes(n, seed)?)
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
        let size = self.architecture.latent_dim;
        let mut values = vec![0.0; n * size];
        if self.has_prior() {
            for (index, code) in values.chunks_exact_mut(size).enumerate() {
                Stream::new(seed, Purpose::Sample, [index as u32, 0, 0]).fill_normal(code);
            }
            return Ok(Codes::new(size, values));
        }
        let mixture = self.mixture.as_ref().ok_or_else(|| {
            Error::data("this model file has no mixture of training codes to draw samples from")
                .with_hint(
                    Hint::text("train it again, or use a variational one: ")
                        .with(HintPart::Recipe("image-vae".to_owned())),
                )
        })?;
        for (index, code) in values.chunks_exact_mut(size).enumerate() {
            mixture.draw(&mut Stream::new(seed, Purpose::Sample, [index as u32, 0, 0]), code);
        }
        let values = self.architecture.bottleneck.quantise(values, &self.weights.bottleneck);
        Ok(Codes::new(size, values))
    }

    /// `steps` pictures on the way from the first image's code to the second's, both ends included.
    ///
    /// # Errors
    /// If there are not two images, or fewer than two steps, or as [`Model::encode`].
    pub fn interpolate(&self, ends: &dyn Examples, steps: usize) -> Result<FloatImages> {
        self.with_known_labels(None).interpolate(ends, steps)
    }

    /// What the encoder sees of `images`: themselves, or, for a task that makes its inputs smaller, the small ones.
    ///
    /// # Errors
    /// As [`Model::encode`].
    pub fn inputs(&self, images: &dyn Examples) -> Result<FloatImages> {
        self.inputs_of(images, 0..images.len())
    }

    /// As [`Model::inputs`], of some of the images.
    pub(super) fn inputs_of(&self, images: &dyn Examples, range: Range<usize>) -> Result<FloatImages> {
        let Architecture { input, target, .. } = self.architecture;
        let pictures = FloatImages::range(images, range.clone());
        if images.shape() == input {
            return Ok(pictures);
        }
        if images.shape() == target {
            let indices: Vec<usize> = range.collect();
            return Ok(self.corrupted(&pictures, &indices));
        }
        Err(wrong_shape(input, images.shape()))
    }

    /// The task's inputs made from clean images, as in validation: the noise of each depends on the recipe's seed and on its
    /// index among the validation images alone.
    ///
    /// # Panics
    /// If there is not one index for each image.
    pub fn corrupted(&self, clean: &FloatImages, indices: &[usize]) -> FloatImages {
        assert_eq!(clean.len(), indices.len(), "every picture has its index");
        let Architecture { input, target, .. } = self.architecture;
        let mut values = vec![0.0; clean.len() * input.len()];
        let seed = Seed(self.recipe.training.seed);
        let pairs = values.chunks_exact_mut(input.len()).zip(clean);
        for ((noisy, clean), &index) in pairs.zip(indices) {
            let [mut stream, _] = Stream::validation(seed, index as u32);
            self.recipe.task.corrupt(clean, target, &mut stream, noisy);
        }
        FloatImages::new(input, values)
    }
}

pub(crate) fn wrong_shape(expected: ImageShape, found: ImageShape) -> Error {
    Error::data(format!("expected images of {expected}, as this model's are, found {found}"))
}
