//! LSTM layers over a whole batch: the inputs of all steps in one matrix product, then step by
//! step.

use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;

use super::super::gradient::column_sums;
use super::super::rows::{Part, Rows};
use super::super::tokens::Tokens;
use super::super::workspace::{Buffer, Buffers};
use super::blocks::{Block, Blocks};
use super::cell::GATES;
use super::distinct::Distinct;
use super::steps::{BackwardBlock, ForwardBlock, Input, Outside, first_of};
use super::sums::{add, sum_steps};
use super::tape::LayerTape;
use crate::check::Checked;
use crate::layer::Layer;
use crate::product::{Matrix, Packed, Product};
use crate::simd::Level;

/// The plan of one layer.
#[derive(Clone, Debug)]
pub(crate) struct Lstm {
    reads: Reads,
    hidden: usize,
    return_sequences: bool,
    /// The way there, and the way back if it is bidirectional.
    ways: Vec<Way>,
    /// What it returns: an image whose rows are the steps, or the last ones of the segments.
    output: Rows,
    buffers: Buffers,
    level: Level,
}

/// What a step sees of an image.
#[derive(Clone, Debug)]
pub(crate) enum Reads {
    /// Its row.
    Rows(Rows),
    /// All `len` values, the same in each of the `steps`, so that they are multiplied once.
    Whole { len: usize, steps: usize },
    /// The tokens in its row.
    Tokens(Rows, Tokens),
}

/// One direction, and where its parameters lie in the flat vector of the whole model.
#[derive(Clone, Debug)]
struct Way {
    is_back: bool,
    weight: Range<usize>,
    recurrent: Range<usize>,
    bias: Range<usize>,
}

/// What the backward pass needs.
#[derive(Debug)]
pub(crate) struct LstmTape {
    /// Of each way.
    ways: Vec<LayerTape>,
    /// Which sequences were computed, if not all.
    distinct: Option<Distinct>,
}

impl Lstm {
    /// `layer` must be an LSTM, in one direction or in two.
    pub(crate) fn new(layer: &Checked, reads: Reads, level: Level) -> Self {
        let (hidden, return_sequences, segments) = match layer.layer {
            Layer::Lstm { hidden, return_sequences } => (hidden, return_sequences, 1),
            Layer::BidirectionalLstm { hidden, return_sequences, segments } => {
                (hidden, return_sequences, segments)
            }
            _ => unreachable!("only called for these kinds of layer"),
        };
        let ways = layer.parameters.chunks_exact(3).enumerate().map(|(n, ranges)| Way {
            is_back: n == 1,
            weight: ranges[0].clone(),
            recurrent: ranges[1].clone(),
            bias: ranges[2].clone(),
        });
        let ways: Vec<Way> = ways.collect();
        let width = ways.len() * hidden;
        let steps = match &reads {
            Reads::Rows(rows) | Reads::Tokens(rows, _) => rows.steps(),
            Reads::Whole { steps, .. } => *steps,
        };
        let output = if return_sequences {
            Rows::of([1, steps * segments, width], segments)
        } else {
            Rows::of([1, segments, width], segments)
        };
        Lstm { reads, hidden, return_sequences, ways, output, buffers: Buffers::default(), level }
    }

    /// The memory of a training step, about: inputs, gates, cells and outputs of all steps, their
    /// gradients, and the copies in another order.
    pub(crate) fn training_bytes(&self, batch: usize) -> u64 {
        let blocks = self.blocks(batch, None);
        let read = blocks.len().saturating_mul(3 * self.input_len() / self.steps().max(1));
        let states = blocks.len().saturating_mul(self.ways.len() * (2 * GATES + 5) * self.hidden);
        read.saturating_add(states) as u64 * size_of::<f32>() as u64
    }

    /// Values of one image.
    pub(crate) fn input_len(&self) -> usize {
        match &self.reads {
            Reads::Rows(rows) | Reads::Tokens(rows, _) => rows.image_len(),
            Reads::Whole { len, .. } => *len,
        }
    }

    pub(crate) fn forward(&self, parameters: &[f32], x: &[f32]) -> Vec<f32> {
        // The inputs of all steps lie where the gates will.
        let is_in_place = matches!(self.reads, Reads::Rows(_));
        self.pass(parameters, x, self.return_sequences || is_in_place).0
    }

    pub(crate) fn forward_taped(&self, parameters: &[f32], x: &[f32]) -> (Vec<f32>, LstmTape) {
        self.pass(parameters, x, true)
    }

    /// Keeps all steps, or the last ones alone.
    fn pass(&self, parameters: &[f32], x: &[f32], keeps: bool) -> (Vec<f32>, LstmTape) {
        let batch = x.len() / self.input_len();
        let inputs = self.inputs(x);
        let distinct = self.distinct(x);
        let blocks = self.blocks(batch, distinct.as_ref());
        let kept = if keeps { blocks.clone() } else { Blocks::even(blocks.rows, 1) };
        let run =
            |way| self.run(way, parameters, (x, &inputs), (&blocks, &kept), distinct.as_ref());
        let ways: Vec<LayerTape> = self.ways.par_iter().map(run).collect();
        let mut y = vec![0.0; batch * self.output.image_len()];
        for (n, tape) in ways.iter().enumerate() {
            let part = Part { first: n * self.hidden, width: self.hidden };
            if self.return_sequences {
                self.output.part_by_image(&tape.outputs, part, &mut y);
            } else {
                let outputs = last_outputs(&self.ways[n], tape, &kept, distinct.as_ref());
                self.output.part_by_image(&outputs, part, &mut y);
            }
        }
        (y, LstmTape { ways, distinct })
    }

    /// Which sequences of tokens differ, where only what they come to is asked for.
    fn distinct(&self, x: &[f32]) -> Option<Distinct> {
        let Reads::Tokens(places, tokens) = &self.reads else { return None };
        if self.return_sequences {
            return None;
        }
        let len = places.steps() * tokens.len();
        Distinct::of(x.chunks_exact(len))
    }

    /// One way through all steps of `blocks`; the tape has those of `kept`.
    fn run(
        &self,
        way: &Way,
        parameters: &[f32],
        (x, inputs): (&[f32], &[f32]),
        (blocks, kept): (&Blocks, &Blocks),
        distinct: Option<&Distinct>,
    ) -> LayerTape {
        let [weight, recurrent] = self.weights(way, parameters);
        let bias = &parameters[way.bias.clone()];
        let packed = Packed::new(recurrent.transposed(), self.level);
        let mut tape = LayerTape::new(&self.buffers, kept, self.hidden);
        let projected = |inputs| {
            let inputs = Matrix::of_rows(inputs, weight.columns());
            Product::new(inputs, weight.transposed()).with_bias(bias)
        };
        let (mut table, mut of_rows) = (Vec::new(), Vec::new());
        match &self.reads {
            Reads::Rows(_) => projected(inputs).write_to(self.level, &mut tape.gates),
            Reads::Whole { .. } => of_rows = projected(x).to_vec(self.level),
            Reads::Tokens(..) => {
                table = weight.transposed().to_rows(self.level);
            }
        }
        let jobs: Vec<_> = tape.by_block(kept).zip(blocks.all()).collect();
        let keeps = kept.len() == blocks.len();
        jobs.into_par_iter().for_each(|(written, block)| {
            let input = match &self.reads {
                Reads::Rows(_) => Input::InPlace,
                Reads::Whole { .. } => Input::Same(&of_rows),
                Reads::Tokens(places, tokens) => {
                    Input::Tokens { places, tokens, distinct, values: x, table: &table, bias }
                }
            };
            let is_back = way.is_back;
            let hidden = self.hidden;
            self.level.run(ForwardBlock {
                hidden,
                is_back,
                rows: block.rows.clone(),
                steps: block.steps,
                input,
                packed: &packed,
                keeps,
                written,
            });
        });
        tape
    }

    /// Overwrites this layer's part of `grad_parameters`, and `grad_x` if it is wanted:
    /// back-propagation through time.
    pub(crate) fn backward(
        &self,
        parameters: &[f32],
        (x, tape): (&[f32], &LstmTape),
        grad_y: &[f32],
        grad_parameters: &mut [f32],
        grad_x: Option<&mut [f32]>,
    ) {
        let batch = x.len() / self.input_len();
        let distinct = tape.distinct.as_ref();
        let blocks = &self.blocks(batch, distinct);
        let ways = self.ways.par_iter().zip(&tape.ways).enumerate();
        let grad_gates: Vec<(Buffer, Vec<f32>)> = ways
            .map(|(n, (way, tape))| {
                let part = Part { first: n * self.hidden, width: self.hidden };
                let mut grads = self.output.part_by_block(grad_y, part);
                if let Some(distinct) = distinct {
                    grads = distinct.sums(&grads);
                }
                self.run_back(way, parameters, tape, blocks, &grads)
            })
            .collect();

        let inputs = self.inputs(x);
        let mut grad_inputs: Option<Vec<f32>> = None;
        for ((way, tape), (grad_gates, grad_bias)) in
            self.ways.iter().zip(&tape.ways).zip(grad_gates)
        {
            column_sums(self.level, &grad_bias, &mut grad_parameters[way.bias.clone()]);
            let all = Matrix::of_rows(&grad_gates, GATES * self.hidden);
            let before = Matrix::of_rows(&tape.before, self.hidden);
            let to = &mut grad_parameters[way.recurrent.clone()];
            Product::new(all.transposed(), before).write_to(self.level, to);
            let grad_projected = match self.reads {
                Reads::Rows(_) | Reads::Tokens(..) => Cow::from(&*grad_gates),
                Reads::Whole { .. } => sum_steps(blocks, &grad_gates, GATES * self.hidden).into(),
            };
            let to = &mut grad_parameters[way.weight.clone()];
            if let Reads::Tokens(places, tokens) = &self.reads {
                let at = places.places_by_block(blocks, |row| first_of(distinct, row));
                let step = |n: usize| &x[at[n]..][..tokens.len()];
                tokens.weight_gradient(self.level, step, &grad_projected, to);
                continue;
            }
            let [weight, _] = self.weights(way, parameters);
            let grads = Matrix::of_rows(&grad_projected, weight.rows());
            let inputs = Matrix::of_rows(&inputs, weight.columns());
            Product::new(grads.transposed(), inputs).write_to(self.level, to);
            if grad_x.is_some() {
                let part = Product::new(grads, weight).to_vec(self.level);
                match &mut grad_inputs {
                    None => grad_inputs = Some(part),
                    Some(sums) => add(sums, &part),
                }
            }
        }
        if let Some(grad_x) = grad_x {
            match (&self.reads, &grad_inputs) {
                (Reads::Rows(rows), Some(grads)) => rows.by_image(grads, grad_x),
                (Reads::Whole { .. }, Some(grads)) => grad_x.copy_from_slice(grads),
                _ => grad_x.fill(0.0),
            }
        }
    }

    /// The gradient of the gates before their activations, `[N, 4 hidden]`, of one way, and its sum
    /// over each block, `[blocks, 4 hidden]`. `grads` is that of the outputs, `[N, hidden]`, or of
    /// the last ones, `[rows, hidden]`.
    fn run_back(
        &self,
        way: &Way,
        parameters: &[f32],
        tape: &LayerTape,
        blocks: &Blocks,
        grads: &[f32],
    ) -> (Buffer, Vec<f32>) {
        let n = self.hidden;
        let [_, recurrent] = self.weights(way, parameters);
        let packed = Packed::new(recurrent, self.level);
        let mut grad_gates = self.buffers.lend(blocks.len() * GATES * n);
        let mut grad_bias = vec![0.0; blocks.all().len() * GATES * n];
        let parts = blocks.parts_mut(&mut grad_gates).zip(grad_bias.chunks_exact_mut(GATES * n));
        let jobs: Vec<_> = parts.zip(blocks.all()).collect();
        jobs.into_par_iter().for_each(|((grad_gates, grad_bias), block)| {
            let Block { rows, steps, first } = block.clone();
            let grads = if self.return_sequences {
                Outside::Steps(&grads[first * n..])
            } else {
                Outside::Last(&grads[rows.start * n..][..rows.len() * n])
            };
            self.level.run(BackwardBlock {
                hidden: n,
                is_back: way.is_back,
                n_rows: rows.len(),
                steps,
                gates: &tape.gates[first * GATES * n..],
                cells: &tape.cells[first * n..],
                grads,
                packed: &packed,
                grad_gates,
                grad_bias,
            });
        });
        (grad_gates, grad_bias)
    }

    fn steps(&self) -> usize {
        match &self.reads {
            Reads::Rows(rows) | Reads::Tokens(rows, _) => rows.steps(),
            Reads::Whole { steps, .. } => *steps,
        }
    }

    fn blocks(&self, batch: usize, distinct: Option<&Distinct>) -> Blocks {
        match (&self.reads, distinct) {
            (_, Some(distinct)) => Blocks::even(distinct.firsts.len(), self.steps()),
            (Reads::Rows(rows) | Reads::Tokens(rows, _), None) => rows.blocks(batch),
            (Reads::Whole { steps, .. }, None) => Blocks::even(batch, *steps),
        }
    }

    /// What is multiplied with the weight: `[N, C * W]`, or `[B, len]` if all steps see the same;
    /// nothing if they see tokens.
    fn inputs<'a>(&self, x: &'a [f32]) -> Cow<'a, [f32]> {
        match &self.reads {
            Reads::Rows(rows) => rows.by_block(x).into(),
            Reads::Whole { .. } => x.into(),
            Reads::Tokens(..) => Cow::default(),
        }
    }

    /// `[4 hidden, inputs]` and `[4 hidden, hidden]`.
    fn weights<'a>(&self, way: &Way, parameters: &'a [f32]) -> [Matrix<'a>; 2] {
        [&way.weight, &way.recurrent].map(|range| {
            let values = &parameters[range.clone()];
            Matrix::new(values, GATES * self.hidden, values.len() / (GATES * self.hidden))
        })
    }
}

/// `h` after the last step of a way, `[rows, hidden]`.
fn last_outputs(
    way: &Way,
    tape: &LayerTape,
    kept: &Blocks,
    distinct: Option<&Distinct>,
) -> Vec<f32> {
    let steps = kept.all().first().map_or(1, |block| block.steps);
    let last = if way.is_back { 0 } else { steps - 1 };
    let n_rows = distinct.map_or(kept.rows, |distinct| distinct.of_rows.len());
    let places = (0..n_rows)
        .filter_map(|row| kept.place(distinct.map_or(row, |distinct| distinct.of_rows[row]), last));
    let outputs = places.flat_map(|place| &tape.outputs[place * tape.hidden..][..tape.hidden]);
    outputs.copied().collect()
}
