//! One step of gradient descent: what the whole of training repeats.

use burn::tensor::{Device, Tensor, TensorData};

use super::adversary::Adversary;
use super::metrics::BatchSums;
use super::optimiser::{Gradients, Moments, clip, update};
use super::validate::sum;
use crate::model::{Architecture, Batch, Parts, Weights, floats, objective};
use crate::recipe::Recipe;
use crate::rng::Seed;

/// A model in training: its weights, and what the optimiser remembers of earlier gradients.
#[derive(Clone, Debug)]
pub(crate) struct Learner {
    pub(super) weights: Weights,
    pub(super) moments: Moments,
    /// For an adversarial autoencoder: what the optimiser remembers of the encoder's gradients as a generator of codes.
    pub(super) generator: Moments,
}

/// When a step is taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Number of the step, from 0.
    pub(crate) step: usize,
    /// How far training has come, in epochs.
    pub(crate) epochs: f32,
    pub(crate) learning_rate: f32,
}

/// What a step was about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// The batch's losses, before the step.
    pub(super) sums: BatchSums,
    /// Of the gradient, before clipping.
    pub(super) gradient_norm: f32,
}

/// A step that was not taken: this value left all bounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Diverged {
    pub(crate) what: &'static str,
    pub(crate) value: f32,
}

impl Learner {
    /// Nothing learned yet: the architecture's first weights.
    pub(crate) fn new(architecture: &Architecture, seed: Seed) -> Self {
        let weights = architecture.initial_weights(seed);
        let adversarial = architecture.discriminator.is_some();
        let encoder = if adversarial { weights.encoder.clone() } else { Vec::new() };
        let generator = Moments::zero(&Weights { encoder, ..Weights::default() });
        Self { moments: Moments::zero(&weights), generator, weights }
    }

    /// Encodes `batch`, passes the bottleneck, decodes and compares; then moves the weights against the gradient. With an
    /// adversary, two more phases follow.
    pub(crate) fn step(
        &mut self,
        recipe: &Recipe,
        architecture: &Architecture,
        batch: Batch,
        moment: Moment,
    ) -> Result<Outcome, Diverged> {
        let (n, training) = (batch.len, &recipe.training);
        let batch = batch.with_classes(architecture);
        let adversary = Adversary::of(recipe, architecture, &batch);
        let leaves = Leaves::of(&mut self.weights);
        let terms = objective(recipe, architecture, leaves.0.clone(), batch, moment.epochs);
        let loss: f32 = terms.loss.clone().inner().into_scalar();
        let reconstruction = sum(&floats(terms.errors.inner().into_data()));
        let kl = terms.kl.map_or(0.0, |kl| sum(&floats(kl.inner().into_data())));
        let distance = terms.distance.map_or(0.0, |distance| distance.inner().into_scalar());

        // Weights go back whatever comes of it, so that a run that diverges still has them.
        let gradients = leaves.gradients(loss.is_finite().then_some(terms.loss), &mut self.weights);
        let Some(mut gradients) = gradients else {
            return Err(Diverged { what: "loss", value: loss });
        };
        let gradient_norm = clip(&mut gradients, training.clip_norm);
        if !gradient_norm.is_finite() {
            return Err(Diverged { what: "gradient's norm", value: gradient_norm });
        }
        let Self { weights, moments, .. } = self;
        let rate = moment.learning_rate;
        update(&training.optimiser, rate, moment.step + 1, weights, &gradients, moments);
        let duel = adversary.map(|adversary| adversary.step(self, moment)).transpose()?;
        let sums = BatchSums { n, loss, reconstruction, kl, distance, duel };
        Ok(Outcome { sums, gradient_norm })
    }
}

/// The weights as the leaves of a graph. They are lent, not copied: with millions of them a copy costs as much as a step.
struct Leaves(Parts<Tensor<1>>);

impl Leaves {
    fn of(weights: &mut Weights) -> Self {
        let device = Device::flex().autodiff();
        Self(weights.as_mut().map(|values| {
            let n = values.len();
            let data = TensorData::new(std::mem::take(values), [n]);
            Tensor::from_data(data, &device).require_grad()
        }))
    }

    /// Gives the weights back, and the gradient of `loss` with respect to them.
    fn gradients(self, loss: Option<Tensor<1>>, weights: &mut Weights) -> Option<Gradients> {
        let gradients = loss.map(|loss| {
            let mut tape = loss.backward();
            let gradient = |leaf: &Tensor<1>| leaf.grad_remove(&mut tape);
            self.0.as_ref().map(gradient).map(|part| Some(floats(part?.into_data())))
        });
        *weights = self.0.map(|leaf| floats(leaf.inner().into_data()));
        gradients
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::plain;

    #[test]
    fn lent_weights_come_back_without_a_copy() {
        let shape = crate::shape::ImageShape::new(1, 8, 8);
        let recipe = plain();
        let architecture = Architecture::new(&recipe, shape, 0).expect("it fits");
        let mut learner = Learner::new(&architecture, Seed(1));
        let places = |learner: &Learner| {
            [learner.weights.encoder.as_ptr(), learner.weights.decoder.as_ptr()]
        };
        let before = places(&learner);
        let batch = Batch {
            input: vec![0.5; 2 * 64],
            target: vec![0.5; 2 * 64],
            noise: vec![0.0; 2 * architecture.code_size],
            labels: Vec::new(),
            len: 2,
        };
        let moment = Moment { step: 0, epochs: 0.0, learning_rate: 0.1 };
        learner.step(&recipe, &architecture, batch, moment).expect("it is finite");
        assert_eq!(places(&learner), before);
    }
}
