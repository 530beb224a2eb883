//! Gradients to steps, over flat parameter vectors.

use concertina_kernels::{Adam, Rmsprop};

use crate::model::Weights;
use crate::recipe::Optimiser;

/// What an optimiser remembers of earlier gradients: for each parameter vector a mean and a mean square.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moments {
    pub(super) mean: Weights,
    pub(super) square: Weights,
}

impl Moments {
    /// Nothing remembered yet.
    pub(super) fn zero(weights: &Weights) -> Self {
        let zero = Weights {
            encoder: vec![0.0; weights.encoder.len()],
            decoder: vec![0.0; weights.decoder.len()],
        };
        Self { mean: zero.clone(), square: zero }
    }
}

/// The Euclidean norm of both gradients together.
pub(super) fn norm(gradients: &Weights) -> f32 {
    concertina_kernels::norm(&[&gradients.encoder, &gradients.decoder])
}

/// Scales the gradients so that their common norm is at most `largest` (Pascanu, Mikolov, Bengio 2013).
pub(super) fn clip(gradients: &mut Weights, norm: f32, largest: f32) {
    if norm > largest {
        let scale = largest / norm;
        gradients.encoder.iter_mut().chain(&mut gradients.decoder).for_each(|g| *g *= scale);
    }
}

/// Takes step number `step` (from 1).
pub(super) fn update(
    optimiser: &Optimiser,
    learning_rate: f32,
    step: usize,
    weights: &mut Weights,
    gradients: &Weights,
    moments: &mut Moments,
) {
    let Moments { mean, square } = moments;
    let halves = [
        (&mut weights.encoder, &gradients.encoder, &mut mean.encoder, &mut square.encoder),
        (&mut weights.decoder, &gradients.decoder, &mut mean.decoder, &mut square.decoder),
    ];
    for (weights, gradients, means, squares) in halves {
        match *optimiser {
            Optimiser::Adam { beta1, beta2, epsilon } => {
                let adam = Adam::new(learning_rate, beta1, beta2, epsilon, step);
                adam.update(weights, gradients, means, squares);
            }
            Optimiser::Rmsprop { rho, epsilon } => {
                let rmsprop = Rmsprop { learning_rate, rho, epsilon };
                rmsprop.update(weights, gradients, squares);
            }
        }
    }
}

#[cfg(test)]
mod tests;
