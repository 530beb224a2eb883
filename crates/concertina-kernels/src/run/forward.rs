//! The forward pass of a run.

use rayon::prelude::*;

use super::local::{Local, LocalTape, PackTape, Step};
use super::operation::{Joining, Operation};
use crate::enlarge::AddEnlarged;
use crate::images::{Deinterleave, Empty, Interleave};
use crate::join::{Add, concatenate};
use crate::lanes::{LANES, Lanes};
use crate::plane::Plane;
use crate::pool::{Choice, MaxPool};
use crate::rearrange::{shuffle, unshuffle};
use crate::simd::Level;
use crate::upsample::upsample;

impl Local {
    pub(crate) fn forward(&self, parameters: &[f32], x: &[f32]) -> Vec<f32> {
        let mut y = vec![0.0; x.len() / self.input * self.output];
        let packed = self.pack_forward(parameters);
        let packs = x.par_chunks(LANES * self.input).zip(y.par_chunks_mut(LANES * self.output));
        packs.with_max_len(1).for_each_init(
            || (self.lend_tape(), self.forward_scratch.lend()),
            |(tape, scratch), images| self.forward_pack(parameters, &packed, images, tape, scratch),
        );
        y
    }

    pub(crate) fn forward_taped(&self, parameters: &[f32], x: &[f32]) -> (Vec<f32>, LocalTape) {
        let batch = x.len() / self.input;
        let mut y = vec![0.0; batch * self.output];
        let mut tapes: Vec<_> = (0..batch.div_ceil(LANES)).map(|_| self.lend_tape()).collect();
        let packed = self.pack_forward(parameters);
        let packs = x.par_chunks(LANES * self.input).zip(y.par_chunks_mut(LANES * self.output));
        packs.zip(&mut tapes).with_max_len(1).for_each_init(
            || self.forward_scratch.lend(),
            |scratch, (images, tape)| self.forward_pack(parameters, &packed, images, tape, scratch),
        );
        (y, LocalTape(tapes))
    }

    /// One pack of images, `x` to `y`.
    fn forward_pack(
        &self,
        parameters: &[f32],
        packed: &[f32],
        (x, y): (&[f32], &mut [f32]),
        tape: &mut PackTape,
        scratch: &mut [Lanes],
    ) {
        let plane = &self.steps[0].input;
        self.level.run(Interleave {
            images: x,
            empty: Empty::Last,
            plane,
            target: &mut tape.lanes,
        });
        for (n, step) in self.steps.iter().enumerate() {
            let plane = self.output_plane(n);
            let (before, after) = tape.lanes.split_at_mut(step.output_at);
            let kept = step.kept().map(|kept| &self.steps[kept]);
            step.forward(
                Weights { level: self.level, parameters, packed },
                kept.map(|kept| (&before[kept.input_at..], &kept.input)),
                &before[step.input_at..],
                (&mut after[..plane.len()], plane),
                &mut tape.choices[step.choices.clone()],
                scratch,
            );
        }
        let last = &self.steps[self.steps.len() - 1];
        let source = &tape.lanes[last.output_at..];
        self.level.run(Deinterleave { plane: &self.output_plane, source, images: y });
    }
}

/// What steps compute with.
#[derive(Clone, Copy)]
pub(super) struct Weights<'a> {
    pub(super) level: Level,
    /// Of the whole model.
    pub(super) parameters: &'a [f32],
    /// Those of the run's convolutions, in packed order.
    pub(super) packed: &'a [f32],
}

impl Step {
    /// Writes the interior of the target. `kept` is what an earlier step read, if this is a join.
    pub(super) fn forward(
        &self,
        Weights { level, parameters, packed }: Weights<'_>,
        kept: Option<(&[Lanes], &Plane)>,
        source: &[Lanes],
        (target, target_plane): (&mut [Lanes], &Plane),
        choices: &mut [Choice],
        scratch: &mut [Lanes],
    ) {
        let source_plane = &self.input;
        match &self.operation {
            Operation::Convolution(convolution) => {
                let weights = &packed[self.packed_forward.clone()];
                let bias = &parameters[convolution.bias.clone()];
                let result = &convolution.result;
                let (unpooled, scratch) = scratch.split_at_mut(convolution.unpooled_len());
                let to = if convolution.pooled {
                    (result, &mut *unpooled)
                } else {
                    (target_plane, &mut *target)
                };
                let epilogue = (bias, convolution.activation);
                convolution.convolution.run_forward(level, weights, epilogue, source, to, scratch);
                if convolution.pooled {
                    let (source, source_plane) = (&*unpooled, result);
                    level.run(MaxPool { source, source_plane, target, target_plane, choices });
                }
            }
            Operation::Pool => {
                level.run(MaxPool { source, source_plane, target, target_plane, choices });
            }
            Operation::Upsample => upsample(source, source_plane, target, target_plane),
            Operation::Copy => copy(source, source_plane, target, target_plane),
            Operation::Join { join, .. } => {
                let kept = kept.expect("a join has what was kept");
                let (source, target) = ((source, source_plane), (target, target_plane));
                match join {
                    Joining::Add => level.run(Add { kept, source, target }),
                    Joining::Concatenate => concatenate(kept, source, target),
                    Joining::AddEnlarged(by) => {
                        level.run(AddEnlarged { by, kept, source, target });
                    }
                }
            }
            &Operation::Shuffle(factor) => {
                shuffle(factor, (source, source_plane), (target, target_plane));
            }
            &Operation::Unshuffle(factor) => {
                unshuffle(factor, (source, source_plane), (target, target_plane));
            }
        }
    }
}

/// Copies values in C, H, W order from one shape to another.
pub(super) fn copy(source: &[Lanes], from: &Plane, target: &mut [Lanes], to: &Plane) {
    let mut values = from.interior_rows().flat_map(|(_, start)| &source[start..start + from.width]);
    for (_, start) in to.interior_rows() {
        for (target, value) in target[start..start + to.width].iter_mut().zip(&mut values) {
            *target = *value;
        }
    }
}
