//! Optimiser steps in ordinary Burn operations, for the devices that `concertina-kernels` does not
//! run on. The kernels' steps are the definition; only what they take for zero is not replaced
//! here, since other processors compute with it at no cost.

use burn::tensor::Tensor;
use concertina_kernels::Adam;

use crate::components::Components;
use crate::recipe::Optimiser;

/// As [`Moments`](super::Moments), on a device.
#[derive(Clone, Debug)]
pub(crate) struct TensorMoments {
    pub(crate) mean: Components<Tensor<1>>,
    pub(crate) square: Components<Tensor<1>>,
}

/// The sum of the squares of all gradients, `[1]`: their norm, squared.
///
/// # Panics
/// If there are no gradients.
pub(crate) fn squares(gradients: &Components<Option<Tensor<1>>>) -> Tensor<1> {
    let all = gradients.as_ref().into_array().into_iter().flatten();
    let sums = all.map(|gradient| (gradient.clone() * gradient.clone()).sum());
    sums.reduce(|sum, more| sum + more).expect("a loss depends on something that it trains")
}

/// Takes step number `step`, counted from 1. Components without a gradient are not changed.
pub(crate) fn update(
    optimiser: &Optimiser,
    learning_rate: f32,
    step: usize,
    weights: &mut Components<Tensor<1>>,
    gradients: Components<Option<Tensor<1>>>,
    moments: &mut TensorMoments,
) {
    let TensorMoments { mean, square } = moments;
    let moments = mean.as_mut().zip(square.as_mut());
    let components = weights.as_mut().zip(gradients).zip(moments);
    for ((weights, gradient), (mean, square)) in components.into_array() {
        let Some(g) = gradient else { continue };
        let squared = g.clone() * g.clone();
        let change = match *optimiser {
            Optimiser::Adam { beta1, beta2, epsilon } => {
                let rate = Adam::new(learning_rate, beta1, beta2, epsilon, step).rate();
                *mean = mean.clone() + (g - mean.clone()) * (1.0 - beta1);
                *square = square.clone() + (squared - square.clone()) * (1.0 - beta2);
                mean.clone() * rate / (square.clone().sqrt() + epsilon)
            }
            Optimiser::Rmsprop { rho, epsilon } => {
                *square = square.clone() * rho + squared * (1.0 - rho);
                g * learning_rate / (square.clone() + epsilon).sqrt()
            }
            Optimiser::Adadelta { rho, epsilon } => {
                *square = square.clone() * rho + squared * (1.0 - rho);
                let change =
                    (mean.clone() + epsilon).sqrt() / (square.clone() + epsilon).sqrt() * g;
                *mean = mean.clone() * rho + change.clone() * change.clone() * (1.0 - rho);
                change * learning_rate
            }
        };
        *weights = weights.clone() - change;
    }
}
