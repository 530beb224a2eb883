//! The forward pass of a network as a function of two tensors, the flat parameters and a batch of
//! inputs.
//!
//! On the CPU (Burn's Flex) the whole network is one node of the autodiff graph, whose forward and
//! backward pass are computed by `concertina-kernels`. On every other device it consists of Burn's
//! own operations.

use std::sync::Arc;

use burn::tensor::Tensor;
use concertina_kernels::{Sequential, Tape};

use super::operations::forward_with_operations;
use crate::autodiff::{Floats, Node, Value, apply, runs_at};

/// Runs `network` on a batch.
///
/// # Shapes
/// - `parameters`: `[P]`, all weights and biases of the network, layer by layer
/// - `x`: `[B, C * H * W]` of the network's input
/// - returns `[B, C * H * W]` of the network's output
///
/// On an autodiff device the result can be differentiated with respect to both.
///
/// # Panics
/// If the sizes do not fit the network.
pub(crate) fn forward(network: &Arc<Sequential>, parameters: Tensor<1>, x: Tensor<2>) -> Tensor<2> {
    if runs_at(&x) {
        apply(SequentialNode(Arc::clone(network)), parameters, x)
    } else {
        forward_with_operations(network, parameters, x)
    }
}

/// The forward pass as a function of parameters and inputs.
#[derive(Clone, Debug)]
struct SequentialNode(Arc<Sequential>);

#[derive(Debug)]
struct Saved {
    parameters: Floats,
    x: Floats,
    tape: Tape,
}

impl SequentialNode {
    fn input_len(&self) -> usize {
        self.0.input().iter().product()
    }
}

impl Node for SequentialNode {
    type Saved = Saved;

    fn forward(&self, [parameters, x]: [Floats; 2]) -> Value {
        let batch = x.len() / self.input_len();
        Value::matrix(self.0.forward(&parameters, &x, batch), batch)
    }

    fn forward_saved(&self, [parameters, x]: [Floats; 2]) -> (Value, Saved) {
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
        let mut parameter_gradient = vec![0.0; parameters.len()];
        let mut x_gradient = x_wanted.then(|| vec![0.0; x.len()]);
        let x_slice = x_gradient.as_deref_mut();
        self.0.backward(parameters, x, tape, gradient, &mut parameter_gradient, x_slice);
        [Some(parameter_gradient), x_gradient]
    }
}
