//! A run of image-local layers, computed sixteen images at a time within the cache of one core.

use std::ops::Range;

use super::operation::{ConvolutionStep, Operation, operations};
use super::places::Places;
use super::workspace::{Loan, Workspaces};
use crate::check::Checked;
use crate::lanes::Lanes;
use crate::layer::Shape;
use crate::plane::Plane;
use crate::pool::Choice;
use crate::simd::Level;

/// The plan of one run.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    pub(super) level: Level,
    pub(super) steps: Vec<Step>,
    pub(super) input: usize,
    pub(super) output: usize,
    pub(super) output_plane: Plane,
    /// The end of the backward pass's workspace: what convolutions compute in.
    pub(super) kernels: usize,
    /// Where the two halves of the backward pass's changing gradient start in its workspace, and
    /// the gradients that wait.
    pub(super) flow: [usize; 3],
    pub(super) tapes: Workspaces<Lanes>,
    pub(super) choices: Workspaces<Choice>,
    pub(super) forward_scratch: Workspaces<Lanes>,
    pub(super) places: Places,
    pub(super) backward_scratch: Workspaces<Lanes>,
    pub(super) packed_forward: Workspaces<f32>,
    pub(super) packed_adjoint: Workspaces<f32>,
    /// Of all packed weights, then of all biases.
    pub(super) gradients: Workspaces<f32>,
}

/// One operation, and where its values lie.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) operation: Operation,
    pub(super) input: Plane,
    /// The input's place in the tape; the output is the next step's input.
    pub(super) input_at: usize,
    pub(super) output_at: usize,
    /// Of the pooled maxima, in the tape.
    pub(super) choices: Range<usize>,
    /// The gradient of a convolution's result, in the workspace of the backward pass.
    pub(super) grad_at: usize,
    /// The weights in packed order.
    pub(super) packed_forward: Range<usize>,
    pub(super) packed_adjoint: Range<usize>,
    /// The gradient of the bias, after those of all packed weights.
    pub(super) bias_gradient: Range<usize>,
    /// Of a join: where the gradient of what was kept waits, in the workspace of the backward pass.
    pub(super) kept_at: Range<usize>,
    /// The gradients that wait for this step: its input was kept.
    pub(super) waiting: Vec<Range<usize>>,
}

impl Step {
    /// The step whose input a join reads besides its own.
    pub(super) fn kept(&self) -> Option<usize> {
        match self.operation {
            Operation::Join { kept, .. } => Some(kept),
            _ => None,
        }
    }
}

fn places(steps: &[Step], output: &Plane) -> Places {
    let lens = steps.iter().map(|step| step.input.len()).chain([output.len()]);
    let kept = steps.iter().enumerate().filter_map(|(n, step)| Some([n, step.kept()?]));
    Places::new(&lens.collect::<Vec<_>>(), &kept.collect::<Vec<_>>())
}

/// What the backward pass needs of one run, for each pack of images.
#[derive(Debug)]
pub(crate) struct LocalTape(pub(super) Vec<PackTape>);

/// The input of each step, and the choices of every pooling.
#[derive(Debug)]
pub(crate) struct PackTape {
    pub(super) lanes: Loan<Lanes>,
    pub(super) choices: Loan<Choice>,
}

impl Local {
    /// All layers must be image-local: none dense or of sequences.
    pub(crate) fn new(layers: &[Checked], input: Shape, level: Level) -> Local {
        let mut steps: Vec<Step> = Vec::new();
        let mut shape = input;
        let (mut tape, mut choices, mut scratch, mut grads, mut flow) = (0, 0, 0, 0, 0);
        let (mut packed_forward, mut packed_adjoint, mut biases) = (0, 0, 0);
        let (mut waiting, mut kernels) = (0, 0);
        let mut joins = Vec::new();
        for (operation, output) in operations(layers, level.registers()) {
            let mut input = Plane::tight(shape);
            let mut step_choices = choices..choices;
            let grad_at = grads;
            let first = [packed_forward, packed_adjoint, biases];
            let mut pools = matches!(operation, Operation::Pool);
            let kept_from = waiting;
            if let Operation::Join { kept, .. } = operation {
                let shape = steps.get(kept).map_or(shape, |step| step.input.shape());
                waiting += shape.iter().product::<usize>();
                joins.push((kept, kept_from..waiting));
            }
            if let Operation::Convolution(step) = &operation {
                input = step.convolution.input_plane().clone();
                grads += step.convolution.grad_plane().len();
                packed_forward += step.convolution.forward_weights().packed_len();
                packed_adjoint += step.convolution.adjoint_weights().packed_len();
                biases += step.bias.len();
                pools = step.pooled;
                let of_kernels = step.convolution.scratch_len();
                scratch = scratch.max(step.unpooled_len() + of_kernels);
                kernels = kernels.max(of_kernels);
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
                packed_forward: first[0]..packed_forward,
                packed_adjoint: first[1]..packed_adjoint,
                bias_gradient: first[2]..biases,
                kept_at: kept_from..waiting,
                waiting: Vec::new(),
            });
            shape = output;
        }
        for step in &mut steps {
            let Range { start, end } = step.bias_gradient;
            step.bias_gradient = packed_forward + start..packed_forward + end;
        }
        for (kept, place) in joins {
            steps[kept].waiting.push(place);
        }
        let output_plane = Plane::tight(shape);
        Local {
            level,
            input: input.iter().product(),
            output: shape.iter().product(),
            kernels,
            flow: [grads, grads + flow, grads + 2 * flow],
            tapes: Workspaces::new(tape + output_plane.len()),
            choices: Workspaces::new(choices),
            forward_scratch: Workspaces::new(scratch),
            places: places(&steps, &output_plane),
            backward_scratch: Workspaces::new(grads + 2 * flow + waiting + kernels),
            packed_forward: Workspaces::new(packed_forward),
            packed_adjoint: Workspaces::new(packed_adjoint),
            gradients: Workspaces::new(packed_forward + biases),
            output_plane,
            steps,
        }
    }

    /// Values of one input.
    pub(crate) fn input_len(&self) -> usize {
        self.input
    }

    pub(super) fn convolutions(&self) -> impl Iterator<Item = (&ConvolutionStep, &Step)> {
        self.steps.iter().filter_map(|step| match &step.operation {
            Operation::Convolution(convolution) => Some((&**convolution, step)),
            _ => None,
        })
    }

    /// The layout of what step `n` gives.
    pub(super) fn output_plane(&self, n: usize) -> &Plane {
        self.steps.get(n + 1).map_or(&self.output_plane, |next| &next.input)
    }

    pub(super) fn lend_tape(&self) -> PackTape {
        PackTape { lanes: self.tapes.lend(), choices: self.choices.lend() }
    }

    pub(super) fn pack_forward(&self, parameters: &[f32]) -> Loan<f32> {
        let mut packed = self.packed_forward.lend();
        for (convolution, step) in self.convolutions() {
            let weights = &parameters[convolution.weight.clone()];
            let packed = &mut packed[step.packed_forward.clone()];
            convolution.convolution.forward_weights().pack(weights, packed);
        }
        packed
    }

    /// The first step's weights are left out unless the gradient with respect to the input is
    /// wanted.
    pub(super) fn pack_adjoint(&self, parameters: &[f32], input_wanted: bool) -> Loan<f32> {
        let mut packed = self.packed_adjoint.lend();
        for (convolution, step) in self.convolutions() {
            if step.input_at > 0 || input_wanted {
                let weights = &parameters[convolution.weight.clone()];
                let packed = &mut packed[step.packed_adjoint.clone()];
                convolution.convolution.adjoint_weights().pack(weights, packed);
            }
        }
        packed
    }
}
