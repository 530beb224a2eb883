//! One step of gradient descent: what the whole of training repeats.
//!
//! A step is [`TrainingState::gradients`] and [`TrainingState::apply`], first for the main loss and then for each further
//! phase that the bottleneck asks for; clipping stands between the two.

use super::optimiser::{Moments, clip, update};
use crate::bottleneck::{Latent, OwnState, Phase, Term, TermValue};
use crate::components::{Components, Weights};
use crate::model::{
    Architecture, Batch, Gradients, features, floats, gradients, objective, phase_objective,
};
use crate::recipe::{Recipe, Training};
use crate::rng::{Seed, Stream};
use crate::validate::{BatchLosses, sum, term_sum};

/// A model in training: its weights, and what the optimiser remembers of earlier gradients.
#[derive(Clone, Debug)]
pub(crate) struct TrainingState {
    pub(super) weights: Weights,
    /// Of the main loss, then of each further phase: a component that two losses move has moments for both.
    pub(super) moments: Vec<Moments>,
}

/// When a step is taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepContext {
    /// Number of the step, from 0.
    pub(crate) step: usize,
    /// How far training has come, in epochs.
    pub(crate) epochs: f32,
    pub(crate) learning_rate: f32,
}

/// What a step was about.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// The batch's losses, before the step.
    pub(super) losses: BatchLosses,
    /// Of the main loss's gradient, before clipping.
    pub(super) gradient_norm: f32,
}

/// A step that was not taken: this value left all bounds.
#[derive(Clone, Debug)]
pub(crate) struct Diverged {
    pub(crate) what: String,
    pub(crate) value: f32,
}

/// Which components the main loss moves: all that it depends on.
const MAIN: Components<bool> =
    Components { encoder: true, decoder: true, bottleneck: true, reconstruction: true };

impl TrainingState {
    /// Nothing learned yet: the architecture's first weights.
    pub(crate) fn new(architecture: &Architecture, seed: Seed) -> Self {
        let weights = architecture.initial_weights(seed);
        let moments = trained_by_losses(&*architecture.bottleneck);
        let moments = moments.map(|(_, trained)| Moments::zero(&weights, trained)).collect();
        Self { weights, moments }
    }

    /// Encodes `batch`, passes the bottleneck, decodes and compares; then moves the weights against the gradient. Phases of
    /// the bottleneck follow.
    pub(crate) fn step(
        &mut self,
        recipe: &Recipe,
        architecture: &Architecture,
        batch: Batch,
        context: StepContext,
    ) -> Result<Outcome, Diverged> {
        let training = &recipe.training;
        let phases = architecture.bottleneck.phases();
        let kept = (!phases.is_empty()).then(|| batch.clone());
        let (mut losses, mut found) = self.gradients(recipe, architecture, batch, context)?;
        let gradient_norm = clip(&mut found, training.clip_norm);
        check("gradient's norm", gradient_norm)?;
        self.apply(0, training, &found, context.step, context.learning_rate);
        for (number, phase) in phases.iter().enumerate() {
            let Some(batch) = &kept else { break };
            let (loss, mut found) = self.phase_gradients(architecture, phase, batch)?;
            check(&format!("gradient of the {}", phase.name), clip(&mut found, training.clip_norm))?;
            let learning_rate = phase.learning_rate_scale * context.learning_rate;
            self.apply(number + 1, training, &found, context.step, learning_rate);
            losses.terms.push((phase.name, loss));
        }
        Ok(Outcome { losses, gradient_norm })
    }

    /// The losses of a batch, and the gradient of the main one.
    fn gradients(
        &mut self,
        recipe: &Recipe,
        architecture: &Architecture,
        batch: Batch,
        context: StepContext,
    ) -> Result<(BatchLosses, Gradients), Diverged> {
        let n = batch.len;
        let (loss, found, (errors, terms)) = gradients(&mut self.weights, MAIN, |parameters| {
            let found = objective(recipe, architecture, parameters, batch, context.epochs);
            let terms: Vec<Term> = found.terms.into_iter().map(without_graph).collect();
            (found.loss, (found.errors.inner(), terms))
        });
        let Some(found) = found else {
            return Err(Diverged { what: "loss".to_owned(), value: loss });
        };
        let losses = BatchLosses {
            n,
            loss,
            reconstruction: sum(&floats(errors.into_data())),
            terms: terms.into_iter().map(|term| term_sum(term, n)).collect(),
        };
        Ok((losses, found))
    }

    /// The loss of a further phase, summed over the batch, and the gradient of its mean.
    fn phase_gradients(
        &mut self,
        architecture: &Architecture,
        phase: &Phase<'_>,
        batch: &Batch,
    ) -> Result<(f64, Gradients), Diverged> {
        let share = 1.0 / batch.len as f32;
        let (_, found, sum) = gradients(&mut self.weights, phase.trains, |parameters| {
            let sum = phase_objective(architecture, phase, parameters, batch);
            (sum.clone() * share, sum.inner())
        });
        let sum: f32 = sum.into_scalar();
        match found {
            Some(found) => Ok((f64::from(sum), found)),
            None => Err(Diverged { what: format!("loss of the {}", phase.name), value: sum }),
        }
    }

    /// Moves the weights against gradients of the loss with this number: 0 for the main one. `step` counts from 0.
    fn apply(
        &mut self,
        loss: usize,
        training: &Training,
        gradients: &Gradients,
        step: usize,
        learning_rate: f32,
    ) {
        let Self { weights, moments } = self;
        update(&training.optimiser, learning_rate, step + 1, weights, gradients, &mut moments[loss]);
    }

    /// Lets the bottleneck change its own parameters before an epoch, as it sees these training examples.
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

/// The name of each loss that takes steps, and which components it moves; the main one has no name.
pub(super) fn trained_by_losses(
    bottleneck: &dyn Latent,
) -> impl Iterator<Item = (Option<&'static str>, Components<bool>)> {
    let phases = bottleneck.phases().into_iter().map(|phase| (Some(phase.name), phase.trains));
    std::iter::once((None, MAIN)).chain(phases)
}

/// A term as a number: no gradient is wanted of it.
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
