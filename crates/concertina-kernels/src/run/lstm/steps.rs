//! Some rows on their way through all steps of a layer, and on their way back.

use std::ops::Range;

use super::super::rows::Rows;
use super::super::tokens::Tokens;
use super::cell::{self, GATES};
use super::distinct::Distinct;
use super::tape::Written;
use crate::product::Packed;
use crate::simd::{Kernel, Simd};

/// The sequence that is computed at a place.
#[inline(always)]
pub(super) fn first_of(distinct: Option<&Distinct>, place: usize) -> usize {
    distinct.map_or(place, |distinct| distinct.firsts[place])
}

/// What the gates of a step are made of besides the state before it.
pub(super) enum Input<'a> {
    /// It lies where the gates will.
    InPlace,
    /// The same in each step, `[rows of all, 4 hidden]`.
    Same(&'a [f32]),
    /// The bias and a row of the table for each token.
    Tokens {
        places: &'a Rows,
        tokens: &'a Tokens,
        distinct: Option<&'a Distinct>,
        values: &'a [f32],
        table: &'a [f32],
        bias: &'a [f32],
    },
}

/// A block of rows on their way through all steps.
pub(super) struct ForwardBlock<'a> {
    pub(super) hidden: usize,
    pub(super) is_back: bool,
    pub(super) rows: Range<usize>,
    pub(super) steps: usize,
    pub(super) input: Input<'a>,
    pub(super) packed: &'a Packed,
    /// Whether all steps are written one behind the other, or each in place of the one before.
    pub(super) keeps: bool,
    pub(super) written: Written<'a>,
}

impl Kernel for ForwardBlock<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, _: S) {
        let n = self.rows.len() * self.hidden;
        let (mut cells, mut outputs) = (vec![0.0; n], vec![0.0; n]);
        for k in 0..self.steps {
            let step = if self.is_back { self.steps - 1 - k } else { k };
            let to = self.written.at(if self.keeps { step } else { 0 }, n);
            match &self.input {
                Input::InPlace => {}
                Input::Same(values) => {
                    let first = self.rows.start * GATES * self.hidden;
                    to.gates.copy_from_slice(&values[first..][..GATES * n]);
                }
                Input::Tokens { places, tokens, distinct, values, table, bias } => {
                    let rows = to.gates.chunks_exact_mut(GATES * self.hidden);
                    for (row, gates) in self.rows.clone().zip(rows) {
                        gates.copy_from_slice(bias);
                        let at = places.place(first_of(*distinct, row), step);
                        tokens.add_rows(&values[at..][..tokens.len()], table, gates);
                    }
                }
            }
            if k > 0 {
                self.packed.add_to(&outputs, to.gates);
                to.before.copy_from_slice(&outputs);
            } else {
                to.before.fill(0.0);
            }
            cell::forward(self.hidden, to.gates, &mut cells, &mut outputs);
            to.cells.copy_from_slice(&cells);
            to.outputs.copy_from_slice(&outputs);
        }
    }
}

/// The gradient of outputs that comes from outside.
pub(super) enum Outside<'a> {
    /// Of all steps of a block.
    Steps(&'a [f32]),
    /// Of the last step alone.
    Last(&'a [f32]),
}

/// A block of rows on their way back.
pub(super) struct BackwardBlock<'a> {
    pub(super) hidden: usize,
    pub(super) is_back: bool,
    pub(super) n_rows: usize,
    pub(super) steps: usize,
    pub(super) gates: &'a [f32],
    pub(super) cells: &'a [f32],
    pub(super) grads: Outside<'a>,
    pub(super) packed: &'a Packed,
    pub(super) grad_gates: &'a mut [f32],
    /// The sum of these over rows and steps, `[4 hidden]`; zeros at first.
    pub(super) grad_bias: &'a mut [f32],
}

impl Kernel for BackwardBlock<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let n = self.n_rows * self.hidden;
        let (mut grad_outputs, mut grad_cells) = (vec![0.0; n], vec![0.0; n]);
        if let Outside::Last(grads) = self.grads {
            grad_outputs.copy_from_slice(grads);
        }
        for k in (0..self.steps).rev() {
            let at = |k: usize| if self.is_back { self.steps - 1 - k } else { k };
            let step = at(k);
            if let Outside::Steps(grads) = self.grads {
                let grads = &grads[step * n..][..n];
                grad_outputs.iter_mut().zip(grads).for_each(|(sum, grad)| *sum += grad);
            }
            let grad_gates = &mut self.grad_gates[step * GATES * n..][..GATES * n];
            let backward = cell::Backward {
                hidden: self.hidden,
                gates: &self.gates[step * GATES * n..][..GATES * n],
                cells_before: k.checked_sub(1).map(|before| &self.cells[at(before) * n..][..n]),
                cells: &self.cells[step * n..][..n],
                grad_outputs: &grad_outputs,
                grad_cells: &mut grad_cells,
                grad_gates,
                grad_bias: self.grad_bias,
            };
            backward.run(simd);
            if k > 0 {
                grad_outputs.fill(0.0);
                self.packed.add_to(grad_gates, &mut grad_outputs);
            }
        }
    }
}
