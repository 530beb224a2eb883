//! The conductor: LSTMs without an input, which make an embedding for each segment.

use rayon::prelude::*;

use super::stack::{Around, Forward, Packs};
use super::weights::{Stack, StackTape};
use crate::run::lstm::Blocks;
use crate::simd::Level;

/// The plan of a conductor.
#[derive(Clone, Debug)]
pub(super) struct Conductor {
    pub(super) stack: Stack,
    pub(super) segments: usize,
}

impl Conductor {
    /// Embeddings `[B * segments, width]` of codes `[B, E]`, segment after segment.
    pub(super) fn forward(
        &self,
        level: Level,
        parameters: &[f32],
        codes: &[f32],
    ) -> (Vec<f32>, StackTape) {
        let Conductor { stack, segments } = self;
        let blocks = Blocks::even(codes.len() / stack.state.inputs, *segments);
        let mut tape = stack.tape(blocks, stack.initial(parameters, codes));
        let packs = stack.packs(level, parameters);
        let biases = stack.biases(parameters);
        self.run(level, &packs, &biases, &mut tape);
        let outputs = tape.layers.last().map_or(&[][..], |layer| &*layer.outputs);
        (by_row(&tape.blocks, *segments, outputs), tape)
    }

    fn run(&self, level: Level, packs: &Packs, biases: &[&[f32]], tape: &mut StackTape) {
        let StackTape { blocks, initial, layers } = tape;
        let stack = &self.stack;
        let mut layers: Vec<_> = layers.iter_mut().map(|layer| layer.by_block(blocks)).collect();
        let jobs: Vec<_> = blocks
            .all()
            .iter()
            .map(|block| (block, layers.iter_mut().filter_map(Iterator::next).collect()))
            .collect();
        jobs.into_par_iter().for_each(|(block, written)| {
            let (rows, width) = (&block.rows, stack.state.outputs);
            level.run(Forward {
                hidden: &stack.hidden,
                n_rows: rows.len(),
                steps: block.steps,
                initial: &initial[rows.start * width..rows.end * width],
                packs,
                biases,
                written: Some(written),
                around: Silence { bias: biases[0] },
            });
        });
    }

    /// Overwrites the gradient of its parameters; returns that of the codes.
    pub(super) fn backward(
        &self,
        level: Level,
        parameters: &[f32],
        (codes, tape): (&[f32], &StackTape),
        grad_embeddings: &[f32],
        grad_parameters: &mut [f32],
    ) -> Vec<f32> {
        let grad_outputs = by_place(&tape.blocks, self.segments, grad_embeddings);
        let (_, grad_codes) =
            self.stack.backward(level, parameters, (codes, tape), &grad_outputs, grad_parameters);
        grad_codes
    }
}

/// No input but the bias, and nothing to do with the outputs.
struct Silence<'a> {
    bias: &'a [f32],
}

impl Around for Silence<'_> {
    #[inline(always)]
    fn enter(&mut self, _: usize, gates: &mut [f32]) {
        gates.chunks_exact_mut(self.bias.len()).for_each(|row| row.copy_from_slice(self.bias));
    }

    #[inline(always)]
    fn leave(&mut self, _: usize, _: &[f32]) {}
}

/// `[N, W]` with the steps of a row one after the other.
fn by_row(blocks: &Blocks, steps: usize, values: &[f32]) -> Vec<f32> {
    let width = values.len() / blocks.len().max(1);
    let places =
        (0..blocks.rows).flat_map(|row| (0..steps).filter_map(move |step| blocks.place(row, step)));
    places.flat_map(|place| &values[place * width..][..width]).copied().collect()
}

/// The way back.
fn by_place(blocks: &Blocks, steps: usize, values: &[f32]) -> Vec<f32> {
    let width = values.len() / blocks.len().max(1);
    let mut to = vec![0.0; values.len()];
    for (n, values) in values.chunks_exact(width.max(1)).enumerate() {
        if let Some(place) = blocks.place(n / steps, n % steps) {
            to[place * width..][..width].copy_from_slice(values);
        }
    }
    to
}
