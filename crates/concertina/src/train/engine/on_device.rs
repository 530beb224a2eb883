//! Steps on a device that the library's kernels do not run on, by Burn's operations.
//!
//! Weights and moments stay there. A step sends the batch, waits once for the losses and the norm
//! of the gradient, and leaves the update to be computed while the next batch is prepared.

use std::borrow::Cow;

use burn::tensor::Tensor;

use super::step::{Diverged, Engine, Outcome, StepContext};
use crate::bottleneck::{Term, TermValue};
use crate::components::{Components, Weights};
use crate::device::Device;
use crate::model::{Architecture, Batch, constants, floats, objective, phase_objective};
use crate::optimiser::Moments;
use crate::optimiser::operations::{TensorMoments, squares, update};
use crate::recipe::Training;
use crate::rng::Stream;
use crate::train::plan::Plan;
use crate::train::shards::ShardedBatch;
use crate::train::state::{MAIN, TrainingState};
use crate::validate::BatchLosses;

/// A training state on a device.
pub(super) struct OnDevice {
    device: Device,
    weights: Components<Tensor<1>>,
    /// As [`TrainingState::moments`].
    moments: Vec<TensorMoments>,
}

/// The gradient of a loss; `None` for a component that is not trained or that it does not depend
/// on.
type Gradients = Components<Option<Tensor<1>>>;

/// A loss, and scalars beside it, each `[1]` and without a gradient.
struct Scalars {
    loss: Tensor<1>,
    beside: Vec<(&'static str, Tensor<1>)>,
}

impl OnDevice {
    pub(super) fn new(device: &Device, state: &TrainingState) -> Self {
        let there = |vectors: &Weights| constants(vectors, device);
        let weights = there(&state.weights);
        let moments = state.moments.iter().map(|Moments { mean, square }| TensorMoments {
            mean: there(mean),
            square: there(square),
        });
        Self { weights, moments: moments.collect(), device: device.clone() }
    }

    /// The values of a loss and of what is beside it, each summed over the shards; the norm of the
    /// loss's gradient; and the gradient, clipped. `loss` is given a shard and the part of the
    /// batch that it is.
    fn gradients<'b>(
        &self,
        trained: Components<bool>,
        max_norm: f32,
        shards: impl Iterator<Item = (&'b Batch, f32)>,
        loss: impl Fn(Components<Tensor<1>>, &Batch, f32) -> Scalars,
    ) -> (f32, Vec<(&'static str, f32)>, f32, Gradients) {
        let mut sums: Option<(Vec<&'static str>, Tensor<1>, Gradients)> = None;
        for (shard, share) in shards {
            let leaves = self.weights.clone().zip(trained).map(|(weights, trained)| {
                let leaf = Tensor::from_inner(weights);
                if trained { leaf.require_grad() } else { leaf }
            });
            let Scalars { loss, beside } = loss(leaves.clone(), shard, share);
            let mut tape = loss.backward();
            let gradients = leaves.map(|leaf| leaf.grad_remove(&mut tape));
            let (names, beside): (Vec<_>, Vec<_>) = beside.into_iter().unzip();
            let scalars = Tensor::cat([vec![loss.inner()], beside].concat(), 0);
            sums = Some(match sums {
                None => (names, scalars, gradients),
                Some((names, sum, all)) => (names, sum + scalars, all.zip(gradients).map(both)),
            });
        }
        let (names, scalars, gradients) = sums.expect("a batch has a shard with examples");
        // The one place where a step waits.
        let found = floats(Tensor::cat(vec![scalars, squares(&gradients)], 0).into_data());
        let (loss, beside) = (found[0], &found[1..]);
        let norm = beside[beside.len() - 1].sqrt();
        let gradients = gradients.map(|gradient| {
            gradient
                .map(|g| if max_norm > 0.0 && norm > max_norm { g * (max_norm / norm) } else { g })
        });
        (loss, names.into_iter().zip(beside.iter().copied()).collect(), norm, gradients)
    }

    fn apply(
        &mut self,
        loss: usize,
        training: &Training,
        gradients: Gradients,
        step: usize,
        learning_rate: f32,
    ) {
        let Self { weights, moments, .. } = self;
        update(
            &training.optimiser,
            learning_rate,
            step + 1,
            weights,
            gradients,
            &mut moments[loss],
        );
    }
}

impl Engine for OnDevice {
    fn step(
        &mut self,
        plan: &Plan,
        batch: ShardedBatch,
        context: StepContext,
    ) -> Result<Outcome, Diverged> {
        let Plan { recipe, architecture, .. } = plan;
        let training = &recipe.training;
        let StepContext { step, epochs, learning_rate } = context;
        let len = batch.len as f32;
        let shards = || {
            let all = batch.shards.iter().filter(|shard| shard.len > 0);
            all.map(|shard| (shard, shard.len as f32 / len))
        };
        let main = |parameters, shard: &Batch, share| {
            let n = shard.len;
            let found = objective(recipe, architecture, parameters, shard.clone(), epochs);
            let errors = ("", found.errors.inner().sum());
            let terms = found.terms.into_iter().map(|term| summed(term, n));
            Scalars {
                loss: found.loss * share,
                beside: [errors].into_iter().chain(terms).collect(),
            }
        };
        let (loss, beside, norm, gradients) =
            self.gradients(MAIN, training.clip_norm, shards(), main);
        Diverged::check("loss", loss)?;
        Diverged::check("gradient's norm", norm)?;
        self.apply(0, training, gradients, step, learning_rate);
        let mut values = beside.into_iter().map(|(name, value)| (name, f64::from(value)));
        let reconstruction = values.next().map_or(0.0, |(_, value)| value);
        let mut terms: Vec<(&'static str, f64)> = values.collect();
        for (number, phase) in architecture.bottleneck.phases().iter().enumerate() {
            let of_phase = |parameters, shard: &Batch, _| {
                let terms = phase_objective(architecture, phase, parameters, shard);
                let sum = terms.sum();
                Scalars { beside: vec![(phase.name, sum.clone().inner())], loss: sum / len }
            };
            let (loss, beside, norm, gradients) =
                self.gradients(phase.trains, training.clip_norm, shards(), of_phase);
            Diverged::check(&format!("loss of the {}", phase.name), loss)?;
            Diverged::check(&format!("gradient of the {}", phase.name), norm)?;
            let learning_rate = phase.learning_rate_scale * learning_rate;
            self.apply(number + 1, training, gradients, step, learning_rate);
            terms.extend(beside.into_iter().map(|(name, value)| (name, f64::from(value))));
        }
        let losses = BatchLosses { n: batch.len, loss, reconstruction, terms };
        Ok(Outcome { losses, gradient_norm: norm })
    }

    /// On the CPU, once an epoch.
    fn begin_epoch(&mut self, architecture: &Architecture, examples: &Batch, stream: &mut Stream) {
        let mut state = self.state().into_owned();
        state.begin_epoch(architecture, examples, stream);
        *self = Self::new(&self.device.clone(), &state);
    }

    fn weights(&self) -> Cow<'_, Weights> {
        Cow::Owned(here(&self.weights))
    }

    fn parameters(&self) -> Components<Tensor<1>> {
        self.weights.clone()
    }

    fn state(&self) -> Cow<'_, TrainingState> {
        let moments = self.moments.iter().map(|TensorMoments { mean, square }| Moments {
            mean: here(mean),
            square: here(square),
        });
        Cow::Owned(TrainingState { weights: here(&self.weights), moments: moments.collect() })
    }
}

/// Vectors of the device, in memory.
fn here(vectors: &Components<Tensor<1>>) -> Weights {
    vectors.as_ref().map(|vector| floats(vector.clone().into_data()))
}

/// The sum of a term over the `n` examples of its shard, `[1]`.
fn summed(term: Term, n: usize) -> (&'static str, Tensor<1>) {
    let sum = match term.value {
        TermValue::PerDimension(values) => values.inner().sum(),
        TermValue::OfBatch(mean) => mean.inner() * n as f32,
    };
    (term.name, sum)
}

/// The sum of two shards' gradients.
fn both((a, b): (Option<Tensor<1>>, Option<Tensor<1>>)) -> Option<Tensor<1>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests;
