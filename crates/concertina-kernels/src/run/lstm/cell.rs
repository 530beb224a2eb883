//! One step of the cell: what is not a matrix product.

use rayon::prelude::*;

use crate::layer::Activation;
use crate::math::tanh;
use crate::simd::{Kernel, Level, Simd};

/// Input, forget, new value, output: their values lie side by side.
pub(super) const GATES: usize = 4;

/// About this many values of `h` are worth a thread.
const VALUES_PER_JOB: usize = 1 << 12;

/// A step forward of some images, `[B, hidden]` and `[B, 4 hidden]`.
pub(super) struct ForwardStep<'a> {
    pub(super) hidden: usize,
    /// `weight x + bias`.
    pub(super) projected: &'a [f32],
    /// `recurrent_weight h` of the step before.
    pub(super) fed_back: &'a [f32],
    pub(super) cells_before: &'a [f32],
    pub(super) gates: &'a mut [f32],
    pub(super) cells: &'a mut [f32],
    pub(super) outputs: &'a mut [f32],
}

impl ForwardStep<'_> {
    /// On several threads if it is worth it.
    pub(super) fn run(self, level: Level) {
        let hidden = self.hidden;
        let n = values_per_job(hidden);
        let read = (
            self.projected.par_chunks(GATES * n),
            self.fed_back.par_chunks(GATES * n),
            self.cells_before.par_chunks(n),
        );
        let written = (
            self.gates.par_chunks_mut(GATES * n),
            self.cells.par_chunks_mut(n),
            self.outputs.par_chunks_mut(n),
        );
        (read, written).into_par_iter().for_each(
            |((projected, fed_back, cells_before), (gates, cells, outputs))| {
                level.run(ForwardStep {
                    hidden,
                    projected,
                    fed_back,
                    cells_before,
                    gates,
                    cells,
                    outputs,
                });
            },
        );
    }
}

impl Kernel for ForwardStep<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let n = self.hidden;
        for ((gate, projected), fed_back) in
            self.gates.iter_mut().zip(self.projected).zip(self.fed_back)
        {
            *gate = projected + fed_back;
        }
        let states = self.cells_before.chunks_exact(n).zip(self.cells.chunks_exact_mut(n));
        let states = states.zip(self.outputs.chunks_exact_mut(n));
        for (gates, ((before, cells), outputs)) in
            self.gates.chunks_exact_mut(GATES * n).zip(states)
        {
            let (input_forget, new_output) = gates.split_at_mut(2 * n);
            let (new, output) = new_output.split_at_mut(n);
            Activation::Sigmoid.apply(input_forget);
            Activation::Tanh.apply(new);
            Activation::Sigmoid.apply(output);
            let (input, forget) = input_forget.split_at(n);
            let gates = input.iter().zip(forget).zip(&*new);
            for ((cell, before), ((i, f), g)) in cells.iter_mut().zip(before).zip(gates) {
                *cell = f * before + i * g;
            }
            for ((h, o), cell) in outputs.iter_mut().zip(&*output).zip(&*cells) {
                *h = o * tanh(*cell);
            }
        }
    }
}

/// A step backward of some images, `[B, hidden]` and `[B, 4 hidden]`.
pub(super) struct BackwardStep<'a> {
    pub(super) hidden: usize,
    pub(super) gates: &'a [f32],
    pub(super) cells_before: &'a [f32],
    pub(super) cells: &'a [f32],
    pub(super) grad_outputs: &'a [f32],
    /// What comes through the next step's cells; then, through this one's.
    pub(super) grad_cells: &'a mut [f32],
    /// Before their activations.
    pub(super) grad_gates: &'a mut [f32],
}

impl BackwardStep<'_> {
    /// On several threads if it is worth it.
    pub(super) fn run(self, level: Level) {
        let hidden = self.hidden;
        let n = values_per_job(hidden);
        let read = (
            self.gates.par_chunks(GATES * n),
            self.cells_before.par_chunks(n),
            self.cells.par_chunks(n),
            self.grad_outputs.par_chunks(n),
        );
        let written =
            (self.grad_cells.par_chunks_mut(n), self.grad_gates.par_chunks_mut(GATES * n));
        (read, written).into_par_iter().for_each(
            |((gates, cells_before, cells, grad_outputs), (grad_cells, grad_gates))| {
                level.run(BackwardStep {
                    hidden,
                    gates,
                    cells_before,
                    cells,
                    grad_outputs,
                    grad_cells,
                    grad_gates,
                });
            },
        );
    }
}

impl Kernel for BackwardStep<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let n = self.hidden;
        let gates = self.gates.chunks_exact(GATES * n);
        let states = self.cells_before.chunks_exact(n).zip(self.cells.chunks_exact(n));
        let grads = self.grad_outputs.chunks_exact(n).zip(self.grad_cells.chunks_exact_mut(n));
        let to = self.grad_gates.chunks_exact_mut(GATES * n);
        for (((gates, (before, cells)), (grad_outputs, grad_cells)), to) in
            gates.zip(states).zip(grads).zip(to)
        {
            let ([i, f, g, o], to) = (quarters(gates, n), quarters_mut(to, n));
            // All of one length, so that the loop needs no checks.
            let (before, cells) = (&before[..n], &cells[..n]);
            let (grad_outputs, grad_cells) = (&grad_outputs[..n], &mut grad_cells[..n]);
            for k in 0..n {
                let tanh_cell = tanh(cells[k]);
                let grad_output = grad_outputs[k] * tanh_cell;
                let grad_cell =
                    grad_cells[k] + grad_outputs[k] * o[k] * (1.0 - tanh_cell * tanh_cell);
                to[0][k] = grad_cell * g[k] * (i[k] * (1.0 - i[k]));
                to[1][k] = grad_cell * before[k] * (f[k] * (1.0 - f[k]));
                to[2][k] = grad_cell * i[k] * (1.0 - g[k] * g[k]);
                to[3][k] = grad_output * (o[k] * (1.0 - o[k]));
                grad_cells[k] = grad_cell * f[k];
            }
        }
    }
}

/// A whole number of images' values.
fn values_per_job(hidden: usize) -> usize {
    VALUES_PER_JOB.div_ceil(hidden) * hidden
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
