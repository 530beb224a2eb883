//! One step of gradient descent.
//!
//! A step is [`TrainingState::gradients`], clipping and [`TrainingState::apply`], first for the
//! main loss and then for each further phase of the bottleneck. A batch may be cut into shards, of
//! which other processes may have some: its gradient is the sum of theirs ([`sum_of_shards`]).

use super::shards::{ShardedBatch, sum_of_shards};
use crate::bottleneck::{Latent, OwnState, Phase, Term, TermValue};
use crate::components::{Components, Weights};
use crate::group::Group;
use crate::model::{
    Architecture, Batch, Gradients, features, floats, gradients, objective, phase_objective,
};
use crate::optimiser::{Moments, clip, update};
use crate::recipe::{Recipe, Training};
use crate::rng::{Seed, Stream};
use crate::validate::{BatchLosses, sum, term_sum};

/// The state of training: the weights and the optimiser's moments.
#[derive(Clone, Debug)]
pub(crate) struct TrainingState {
    pub(super) weights: Weights,
    /// The moments for the main loss, then for each further phase. A component that two losses
    /// train has moments for both.
    pub(super) moments: Vec<Moments>,
}

/// The position of a step in the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepContext {
    /// Number of the step, from 0.
    pub(crate) step: usize,
    /// Epochs trained so far, as a fraction.
    pub(crate) epochs: f32,
    pub(crate) learning_rate: f32,
}

/// The result of a step.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// The batch's losses, before the step.
    pub(super) losses: BatchLosses,
    /// The norm of the main loss's gradient, before clipping.
    pub(super) gradient_norm: f32,
}

/// A step that was not taken because this value is not finite.
#[derive(Clone, Debug)]
pub(crate) struct Diverged {
    pub(crate) what: String,
    pub(crate) value: f32,
}

/// The components that the main loss trains: all that it depends on.
const MAIN: Components<bool> =
    Components { encoder: true, decoder: true, bottleneck: true, reconstruction: true };

impl TrainingState {
    /// The initial state: initial weights and zero moments.
    pub(crate) fn new(architecture: &Architecture, seed: Seed) -> Self {
        let weights = architecture.initial_weights(seed);
        let moments = trained_by_losses(&*architecture.bottleneck);
        let moments = moments.map(|(_, trained)| Moments::zero(&weights, trained)).collect();
        Self { weights, moments }
    }

    /// Takes a step on the main loss of `batch`, then on the loss of each further phase of the
    /// bottleneck.
    pub(crate) fn step(
        &mut self,
        recipe: &Recipe,
        architecture: &Architecture,
        batch: ShardedBatch,
        context: StepContext,
        group: &dyn Group,
    ) -> Result<Outcome, Diverged> {
        let training = &recipe.training;
        let phases = architecture.bottleneck.phases();
        let kept = (!phases.is_empty()).then(|| batch.clone());
        let (mut losses, mut found) =
            self.gradients(recipe, architecture, batch, context, group)?;
        let gradient_norm = clip(&mut found, training.clip_norm);
        check("gradient's norm", gradient_norm)?;
        self.apply(0, training, &found, context.step, context.learning_rate);
        for (number, phase) in phases.iter().enumerate() {
            let Some(batch) = &kept else { break };
            let (of_phase, mut found) = self.phase_gradients(architecture, phase, batch, group)?;
            check(
                &format!("gradient of the {}", phase.name),
                clip(&mut found, training.clip_norm),
            )?;
            let learning_rate = phase.learning_rate_scale * context.learning_rate;
            self.apply(number + 1, training, &found, context.step, learning_rate);
            losses.terms.extend(of_phase.terms);
        }
        Ok(Outcome { losses, gradient_norm })
    }

    /// The losses of a batch, and the gradient of the main one.
    fn gradients(
        &mut self,
        recipe: &Recipe,
        architecture: &Architecture,
        batch: ShardedBatch,
        context: StepContext,
        group: &dyn Group,
    ) -> Result<(BatchLosses, Gradients), Diverged> {
        let of_shard = |shard: Batch| {
            let n = shard.len;
            let share = n as f32 / batch.len as f32;
            let (loss, found, (errors, terms)) = gradients(&mut self.weights, MAIN, |parameters| {
                let found = objective(recipe, architecture, parameters, shard, context.epochs);
                let terms: Vec<Term> = found.terms.into_iter().map(without_graph).collect();
                (found.loss * share, (found.errors.inner(), terms))
            });
            let losses = BatchLosses {
                n,
                loss,
                reconstruction: sum(&floats(errors.into_data())),
                terms: terms.into_iter().map(|term| term_sum(term, n)).collect(),
            };
            (losses, found)
        };
        let metrics = architecture.bottleneck.metrics();
        let shards = batch.shards.into_iter();
        let found = sum_of_shards(shards, architecture.sizes(), metrics, group, of_shard);
        check("loss", found.0.loss)?;
        Ok(found)
    }

    /// The loss of a further phase, as a term that is summed over the batch, and the gradient of
    /// its mean.
    fn phase_gradients(
        &mut self,
        architecture: &Architecture,
        phase: &Phase<'_>,
        batch: &ShardedBatch,
        group: &dyn Group,
    ) -> Result<(BatchLosses, Gradients), Diverged> {
        let scale = 1.0 / batch.len as f32;
        let of_shard = |shard: &Batch| {
            let (loss, found, terms) = gradients(&mut self.weights, phase.trains, |parameters| {
                let terms = phase_objective(architecture, phase, parameters, shard);
                (terms.clone().sum() * scale, terms.inner())
            });
            let terms = vec![(phase.name, sum(&floats(terms.into_data())))];
            (BatchLosses { n: shard.len, loss, terms, ..BatchLosses::default() }, found)
        };
        let metrics = architecture.bottleneck.metrics();
        let shards = batch.shards.iter();
        let found = sum_of_shards(shards, architecture.sizes(), metrics, group, of_shard);
        check(&format!("loss of the {}", phase.name), found.0.loss)?;
        Ok(found)
    }

    /// Takes an optimiser step with gradients of the loss of index `loss`: 0 for the main loss.
    /// `step` counts from 0.
    fn apply(
        &mut self,
        loss: usize,
        training: &Training,
        gradients: &Gradients,
        step: usize,
        learning_rate: f32,
    ) {
        let Self { weights, moments } = self;
        update(
            &training.optimiser,
            learning_rate,
            step + 1,
            weights,
            gradients,
            &mut moments[loss],
        );
    }

    /// Lets the bottleneck update its own parameters before an epoch, from the features of these
    /// training examples.
    pub(crate) fn begin_epoch(
        &mut self,
        architecture: &Architecture,
        examples: &Batch,
        stream: &mut Stream,
    ) {
        let features = features(architecture, &self.weights, examples);
        let Moments { mean, square } = &mut self.moments[0];
        let own = OwnState {
            parameters: &mut self.weights.bottleneck,
            mean: &mut mean.bottleneck,
            square: &mut square.bottleneck,
        };
        architecture.bottleneck.begin_epoch(own, &features, stream);
    }
}

/// The name of each loss and the components that it trains; the main loss has no name.
pub(super) fn trained_by_losses(
    bottleneck: &dyn Latent,
) -> impl Iterator<Item = (Option<&'static str>, Components<bool>)> {
    let phases = bottleneck.phases().into_iter().map(|phase| (Some(phase.name), phase.trains));
    std::iter::once((None, MAIN)).chain(phases)
}

/// Detaches a term from the autodiff graph.
fn without_graph(term: Term) -> Term {
    let value = match term.value {
        TermValue::PerDimension(values) => TermValue::PerDimension(values.inner()),
        TermValue::OfBatch(value) => TermValue::OfBatch(value.inner()),
    };
    Term { value, ..term }
}

fn check(what: &str, value: f32) -> Result<(), Diverged> {
    if value.is_finite() { Ok(()) } else { Err(Diverged { what: what.to_owned(), value }) }
}

#[cfg(test)]
mod tests;
