//! Optimiser steps and gradient clipping on flat parameter vectors.

pub(crate) mod operations;

use concertina_kernels::{Adadelta, Adam, Rmsprop};

use crate::components::{Components, Weights};
use crate::model::Gradients;
use crate::recipe::Optimiser;

/// The optimiser's moments: running averages of earlier gradients, one pair of vectors for each
/// component. `mean` is the mean gradient and `square` the mean squared gradient. `RMSprop` uses
/// `square` alone; for Adadelta `mean` is the mean squared update.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Moments {
    pub(crate) mean: Weights,
    pub(crate) square: Weights,
}

impl Moments {
    /// Zeros for the components that are trained; empty for the others.
    pub(crate) fn zero(weights: &Weights, trained: Components<bool>) -> Self {
        let zero = weights
            .as_ref()
            .zip(trained)
            .map(|(values, trained)| if trained { vec![0.0; values.len()] } else { Vec::new() });
        Self { mean: zero.clone(), square: zero }
    }
}

/// The total Euclidean norm of all gradients.
fn norm(gradients: &Gradients) -> f32 {
    let all =
        gradients.as_ref().into_array().map(|gradient| gradient.as_deref().unwrap_or_default());
    concertina_kernels::norm(&all)
}

/// Scales the gradients so that their total norm is at most `max_norm` (Pascanu, Mikolov, Bengio
/// 2013); 0 for no limit. Returns the norm before clipping.
pub(crate) fn clip(gradients: &mut Gradients, max_norm: f32) -> f32 {
    let norm = norm(gradients);
    if max_norm > 0.0 && norm > max_norm {
        let scale = max_norm / norm;
        let all = gradients.as_mut().into_array().into_iter().flatten().flatten();
        all.for_each(|g| *g *= scale);
    }
    norm
}

/// Takes step number `step`, counted from 1. Components without a gradient are not changed.
pub(crate) fn update(
    optimiser: &Optimiser,
    learning_rate: f32,
    step: usize,
    weights: &mut Weights,
    gradients: &Gradients,
    moments: &mut Moments,
) {
    let Moments { mean, square } = moments;
    let moments = mean.as_mut().zip(square.as_mut());
    let components = weights.as_mut().zip(gradients.as_ref()).zip(moments);
    for ((weights, gradients), (means, squares)) in components.into_array() {
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
