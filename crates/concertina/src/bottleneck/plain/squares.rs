//! The L2 penalty: half the sum of squares.

use burn::tensor::Tensor;

use crate::autodiff::{Floats, Node, Value, apply, runs_at};

/// `sum(x^2) / 2`, `[1]` from `[N]`; the gradient is x.
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
    type Saved = Floats;

    fn forward(&self, [x, _]: [Floats; 2]) -> Value {
        Value { values: vec![0.5 * concertina_kernels::norm(&[&x]).powi(2)], shape: vec![1] }
    }

    fn forward_saved(&self, inputs: [Floats; 2]) -> (Value, Floats) {
        let saved = inputs[0].clone();
        (self.forward(inputs), saved)
    }

    fn backward(&self, x: &Floats, gradient: &[f32], _wanted: [bool; 2]) -> [Option<Vec<f32>>; 2] {
        [Some(x.iter().map(|x| x * gradient[0]).collect()), None]
    }
}
