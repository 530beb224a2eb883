//! The decoder as a whole: codes and guides to logits, and back.

use std::ops::Range;

use rayon::prelude::*;

use super::conductor::Conductor;
use super::core::{Core, CoreTape, Decoded, Guides};
use super::sequences::Sequences;
use super::weights::{Stack, StackTape};
use crate::check::Checked;
use crate::layer::{self, Activation, Layer, LstmDecoder};
use crate::run::dense::Dense;
use crate::run::lstm::{GATES, add};
use crate::run::rows::{Part, Rows};
use crate::run::tokens::Tokens;
use crate::run::workspace::Buffers;
use crate::simd::Level;

/// The plan of the layer.
#[derive(Clone, Debug)]
pub(crate) struct Decoder {
    /// E.
    code: usize,
    steps: usize,
    segments: usize,
    voices: usize,
    conductor: Option<Conductor>,
    cores: Vec<Core>,
    /// The logits of an example.
    output: Rows,
    level: Level,
}

/// What the backward pass needs.
#[derive(Debug)]
pub(crate) struct DecoderTape {
    conductor: Option<StackTape>,
    /// What the cores read, `[B * segments, E]`.
    embeddings: Vec<f32>,
    cores: Vec<CoreTape>,
}

impl Decoder {
    pub(crate) fn new(layer: &Checked, level: Level) -> Self {
        let Layer::LstmDecoder(of) = &layer.layer else {
            unreachable!("only called for this kind of layer")
        };
        let LstmDecoder { steps, segments, conductor, voices, cores } = &**of;
        let code = layer.input[0] - steps * voices.len() - 1;
        let mut ranges = layer.parameters.iter().cloned();
        let mut embedding = code;
        let conductor = (*segments > 1).then(|| {
            let state = first_states(&mut ranges, conductor, code, level);
            let stack = stack(&mut ranges, conductor, state);
            embedding = stack.width();
            Conductor { stack, segments: *segments }
        });
        let (mut first_voice, mut first_logit) = (0, 0);
        let cores = cores.iter().map(|core| {
            let range = first_voice..first_voice + core.voices;
            let core = new_core(&mut ranges, core, &voices[range.clone()], embedding, level);
            let core = Core { voices: range.clone(), first_logit, ..core };
            first_voice = range.end;
            first_logit += core.n_logits();
            core
        });
        let cores: Vec<Core> = cores.collect();
        Decoder {
            code,
            steps: *steps,
            segments: *segments,
            voices: voices.len(),
            conductor,
            output: Rows::of([1, *steps, cores.iter().map(Core::n_logits).sum()], *segments),
            cores,
            level,
        }
    }

    /// Values of one example.
    pub(crate) fn input_len(&self) -> usize {
        self.code + self.steps * self.voices + 1
    }

    /// The memory of a training step, about: states, gates and their gradients, and the logits.
    pub(crate) fn training_bytes(&self, batch: usize) -> u64 {
        let of_stack = |stack: &Stack, steps: usize| {
            steps.saturating_mul((2 * GATES + 4) * stack.hidden.iter().sum::<usize>())
        };
        let conductor = self.conductor.iter().map(|of| of_stack(&of.stack, self.segments));
        let cores = self.cores.iter().map(|core| of_stack(&core.stack, self.steps));
        let values: usize = conductor.chain(cores).sum::<usize>() + 2 * self.output.image_len();
        (batch.saturating_mul(values) * size_of::<f32>()) as u64
    }

    pub(crate) fn forward(&self, parameters: &[f32], x: &[f32]) -> Vec<f32> {
        let batch = x.len() / self.input_len();
        if self.guides(x).has_ends(batch) {
            return self.decode(parameters, x, false).0;
        }
        // A segment begins with the last token of the one before, which is to be decoded first.
        let codes = self.codes(x);
        let (embeddings, _) = self.embed(parameters, &codes);
        let width = embeddings.len() / (batch * self.segments).max(1);
        let mut y = vec![0.0; batch * self.output.image_len()];
        let steps = self.steps / self.segments;
        let sequences = Sequences::of(vec![steps; batch]);
        let n_logits = self.output.image_len() / self.steps;
        for core in &self.cores {
            let ready = core.ready(self.level, parameters);
            let guides = Guides { segments: 1, ..self.guides(x) };
            let mut before: Vec<f32> =
                (0..batch).flat_map(|row| guides.before(row, core.voices.clone())).collect();
            for segment in 0..self.segments {
                let rows = embeddings.chunks_exact(width).skip(segment).step_by(self.segments);
                let rows: Vec<f32> = rows.flatten().copied().collect();
                let guides = Guides { first: segment, ..guides };
                let Decoded { logits, last, .. } =
                    ready.decode(&rows, guides, &before, &sequences, false);
                before = last;
                for (example, y) in y.chunks_exact_mut(self.output.image_len()).enumerate() {
                    let found = |step| Some((step, sequences.find(example, step)?));
                    for (step, from) in (0..steps).map_while(found) {
                        let to = (segment * steps + step) * n_logits + core.first_logit;
                        let n = core.n_logits();
                        y[to..][..n].copy_from_slice(&logits[from * n..][..n]);
                    }
                }
            }
        }
        y
    }

    /// # Panics
    /// If a guide does not say with which tokens a segment ends.
    pub(crate) fn forward_taped(&self, parameters: &[f32], x: &[f32]) -> (Vec<f32>, DecoderTape) {
        let batch = x.len() / self.input_len();
        assert!(
            self.guides(x).has_ends(batch),
            "in training a guide says with which tokens segments end"
        );
        self.decode(parameters, x, true)
    }

    /// All segments at once, each up to the last token that is asked for.
    fn decode(&self, parameters: &[f32], x: &[f32], keeps: bool) -> (Vec<f32>, DecoderTape) {
        let batch = x.len() / self.input_len();
        let (embeddings, conductor) = self.embed(parameters, &self.codes(x));
        let guides = self.guides(x);
        let decoded = self.cores.par_iter().map(|core| {
            let rows = 0..batch * self.segments;
            let voices = || core.voices.clone();
            let before: Vec<f32> =
                rows.clone().flat_map(|row| guides.before(row, voices())).collect();
            let length = |row| guides.length(row, voices(), &core.classes);
            let sequences = Sequences::of(rows.map(length).collect());
            let ready = core.ready(self.level, parameters);
            (ready.decode(&embeddings, guides, &before, &sequences, keeps), sequences)
        });
        let decoded: Vec<(Decoded, Sequences)> = decoded.collect();
        let mut y = vec![0.0; batch * self.output.image_len()];
        let mut cores = Vec::with_capacity(decoded.len());
        for (core, (decoded, sequences)) in self.cores.iter().zip(decoded) {
            let find = |row, step| sequences.find(row, step);
            self.output.part_to(&decoded.logits, part(core), find, &mut y);
            cores.extend(decoded.tape);
        }
        (y, DecoderTape { conductor, embeddings, cores })
    }

    /// Overwrites this layer's part of `grad_parameters`, and `grad_x` if it is wanted.
    pub(crate) fn backward(
        &self,
        parameters: &[f32],
        (x, tape): (&[f32], &DecoderTape),
        grad_y: &[f32],
        grad_parameters: &mut [f32],
        grad_x: Option<&mut [f32]>,
    ) {
        let mut grad_embeddings = vec![0.0; tape.embeddings.len()];
        for (core, taped) in self.cores.iter().zip(&tape.cores) {
            let row_at = |place, step| taped.sequences.row_at(place, step);
            let blocks = &taped.sequences.blocks;
            let grad_logits = self.output.part_of(grad_y, part(core), blocks, row_at);
            let taped = (&tape.embeddings[..], taped);
            let grads = core.backward(self.level, parameters, taped, &grad_logits, grad_parameters);
            add(&mut grad_embeddings, &grads);
        }
        let grad_codes = match (&self.conductor, &tape.conductor) {
            (Some(conductor), Some(taped)) => {
                let taped = (&self.codes(x)[..], taped);
                conductor.backward(self.level, parameters, taped, &grad_embeddings, grad_parameters)
            }
            _ => grad_embeddings,
        };
        if let Some(grad_x) = grad_x {
            grad_x.fill(0.0);
            let rows = grad_x.chunks_exact_mut(self.input_len());
            for (to, from) in rows.zip(grad_codes.chunks_exact(self.code)) {
                to[..self.code].copy_from_slice(from);
            }
        }
    }

    /// What the cores read, and what the conductor leaves behind.
    fn embed(&self, parameters: &[f32], codes: &[f32]) -> (Vec<f32>, Option<StackTape>) {
        match &self.conductor {
            Some(conductor) => {
                let (embeddings, tape) = conductor.forward(self.level, parameters, codes);
                (embeddings, Some(tape))
            }
            None => (codes.to_vec(), None),
        }
    }

    /// `[B, E]`.
    fn codes(&self, x: &[f32]) -> Vec<f32> {
        x.chunks_exact(self.input_len()).flat_map(|x| &x[..self.code]).copied().collect()
    }

    fn guides<'a>(&self, x: &'a [f32]) -> Guides<'a> {
        Guides {
            x,
            len: self.input_len(),
            code: self.code,
            voices: self.voices,
            steps: self.steps / self.segments,
            segments: self.segments,
            first: 0,
        }
    }
}

/// The logits of a core among all.
fn part(core: &Core) -> Part {
    Part { first: core.first_logit, width: core.n_logits() }
}

fn new_core(
    ranges: &mut impl Iterator<Item = Range<usize>>,
    core: &layer::Core,
    voices: &[layer::Voice],
    embedding: usize,
    level: Level,
) -> Core {
    let hidden = &core.hidden;
    let state = first_states(ranges, hidden, embedding, level);
    let token_weight = next(ranges);
    let code_weight = next(ranges);
    let stack = stack(ranges, hidden, state);
    let code = Dense {
        rows: 1,
        inputs: embedding,
        outputs: GATES * hidden[0],
        activation: Activation::Identity,
        weight: code_weight,
        bias: stack.bias[0].clone(),
        level,
    };
    let classes: Vec<usize> = voices.iter().map(|voice| voice.classes).collect();
    let sizes = [stack.width(), classes.iter().sum()];
    let output = dense(ranges, sizes, Activation::Identity, level);
    Core {
        stack,
        tokens: Tokens::new(voices),
        classes,
        voices: 0..0,
        first_logit: 0,
        token_weight,
        code,
        output,
    }
}

fn stack(ranges: &mut impl Iterator<Item = Range<usize>>, hidden: &[usize], state: Dense) -> Stack {
    let (mut weight, mut recurrent, mut bias) = (Vec::new(), Vec::new(), Vec::new());
    for layer in 0..hidden.len() {
        if layer > 0 {
            weight.push(next(ranges));
        }
        recurrent.push(next(ranges));
        bias.push(next(ranges));
    }
    let buffers = Buffers::default();
    Stack { hidden: hidden.to_vec(), state, weight, recurrent, bias, buffers }
}

fn dense(
    ranges: &mut impl Iterator<Item = Range<usize>>,
    [inputs, outputs]: [usize; 2],
    activation: Activation,
    level: Level,
) -> Dense {
    let (weight, bias) = (next(ranges), next(ranges));
    Dense { rows: 1, inputs, outputs, activation, weight, bias, level }
}

/// The linear map of an embedding to the first states of a stack.
fn first_states(
    ranges: &mut impl Iterator<Item = Range<usize>>,
    hidden: &[usize],
    embedding: usize,
    level: Level,
) -> Dense {
    let outputs = 2 * hidden.iter().sum::<usize>();
    dense(ranges, [embedding, outputs], Activation::Tanh, level)
}

fn next(ranges: &mut impl Iterator<Item = Range<usize>>) -> Range<usize> {
    ranges.next().expect("a layer lists all of its tensors")
}
