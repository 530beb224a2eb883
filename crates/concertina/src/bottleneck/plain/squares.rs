//! The L2 penalty: half the sum of squares.

use burn::tensor::Tensor;

use crate::autodiff::{Floats, Node, Value, apply, runs_at};

/// `sum(x^2) / 2`, `[1]` from `[N]`; the gradient is x.
pub(super) fn half_squares(x: &Tensor<1>) -> Tensor<1> {
    if runs_at(x) { apply(HalfSquares, x.clone(), x.clone().detach()) } else { operations(x) }
}

/// The same in ordinary Burn operations, for the devices that the node does not run on.
fn operations(x: &Tensor<1>) -> Tensor<1> {
    (x.clone() * x.clone()).sum() * 0.5
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_close, gradients, leaf, normal, values};

    #[test]
    fn node_and_operations_are_half_the_sum_of_squares() {
        let numbers = normal(50, 1);
        let expected: f64 = numbers.iter().map(|x| 0.5 * f64::from(*x).powi(2)).sum();
        let slopes: Vec<f64> = numbers.iter().map(|x| 3.0 * f64::from(*x)).collect();
        for function in [half_squares, operations] {
            let x = leaf(&numbers, [50]);
            let sum = function(&x);
            let [gradient] = gradients(&(sum.clone() * 3.0), [&x]);
            check_close(&values(sum), &[expected], "sum");
            check_close(&gradient, &slopes, "gradient");
        }
    }
}
