//! One core: the LSTMs that decode some voices.

use std::ops::Range;

use rayon::prelude::*;

use super::sequences::Sequences;
use super::stack::{Around, Forward, Packs};
use super::token;
use super::weights::{Stack, StackTape};
use crate::product::{Matrix, Packed};
use crate::run::dense::Dense;
use crate::run::lstm::{Block, add, sum_steps};
use crate::run::tokens::Tokens;
use crate::simd::Level;

/// The plan of a core.
#[derive(Clone, Debug)]
pub(super) struct Core {
    pub(super) stack: Stack,
    pub(super) tokens: Tokens,
    /// Its voices' classes.
    pub(super) classes: Vec<usize>,
    /// Its voices among all.
    pub(super) voices: Range<usize>,
    /// Where its logits begin in a step of all.
    pub(super) first_logit: usize,
    /// From tokens to the first layer's gates, `[4 hidden, width of the tokens]`.
    pub(super) token_weight: Range<usize>,
    /// From the embedding to these, `[4 hidden, E]`; its bias is the first layer's.
    pub(super) code: Dense,
    pub(super) output: Dense,
}

/// What a core leaves behind.
#[derive(Debug)]
pub(super) struct CoreTape {
    pub(super) sequences: Sequences,
    stack: StackTape,
    /// What was fed to each step, `[N, voices]`.
    fed: Vec<f32>,
}

/// The guides of some sequences.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guides<'a> {
    /// The decoder's input: for each example a code, guides and a temperature.
    pub(super) x: &'a [f32],
    /// Values of an example.
    pub(super) len: usize,
    /// Where its guides begin.
    pub(super) code: usize,
    /// V, of all cores.
    pub(super) voices: usize,
    /// Steps of a segment.
    pub(super) steps: usize,
    /// Segments of an example among these sequences, and the first of them.
    pub(super) segments: usize,
    pub(super) first: usize,
}

impl<'a> Guides<'a> {
    /// The guide of some voices of a step of a sequence.
    #[inline(always)]
    fn at(&self, row: usize, step: usize, voices: Range<usize>) -> &'a [f32] {
        let (example, segment) = (row / self.segments, self.first + row % self.segments);
        let at = self.code + (segment * self.steps + step) * self.voices;
        &self.x[example * self.len + at..][voices]
    }

    #[inline(always)]
    fn temperature(&self, row: usize) -> f32 {
        self.x[row / self.segments * self.len + self.len - 1]
    }

    /// What is fed to the first step of a sequence: the last token of the segment before.
    pub(super) fn before(&self, row: usize, voices: Range<usize>) -> Vec<f32> {
        match row % self.segments {
            0 => vec![NOTHING; voices.len()],
            _ => self.at(row - 1, self.steps - 1, voices).to_vec(),
        }
    }

    /// The steps up to the last one that asks for a token of these voices, which have so many
    /// classes: whatever is fed behind that, nobody reads what comes of it.
    pub(super) fn length(&self, row: usize, voices: Range<usize>, classes: &[usize]) -> usize {
        let asks = |step: &usize| {
            let guide = self.at(row, *step, voices.clone());
            !guide.iter().zip(classes).all(|(guide, classes)| *guide >= *classes as f32)
        };
        (0..self.steps).rev().find(asks).map_or(0, |step| step + 1)
    }

    /// Whether it says of every sequence but the last of an example with which token it ends.
    pub(super) fn has_ends(&self, examples: usize) -> bool {
        let rows = 0..examples * self.segments;
        let mut ends = rows.filter(|row| row % self.segments + 1 < self.segments);
        ends.all(|row| {
            let guide = self.at(row, self.steps - 1, 0..self.voices);
            guide.iter().all(|value| *value >= 0.0)
        })
    }
}

/// A token that is none of the classes.
const NOTHING: f32 = -1.0;

/// What comes of a core's sequences.
pub(super) struct Decoded {
    /// `[N, classes]`, by place.
    pub(super) logits: Vec<f32>,
    /// The tokens of the last step, `[rows, voices]`, by place.
    pub(super) last: Vec<f32>,
    pub(super) tape: Option<CoreTape>,
}

/// A core's parameters, ready for steps.
pub(super) struct Ready<'a> {
    core: &'a Core,
    level: Level,
    parameters: &'a [f32],
    packs: Packs,
    /// `[width of the tokens, 4 hidden]`.
    table: Vec<f32>,
    output: Packed,
}

impl Core {
    /// Logits of a step.
    pub(super) fn n_logits(&self) -> usize {
        self.output.outputs
    }

    pub(super) fn ready<'a>(&'a self, level: Level, parameters: &'a [f32]) -> Ready<'a> {
        let output = &self.output;
        let tokens = Matrix::of_rows(&parameters[self.token_weight.clone()], self.tokens.width);
        let weight = Matrix::new(&parameters[output.weight.clone()], output.outputs, output.inputs);
        Ready {
            core: self,
            level,
            parameters,
            packs: self.stack.packs(level, parameters),
            table: tokens.transposed().to_rows(level),
            output: Packed::new(weight.transposed(), level),
        }
    }

    /// Overwrites the gradient of its parameters; returns that of the embeddings.
    pub(super) fn backward(
        &self,
        level: Level,
        parameters: &[f32],
        (embeddings, tape): (&[f32], &CoreTape),
        grad_logits: &[f32],
        grad_parameters: &mut [f32],
    ) -> Vec<f32> {
        let blocks = &tape.stack.blocks;
        let embeddings = &tape.sequences.by_place(embeddings);
        let top = tape.stack.layers.last().map_or(&[][..], |layer| &*layer.outputs);
        let grad_outputs =
            self.output.backward_to_input(parameters, top, None, grad_logits, grad_parameters);
        let (grad_gates, mut grad_embeddings) = self.stack.backward(
            level,
            parameters,
            (embeddings, &tape.stack),
            &grad_outputs,
            grad_parameters,
        );
        let n = self.tokens.len();
        self.tokens.weight_gradient(
            level,
            |step| &tape.fed[step * n..][..n],
            &grad_gates,
            &mut grad_parameters[self.token_weight.clone()],
        );
        let grad = sum_steps(blocks, &grad_gates, self.code.outputs);
        let through =
            self.code.backward_to_input(parameters, embeddings, None, &grad, grad_parameters);
        add(&mut grad_embeddings, &through);
        tape.sequences.by_row(&grad_embeddings)
    }
}

impl Ready<'_> {
    /// Decodes sequences of embeddings `[rows, E]`. `before` are the tokens that each begins with.
    pub(super) fn decode(
        &self,
        embeddings: &[f32],
        guides: Guides<'_>,
        before: &[f32],
        sequences: &Sequences,
        keeps: bool,
    ) -> Decoded {
        let core = self.core;
        let blocks = &sequences.blocks;
        let embeddings = &sequences.by_place(embeddings);
        let mut before = sequences.by_place(before);
        let initial = core.stack.initial(self.parameters, embeddings);
        let entries = core.code.forward(self.parameters, embeddings);
        let mut logits = vec![0.0; blocks.len() * core.n_logits()];
        let n = core.tokens.len();
        let mut fed = vec![0.0; if keeps { blocks.len() * n } else { 0 }];
        let mut tape = keeps.then(|| core.stack.tape(blocks.clone(), Vec::new()));
        {
            let mut fed_parts = keeps.then(|| blocks.parts_mut(&mut fed));
            let mut layers: Option<Vec<_>> = tape
                .as_mut()
                .map(|tape| tape.layers.iter_mut().map(|layer| layer.by_block(blocks)).collect());
            let jobs: Vec<_> = blocks
                .all()
                .iter()
                .zip(blocks.parts_mut(&mut logits))
                .zip(blocks.rows_mut(&mut before))
                .map(|((block, logits), tokens)| {
                    let written = layers
                        .as_mut()
                        .map(|layers| layers.iter_mut().filter_map(Iterator::next).collect());
                    let fed = fed_parts.as_mut().and_then(Iterator::next);
                    (block, logits, tokens, fed, written)
                })
                .collect();
            let biases = core.stack.biases(self.parameters);
            jobs.into_par_iter().for_each(|(block, logits, tokens, fed, written)| {
                let Block { rows, steps, .. } = block.clone();
                let (state, gates) = (core.stack.state.outputs, core.code.outputs);
                let forward = Forward {
                    hidden: &core.stack.hidden,
                    n_rows: rows.len(),
                    steps,
                    initial: &initial[rows.start * state..rows.end * state],
                    packs: &self.packs,
                    biases: &biases,
                    written,
                    around: Feed {
                        ready: self,
                        entries: &entries[rows.start * gates..rows.end * gates],
                        guides,
                        sequences,
                        rows,
                        tokens,
                        fed,
                        logits,
                    },
                };
                self.level.run(forward);
            });
        }
        let tape = tape.map(|stack| {
            let stack = StackTape { initial, ..stack };
            CoreTape { sequences: sequences.clone(), stack, fed }
        });
        Decoded { logits, last: before, tape }
    }
}

/// The tokens of a block of sequences.
struct Feed<'a> {
    ready: &'a Ready<'a>,
    /// What the embedding adds to the first layer's gates, `[rows, 4 hidden]`.
    entries: &'a [f32],
    guides: Guides<'a>,
    sequences: &'a Sequences,
    /// The places of its sequences.
    rows: Range<usize>,
    /// What is fed to the next step, `[rows, voices]`.
    tokens: &'a mut [f32],
    /// What was fed to all steps, if that is kept.
    fed: Option<&'a mut [f32]>,
    logits: &'a mut [f32],
}

impl Around for Feed<'_> {
    #[inline(always)]
    fn enter(&mut self, step: usize, gates: &mut [f32]) {
        let Ready { core, table, .. } = self.ready;
        gates.copy_from_slice(self.entries);
        let tokens = self.tokens.chunks_exact(core.tokens.len());
        for (tokens, gates) in tokens.zip(gates.chunks_exact_mut(core.code.outputs)) {
            core.tokens.add_rows(tokens, table, gates);
        }
        if let Some(fed) = &mut self.fed {
            let n = self.tokens.len();
            fed[step * n..][..n].copy_from_slice(self.tokens);
        }
    }

    #[inline(always)]
    fn leave(&mut self, step: usize, outputs: &[f32]) {
        let Ready { core, output, parameters, .. } = self.ready;
        let n = output.columns();
        let logits = &mut self.logits[step * self.rows.len() * n..][..self.rows.len() * n];
        for row in logits.chunks_exact_mut(n) {
            row.copy_from_slice(&parameters[core.output.bias.clone()]);
        }
        output.add_to(outputs, logits);
        let tokens = self.tokens.chunks_exact_mut(core.tokens.len());
        for ((place, tokens), logits) in self.rows.clone().zip(tokens).zip(logits.chunks_exact(n)) {
            let row = self.sequences.row(place);
            let guide = self.guides.at(row, step, core.voices.clone());
            let mut first = 0;
            for ((token, guide), classes) in tokens.iter_mut().zip(guide).zip(&core.classes) {
                let logits = &logits[first..first + classes];
                *token = token::next(*guide, logits, self.guides.temperature(row));
                first += classes;
            }
        }
    }
}
