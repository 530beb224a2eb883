//! Reconstruction errors as one node of the autodiff graph, which computes value and gradient in
//! one pass over the pixels.
//!
//! With separate tensor operations, the cross-entropy of a batch and its gradient take some twenty
//! passes over memory.

use burn::tensor::Tensor;
use concertina_kernels::Loss;

use super::measure::Measure;
use super::operations;
use super::structure::Structure;
use crate::autodiff::{Floats, Node, Value, apply, runs_at};
use crate::parallel;

/// The error of each example, summed over its values: `[B]` from logits and targets `[B, N]`.
/// Differentiable with respect to the logits only.
pub(super) fn summed(loss: Loss, logits: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
    if runs_at(&logits) {
        let [_, width] = logits.dims();
        apply(ErrorNode { measure: loss, width }, logits, target)
    } else {
        operations::summed(loss, logits, target)
    }
}

/// The structural error of each example: `[B]` from outputs and targets `[B, N]`. Differentiable
/// with respect to the outputs only.
pub(super) fn structural(measure: Structure, output: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
    if runs_at(&output) {
        let [_, width] = output.dims();
        apply(ErrorNode { measure, width }, output, target)
    } else {
        operations::structural(measure, output, target)
    }
}

/// The binary cross-entropy of each example in nats, summed over its values: `[B]` from logits and
/// targets `[B, N]`.
pub(crate) fn cross_entropy(logits: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
    summed(Loss::CrossEntropy, logits, target)
}

/// The error of each example without a gradient, for examples of `n_values` values each.
pub(super) fn plain(
    measure: &impl Measure,
    output: &[f32],
    target: &[f32],
    n_values: usize,
) -> Vec<f32> {
    let mut errors = vec![0.0; target.len() / n_values];
    measure.evaluate(output, target, n_values, &mut errors, None);
    errors
}

/// The errors as a function of logits and targets.
#[derive(Clone, Debug)]
struct ErrorNode<M> {
    measure: M,
    /// Values per example, N.
    width: usize,
}

impl<M: Measure> ErrorNode<M> {
    fn evaluate(&self, [logits, target]: [Floats; 2], gradients: Option<&mut [f32]>) -> Value {
        let mut errors = vec![0.0; logits.len() / self.width];
        self.measure.evaluate(&logits, &target, self.width, &mut errors, gradients);
        let shape = vec![errors.len()];
        Value { values: errors, shape }
    }
}

impl<M: Measure> Node for ErrorNode<M> {
    /// The gradient of each example's error with respect to its logits, `[B, N]`.
    type Saved = Vec<f32>;

    fn forward(&self, inputs: [Floats; 2]) -> Value {
        self.evaluate(inputs, None)
    }

    fn forward_saved(&self, inputs: [Floats; 2]) -> (Value, Vec<f32>) {
        let mut gradients = vec![0.0; inputs[0].len()];
        (self.evaluate(inputs, Some(&mut gradients)), gradients)
    }

    fn backward(
        &self,
        gradients: &Vec<f32>,
        gradient: &[f32],
        _wanted: [bool; 2],
    ) -> [Option<Vec<f32>>; 2] {
        let mut logits_gradient = vec![0.0; gradients.len()];
        let rows =
            logits_gradient.chunks_exact_mut(self.width).zip(gradients.chunks_exact(self.width));
        parallel::each(rows.zip(gradient), |((logits_gradient, gradients), gradient)| {
            for (logit_gradient, local) in logits_gradient.iter_mut().zip(gradients) {
                *logit_gradient = local * gradient;
            }
        });
        [Some(logits_gradient), None]
    }
}
