//! Errors of reconstructions as one node of the autodiff graph: value and gradient in one pass over the pixels.
//!
//! Written out of tensor operations, the cross-entropy of a batch and its gradient take some twenty passes over memory.

use burn::tensor::Tensor;
use concertina_kernels::Loss;
use rayon::prelude::*;

use super::operations;
use crate::autodiff::{Node, Numbers, Value, apply, runs_at};

/// The error of each example, summed over its values: `[B]` from `[B, N]` logits and targets. Differentiable with
/// respect to the logits only.
pub(super) fn summed(loss: Loss, logits: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
    if runs_at(&logits) {
        let [_, width] = logits.dims();
        apply(ErrorNode { loss, width }, logits, target)
    } else {
        operations::summed(loss, logits, target)
    }
}

/// The binary cross-entropy of each example in nats, summed over its values: `[B]` from `[B, N]` logits and targets.
pub(crate) fn cross_entropy(logits: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
    summed(Loss::CrossEntropy, logits, target)
}

/// The error of each example where no gradient is wanted, for examples of `n_values` values each.
pub(super) fn plain(loss: Loss, logits: &[f32], target: &[f32], n_values: usize) -> Vec<f32> {
    let mut errors = vec![0.0; target.len() / n_values];
    loss.evaluate(logits, target, n_values, &mut errors, None);
    errors
}

/// A function of logits and targets.
#[derive(Clone, Debug)]
struct ErrorNode {
    loss: Loss,
    /// Values of one example.
    width: usize,
}

impl ErrorNode {
    fn evaluate(&self, [logits, target]: [Numbers; 2], gradients: Option<&mut [f32]>) -> Value {
        let mut errors = vec![0.0; logits.len() / self.width];
        self.loss.evaluate(&logits, &target, self.width, &mut errors, gradients);
        let shape = vec![errors.len()];
        Value { values: errors, shape }
    }
}

impl Node for ErrorNode {
    /// The derivative of each example's error with respect to its logits, `[B, N]`.
    type Saved = Vec<f32>;

    fn forward(&self, inputs: [Numbers; 2]) -> Value {
        self.evaluate(inputs, None)
    }

    fn forward_saved(&self, inputs: [Numbers; 2]) -> (Value, Vec<f32>) {
        let mut gradients = vec![0.0; inputs[0].len()];
        (self.evaluate(inputs, Some(&mut gradients)), gradients)
    }

    fn backward(
        &self,
        gradients: &Vec<f32>,
        gradient: &[f32],
        _wanted: [bool; 2],
    ) -> [Option<Vec<f32>>; 2] {
        let mut to_logits = vec![0.0; gradients.len()];
        let rows =
            (to_logits.par_chunks_exact_mut(self.width), gradients.par_chunks_exact(self.width));
        (rows.0, rows.1, gradient).into_par_iter().for_each(|(to_logits, gradients, gradient)| {
            for (to_logit, local) in to_logits.iter_mut().zip(gradients) {
                *to_logit = local * gradient;
            }
        });
        [Some(to_logits), None]
    }
}
