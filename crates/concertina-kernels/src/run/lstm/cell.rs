//! One step of the cell: what is not a matrix product.

use crate::layer::Activation;
use crate::math::tanh;

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
}

impl Backward<'_> {
    #[inline(always)]
    pub(crate) fn run(self) {
        let n = self.hidden;
        let gates = self.gates.chunks_exact(GATES * n);
        let grads = self.grad_outputs.chunks_exact(n).zip(self.grad_cells.chunks_exact_mut(n));
        let to = self.grad_gates.chunks_exact_mut(GATES * n);
        let rows = gates.zip(self.cells.chunks_exact(n)).zip(grads).zip(to).enumerate();
        for (row, (((gates, cells), (grad_outputs, grad_cells)), to)) in rows {
            let ([i, f, g, o], to) = (quarters(gates, n), quarters_mut(to, n));
            // All of one length, so that the loops need no checks.
            let cells = &cells[..n];
            let (grad_outputs, grad_cells) = (&grad_outputs[..n], &mut grad_cells[..n]);
            for k in 0..n {
                let tanh_cell = tanh(cells[k]);
                let grad_output = grad_outputs[k] * tanh_cell;
                let grad_cell =
                    grad_cells[k] + grad_outputs[k] * o[k] * (1.0 - tanh_cell * tanh_cell);
                to[0][k] = grad_cell * g[k] * (i[k] * (1.0 - i[k]));
                to[1][k] = grad_cell;
                to[2][k] = grad_cell * i[k] * (1.0 - g[k] * g[k]);
                to[3][k] = grad_output * (o[k] * (1.0 - o[k]));
                grad_cells[k] = grad_cell * f[k];
            }
            match self.cells_before {
                Some(before) => {
                    let before = &before[row * n..][..n];
                    for k in 0..n {
                        to[1][k] *= before[k] * (f[k] * (1.0 - f[k]));
                    }
                }
                None => to[1].fill(0.0),
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
