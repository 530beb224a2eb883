//! A forward and a backward pass.

use crate::sequential::Sequential;

/// Output, gradient of the parameters, gradient of the input.
pub(super) type Passes = [Vec<f32>; 3];

pub(super) fn passes(
    model: &Sequential,
    parameters: &[f32],
    x: &[f32],
    grad: &[f32],
    batch: usize,
) -> Passes {
    let (y, tape) = model.forward_taped(parameters, x, batch);
    let mut grad_parameters = vec![f32::NAN; parameters.len()];
    let mut grad_x = vec![f32::NAN; x.len()];
    model.backward(parameters, x, &tape, grad, &mut grad_parameters, Some(&mut grad_x));
    [y, grad_parameters, grad_x]
}
