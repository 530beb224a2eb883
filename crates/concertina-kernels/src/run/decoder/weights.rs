//! The parameters of a stack of LSTMs, and what becomes of them in a pass.

use std::ops::Range;

use rayon::prelude::*;

use super::stack::{Back, Packs, Read};
use crate::product::{Matrix, Packed, Product};
use crate::run::dense::Dense;
use crate::run::gradient::column_sums;
use crate::run::lstm::{Block, Blocks, GATES, LayerTape};
use crate::run::workspace::{Buffer, Buffers};
use crate::simd::Level;

/// A stack of LSTMs with its first state.
#[derive(Clone, Debug)]
pub(super) struct Stack {
    /// Of each layer.
    pub(super) hidden: Vec<usize>,
    /// From the embedding to the first states.
    pub(super) state: Dense,
    /// Of each layer but the first, from the outputs of the layer below.
    pub(super) weight: Vec<Range<usize>>,
    pub(super) recurrent: Vec<Range<usize>>,
    pub(super) bias: Vec<Range<usize>>,
    pub(super) buffers: Buffers,
}

/// What a stack leaves behind for its backward pass.
#[derive(Debug)]
pub(super) struct StackTape {
    pub(super) blocks: Blocks,
    /// First states, `[rows, 2 * all hidden]`.
    pub(super) initial: Vec<f32>,
    pub(super) layers: Vec<LayerTape>,
}

impl Stack {
    /// Outputs of a step.
    pub(super) fn width(&self) -> usize {
        self.hidden.last().copied().unwrap_or_default()
    }

    /// The first states for embeddings `[rows, E]`.
    pub(super) fn initial(&self, parameters: &[f32], embeddings: &[f32]) -> Vec<f32> {
        self.state.forward(parameters, embeddings)
    }

    pub(super) fn tape(&self, blocks: Blocks, initial: Vec<f32>) -> StackTape {
        let new = |&hidden| LayerTape::new(&self.buffers, &blocks, hidden);
        let layers = self.hidden.iter().map(new).collect();
        StackTape { blocks, initial, layers }
    }

    pub(super) fn biases<'a>(&self, parameters: &'a [f32]) -> Vec<&'a [f32]> {
        self.bias.iter().map(|range| &parameters[range.clone()]).collect()
    }

    /// For the way there.
    pub(super) fn packs(&self, level: Level, parameters: &[f32]) -> Packs {
        let packed = |matrix: Matrix| Packed::new(matrix.transposed(), level);
        self.packed_by(parameters, packed)
    }

    fn packed_by(&self, parameters: &[f32], packed: impl Fn(Matrix) -> Packed) -> Packs {
        let pack = |(range, hidden): (&Range<usize>, &usize)| {
            let values = &parameters[range.clone()];
            packed(Matrix::new(values, GATES * hidden, values.len() / (GATES * hidden)))
        };
        Packs {
            recurrent: self.recurrent.iter().zip(&self.hidden).map(pack).collect(),
            weight: self.weight.iter().zip(self.hidden.iter().skip(1)).map(pack).collect(),
        }
    }

    /// Overwrites the gradient of its parameters. `grad_outputs` is of the last layer's,
    /// `[N, width]`. Returns the gradient of the first layer's gates, `[N, 4 hidden]`, and that of
    /// the embeddings through the first states.
    pub(super) fn backward(
        &self,
        level: Level,
        parameters: &[f32],
        (embeddings, tape): (&[f32], &StackTape),
        grad_outputs: &[f32],
        grad_parameters: &mut [f32],
    ) -> (Buffer, Vec<f32>) {
        let blocks = &tape.blocks;
        let packs = self.packed_by(parameters, |matrix| Packed::new(matrix, level));
        let mut grad_initial = vec![0.0; tape.initial.len()];
        let lend = |hidden| self.buffers.lend(blocks.len() * GATES * hidden);
        let mut grad_gates: Vec<Buffer> = self.hidden.iter().map(lend).collect();
        let gates = GATES * self.hidden.iter().sum::<usize>();
        let mut grad_biases = vec![0.0; blocks.all().len() * gates];
        {
            let mut parts: Vec<_> =
                grad_gates.iter_mut().map(|grads| blocks.parts_mut(grads)).collect();
            let width = self.state.outputs;
            let states = blocks.rows_mut(&mut grad_initial);
            let jobs: Vec<_> = blocks
                .all()
                .iter()
                .zip(states)
                .zip(grad_biases.chunks_exact_mut(gates))
                .map(|((block, grad_initial), grad_biases)| {
                    let grad_gates = parts.iter_mut().filter_map(Iterator::next).collect();
                    (block, grad_initial, grad_gates, grad_biases)
                })
                .collect();
            jobs.into_par_iter().for_each(|(block, grad_initial, grad_gates, grad_biases)| {
                let Block { rows, steps, first } = block.clone();
                let read = tape.layers.iter().map(|layer| Read {
                    gates: &layer.gates[first * GATES * layer.hidden..],
                    cells: &layer.cells[first * layer.hidden..],
                });
                level.run(Back {
                    hidden: &self.hidden,
                    n_rows: rows.len(),
                    steps,
                    initial: &tape.initial[rows.start * width..rows.end * width],
                    packs: &packs,
                    read: read.collect(),
                    grad_outputs: &grad_outputs[first * self.width()..],
                    grad_gates,
                    grad_biases,
                    grad_initial,
                });
            });
        }
        let mut sums = vec![0.0; gates];
        column_sums(level, &grad_biases, &mut sums);
        let mut grad_biases = &sums[..];
        for (layer, grads) in grad_gates.iter().enumerate() {
            let hidden = self.hidden[layer];
            let (grad_bias, above) = grad_biases.split_at(GATES * hidden);
            grad_parameters[self.bias[layer].clone()].copy_from_slice(grad_bias);
            grad_biases = above;
            let all = Matrix::of_rows(grads, GATES * hidden);
            let before = Matrix::of_rows(&tape.layers[layer].before, hidden);
            let to = &mut grad_parameters[self.recurrent[layer].clone()];
            Product::new(all.transposed(), before).write_to(level, to);
            if let Some(below) = layer.checked_sub(1) {
                let inputs = Matrix::of_rows(&tape.layers[below].outputs, self.hidden[below]);
                let to = &mut grad_parameters[self.weight[below].clone()];
                Product::new(all.transposed(), inputs).write_to(level, to);
            }
        }
        let grad_embeddings = self.state.backward_to_input(
            parameters,
            embeddings,
            Some(&tape.initial),
            &grad_initial,
            grad_parameters,
        );
        (grad_gates.swap_remove(0), grad_embeddings)
    }
}
