//! A trained model: encode, decode, reconstruct, sample, interpolate.

use std::ops::Range;

use super::{Architecture, AttributeVectors, Draw, HeldOutErrors};
use crate::bottleneck::Metric;
use crate::components::Weights;
use crate::data::{DataCard, Examples, FloatImages};
use crate::device::Device;
use crate::error::{Error, Result};
use crate::hint::{Hint, HintPart};
use crate::math::{Codes, Mixture, interpolate_square, spherical, spherical_square};
use crate::memory;
use crate::recipe::Recipe;
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::ImageShape;

/// A trained autoencoder with everything that is needed to use it, on this machine or another.
#[derive(Clone, Debug)]
pub struct Model {
    /// The recipe that it was trained with, with all defaults written out.
    pub recipe: Recipe,
    /// Its networks.
    pub architecture: Architecture,
    /// Its parameters.
    pub weights: Weights,
    /// The data that it was trained on.
    pub card: DataCard,
    /// For a bottleneck without a prior: a mixture fitted to the training codes, from which new
    /// codes are sampled.
    pub mixture: Option<Mixture>,
    /// Quantiles of the reconstruction errors of the validation images. `None` in files from before
    /// they were stored.
    pub held_out: Option<HeldOutErrors>,
    /// For music: the directions along which attributes such as the density of notes grow. `None`
    /// in files from before they were measured.
    pub attributes: Option<AttributeVectors>,
    /// Where its networks are computed; no part of a file.
    pub device: Device,
}

impl Model {
    /// A model of these weights, of which nothing was measured, on the CPU.
    pub(crate) fn new(
        recipe: Recipe,
        architecture: Architecture,
        weights: Weights,
        card: DataCard,
    ) -> Self {
        Self {
            recipe,
            architecture,
            weights,
            card,
            mixture: None,
            held_out: None,
            attributes: None,
            device: Device::cpu(),
        }
    }

    /// The steps of an interpolation where nobody asks for others: between two ends, and along each
    /// side between four.
    pub const INTERPOLATION_STEPS: [usize; 2] = [10, 5];

    /// Whether codes are regularised towards the standard normal prior, from which new codes can
    /// then be sampled.
    pub fn has_prior(&self) -> bool {
        self.architecture.bottleneck.has_prior()
    }

    /// Whether the encoder hands its input on, in the code: a network that learns what the image
    /// lacks. Then nothing is to be learnt from codes, nor sampled.
    pub fn code_has_image(&self) -> bool {
        self.recipe.network.family().adds_to_the_image()
    }

    /// Whether this is a variational autoencoder: codes are sampled from a posterior that has a KL
    /// divergence from the prior.
    pub fn is_variational(&self) -> bool {
        self.architecture.bottleneck.posterior().is_some()
    }

    /// The metrics of each epoch of its training besides loss and reconstruction, in the order of a
    /// table.
    pub fn metrics(&self) -> &'static [Metric] {
        self.architecture.bottleneck.metrics()
    }

    /// A description of its latent space, one or two sentences for a learner.
    pub fn latent_description(&self) -> &'static str {
        self.architecture.bottleneck.description()
    }

    /// The word for its codes in a caption: "codes", or "code means".
    pub fn codes_word(&self) -> &'static str {
        self.architecture.bottleneck.codes_word()
    }

    /// The code of each image, `[N, D]`: the mean if the bottleneck samples codes, the nearest
    /// embeddings if it has a codebook.
    ///
    /// # Errors
    /// If the images have neither the shape of the encoder's input nor that of the task's clean
    /// images, or the model is conditional ([`Model::conditioned_on`]).
    pub fn encode(&self, images: &dyn Examples) -> Result<Codes> {
        self.with_known_labels(None).encode(images)
    }

    /// The image of each code, `[N, C, H, W]` in 0..1. Codes are not quantised.
    ///
    /// # Errors
    /// If the codes do not have the model's number of latent dimensions, or the model is
    /// conditional.
    pub fn decode(&self, codes: &Codes) -> Result<FloatImages> {
        self.with_known_labels(None).decode(codes)
    }

    /// As [`Model::decode`], with the tokens of an autoregressive decoder chosen in this way
    /// instead of the most probable; other decoders do not choose.
    ///
    /// # Errors
    /// As [`Model::decode`].
    pub fn decode_with(&self, codes: &Codes, draw: Draw) -> Result<FloatImages> {
        self.with_known_labels(None).decode_with(codes, draw)
    }

    /// Encodes and decodes: reconstructs, denoises or upscales images, depending on the model's
    /// task.
    ///
    /// # Errors
    /// As [`Model::encode`].
    pub fn reconstruct(&self, images: &dyn Examples) -> Result<FloatImages> {
        self.with_known_labels(None).reconstruct(images)
    }

    /// The recipe's reconstruction error between each image and its reconstruction, in the recipe's
    /// unit. Nothing is random, and an image's error does not depend on the other images.
    ///
    /// # Errors
    /// If the images do not have the shape of the decoder's output, or the model is conditional.
    pub fn reconstruction_errors(&self, images: &dyn Examples) -> Result<Vec<f32>> {
        self.with_known_labels(None).reconstruction_errors(images)
    }

    /// `n` new images, decoded from codes of [`Model::sample_codes`]; a conditional model cycles
    /// through its classes.
    ///
    /// # Errors
    /// If the model has neither a prior nor a mixture to sample from.
    pub fn sample(&self, n: usize, seed: Seed) -> Result<FloatImages> {
        let labels = self.labels_in_turn(n);
        self.with_known_labels(labels.as_deref()).decode(&self.sample_codes(n, seed)?)
    }

    /// The labels of the `n` images of [`Model::sample`]; `None` without a condition.
    pub fn labels_in_turn(&self, n: usize) -> Option<Vec<u32>> {
        let classes = self.architecture.classes;
        (classes > 0).then(|| (0..n).map(|index| (index % classes) as u32).collect())
    }

    /// `n` new codes, `[n, D]`, sampled from the standard normal prior if the bottleneck has one,
    /// otherwise from the mixture fitted to the training codes. If there is a codebook, they are
    /// quantised.
    ///
    /// # Errors
    /// If the model has neither a prior nor a mixture.
    pub fn sample_codes(&self, n: usize, seed: Seed) -> Result<Codes> {
        let size = self.architecture.latent_dim;
        let mut values = memory::zeros(n, size, "codes")?;
        if self.has_prior() {
            for (index, code) in values.chunks_exact_mut(size).enumerate() {
                Stream::new(seed, Purpose::Sample, [index as u32, 0, 0]).fill_normal(code);
            }
            return Ok(Codes::new(size, values));
        }
        if self.code_has_image() {
            return Err(Error::insufficient(
                "this model's code has the image itself in it: there is nothing to sample from",
            ));
        }
        let mixture = self.mixture.as_ref().ok_or_else(|| {
            Error::insufficient("this model file has no mixture of training codes to sample from")
                .with_hint(
                    Hint::text("train it again, or use a variational one: ")
                        .with(HintPart::Recipe("image-vae".to_owned())),
                )
        })?;
        for (index, code) in values.chunks_exact_mut(size).enumerate() {
            mixture.sample(&mut Stream::new(seed, Purpose::Sample, [index as u32, 0, 0]), code);
        }
        let values = self.architecture.bottleneck.quantise(values, &self.weights.bottleneck);
        Ok(Codes::new(size, values))
    }

    /// `n` codes around `code`, `[n, D]`: each lies the part `amount` of the way from it to a new
    /// code of [`Model::sample_codes`]. With 0 all are `code`, with 1 they are the new codes.
    ///
    /// The way is an arc ([`spherical`]) if the new codes come from the standard normal prior, and
    /// a line if they come from a mixture, whose codes have no common length. If there is a
    /// codebook, codes are quantised.
    ///
    /// # Errors
    /// As [`Model::sample_codes`], or if the code does not have the model's number of latent
    /// dimensions, or the amount is not in 0..=1.
    pub fn variations(&self, code: &[f32], amount: f32, n: usize, seed: Seed) -> Result<Codes> {
        let size = self.architecture.latent_dim;
        if code.len() != size {
            return Err(Error::data(format!(
                "expected a code with {size} latent dimensions, as this model's, found {}",
                code.len()
            )));
        }
        if !(0.0..=1.0).contains(&amount) {
            return Err(Error::config(format!("expected an amount from 0 to 1, found {amount}")));
        }
        let is_normal = self.has_prior();
        let values = self
            .sample_codes(n, seed)?
            .rows()
            .flat_map(|new| {
                if is_normal {
                    return spherical(code, new, amount);
                }
                code.iter().zip(new).map(|(z, new)| z + amount * (new - z)).collect()
            })
            .collect();
        let values = self.architecture.bottleneck.quantise(values, &self.weights.bottleneck);
        Ok(Codes::new(size, values))
    }

    /// A square of `steps` rows and columns of codes between four new codes of
    /// [`Model::sample_codes`] at its corners, `[steps * steps, D]`, row by row.
    ///
    /// As in [`Model::variations`], between codes of the prior are arcs ([`spherical_square`]) and
    /// between others lines, and codes are quantised if there is a codebook.
    ///
    /// # Errors
    /// As [`Model::sample_codes`].
    pub fn sample_square(&self, steps: usize, seed: Seed) -> Result<Codes> {
        let new = self.sample_codes(4, seed)?;
        let corners = [0, 1, 2, 3].map(|corner| new.row(corner));
        if self.has_prior() {
            return Ok(spherical_square(corners, steps));
        }
        let values = interpolate_square(corners, steps).values().to_vec();
        let values = self.architecture.bottleneck.quantise(values, &self.weights.bottleneck);
        Ok(Codes::new(new.size(), values))
    }

    /// Images decoded from an interpolation between the codes of others, which are included: from
    /// two images `steps` along a line, from four a square of `steps` rows and columns by bilinear
    /// interpolation. The four are its corners: upper left, upper right, lower left, lower right.
    ///
    /// # Errors
    /// If there are neither two images nor four, or fewer than two steps, or as
    /// [`Model::encode`].
    pub fn interpolate(&self, ends: &dyn Examples, steps: usize) -> Result<FloatImages> {
        self.with_known_labels(None).interpolate(ends, steps)
    }

    /// The encoder's inputs for `images`: the images themselves, or downscaled images for a task
    /// that downscales.
    ///
    /// # Errors
    /// As [`Model::encode`].
    pub fn inputs(&self, images: &dyn Examples) -> Result<FloatImages> {
        self.inputs_of(images, 0..images.len())
    }

    /// As [`Model::inputs`], of the images in `range`: the same as among all.
    ///
    /// # Errors
    /// As [`Model::encode`].
    ///
    /// # Panics
    /// If the range is not one of images.
    pub fn inputs_of(&self, images: &dyn Examples, range: Range<usize>) -> Result<FloatImages> {
        let Architecture { input, target, .. } = self.architecture;
        let found = FloatImages::range(images, range.clone())?;
        if images.shape() == input {
            return Ok(found);
        }
        if images.shape() == target {
            let indices: Vec<usize> = range.collect();
            return Ok(self.corrupted(&found, &indices));
        }
        Err(wrong_shape(input, images.shape()))
    }

    /// The task's inputs for clean images, as in validation: the noise of each depends only on the
    /// recipe's seed and on its index among the validation images.
    ///
    /// # Panics
    /// If the number of indices is not that of the images.
    pub fn corrupted(&self, clean: &FloatImages, indices: &[usize]) -> FloatImages {
        assert_eq!(clean.len(), indices.len(), "every image has its index");
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
