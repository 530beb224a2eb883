//! One step of the cell: what is not a matrix product.

use crate::lanes::LANES;
use crate::layer::Activation;
use crate::math::tanh;
use crate::simd::Simd;

/// Input, forget, new value, output: their values lie side by side.
pub(crate) const GATES: usize = 4;

/// A step forward of some rows. `gates`, `[rows, 4 hidden]`, come before their activations and
/// leave after them; `cells` and `outputs`, `[rows, hidden]`, are the state before and after.
#[inline(always)]
pub(crate) fn forward(hidden: usize, gates: &mut [f32], cells: &mut [f32], outputs: &mut [f32]) {
    let n = hidden;
    let states = cells.chunks_exact_mut(n).zip(outputs.chunks_exact_mut(n));
    for (gates, (cells, outputs)) in gates.chunks_exact_mut(GATES * n).zip(states) {
        let (input_forget, new_output) = gates.split_at_mut(2 * n);
        let (new, output) = new_output.split_at_mut(n);
        Activation::Sigmoid.apply(input_forget);
        Activation::Tanh.apply(new);
        Activation::Sigmoid.apply(output);
        let (input, forget) = input_forget.split_at(n);
        for ((cell, (i, f)), g) in cells.iter_mut().zip(input.iter().zip(forget)).zip(&*new) {
            *cell = f * *cell + i * g;
        }
        for ((h, o), cell) in outputs.iter_mut().zip(&*output).zip(&*cells) {
            *h = o * tanh(*cell);
        }
    }
}

/// A step backward of some rows.
pub(crate) struct Backward<'a> {
    pub(crate) hidden: usize,
    /// `[rows, 4 hidden]`, after their activations.
    pub(crate) gates: &'a [f32],
    /// `[rows, hidden]`; zeros if there are none.
    pub(crate) cells_before: Option<&'a [f32]>,
    pub(crate) cells: &'a [f32],
    pub(crate) grad_outputs: &'a [f32],
    /// What comes through the next step's cells; then, through this one's.
    pub(crate) grad_cells: &'a mut [f32],
    /// Before their activations.
    pub(crate) grad_gates: &'a mut [f32],
    /// `[4 hidden]`: the gates' gradients of all rows are added to it.
    pub(crate) grad_bias: &'a mut [f32],
}

impl Backward<'_> {
    #[inline(always)]
    pub(crate) fn run<S: Simd>(self, simd: S) {
        let n = self.hidden;
        let mut sums = quarters_mut(self.grad_bias, n);
        for row in 0..self.cells.len() / n {
            let state = row * n..(row + 1) * n;
            let gates = row * GATES * n..(row + 1) * GATES * n;
            let mut to = quarters_mut(&mut self.grad_gates[gates.clone()], n);
            let gates = quarters(&self.gates[gates], n);
            let cells_before = self.cells_before.map(|values| &values[state.clone()]);
            let cells = &self.cells[state.clone()];
            let grad_outputs = &self.grad_outputs[state.clone()];
            let grad_cells = &mut self.grad_cells[state];
            // In vectors by hand: the compiler makes none of a loop over so many slices.
            for first in (0..n).step_by(LANES) {
                let load = |values: &[f32]| simd.load_some(&values[first..]);
                let [i, f] = [load(gates[0]), load(gates[1])];
                let [g, o] = [load(gates[2]), load(gates[3])];
                let before = cells_before.map_or(simd.splat(0.0), load);
                let tanh_cell = simd.activate(Activation::Tanh, load(cells));
                let grad_output = load(grad_outputs);
                let through =
                    simd.activation_gradient(Activation::Tanh, tanh_cell, simd.mul(grad_output, o));
                let grad_cell = simd.add(load(grad_cells), through);
                let sigmoid =
                    |gate, grad| simd.activation_gradient(Activation::Sigmoid, gate, grad);
                let grads = [
                    sigmoid(i, simd.mul(grad_cell, g)),
                    simd.mul(grad_cell, sigmoid(f, before)),
                    simd.activation_gradient(Activation::Tanh, g, simd.mul(grad_cell, i)),
                    sigmoid(o, simd.mul(grad_output, tanh_cell)),
                ];
                for ((grad, to), sums) in grads.into_iter().zip(&mut to).zip(&mut sums) {
                    simd.store_some(&mut to[first..], grad);
                    let sum = simd.add(load(sums), grad);
                    simd.store_some(&mut sums[first..], sum);
                }
                simd.store_some(&mut grad_cells[first..], simd.mul(grad_cell, f));
            }
        }
    }
}

#[inline(always)]
fn quarters(values: &[f32], n: usize) -> [&[f32]; GATES] {
    [0, 1, 2, 3].map(|quarter| &values[quarter * n..][..n])
}

#[inline(always)]
fn quarters_mut(values: &mut [f32], n: usize) -> [&mut [f32]; GATES] {
    let (first, second) = values.split_at_mut(2 * n);
    let ((a, b), (c, d)) = (first.split_at_mut(n), second.split_at_mut(n));
    [a, b, c, &mut d[..n]]
}
