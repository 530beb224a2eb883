//! A model judged on images that it was not trained on.

use burn::tensor::{Device, Tensor, TensorData};

use super::adversary;
use super::batch::{Draw, Examples, batch};
use super::metrics::{BatchSums, CodebookUse, Losses, Sums};
use crate::bottleneck::numbers;
use crate::latent::{CodeMoments, code_variances};
use crate::model::{Architecture, Codes, Weights, floats, objective};
use crate::recipe::Recipe;
use crate::rng::Seed;

/// Losses, and what they are made of, image by image.
pub(crate) struct Judgement {
    /// Means over the images.
    pub(crate) losses: Losses,
    /// For a variational bottleneck: the divergence of each code dimension, in nats, averaged over the images; else empty.
    pub(crate) kl_per_dimension: Vec<f64>,
    /// The reconstruction error of each image.
    pub(crate) errors: Vec<f32>,
    /// The code of each image: the mean, where codes are drawn at random.
    pub(crate) codes: Codes,
}

/// Images per chunk, at most.
const CHUNK: usize = 128;
/// A code dimension is active if its variance over the images is above this (Burda et al. 2015, section 5.2).
const ACTIVE: f64 = 0.01;

/// Judges the model on examples. Corruption and code noise are the same in every call.
pub(crate) fn judge(
    recipe: &Recipe,
    architecture: &Architecture,
    weights: &Weights,
    examples: Examples<'_>,
) -> Judgement {
    let device = Device::flex();
    let tensor = |values: &Vec<f32>| {
        Tensor::<1>::from_data(TensorData::new(values.clone(), [values.len()]), &device)
    };
    let parameters = weights.as_ref().map(tensor);
    let seed = Seed(recipe.training.seed);
    let variational = recipe.bottleneck.is_variational();
    let (n_images, code_size) = (examples.images.len(), architecture.code_size);
    let mut sums = Sums::default();
    let (mut errors, mut codes) = (vec![0.0; n_images], vec![0.0; n_images * code_size]);
    let mut kl_sums = vec![0.0; if variational { architecture.code_size } else { 0 }];
    let codebook = recipe.bottleneck.codebook();
    let mut uses = vec![0; codebook.map_or(0, |quantised| quantised.entries)];
    // Sets are sorted by class or by writer, often enough. Every chunk takes images from all over the set, so that its codes
    // can be compared with the prior.
    let n_chunks = n_images.div_ceil(CHUNK);
    for first in 0..n_chunks {
        let chunk: Vec<u32> = (first..n_images).step_by(n_chunks).map(|i| i as u32).collect();
        let batch = batch(examples, &chunk, recipe, architecture, seed, Draw::Validation);
        let n = batch.len;
        let noise = batch.noise.clone();
        let terms = objective(recipe, architecture, parameters.clone(), batch, f32::INFINITY);
        let chunk_errors = floats(terms.errors.into_data());
        let kl = terms.kl.map_or_else(Vec::new, |kl| floats(kl.into_data()));
        let distance = terms.distance.map_or(0.0, Tensor::into_scalar);
        for kl in kl.chunks_exact(code_size) {
            kl_sums.iter_mut().zip(kl).for_each(|(sum, kl)| *sum += f64::from(*kl));
        }
        let features = floats(terms.features.into_data());
        let chunk_codes = recipe.bottleneck.mean(features, &weights.bottleneck, code_size);
        if let Some(quantised) = codebook {
            for number in numbers(&chunk_codes, &weights.bottleneck, code_size, quantised.width) {
                uses[number as usize] += 1;
            }
        }
        let duel = architecture
            .discriminator
            .as_ref()
            .map(|discriminator| adversary::judge(discriminator, weights, &chunk_codes, &noise));
        let (loss, reconstruction) = (terms.loss.into_scalar(), sum(&chunk_errors));
        sums.add(BatchSums { n, loss, reconstruction, kl: sum(&kl), distance, duel });
        let rows = chunk.iter().zip(&chunk_errors).zip(chunk_codes.chunks_exact(code_size));
        for ((&index, &error), code) in rows {
            let index = index as usize;
            errors[index] = error;
            codes[index * code_size..][..code_size].copy_from_slice(code);
        }
    }
    let codes = Codes::new(code_size, codes);
    let mut losses = sums.losses(&recipe.bottleneck);
    losses.active_units = variational.then(|| active_units(&codes));
    if recipe.bottleneck.has_points_like_the_prior() {
        losses.codes = CodeMoments::of(&codes).ok();
    }
    losses.codebook = codebook.map(|_| CodebookUse::of(&uses));
    let kl_per_dimension = kl_sums.into_iter().map(|sum| sum / n_images as f64).collect();
    Judgement { losses, kl_per_dimension, errors, codes }
}

/// The sum of f32 numbers, in f64, in their order.
pub(super) fn sum(values: &[f32]) -> f64 {
    values.iter().map(|&value| f64::from(value)).sum()
}

/// How many dimensions of the code vary over the images by more than [`ACTIVE`].
fn active_units(codes: &Codes) -> usize {
    code_variances(codes).iter().filter(|variance| **variance > ACTIVE).count()
}
