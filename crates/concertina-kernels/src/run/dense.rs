//! A dense layer over the whole batch, by matrix products.

use std::ops::Range;

use super::gradient::{column_sums, through_activation};
use crate::layer::Activation;
use crate::product::{Matrix, Product};
use crate::simd::Level;

/// The plan of one dense layer.
#[derive(Clone, Debug)]
pub(crate) struct Dense {
    /// How many vectors of `inputs` values an image has; each is mapped by itself.
    pub(crate) rows: usize,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) activation: Activation,
    /// In the flat vector of the whole model.
    pub(crate) weight: Range<usize>,
    pub(crate) bias: Range<usize>,
    pub(crate) level: Level,
}

impl Dense {
    pub(crate) fn input_len(&self) -> usize {
        self.rows * self.inputs
    }

    pub(crate) fn forward(&self, parameters: &[f32], x: &[f32]) -> Vec<f32> {
        let x = Matrix::new(x, x.len() / self.inputs, self.inputs);
        let weight = Matrix::new(&parameters[self.weight.clone()], self.outputs, self.inputs);
        Product::new(x, weight.transposed())
            .with_bias(&parameters[self.bias.clone()])
            .with_activation(self.activation)
            .to_vec(self.level)
    }

    /// Overwrites this layer's part of `grad_parameters`, and `grad_x` if it is wanted.
    pub(crate) fn backward(
        &self,
        parameters: &[f32],
        x: &[f32],
        y: Option<&[f32]>,
        grad_y: &[f32],
        grad_parameters: &mut [f32],
        grad_x: Option<&mut [f32]>,
    ) {
        let rows = grad_y.len() / self.outputs;
        let through = y.map(|y| through_activation(self.level, self.activation, y, grad_y));
        let grad = through.as_deref().unwrap_or(grad_y);
        column_sums(self.level, grad, &mut grad_parameters[self.bias.clone()]);
        let grad = Matrix::new(grad, rows, self.outputs);
        let weight_gradient = Product::new(grad.transposed(), Matrix::new(x, rows, self.inputs));
        weight_gradient.write_to(self.level, &mut grad_parameters[self.weight.clone()]);
        if let Some(grad_x) = grad_x {
            let weight = Matrix::new(&parameters[self.weight.clone()], self.outputs, self.inputs);
            Product::new(grad, weight).write_to(self.level, grad_x);
        }
    }

    /// As [`Dense::backward`]; returns the gradient of `x`.
    pub(crate) fn backward_to_input(
        &self,
        parameters: &[f32],
        x: &[f32],
        y: Option<&[f32]>,
        grad_y: &[f32],
        grad_parameters: &mut [f32],
    ) -> Vec<f32> {
        let mut grad_x = vec![0.0; x.len()];
        self.backward(parameters, x, y, grad_y, grad_parameters, Some(&mut grad_x));
        grad_x
    }
}
