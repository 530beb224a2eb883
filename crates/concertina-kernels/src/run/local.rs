//! A run of image-local layers, computed sixteen images at a time within the cache of one core.

use std::ops::Range;

use rayon::prelude::*;

use super::operation::{ActivationGradient, ConvolutionStep, Operation, operations};
use super::workspace::{Loan, Workspace, Workspaces};
use crate::lanes::{Images, LANES, Lanes, gather};
use crate::layer::{Activation, Shape};
use crate::plane::Plane;
use crate::pool::{Choice, MaxPool, MaxPoolGradient};
use crate::simd::Level;
use crate::stack::Checked;
use crate::upsample::{UpsampleGradient, upsample};

/// Gradients of the weights are summed up over at most this many parts of the batch, one after the other within
/// each, so that the order of the sum is the same for any number of threads.
const SHARDS: usize = 16;

/// The plan of one run.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    level: Level,
    steps: Vec<Step>,
    input: usize,
    output: usize,
    output_plane: Plane,
    /// In the flat vector of the whole stack.
    parameters: Range<usize>,
    packed_forward: usize,
    packed_adjoint: usize,
    /// Where the two halves of the backward pass's changing gradient start in its workspace.
    flow: [usize; 2],
    tapes: Workspaces,
    forward_scratch: Workspaces,
    backward_scratch: Workspaces,
}

/// One operation, and where its values lie.
#[derive(Clone, Debug)]
struct Step {
    operation: Operation,
    input: Plane,
    /// The input's place in the tape; the output is the next step's input.
    input_at: usize,
    output_at: usize,
    /// Of the pooled maxima, in the tape.
    choices: Range<usize>,
    /// The gradient of a convolution's result, in the workspace of the backward pass.
    grad_at: usize,
    /// The weights in packed order.
    packed_forward: Range<usize>,
    packed_adjoint: Range<usize>,
}

/// What the backward pass needs of one run.
#[derive(Debug)]
pub(crate) struct LocalTape(Vec<Loan>);

impl Local {
    /// None of the layers may be dense.
    pub(crate) fn new(
        layers: &[Checked],
        input: Shape,
        parameters: Range<usize>,
        level: Level,
    ) -> Local {
        let mut steps: Vec<Step> = Vec::new();
        let mut shape = input;
        let (mut tape, mut choices, mut scratch, mut grads, mut flow) = (0, 0, 0, 0, 0);
        let (mut packed_forward, mut packed_adjoint) = (0, 0);
        for (operation, output) in operations(layers, level.registers()) {
            let mut input = Plane::tight(shape);
            let mut step_choices = choices..choices;
            let grad_at = grads;
            let packed_start = (packed_forward, packed_adjoint);
            let mut pools = matches!(operation, Operation::Pool);
            if let Operation::Convolution(step) = &operation {
                input = step.convolution.input_plane().clone();
                grads += step.convolution.grad_plane().len();
                packed_forward += step.convolution.forward_weights().packed_len();
                packed_adjoint += step.convolution.adjoint_weights().packed_len();
                pools = step.pooled;
                if pools {
                    scratch = scratch.max(step.result.len());
                }
            }
            if pools {
                choices += output.iter().product::<usize>();
                step_choices.end = choices;
            }
            flow = flow.max(shape.iter().product()).max(output.iter().product());
            let input_at = tape;
            tape += input.len();
            steps.push(Step {
                operation,
                input,
                input_at,
                output_at: tape,
                choices: step_choices,
                grad_at,
                packed_forward: packed_start.0..packed_forward,
                packed_adjoint: packed_start.1..packed_adjoint,
            });
            shape = output;
        }
        let output_plane = Plane::tight(shape);
        Local {
            level,
            steps,
            input: input.iter().product(),
            output: shape.iter().product(),
            parameters,
            packed_forward,
            packed_adjoint,
            flow: [grads, grads + flow],
            tapes: Workspaces::new(tape + output_plane.len(), choices),
            forward_scratch: Workspaces::new(scratch, 0),
            backward_scratch: Workspaces::new(grads + 2 * flow, 0),
            output_plane,
        }
    }

    /// Values of one input.
    pub(crate) fn input_len(&self) -> usize {
        self.input
    }

    pub(crate) fn forward(&self, parameters: &[f32], x: &[f32]) -> Vec<f32> {
        let mut y = vec![0.0; x.len() / self.input * self.output];
        let packed = self.pack_forward(parameters);
        let packs = x.par_chunks(LANES * self.input).zip(y.par_chunks_mut(LANES * self.output));
        packs.for_each_init(
            || (self.tapes.lend(), self.forward_scratch.lend()),
            |(tape, scratch), (x, y)| {
                self.forward_pack(
                    parameters,
                    &packed,
                    x,
                    y,
                    &mut tape.workspace,
                    &mut scratch.workspace.lanes,
                );
            },
        );
        y
    }

    pub(crate) fn forward_taped(&self, parameters: &[f32], x: &[f32]) -> (Vec<f32>, LocalTape) {
        let batch = x.len() / self.input;
        let mut y = vec![0.0; batch * self.output];
        let mut tapes: Vec<Loan> = (0..batch.div_ceil(LANES)).map(|_| self.tapes.lend()).collect();
        let packed = self.pack_forward(parameters);
        let packs = x.par_chunks(LANES * self.input).zip(y.par_chunks_mut(LANES * self.output));
        packs.zip(&mut tapes).for_each_init(
            || self.forward_scratch.lend(),
            |scratch, ((x, y), tape)| {
                self.forward_pack(
                    parameters,
                    &packed,
                    x,
                    y,
                    &mut tape.workspace,
                    &mut scratch.workspace.lanes,
                );
            },
        );
        (y, LocalTape(tapes))
    }

    /// Overwrites this run's part of `grad_parameters`, and `grad_x` if it is wanted.
    pub(crate) fn backward(
        &self,
        parameters: &[f32],
        tape: &LocalTape,
        grad_y: &[f32],
        grad_parameters: &mut [f32],
        grad_x: Option<&mut [f32]>,
    ) {
        let packed = self.pack_adjoint(parameters);
        let packs = tape.0.len();
        let n_shards = packs.min(SHARDS);
        let mut rest = grad_x;
        let mut shards = Vec::with_capacity(n_shards);
        for shard in 0..n_shards {
            let range = shard * packs / n_shards..(shard + 1) * packs / n_shards;
            let images = grad_y.len() / self.output;
            let count = (range.end * LANES).min(images) - range.start * LANES;
            let grad_x = rest.take().map(|all| {
                let (head, tail) = all.split_at_mut(count * self.input);
                rest = Some(tail);
                head
            });
            shards.push((range, grad_x));
        }
        let gradients: Vec<Vec<f32>> = shards
            .into_par_iter()
            .map(|(packs, grad_x)| self.backward_shard(&packed, tape, packs, grad_y, grad_x))
            .collect();
        let total = &mut grad_parameters[self.parameters.clone()];
        total.fill(0.0);
        for gradient in gradients {
            for (total, part) in total.iter_mut().zip(gradient) {
                *total += part;
            }
        }
    }

    /// The gradient with respect to this run's parameters, summed over `packs`.
    fn backward_shard(
        &self,
        packed: &[f32],
        tape: &LocalTape,
        packs: Range<usize>,
        grad_y: &[f32],
        mut grad_x: Option<&mut [f32]>,
    ) -> Vec<f32> {
        let first = packs.start;
        let mut gradient = vec![0.0; self.parameters.len()];
        let mut packed_gradient = vec![0.0; self.packed_forward];
        let mut scratch = self.backward_scratch.lend();
        let mut grads = grad_y.chunks(LANES * self.output).skip(first);
        for pack in packs {
            let grad_y = grads.next().expect("there are as many gradients as images");
            let grad_x = grad_x.as_deref_mut().map(|all| {
                let start = (pack - first) * LANES * self.input;
                let end = start + grad_y.len() / self.output * self.input;
                &mut all[start..end]
            });
            let bias_gradient = &mut gradient;
            self.backward_pack(
                packed,
                &tape.0[pack].workspace,
                (grad_y, grad_x),
                (bias_gradient, &mut packed_gradient),
                &mut scratch.workspace.lanes,
            );
        }
        for (step, at) in self.convolutions() {
            let weight = relative(&step.weight, &self.parameters);
            let packed = &packed_gradient[at.packed_forward.clone()];
            step.convolution.forward_weights().unpack_gradient(packed, &mut gradient[weight]);
        }
        gradient
    }

    fn convolutions(&self) -> impl Iterator<Item = (&ConvolutionStep, &Step)> {
        self.steps.iter().filter_map(|step| match &step.operation {
            Operation::Convolution(convolution) => Some((&**convolution, step)),
            _ => None,
        })
    }

    fn pack_forward(&self, parameters: &[f32]) -> Vec<f32> {
        let mut packed = vec![0.0; self.packed_forward];
        for (step, at) in self.convolutions() {
            let weights = &parameters[step.weight.clone()];
            step.convolution
                .forward_weights()
                .pack(weights, &mut packed[at.packed_forward.clone()]);
        }
        packed
    }

    fn pack_adjoint(&self, parameters: &[f32]) -> Vec<f32> {
        let mut packed = vec![0.0; self.packed_adjoint];
        for (step, at) in self.convolutions() {
            let weights = &parameters[step.weight.clone()];
            step.convolution
                .adjoint_weights()
                .pack(weights, &mut packed[at.packed_adjoint.clone()]);
        }
        packed
    }

    /// The layout of what step `n` gives.
    fn output_plane(&self, n: usize) -> &Plane {
        self.steps.get(n + 1).map_or(&self.output_plane, |next| &next.input)
    }

    fn forward_pack(
        &self,
        parameters: &[f32],
        packed: &[f32],
        x: &[f32],
        y: &mut [f32],
        tape: &mut Workspace,
        scratch: &mut [Lanes],
    ) {
        Images::new(x, self.input).spread(&self.steps[0].input, &mut tape.lanes);
        for (n, step) in self.steps.iter().enumerate() {
            let target_plane = self.output_plane(n);
            let (before, after) = tape.lanes.split_at_mut(step.output_at);
            let source = &before[step.input_at..];
            let target = &mut after[..target_plane.len()];
            let choices = &mut tape.choices[step.choices.clone()];
            let source_plane = &step.input;
            match &step.operation {
                Operation::Convolution(convolution) => {
                    let weights = &packed[step.packed_forward.clone()];
                    let bias = &parameters[convolution.bias.clone()];
                    let result = &convolution.result;
                    let to = if convolution.pooled {
                        (result, &mut *scratch)
                    } else {
                        (target_plane, &mut *target)
                    };
                    let activation = convolution.activation;
                    convolution
                        .convolution
                        .run_forward(self.level, weights, bias, activation, source, to);
                    if convolution.pooled {
                        let (source, source_plane) = (&*scratch, result);
                        self.level.run(MaxPool {
                            source,
                            source_plane,
                            target,
                            target_plane,
                            choices,
                        });
                    }
                }
                Operation::Pool => {
                    self.level.run(MaxPool { source, source_plane, target, target_plane, choices });
                }
                Operation::Upsample => upsample(source, source_plane, target, target_plane),
                Operation::Copy => copy(source, source_plane, target, target_plane),
            }
        }
        let last = &self.steps[self.steps.len() - 1];
        gather(&self.output_plane, &tape.lanes[last.output_at..], y);
    }

    fn backward_pack(
        &self,
        packed: &[f32],
        tape: &Workspace,
        (grad_y, grad_x): (&[f32], Option<&mut [f32]>),
        (gradient, packed_gradient): (&mut [f32], &mut [f32]),
        scratch: &mut [Lanes],
    ) {
        let (grads, flow) = scratch.split_at_mut(self.flow[0]);
        let (mut incoming, mut outgoing) = flow.split_at_mut(self.flow[1] - self.flow[0]);
        Images::new(grad_y, self.output).spread_or_zero(&self.output_plane, incoming);
        for (n, step) in self.steps.iter().enumerate().rev() {
            let wanted = n > 0 || grad_x.is_some();
            let output_plane = self.output_plane(n);
            let grad_plane =
                &Plane::tight([output_plane.channels, output_plane.height, output_plane.width]);
            let target_plane =
                &Plane::tight([step.input.channels, step.input.height, step.input.width]);
            let y = &tape.lanes[step.output_at..];
            let choices = &tape.choices[step.choices.clone()];
            match &step.operation {
                Operation::Convolution(convolution) => {
                    let plane = convolution.convolution.grad_plane();
                    let grad = &mut grads[step.grad_at..step.grad_at + plane.len()];
                    let sums = &mut gradient[relative(&convolution.bias, &self.parameters)];
                    let (at, activation) = (&*incoming, convolution.activation);
                    self.through_activation(
                        convolution.pooled,
                        activation,
                        (y, output_plane),
                        choices,
                        (at, grad_plane),
                        (grad, plane),
                        sums,
                    );
                    let source = &tape.lanes[step.input_at..step.output_at];
                    let gradient = &mut packed_gradient[step.packed_forward.clone()];
                    convolution.convolution.add_weight_gradient(self.level, source, grad, gradient);
                    if wanted {
                        let weights = &packed[step.packed_adjoint.clone()];
                        let to = (target_plane, &mut *outgoing);
                        convolution.convolution.run_backward(self.level, weights, grad, to);
                    }
                }
                Operation::Pool => {
                    let (at, to) = ((&*incoming, grad_plane), (&mut *outgoing, target_plane));
                    self.through_activation(
                        true,
                        Activation::Identity,
                        (y, output_plane),
                        choices,
                        at,
                        to,
                        &mut [],
                    );
                }
                Operation::Upsample => self.level.run(UpsampleGradient {
                    grad: incoming,
                    grad_plane,
                    target: outgoing,
                    target_plane,
                }),
                Operation::Copy => copy(incoming, grad_plane, outgoing, target_plane),
            }
            std::mem::swap(&mut incoming, &mut outgoing);
        }
        if let Some(grad_x) = grad_x {
            let input = &self.steps[0].input;
            gather(&Plane::tight([input.channels, input.height, input.width]), incoming, grad_x);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "three layouts, each with its values")]
    fn through_activation(
        &self,
        pooled: bool,
        activation: Activation,
        (y, y_plane): (&[Lanes], &Plane),
        choices: &[Choice],
        (grad, grad_plane): (&[Lanes], &Plane),
        (target, target_plane): (&mut [Lanes], &Plane),
        sums: &mut [f32],
    ) {
        if pooled {
            self.level.run(MaxPoolGradient {
                grad,
                grad_plane,
                y,
                y_plane,
                activation,
                choices,
                target,
                target_plane,
                sums,
            });
        } else {
            self.level.run(ActivationGradient {
                activation,
                y,
                y_plane,
                grad,
                grad_plane,
                target,
                target_plane,
                sums,
            });
        }
    }
}

/// A range of the whole vector as one of the part of it.
fn relative(range: &Range<usize>, part: &Range<usize>) -> Range<usize> {
    range.start - part.start..range.end - part.start
}

/// Copies values in C, H, W order from one shape to another.
fn copy(source: &[Lanes], from: &Plane, target: &mut [Lanes], to: &Plane) {
    let mut values = from.interior_rows().flat_map(|(_, start)| &source[start..start + from.width]);
    for (_, start) in to.interior_rows() {
        for (target, value) in target[start..start + to.width].iter_mut().zip(&mut values) {
            *target = *value;
        }
    }
}
