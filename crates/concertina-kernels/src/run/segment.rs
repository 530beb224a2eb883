//! Parts of a model that run in one go.

use super::decoder::{Decoder, DecoderTape};
use super::dense::Dense;
use super::local::{Local, LocalTape};
use super::lstm::{Lstm, LstmTape, Reads};
use super::repeat::Repeat;
use super::rows::Rows;
use super::tokens::Tokens;
use crate::check::{Checked, size};
use crate::layer::{Activation, Layer};
use crate::simd::Level;

/// A part of the model.
#[derive(Clone, Debug)]
pub(crate) enum Segment {
    Local(Box<Local>),
    Dense(Dense),
    Repeat(Repeat),
    Lstm(Box<Lstm>),
    OneHot { tokens: Tokens, steps: usize },
    Decoder(Box<Decoder>),
}

/// What the backward pass needs of the forward pass of one segment, besides its input and output.
#[derive(Debug)]
pub(crate) enum Kept {
    Nothing,
    Local(LocalTape),
    Lstm(LstmTape),
    Decoder(DecoderTape),
}

impl Segment {
    pub(crate) fn input_len(&self) -> usize {
        match self {
            Segment::Local(local) => local.input_len(),
            Segment::Dense(dense) => dense.input_len(),
            Segment::Repeat(repeat) => repeat.len,
            Segment::Lstm(lstm) => lstm.input_len(),
            Segment::OneHot { tokens, steps } => steps * tokens.len(),
            Segment::Decoder(decoder) => decoder.input_len(),
        }
    }

    /// Whether [`Segment::backward`] reads the output.
    pub(crate) fn reads_output(&self) -> bool {
        matches!(self, Segment::Dense(dense) if dense.activation != Activation::Identity)
    }

    /// The memory of a training step besides inputs, outputs and their gradients, about.
    pub(crate) fn training_bytes(&self, batch: usize, threads: usize) -> u64 {
        match self {
            Segment::Local(local) => local.training_bytes(batch, threads),
            Segment::Dense(_) | Segment::Repeat(_) | Segment::OneHot { .. } => 0,
            Segment::Lstm(lstm) => lstm.training_bytes(batch),
            Segment::Decoder(decoder) => decoder.training_bytes(batch),
        }
    }

    pub(crate) fn forward(&self, parameters: &[f32], x: &[f32]) -> Vec<f32> {
        match self {
            Segment::Local(local) => local.forward(parameters, x),
            Segment::Dense(dense) => dense.forward(parameters, x),
            Segment::Repeat(repeat) => repeat.forward(x),
            Segment::Lstm(lstm) => lstm.forward(parameters, x),
            Segment::OneHot { tokens, .. } => tokens.one_hot(x),
            Segment::Decoder(decoder) => decoder.forward(parameters, x),
        }
    }

    /// As `forward`, of one picture, `[C, H, width]`, in sixteen strips.
    ///
    /// # Panics
    /// If the layers are not image-local.
    pub(crate) fn forward_wide(&self, parameters: &[f32], x: &[f32], width: usize) -> Vec<f32> {
        match self {
            Segment::Local(local) => local.forward_wide(parameters, x, width),
            _ => panic!("only image-local layers see a picture in strips"),
        }
    }

    pub(crate) fn wide_bytes(&self) -> u64 {
        match self {
            Segment::Local(local) => local.wide_bytes(),
            _ => 0,
        }
    }

    pub(crate) fn forward_taped(&self, parameters: &[f32], x: &[f32]) -> (Vec<f32>, Kept) {
        match self {
            Segment::Local(local) => {
                let (y, tape) = local.forward_taped(parameters, x);
                (y, Kept::Local(tape))
            }
            Segment::Lstm(lstm) => {
                let (y, tape) = lstm.forward_taped(parameters, x);
                (y, Kept::Lstm(tape))
            }
            Segment::Decoder(decoder) => {
                let (y, tape) = decoder.forward_taped(parameters, x);
                (y, Kept::Decoder(tape))
            }
            Segment::Dense(_) | Segment::Repeat(_) | Segment::OneHot { .. } => {
                (self.forward(parameters, x), Kept::Nothing)
            }
        }
    }

    /// Overwrites this segment's part of `grad_parameters`, and `grad_x` if it is wanted. `y` may
    /// be empty unless the segment [reads its output](Segment::reads_output).
    pub(crate) fn backward(
        &self,
        parameters: &[f32],
        (x, y, kept): (&[f32], &[f32], &Kept),
        grad_y: &[f32],
        grad_parameters: &mut [f32],
        grad_x: Option<&mut [f32]>,
    ) {
        match (self, kept) {
            (Segment::Local(local), Kept::Local(tape)) => {
                local.backward(parameters, tape, grad_y, grad_parameters, grad_x);
            }
            (Segment::Dense(dense), Kept::Nothing) => {
                let y = self.reads_output().then_some(y);
                dense.backward(parameters, x, y, grad_y, grad_parameters, grad_x);
            }
            (Segment::Repeat(repeat), Kept::Nothing) => {
                if let Some(grad_x) = grad_x {
                    repeat.backward(grad_y, grad_x);
                }
            }
            (Segment::OneHot { .. }, Kept::Nothing) => {
                if let Some(grad_x) = grad_x {
                    grad_x.fill(0.0);
                }
            }
            (Segment::Decoder(decoder), Kept::Decoder(tape)) => {
                decoder.backward(parameters, (x, tape), grad_y, grad_parameters, grad_x);
            }
            (Segment::Lstm(lstm), Kept::Lstm(tape)) => {
                lstm.backward(parameters, (x, tape), grad_y, grad_parameters, grad_x);
            }
            _ => panic!("the tape of another model"),
        }
    }
}

/// Splits the layers into those that take the whole batch at once, and runs of image-local ones
/// between them.
pub(crate) fn segments(layers: &[Checked], level: Level) -> Vec<Segment> {
    layers.chunk_by(belong_together).filter_map(|run| segment(run, level)).collect()
}

fn belong_together(one: &Checked, next: &Checked) -> bool {
    let is_fused = match (&one.layer, &next.layer) {
        (Layer::RepeatVector { .. }, Layer::Lstm { .. }) => true,
        (Layer::OneHot { .. }, next) => is_lstm(next),
        _ => false,
    };
    is_fused || one.layer.is_local() && next.layer.is_local()
}

fn is_lstm(layer: &Layer) -> bool {
    matches!(layer, Layer::Lstm { .. } | Layer::BidirectionalLstm { .. })
}

/// The segment of layers that belong together, if there is any work.
fn segment(run: &[Checked], level: Level) -> Option<Segment> {
    let first = run.first()?;
    let dense = |[rows, inputs, outputs]: [usize; 3], activation| {
        let [weight, bias] = [0, 1].map(|n| first.parameters[n].clone());
        Segment::Dense(Dense { rows, inputs, outputs, activation, weight, bias, level })
    };
    Some(match (&first.layer, run) {
        (&Layer::Dense { outputs, activation }, _) => {
            dense([1, size(first.input), outputs], activation)
        }
        (&Layer::TimeDistributedDense { outputs, activation }, _) => {
            let [_, rows, inputs] = first.input;
            dense([rows, inputs, outputs], activation)
        }
        (layer, _) if is_lstm(layer) => {
            let reads = Reads::Rows(Rows::of(first.input, segments_of(layer)));
            Segment::Lstm(Box::new(Lstm::new(first, reads, level)))
        }
        (Layer::OneHot { voices }, [_]) => {
            Segment::OneHot { tokens: Tokens::new(voices), steps: first.input[1] }
        }
        (Layer::OneHot { voices }, [_, lstm, ..]) => {
            let rows = Rows::of(first.input, segments_of(&lstm.layer));
            let reads = Reads::Tokens(rows, Tokens::new(voices));
            Segment::Lstm(Box::new(Lstm::new(lstm, reads, level)))
        }
        (Layer::LstmDecoder(_), _) => Segment::Decoder(Box::new(Decoder::new(first, level))),
        (&Layer::RepeatVector { steps }, [_]) => {
            Segment::Repeat(Repeat { len: size(first.input), steps })
        }
        (&Layer::RepeatVector { steps }, [_, lstm, ..]) => {
            let reads = Reads::Whole { len: size(first.input), steps };
            Segment::Lstm(Box::new(Lstm::new(lstm, reads, level)))
        }
        _ => {
            // A reshape at the end of a run needs no work.
            let needs_work = |layer: &Checked| !matches!(layer.layer, Layer::Reshape(_));
            let (first, last) =
                (run.iter().position(needs_work)?, run.iter().rposition(needs_work)?);
            let run = &run[first..=last];
            Segment::Local(Box::new(Local::new(run, run[0].input, level)))
        }
    })
}

/// The number of sequences that an LSTM reads in an image.
fn segments_of(layer: &Layer) -> usize {
    match layer {
        Layer::BidirectionalLstm { segments, .. } => *segments,
        _ => 1,
    }
}
