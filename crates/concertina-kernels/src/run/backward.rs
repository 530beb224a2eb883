//! The backward pass of a run.

use std::ops::Range;

use rayon::prelude::*;

use super::forward::copy;
use super::local::{Local, LocalTape, PackTape};
use super::operation::{ActivationGradient, Joining, Operation};
use super::workspace::Loan;
use crate::enlarge::EnlargedGradient;
use crate::images::{Deinterleave, Empty, Interleave};
use crate::join::AddTo;
use crate::lanes::{LANES, Lanes};
use crate::layer::Activation;
use crate::plane::Plane;
use crate::pool::{Choice, MaxPoolGradient};
use crate::rearrange::{shuffle, unshuffle};
use crate::upsample::UpsampleGradient;

/// Gradients of the weights are summed up over at most this many parts of the batch, one after the
/// other within each, so that the order of the sum is the same for any number of threads.
const SHARDS: usize = 16;
/// How many values of the shards' gradients are added up in one go.
const GRAIN: usize = 16 * 1024;

impl Local {
    /// The memory of a training step, about: the tape of each pack of images, a workspace for each
    /// thread, a gradient for each shard of the packs.
    pub(super) fn training_bytes(&self, batch: usize, threads: usize) -> u64 {
        let packs = batch.div_ceil(LANES) as u64;
        let shards = packs.min(SHARDS as u64);
        packs * (self.tapes.bytes() + self.choices.bytes())
            + packs.min(threads as u64)
                * (self.forward_scratch.bytes() + self.backward_scratch.bytes())
            + shards * self.gradients.bytes()
            + self.packed_forward.bytes()
            + self.packed_adjoint.bytes()
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
        let packed = self.pack_adjoint(parameters, grad_x.is_some());
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
        let mut gradients: Vec<Loan<f32>> = shards
            .into_par_iter()
            .with_max_len(1)
            .map(|(packs, grad_x)| self.backward_shard(&packed, tape, packs, grad_y, grad_x))
            .collect();
        let (total, rest) = gradients.split_first_mut().expect("there is at least one pack");
        total.par_chunks_mut(GRAIN).enumerate().for_each(|(n, total)| {
            for part in &*rest {
                let part = &part[n * GRAIN..][..total.len()];
                total.iter_mut().zip(part).for_each(|(total, part)| *total += part);
            }
        });
        for (convolution, step) in self.convolutions() {
            let weight = &mut grad_parameters[convolution.weight.clone()];
            let packed = &total[step.packed_forward.clone()];
            convolution.convolution.forward_weights().unpack_gradient(packed, weight);
            grad_parameters[convolution.bias.clone()]
                .copy_from_slice(&total[step.bias_gradient.clone()]);
        }
    }

    /// The gradient with respect to this run's packed weights and its biases, summed over `packs`.
    fn backward_shard(
        &self,
        packed: &[f32],
        tape: &LocalTape,
        packs: Range<usize>,
        grad_y: &[f32],
        mut grad_x: Option<&mut [f32]>,
    ) -> Loan<f32> {
        let first = packs.start;
        let mut gradient = self.gradients.lend();
        gradient.fill(0.0);
        let mut scratch = self.backward_scratch.lend();
        let mut grads = grad_y.chunks(LANES * self.output).skip(first);
        for pack in packs {
            let grad_y = grads.next().expect("there are as many gradients as images");
            let grad_x = grad_x.as_deref_mut().map(|all| {
                let start = (pack - first) * LANES * self.input;
                let end = start + grad_y.len() / self.output * self.input;
                &mut all[start..end]
            });
            let images = (grad_y, grad_x);
            self.backward_pack(packed, &tape.0[pack], images, &mut gradient, &mut scratch);
        }
        gradient
    }

    fn backward_pack(
        &self,
        packed: &[f32],
        tape: &PackTape,
        (grad_y, grad_x): (&[f32], Option<&mut [f32]>),
        gradient: &mut [f32],
        scratch: &mut [Lanes],
    ) {
        let (scratch, of_kernels) = scratch.split_at_mut(scratch.len() - self.kernels);
        let (grads, flow) = scratch.split_at_mut(self.flow[0]);
        let (flow, waiting) = flow.split_at_mut(self.flow[2] - self.flow[0]);
        let (mut incoming, mut outgoing) = flow.split_at_mut(self.flow[1] - self.flow[0]);
        let (plane, target) = (&self.output_plane, &mut *incoming);
        self.level.run(Interleave { images: grad_y, empty: Empty::Zeros, plane, target });
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
                    let sums = &mut gradient[step.bias_gradient.clone()];
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
                    let gradient = &mut gradient[step.packed_forward.clone()];
                    let (level, convolution) = (self.level, &convolution.convolution);
                    convolution.add_weight_gradient(level, source, grad, gradient, of_kernels);
                    if wanted {
                        let weights = &packed[step.packed_adjoint.clone()];
                        let to = (target_plane, &mut *outgoing);
                        convolution.run_backward(level, weights, grad, to, of_kernels);
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
                Operation::Join { join, .. } => {
                    let grad = &incoming[..grad_plane.len()];
                    let waiting = &mut waiting[step.kept_at.clone()];
                    let to = &mut outgoing[..target_plane.len()];
                    match join {
                        Joining::Add => {
                            waiting.copy_from_slice(grad);
                            to.copy_from_slice(grad);
                        }
                        Joining::Concatenate => {
                            // Without borders, the channels that were kept come first.
                            let (kept, rest) = grad.split_at(waiting.len());
                            waiting.copy_from_slice(kept);
                            to.copy_from_slice(rest);
                        }
                        Joining::AddEnlarged(by) => {
                            let target = waiting;
                            self.level.run(EnlargedGradient { by, grad, grad_plane, target });
                            to.copy_from_slice(grad);
                        }
                    }
                }
                &Operation::Shuffle(factor) => {
                    unshuffle(factor, (incoming, grad_plane), (outgoing, target_plane));
                }
                &Operation::Unshuffle(factor) => {
                    shuffle(factor, (incoming, grad_plane), (outgoing, target_plane));
                }
            }
            for place in &step.waiting {
                let source = &waiting[place.clone()];
                self.level.run(AddTo { source, target: &mut outgoing[..source.len()] });
            }
            std::mem::swap(&mut incoming, &mut outgoing);
        }
        if let Some(grad_x) = grad_x {
            let input = &self.steps[0].input;
            let plane = &Plane::tight([input.channels, input.height, input.width]);
            self.level.run(Deinterleave { plane, source: incoming, images: grad_x });
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
