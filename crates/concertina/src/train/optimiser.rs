//! Gradients to steps, over flat parameter vectors.

use concertina_kernels::{Adadelta, Adam, Rmsprop};

use crate::components::{Components, Weights};
use crate::model::Gradients;
use crate::recipe::Optimiser;

/// What an optimiser remembers of earlier gradients: for each parameter vector a mean and a mean square. Adadelta's means are
/// of squared changes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moments {
    pub(super) mean: Weights,
    pub(super) square: Weights,
}

impl Moments {
    /// Nothing remembered yet, of the components that are trained.
    pub(super) fn zero(weights: &Weights, trained: Components<bool>) -> Self {
        let zero = weights.as_ref().zip(trained).map(|(values, trained)| {
            if trained { vec![0.0; values.len()] } else { Vec::new() }
        });
        Self { mean: zero.clone(), square: zero }
    }
}

/// The Euclidean norm of all gradients together.
fn norm(gradients: &Gradients) -> f32 {
    let all = gradients.as_ref().into_array().map(|gradient| gradient.as_deref().unwrap_or_default());
    concertina_kernels::norm(&all)
}

/// Scales the gradients so that their common norm is at most `largest` (Pascanu, Mikolov, Bengio 2013); 0 for no limit. Returns
/// the norm that they had.
pub(super) fn clip(gradients: &mut Gradients, largest: f32) -> f32 {
    let norm = norm(gradients);
    if largest > 0.0 && norm > largest {
        let scale = largest / norm;
        let all = gradients.as_mut().into_array().into_iter().flatten().flatten();
        all.for_each(|g| *g *= scale);
    }
    norm
}

/// Takes step number `step` (from 1). Components without a gradient stay as they are.
pub(super) fn update(
    optimiser: &Optimiser,
    learning_rate: f32,
    step: usize,
    weights: &mut Weights,
    gradients: &Gradients,
    moments: &mut Moments,
) {
    let Moments { mean, square } = moments;
    let moments = mean.as_mut().zip(square.as_mut());
    let parts = weights.as_mut().zip(gradients.as_ref()).zip(moments);
    for ((weights, gradients), (means, squares)) in parts.into_array() {
        let Some(gradients) = gradients else { continue };
        match *optimiser {
            Optimiser::Adam { beta1, beta2, epsilon } => {
                let adam = Adam::new(learning_rate, beta1, beta2, epsilon, step);
                adam.update(weights, gradients, means, squares);
            }
            Optimiser::Rmsprop { rho, epsilon } => {
                let rmsprop = Rmsprop { learning_rate, rho, epsilon };
                rmsprop.update(weights, gradients, squares);
            }
            Optimiser::Adadelta { rho, epsilon } => {
                let adadelta = Adadelta { learning_rate, rho, epsilon };
                adadelta.update(weights, gradients, means, squares);
            }
        }
    }
}

#[cfg(test)]
mod tests;
