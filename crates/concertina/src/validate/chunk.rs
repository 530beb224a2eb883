//! What is computed of one chunk of a split, by whichever process has its turn.

use burn::tensor::Tensor;

use super::sums::{BatchLosses, sum, term_sum};
use crate::bottleneck::{Metric, TermValue};
use crate::components::{Components, Weights};
use crate::error::Result;
use crate::group::{Group, Message, Reader};
use crate::model::{Architecture, Batch, floats, objective, phase_objective};
use crate::recipe::Recipe;

/// The losses, errors and codes of the examples of a chunk.
pub(super) struct Chunk {
    pub(super) losses: BatchLosses,
    /// The reconstruction error of each example, `[B]`.
    pub(super) errors: Vec<f32>,
    /// The code of each example, `[B, D]`.
    pub(super) codes: Vec<f32>,
    /// The terms that have a value for each example and latent dimension, `[B, D]`.
    pub(super) per_dimension: Vec<(&'static str, Vec<f32>)>,
}

impl Chunk {
    /// Of a batch of examples.
    pub(super) fn of(
        recipe: &Recipe,
        architecture: &Architecture,
        parameters: &Components<Tensor<1>>,
        weights: &Weights,
        batch: Batch,
    ) -> Self {
        let bottleneck = &architecture.bottleneck;
        let mut losses = BatchLosses { n: batch.len, ..BatchLosses::default() };
        for phase in bottleneck.phases() {
            let loss = phase_objective(architecture, &phase, parameters.clone(), &batch);
            losses.terms.push((phase.name, sum(&floats(loss.into_data()))));
        }
        let found = objective(recipe, architecture, parameters.clone(), batch, f32::INFINITY);
        let errors = floats(found.errors.into_data());
        losses.loss = found.loss.into_scalar();
        losses.reconstruction = sum(&errors);
        let mut per_dimension = Vec::new();
        for term in found.terms {
            if let TermValue::PerDimension(values) = &term.value {
                per_dimension.push((term.name, floats(values.clone().into_data())));
            }
            losses.terms.push(term_sum(term, losses.n));
        }
        let features = floats(found.features.into_data());
        let codes = bottleneck.encode(features, &weights.bottleneck);
        Self { losses, errors, codes, per_dimension }
    }

    fn write(&self, metrics: &[Metric], message: &mut Message) {
        self.losses.write(metrics, message);
        message.floats(&self.errors);
        message.floats(&self.codes);
        let values = self.per_dimension.iter().map(|(_, values)| values.as_slice());
        let names = self.per_dimension.iter().map(|(name, _)| {
            let index = metrics.iter().position(|metric| metric.name == *name);
            index.expect("every term is one of the bottleneck's metrics") as f64
        });
        message.doubles(&names.collect::<Vec<f64>>());
        for values in values {
            message.floats(values);
        }
    }

    fn read(metrics: &[Metric], reader: &mut Reader<'_>) -> Self {
        let losses = BatchLosses::read(metrics, reader);
        let [errors, codes] = [reader.floats(), reader.floats()];
        let names = reader.doubles();
        let per_dimension =
            names.into_iter().map(|index| (metrics[index as usize].name, reader.floats()));
        Self { losses, errors, codes, per_dimension: per_dimension.collect() }
    }
}

/// All `n` chunks in their order. Chunk c is computed by process `c mod N`.
///
/// # Errors
/// As of `chunk`, which reads its examples.
pub(super) fn in_turn<'a>(
    n: usize,
    chunk: impl Fn(usize) -> Result<Chunk> + 'a,
    metrics: &[Metric],
    group: &dyn Group,
) -> Result<Box<dyn Iterator<Item = Result<Chunk>> + 'a>> {
    if group.size() == 1 {
        return Ok(Box::new((0..n).map(chunk)));
    }
    let mut message = Message::default();
    for own in (group.rank()..n).step_by(group.size()) {
        chunk(own)?.write(metrics, &mut message);
    }
    let messages = group.gather(&message.into_bytes());
    let mut readers: Vec<Reader<'_>> = messages.iter().map(|message| Reader(message)).collect();
    let chunks = (0..n).map(|c| Ok(Chunk::read(metrics, &mut readers[c % group.size()])));
    Ok(Box::new(chunks.collect::<Vec<Result<Chunk>>>().into_iter()))
}
