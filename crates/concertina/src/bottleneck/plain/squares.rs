//! Half the sum of squares of many numbers: what parameters cost that are to stay small.

use burn::tensor::Tensor;

use crate::autodiff::{Node, Numbers, Value, apply, runs_at};

/// `sum(x^2) / 2`, `[1]`, of `[N]`; its gradient is x.
pub(super) fn half_squares(x: &Tensor<1>) -> Tensor<1> {
    if runs_at(x) {
        apply(HalfSquares, x.clone(), x.clone().detach())
    } else {
        (x.clone() * x.clone()).sum() * 0.5
    }
}

/// A function of its first input alone.
#[derive(Clone, Debug)]
struct HalfSquares;

impl Node for HalfSquares {
    type Saved = Numbers;

    fn forward(&self, [x, _]: [Numbers; 2]) -> Value {
        Value { values: vec![0.5 * concertina_kernels::norm(&[&x]).powi(2)], shape: vec![1] }
    }

    fn forward_saved(&self, inputs: [Numbers; 2]) -> (Value, Numbers) {
        let saved = inputs[0].clone();
        (self.forward(inputs), saved)
    }

    fn backward(&self, x: &Numbers, gradient: &[f32], _wanted: [bool; 2]) -> [Option<Vec<f32>>; 2] {
        [Some(x.iter().map(|x| x * gradient[0]).collect()), None]
    }
}
