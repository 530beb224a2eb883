//! Steps on the CPU, by the library's kernels.
//!
//! A step is [`TrainingState::gradients`], clipping and [`TrainingState::apply`], first for the
//! main loss and then for each further phase of the bottleneck. A batch may be cut into shards, of
//! which other processes may have some: its gradient is the sum of theirs ([`sum_of_shards`]).

use std::borrow::Cow;

use burn::tensor::Tensor;

use super::step::{Diverged, Engine, Outcome, StepContext};
use crate::bottleneck::{OwnState, Phase, Term, TermValue};
use crate::components::{Components, Weights};
use crate::device::Device;
use crate::group::Group;
use crate::model::{
    Architecture, Batch, Gradients, constants, features, floats, gradients, objective,
    phase_objective,
};
use crate::optimiser::{Moments, clip, update};
use crate::recipe::{Recipe, Training};
use crate::rng::Stream;
use crate::train::plan::Plan;
use crate::train::shards::{ShardedBatch, sum_of_shards};
use crate::train::state::{MAIN, TrainingState};
use crate::validate::{BatchLosses, sum, term_sum};

impl Engine for TrainingState {
    fn step(
        &mut self,
        plan: &Plan,
        batch: ShardedBatch,
        context: StepContext,
    ) -> Result<Outcome, Diverged> {
        let Plan { recipe, architecture, group, .. } = plan;
        let training = &recipe.training;
        let phases = architecture.bottleneck.phases();
        let kept = (!phases.is_empty()).then(|| batch.clone());
        let (mut losses, mut found) =
            self.gradients(recipe, architecture, batch, context, &**group)?;
        let gradient_norm = clip(&mut found, training.clip_norm);
        Diverged::check("gradient's norm", gradient_norm)?;
        self.apply(0, training, &found, context.step, context.learning_rate);
        for (number, phase) in phases.iter().enumerate() {
            let Some(batch) = &kept else { break };
            let (of_phase, mut found) =
                self.phase_gradients(architecture, phase, batch, &**group)?;
            Diverged::check(
                &format!("gradient of the {}", phase.name),
                clip(&mut found, training.clip_norm),
            )?;
            let learning_rate = phase.learning_rate_scale * context.learning_rate;
            self.apply(number + 1, training, &found, context.step, learning_rate);
            losses.terms.extend(of_phase.terms);
        }
        Ok(Outcome { losses, gradient_norm })
    }

    fn begin_epoch(&mut self, architecture: &Architecture, examples: &Batch, stream: &mut Stream) {
        let features = features(architecture, &self.weights, examples);
        let Moments { mean, square } = &mut self.moments[0];
        let own = OwnState {
            parameters: &mut self.weights.bottleneck,
            mean: &mut mean.bottleneck,
            square: &mut square.bottleneck,
        };
        architecture.bottleneck.begin_epoch(own, &features, stream);
    }

    fn weights(&self) -> Cow<'_, Weights> {
        Cow::Borrowed(&self.weights)
    }

    fn parameters(&self) -> Components<Tensor<1>> {
        constants(&self.weights, &Device::cpu())
    }

    fn state(&self) -> Cow<'_, TrainingState> {
        Cow::Borrowed(self)
    }
}

impl TrainingState {
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
        Diverged::check("loss", found.0.loss)?;
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
        Diverged::check(&format!("loss of the {}", phase.name), found.0.loss)?;
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
}

/// Detaches a term from the autodiff graph.
fn without_graph(term: Term) -> Term {
    let value = match term.value {
        TermValue::PerDimension(values) => TermValue::PerDimension(values.inner()),
        TermValue::OfBatch(value) => TermValue::OfBatch(value.inner()),
    };
    Term { value, ..term }
}

#[cfg(test)]
mod tests;
