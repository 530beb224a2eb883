//! A long short-term memory over the whole batch: the inputs of all steps in one matrix product,
//! then step by step.

use std::borrow::Cow;
use std::ops::Range;

use super::super::gradient::column_sums;
use super::super::rows::Rows;
use super::cell::{BackwardStep, ForwardStep, GATES};
use crate::check::Checked;
use crate::layer::Layer;
use crate::product::{Matrix, Product};
use crate::simd::Level;

/// The plan of one layer. Inside, everything lies step by step: `[T, B, ...]`.
#[derive(Clone, Debug)]
pub(crate) struct Lstm {
    reads: Reads,
    hidden: usize,
    return_sequences: bool,
    /// In the flat vector of the whole model.
    weight: Range<usize>,
    recurrent: Range<usize>,
    bias: Range<usize>,
    level: Level,
}

/// What a step sees of an image.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reads {
    /// Its row.
    Rows(Rows),
    /// All `len` values, the same in each of the `steps`, so that they are multiplied once.
    Whole { len: usize, steps: usize },
}

/// What the backward pass needs of all steps.
#[derive(Debug)]
pub(crate) struct LstmTape {
    /// `[T, B, 4 hidden]`, after their activations.
    gates: Vec<f32>,
    /// `c`, `[T + 1, B, hidden]`; the first are zeros.
    cells: Vec<f32>,
    /// `h`, `[T + 1, B, hidden]`; the first are zeros.
    outputs: Vec<f32>,
}

impl Lstm {
    /// The memory of a training step, about: inputs, gates, cells and outputs of all steps, their
    /// gradients, and the copies in another order.
    pub(crate) fn training_bytes(&self, batch: usize) -> u64 {
        let (steps, len) = match self.reads {
            Reads::Rows(rows) => (rows.steps, rows.len()),
            Reads::Whole { len, steps } => (steps, len),
        };
        let values = steps * (3 * len + 2 * (GATES + 3) * self.hidden);
        (batch * values) as u64 * size_of::<f32>() as u64
    }

    /// `layer` must be an [`Layer::Lstm`].
    pub(crate) fn new(layer: &Checked, reads: Reads, level: Level) -> Self {
        let Layer::Lstm { hidden, return_sequences } = layer.layer else {
            unreachable!("only called for this kind of layer")
        };
        let [weight, recurrent, bias] = [0, 1, 2].map(|n| layer.parameters[n].clone());
        Lstm { reads, hidden, return_sequences, weight, recurrent, bias, level }
    }

    /// Values of one image.
    pub(crate) fn input_len(&self) -> usize {
        match self.reads {
            Reads::Rows(rows) => rows.steps * rows.len(),
            Reads::Whole { len, .. } => len,
        }
    }

    pub(crate) fn forward(&self, parameters: &[f32], x: &[f32]) -> (Vec<f32>, LstmTape) {
        let (batch, steps) = (x.len() / self.input_len(), self.steps());
        let state = batch * self.hidden;
        let [weight, recurrent] = self.weights(parameters);
        let inputs = self.inputs(x);
        let projected = Product::new(rows_of(&inputs, weight.columns()), weight.transposed())
            .with_bias(&parameters[self.bias.clone()])
            .to_vec(self.level);

        let mut tape = LstmTape {
            gates: vec![0.0; steps * GATES * state],
            cells: vec![0.0; (steps + 1) * state],
            outputs: vec![0.0; (steps + 1) * state],
        };
        let mut fed_back = vec![0.0; GATES * state];
        for step in 0..steps {
            let here = step * state;
            let (outputs_before, outputs) = tape.outputs.split_at_mut(here + state);
            let (cells_before, cells) = tape.cells.split_at_mut(here + state);
            if step > 0 {
                let last = rows_of(&outputs_before[here..], self.hidden);
                Product::new(last, recurrent.transposed()).write_to(self.level, &mut fed_back);
            }
            let projected = match self.reads {
                Reads::Rows(_) => &projected[GATES * here..][..GATES * state],
                Reads::Whole { .. } => &projected[..],
            };
            let forward = ForwardStep {
                hidden: self.hidden,
                projected,
                fed_back: &fed_back,
                cells_before: &cells_before[here..],
                gates: &mut tape.gates[GATES * here..][..GATES * state],
                cells: &mut cells[..state],
                outputs: &mut outputs[..state],
            };
            forward.run(self.level);
        }
        let y = if self.return_sequences {
            let mut y = vec![0.0; steps * state];
            self.output_rows().by_image(&tape.outputs[state..], &mut y);
            y
        } else {
            tape.outputs[steps * state..].to_vec()
        };
        (y, tape)
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
        let (batch, steps) = (x.len() / self.input_len(), self.steps());
        let state = batch * self.hidden;
        let [weight, recurrent] = self.weights(parameters);

        let grads =
            if self.return_sequences { self.output_rows().by_step(grad_y) } else { Vec::new() };
        let mut grad_outputs =
            if self.return_sequences { vec![0.0; state] } else { grad_y.to_vec() };
        let mut grad_cells = vec![0.0; state];
        let mut grad_gates = vec![0.0; steps * GATES * state];
        for step in (0..steps).rev() {
            let here = step * state;
            let gates = GATES * here..GATES * (here + state);
            // Of the step's output: what comes from the next step, and what comes from outside.
            for (sum, grad) in grad_outputs.iter_mut().zip(grads.get(here..).unwrap_or(&[])) {
                *sum += grad;
            }
            let backward = BackwardStep {
                hidden: self.hidden,
                gates: &tape.gates[gates.clone()],
                cells_before: &tape.cells[here..][..state],
                cells: &tape.cells[here + state..][..state],
                grad_outputs: &grad_outputs,
                grad_cells: &mut grad_cells,
                grad_gates: &mut grad_gates[gates.clone()],
            };
            backward.run(self.level);
            if step > 0 {
                let grad_gates = rows_of(&grad_gates[gates], recurrent.rows());
                Product::new(grad_gates, recurrent).write_to(self.level, &mut grad_outputs);
            }
        }

        let outputs_before = rows_of(&tape.outputs[..steps * state], self.hidden);
        let all = rows_of(&grad_gates, recurrent.rows());
        let to = &mut grad_parameters[self.recurrent.clone()];
        Product::new(all.transposed(), outputs_before).write_to(self.level, to);

        let inputs = self.inputs(x);
        let grad_projected = match self.reads {
            Reads::Rows(_) => grad_gates,
            Reads::Whole { .. } => sum_of_parts(grad_gates, GATES * state),
        };
        column_sums(self.level, &grad_projected, &mut grad_parameters[self.bias.clone()]);
        let grad_projected = rows_of(&grad_projected, weight.rows());
        let inputs = rows_of(&inputs, weight.columns());
        let to = &mut grad_parameters[self.weight.clone()];
        Product::new(grad_projected.transposed(), inputs).write_to(self.level, to);
        if let Some(grad_x) = grad_x {
            let grad_inputs = Product::new(grad_projected, weight);
            match self.reads {
                Reads::Rows(rows) => rows.by_image(&grad_inputs.to_vec(self.level), grad_x),
                Reads::Whole { .. } => grad_inputs.write_to(self.level, grad_x),
            }
        }
    }

    fn steps(&self) -> usize {
        match self.reads {
            Reads::Rows(rows) => rows.steps,
            Reads::Whole { steps, .. } => steps,
        }
    }

    /// What is multiplied with the weight: `[T, B, C * W]`, or `[B, len]` if all steps see the
    /// same.
    fn inputs<'a>(&self, x: &'a [f32]) -> Cow<'a, [f32]> {
        match self.reads {
            Reads::Rows(rows) => rows.by_step(x).into(),
            Reads::Whole { .. } => x.into(),
        }
    }

    /// `h` of all steps as an image.
    fn output_rows(&self) -> Rows {
        Rows::of([1, self.steps(), self.hidden])
    }

    /// `[4 hidden, inputs]` and `[4 hidden, hidden]`.
    fn weights<'a>(&self, parameters: &'a [f32]) -> [Matrix<'a>; 2] {
        [&self.weight, &self.recurrent].map(|range| {
            let values = &parameters[range.clone()];
            Matrix::new(values, GATES * self.hidden, values.len() / (GATES * self.hidden))
        })
    }
}

/// The matrix of rows of this length.
fn rows_of(values: &[f32], len: usize) -> Matrix<'_> {
    Matrix::new(values, values.len() / len, len)
}

/// The first `len` values, to which the next `len` are added, then the next.
fn sum_of_parts(mut values: Vec<f32>, len: usize) -> Vec<f32> {
    let (sums, rest) = values.split_at_mut(len);
    for part in rest.chunks_exact(len) {
        sums.iter_mut().zip(part).for_each(|(sum, value)| *sum += value);
    }
    values.truncate(len);
    values
}
