//! Gradients to steps, over flat parameter vectors.

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

/// The Euclidean norm of both gradients together, summed in f64 in their own order.
pub(super) fn norm(gradients: &Weights) -> f32 {
    let all = gradients.encoder.iter().chain(&gradients.decoder);
    all.map(|&g| f64::from(g) * f64::from(g)).sum::<f64>().sqrt() as f32
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
                adam(
                    learning_rate,
                    [beta1, beta2, epsilon],
                    step,
                    weights,
                    gradients,
                    means,
                    squares,
                );
            }
            Optimiser::Rmsprop { rho, epsilon } => {
                rmsprop(learning_rate, [rho, epsilon], weights, gradients, squares);
            }
        }
    }
}

/// Kingma and Ba 2014, section 2, the form at its end, as Keras has it: the bias correction is in the step size, and epsilon is
/// added to the uncorrected root.
fn adam(
    learning_rate: f32,
    [beta1, beta2, epsilon]: [f32; 3],
    step: usize,
    weights: &mut [f32],
    gradients: &[f32],
    means: &mut [f32],
    squares: &mut [f32],
) {
    let power = |beta: f32| f64::from(beta).powf(step as f64);
    let rate =
        (f64::from(learning_rate) * (1.0 - power(beta2)).sqrt() / (1.0 - power(beta1))) as f32;
    for (((w, g), m), v) in weights.iter_mut().zip(gradients).zip(means).zip(squares) {
        *m += (1.0 - beta1) * (g - *m);
        *v += (1.0 - beta2) * (g * g - *v);
        *w -= rate * *m / (v.sqrt() + epsilon);
    }
}

/// Keras's: epsilon is under the root.
fn rmsprop(
    learning_rate: f32,
    [rho, epsilon]: [f32; 2],
    weights: &mut [f32],
    gradients: &[f32],
    squares: &mut [f32],
) {
    for ((w, g), v) in weights.iter_mut().zip(gradients).zip(squares) {
        *v = rho * *v + (1.0 - rho) * g * g;
        *w -= learning_rate * g / (*v + epsilon).sqrt();
    }
}

#[cfg(test)]
mod tests;
