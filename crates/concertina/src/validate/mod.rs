//! Validation: the losses of a model, and their terms, on examples that it was not trained on.
//!
//! ```
//! use concertina::prelude::*;
//!
//! # let name = format!("concertina-doc-validate-{}", std::process::id());
//! # let folder = std::env::temp_dir().join(name);
//! # let options = OpenOptions { limit: Some(24), ..OpenOptions::default() };
//! # let data = Dataset::open("digits", &options)?;
//! # let recipe = Recipe::named("conv-vae")?.with("training.epochs", 1)?;
//! # let model = recipe.plan(&data)?.start(&data, &folder)?.finish()?;
//! let validation = validate(&model, data.validation())?;
//! let kl = validation.losses.term("kl").expect("a variational autoencoder has one");
//! let of_dimensions: f64 = validation.dimensions("kl").into_iter().flatten().sum();
//! assert!((kl - of_dimensions).abs() < 1e-6);
//! # std::fs::remove_dir_all(folder)?;
//! # Ok::<(), concertina::Error>(())
//! ```

mod chunk;
mod metrics;
mod sums;

use burn::tensor::Tensor;

use self::chunk::{Chunk, in_turn};
pub use self::metrics::{Losses, Metrics};
pub(crate) use self::sums::{BatchLosses, Sums, sum, term_sum};
use crate::components::{Components, Weights};
use crate::data::{Split, in_memory};
use crate::error::Result;
use crate::group::{Alone, Group};
use crate::math::Codes;
use crate::model::{Architecture, Batch, Model, Pass, constants};
use crate::recipe::Recipe;
use crate::shape::at_once;

/// Losses and their terms, with the error and code of each example.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Validation {
    /// Means over the examples.
    pub losses: Losses,
    /// The terms that have a value for each latent dimension, averaged over the examples: for a
    /// variational autoencoder "kl", in nats.
    pub per_dimension: Vec<(&'static str, Vec<f64>)>,
    /// The reconstruction error of each example.
    pub errors: Vec<f32>,
    /// The code of each example, of shards that of the first 65,536; the mean if codes are sampled.
    pub codes: Codes,
}

impl Validation {
    /// The term of this name in each latent dimension, averaged over the examples.
    pub fn dimensions(&self, name: &str) -> Option<&[f64]> {
        let found = self.per_dimension.iter().find(|(found, _)| *found == name);
        found.map(|(_, values)| values.as_slice())
    }
}

/// Examples per chunk, at most.
const CHUNK: usize = 128;
/// Codes that are kept of examples that are not in memory, at most.
const KEPT_CODES: usize = 1 << 16;

/// Validates `model` on a split. Corruption and noise are the same in every call.
///
/// # Errors
/// If an example cannot be read.
///
/// # Panics
/// If the examples do not have the shape of the decoder's output, or a conditional model has no
/// label for each.
pub fn validate(model: &Model, split: Split<'_>) -> Result<Validation> {
    let Model { recipe, architecture, weights, device, .. } = model;
    let parameters = constants(weights, device);
    validate_weights(recipe, architecture, weights, &parameters, split, &Alone)
}

/// As [`validate`], for a model in training by a group of processes, each of which computes some
/// chunks: all find the same. `parameters` are the weights as tensors, wherever they lie.
pub(crate) fn validate_weights(
    recipe: &Recipe,
    architecture: &Architecture,
    weights: &Weights,
    parameters: &Components<Tensor<1>>,
    split: Split<'_>,
    group: &dyn Group,
) -> Result<Validation> {
    let (n, latent_dim) = (split.examples.len(), architecture.latent_dim);
    let bottleneck = &architecture.bottleneck;
    let mut sums = Sums::default();
    let is_in_memory = split.examples.stored().is_none();
    let kept = if is_in_memory { n } else { n.min(KEPT_CODES) };
    let (mut errors, mut codes) = (vec![0.0; n], vec![0.0; kept * latent_dim]);
    let mut per_dimension: Vec<(&'static str, Vec<f64>)> = Vec::new();
    // Data sets are often sorted, for instance by class. Every chunk takes examples from all over
    // the set, so that its codes can be compared with the prior. Shards are shuffled, and read in
    // their order.
    let chunk_len = at_once(CHUNK, architecture.target.len());
    let n_chunks = n.div_ceil(chunk_len);
    let indices = |number: usize| {
        if is_in_memory {
            (number..n).step_by(n_chunks)
        } else {
            let first = number * chunk_len;
            (first..n.min(first + chunk_len)).step_by(1)
        }
    };
    let chunk = |number: usize| {
        let names: Vec<u32> = indices(number).map(|i| i as u32).collect();
        let batch = match split.examples.stored() {
            None => Batch::read(split, &names, recipe, architecture, Pass::Validation)?,
            Some(stored) => {
                let range = number * chunk_len..number * chunk_len + names.len();
                let images = in_memory(stored, range.clone())?;
                let labels = match architecture.classes {
                    0 => None,
                    _ => split.labels_at(&range.collect::<Vec<_>>())?,
                };
                let split = Split { examples: &images, labels: labels.as_deref() };
                let places: Vec<u32> = (0..names.len() as u32).collect();
                let pass = Pass::Validation;
                Batch::read_named(split, &places, &names, recipe, architecture, pass)?
            }
        };
        Ok(Chunk::of(recipe, architecture, parameters, weights, batch))
    };
    for (number, chunk) in in_turn(n_chunks, chunk, bottleneck.metrics(), group)?.enumerate() {
        let chunk = chunk?;
        sums.add(&chunk.losses);
        for (name, values) in &chunk.per_dimension {
            add_rows(&mut per_dimension, name, values, latent_dim);
        }
        let rows = chunk.errors.iter().zip(chunk.codes.chunks_exact(latent_dim));
        for (index, (&error, code)) in indices(number).zip(rows) {
            errors[index] = error;
            if index < kept {
                codes[index * latent_dim..][..latent_dim].copy_from_slice(code);
            }
        }
    }
    let codes = Codes::new(latent_dim, codes);
    let mut losses = sums.losses();
    losses.terms.extend(bottleneck.statistics(&codes, &weights.bottleneck));
    losses.terms.extend(recipe.reconstruction.statistics(&weights.reconstruction));
    for (_, values) in &mut per_dimension {
        for value in values {
            *value /= n as f64;
        }
    }
    Ok(Validation { losses, per_dimension, errors, codes })
}

/// Adds the rows of `values`, `[B, D]`, to the sums of the term `name`.
fn add_rows(
    sums: &mut Vec<(&'static str, Vec<f64>)>,
    name: &'static str,
    values: &[f32],
    latent_dim: usize,
) {
    let place = sums.iter().position(|(found, _)| *found == name).unwrap_or_else(|| {
        sums.push((name, vec![0.0; latent_dim]));
        sums.len() - 1
    });
    for row in values.chunks_exact(latent_dim) {
        sums[place].1.iter_mut().zip(row).for_each(|(sum, value)| *sum += f64::from(*value));
    }
}
