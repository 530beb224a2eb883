//! Errors of reconstructions as one node of the autodiff graph: value and gradient in one pass over the pixels.
//!
//! Written out of tensor operations, the cross-entropy of a batch and its gradient take some twenty passes over memory.

use burn::tensor::Tensor;
use concertina_kernels::Loss;
use rayon::prelude::*;

use super::operations;
use crate::node::{Node, Numbers, Value, apply, runs_at};

/// The error of each image, summed over its values: `[B]` from `[B, N]` logits and targets. Differentiable with
/// respect to the logits only.
pub(super) fn summed(loss: Loss, logits: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
    if runs_at(&logits) {
        let [_, width] = logits.dims();
        apply(ErrorNode { loss, width }, logits, target)
    } else {
        operations::summed(loss, logits, target)
    }
}

/// A function of logits and targets.
#[derive(Clone, Debug)]
struct ErrorNode {
    loss: Loss,
    /// Values of one image.
    width: usize,
}

impl ErrorNode {
    fn evaluate(&self, [logits, target]: [Numbers; 2], slopes: Option<&mut [f32]>) -> Value {
        let mut errors = vec![0.0; logits.len() / self.width];
        self.loss.evaluate(&logits, &target, self.width, &mut errors, slopes);
        let shape = vec![errors.len()];
        Value { values: errors, shape }
    }
}

impl Node for ErrorNode {
    /// The derivative of each image's error with respect to its logits, `[B, N]`.
    type Saved = Vec<f32>;

    fn forward(&self, inputs: [Numbers; 2]) -> Value {
        self.evaluate(inputs, None)
    }

    fn forward_saved(&self, inputs: [Numbers; 2]) -> (Value, Vec<f32>) {
        let mut slopes = vec![0.0; inputs[0].len()];
        (self.evaluate(inputs, Some(&mut slopes)), slopes)
    }

    fn backward(
        &self,
        slopes: &Vec<f32>,
        gradient: &[f32],
        _wanted: [bool; 2],
    ) -> [Option<Vec<f32>>; 2] {
        let mut to_logits = vec![0.0; slopes.len()];
        let rows =
            (to_logits.par_chunks_exact_mut(self.width), slopes.par_chunks_exact(self.width));
        (rows.0, rows.1, gradient).into_par_iter().for_each(|(to_logits, slopes, gradient)| {
            for (to_logit, slope) in to_logits.iter_mut().zip(slopes) {
                *to_logit = slope * gradient;
            }
        });
        [Some(to_logits), None]
    }
}
