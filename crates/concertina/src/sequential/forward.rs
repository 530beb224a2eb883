//! The one seam between networks and what runs them: two tensors go in, the flat parameters and the activations, and
//! one comes out.
//!
//! On the CPU (Burn's Flex) a whole stack of layers is one node of the autodiff graph, run by `concertina-kernels`,
//! forward and backward. On every other device it is made of Burn's own operations.

use std::sync::Arc;

use burn::tensor::Tensor;
use concertina_kernels::{Sequential, Tape};

use super::operations::forward_with_operations;
use crate::autodiff::{Node, Numbers, Value, apply, runs_at};

/// Runs `stack` on a batch.
///
/// # Shapes
/// - `parameters`: `[P]`, all weights and biases of the stack, layer by layer
/// - `x`: `[B, C * H * W]` of the stack's input
/// - returns `[B, C * H * W]` of the stack's output
///
/// On an autodiff device the result can be differentiated with respect to both.
///
/// # Panics
/// If the sizes do not fit the stack.
pub(crate) fn forward(stack: &Arc<Sequential>, parameters: Tensor<1>, x: Tensor<2>) -> Tensor<2> {
    if runs_at(&x) {
        apply(SequentialNode(Arc::clone(stack)), parameters, x)
    } else {
        forward_with_operations(stack, parameters, x)
    }
}

/// A function of parameters and activations.
#[derive(Clone, Debug)]
struct SequentialNode(Arc<Sequential>);

#[derive(Debug)]
struct Saved {
    parameters: Numbers,
    x: Numbers,
    tape: Tape,
}

impl SequentialNode {
    fn input_len(&self) -> usize {
        self.0.input().iter().product()
    }
}

impl Node for SequentialNode {
    type Saved = Saved;

    fn forward(&self, [parameters, x]: [Numbers; 2]) -> Value {
        let batch = x.len() / self.input_len();
        Value::matrix(self.0.forward(&parameters, &x, batch), batch)
    }

    fn forward_saved(&self, [parameters, x]: [Numbers; 2]) -> (Value, Saved) {
        let batch = x.len() / self.input_len();
        let (y, tape) = self.0.forward_taped(&parameters, &x, batch);
        (Value::matrix(y, batch), Saved { parameters, x, tape })
    }

    fn backward(
        &self,
        Saved { parameters, x, tape }: &Saved,
        gradient: &[f32],
        [_, x_wanted]: [bool; 2],
    ) -> [Option<Vec<f32>>; 2] {
        let mut to_parameters = vec![0.0; parameters.len()];
        let mut to_x = x_wanted.then(|| vec![0.0; x.len()]);
        let to = (&mut to_parameters[..], to_x.as_deref_mut());
        self.0.backward(parameters, x, tape, gradient, to.0, to.1);
        [Some(to_parameters), to_x]
    }
}
