//! LSTMs on top of each other, step by step, as conductor and cores have them.

use std::ops::Range;

use crate::product::Packed;
use crate::run::lstm::{Backward, GATES, Written, add, cell_forward};
use crate::simd::{Kernel, Simd};

/// What multiplies states and inputs of each layer on the way there, or on the way back.
#[derive(Debug)]
pub(super) struct Packs {
    pub(super) recurrent: Vec<Packed>,
    /// Of each layer but the first.
    pub(super) weight: Vec<Packed>,
}

/// What happens before and after the LSTMs of a step.
pub(super) trait Around {
    /// Writes what the gates of the first layer are made of besides the state before it.
    fn enter(&mut self, step: usize, gates: &mut [f32]);

    /// Takes the outputs of the last layer.
    fn leave(&mut self, step: usize, outputs: &[f32]);
}

/// Some rows on their way through all steps.
pub(super) struct Forward<'a, A> {
    /// Of each layer.
    pub(super) hidden: &'a [usize],
    pub(super) n_rows: usize,
    pub(super) steps: usize,
    /// `[n_rows, 2 * all hidden]`: of each layer `h`, then `c`.
    pub(super) initial: &'a [f32],
    pub(super) packs: &'a Packs,
    /// Of each layer; that of the first is not used.
    pub(super) biases: &'a [&'a [f32]],
    /// Of each layer; none if nothing is kept.
    pub(super) written: Option<Vec<Written<'a>>>,
    pub(super) around: A,
}

impl<A: Around> Kernel for Forward<'_, A> {
    type Output = A;

    #[inline(always)]
    fn run<S: Simd>(mut self, _: S) -> A {
        let n_rows = self.n_rows;
        let mut outputs = Vec::with_capacity(self.hidden.len());
        let mut cells = Vec::with_capacity(self.hidden.len());
        let mut scratch = Vec::with_capacity(self.hidden.len());
        for range in state_ranges(self.hidden) {
            let [h, c] = range;
            outputs.push(columns(self.initial, n_rows, h.clone()));
            cells.push(columns(self.initial, n_rows, c));
            scratch.push(vec![0.0; n_rows * GATES * h.len()]);
        }
        for step in 0..self.steps {
            for (layer, &hidden) in self.hidden.iter().enumerate() {
                let n = n_rows * hidden;
                let mut to = self.written.as_mut().map(|written| written[layer].at(step, n));
                let gates = match &mut to {
                    Some(to) => &mut *to.gates,
                    None => &mut scratch[layer][..],
                };
                let (below, here) = outputs.split_at_mut(layer);
                if let Some(below) = below.last() {
                    for row in gates.chunks_exact_mut(GATES * hidden) {
                        row.copy_from_slice(self.biases[layer]);
                    }
                    self.packs.weight[layer - 1].add_to(below, gates);
                } else {
                    self.around.enter(step, gates);
                }
                let here = &mut here[0];
                self.packs.recurrent[layer].add_to(here, gates);
                if let Some(to) = &mut to {
                    to.before.copy_from_slice(here);
                }
                let gates = match &mut to {
                    Some(to) => &mut *to.gates,
                    None => &mut scratch[layer][..],
                };
                cell_forward(hidden, gates, &mut cells[layer], here);
                if let Some(to) = &mut to {
                    to.cells.copy_from_slice(&cells[layer]);
                    to.outputs.copy_from_slice(here);
                }
            }
            if let Some(last) = outputs.last() {
                self.around.leave(step, last);
            }
        }
        self.around
    }
}

/// What a block's way back reads of a layer: the block's part of its tape.
pub(super) struct Read<'a> {
    pub(super) gates: &'a [f32],
    pub(super) cells: &'a [f32],
}

/// Some rows on their way back.
pub(super) struct Back<'a> {
    pub(super) hidden: &'a [usize],
    pub(super) n_rows: usize,
    pub(super) steps: usize,
    pub(super) initial: &'a [f32],
    pub(super) packs: &'a Packs,
    pub(super) read: Vec<Read<'a>>,
    /// Of the last layer's outputs, of all steps.
    pub(super) grad_outputs: &'a [f32],
    /// Of each layer's gates before their activations, of all steps.
    pub(super) grad_gates: Vec<&'a mut [f32]>,
    /// Their sums over rows and steps, `[4 hidden]` of each layer one after the other; zeros at
    /// first.
    pub(super) grad_biases: &'a mut [f32],
    /// As `initial`.
    pub(super) grad_initial: &'a mut [f32],
}

impl Kernel for Back<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let n_rows = self.n_rows;
        let zeros = || -> Vec<Vec<f32>> {
            self.hidden.iter().map(|hidden| vec![0.0; n_rows * hidden]).collect()
        };
        let (mut grad_outputs, mut grad_cells) = (zeros(), zeros());
        let initial: Vec<Vec<f32>> =
            state_ranges(self.hidden).map(|[_, c]| columns(self.initial, n_rows, c)).collect();
        for step in (0..self.steps).rev() {
            if let Some(last) = grad_outputs.last_mut() {
                let n = last.len();
                add(last, &self.grad_outputs[step * n..][..n]);
            }
            let mut grad_biases = &mut *self.grad_biases;
            for (layer, &hidden) in self.hidden.iter().enumerate().rev() {
                let n = n_rows * hidden;
                let (below, grad_bias) =
                    grad_biases.split_at_mut(grad_biases.len() - GATES * hidden);
                grad_biases = below;
                let read = &self.read[layer];
                let grad_gates = &mut self.grad_gates[layer][step * GATES * n..][..GATES * n];
                let before = match step.checked_sub(1) {
                    Some(before) => &read.cells[before * n..][..n],
                    None => &initial[layer],
                };
                let (below, here) = grad_outputs.split_at_mut(layer);
                let backward = Backward {
                    hidden,
                    gates: &read.gates[step * GATES * n..][..GATES * n],
                    cells_before: Some(before),
                    cells: &read.cells[step * n..][..n],
                    grad_outputs: &here[0],
                    grad_cells: &mut grad_cells[layer],
                    grad_gates,
                    grad_bias,
                };
                backward.run(simd);
                here[0].fill(0.0);
                self.packs.recurrent[layer].add_to(grad_gates, &mut here[0]);
                if let Some(below) = below.last_mut() {
                    self.packs.weight[layer - 1].add_to(grad_gates, below);
                }
            }
        }
        let width = 2 * self.hidden.iter().sum::<usize>();
        for (layer, [h, c]) in state_ranges(self.hidden).enumerate() {
            for (row, to) in self.grad_initial.chunks_exact_mut(width).enumerate() {
                let n = h.len();
                to[h.clone()].copy_from_slice(&grad_outputs[layer][row * n..][..n]);
                to[c.clone()].copy_from_slice(&grad_cells[layer][row * n..][..n]);
            }
        }
    }
}

/// Where `h` and `c` of each layer lie in a row of initial states.
pub(super) fn state_ranges(hidden: &[usize]) -> impl Iterator<Item = [Range<usize>; 2]> {
    hidden.iter().scan(0, |first, &hidden| {
        let h = *first..*first + hidden;
        let c = h.end..h.end + hidden;
        *first = c.end;
        Some([h, c])
    })
}

/// Some columns of a matrix of so many rows.
fn columns(values: &[f32], n_rows: usize, range: Range<usize>) -> Vec<f32> {
    let width = values.len() / n_rows.max(1);
    let rows = values.chunks_exact(width.max(1));
    rows.flat_map(|row| &row[range.clone()]).copied().collect()
}
