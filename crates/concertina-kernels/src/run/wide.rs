//! The forward pass of a run on one picture, in sixteen strips.

use super::forward::Weights;
use super::local::Local;
use super::operation::{Joining, Operation};
use super::workspace::{Loan, Workspaces};
use crate::enlarge::{AddEnlarged, BESIDE};
use crate::lanes::Lanes;
use crate::plane::Plane;
use crate::strips::Strips;

impl Local {
    /// The memory in bytes of [`forward_wide`](Local::forward_wide).
    pub(crate) fn wide_bytes(&self) -> u64 {
        self.places.bytes() + self.forward_scratch.bytes()
    }

    /// As `forward`, of one picture, `[C, H, W]`, whose strips have the shape of this run's images.
    pub(crate) fn forward_wide(&self, parameters: &[f32], x: &[f32], width: usize) -> Vec<f32> {
        let packed = self.pack_forward(parameters);
        let weights = Weights { level: self.level, parameters, packed: &packed };
        let strip = self.steps[0].input.width;
        let strips =
            |plane: &Plane| Strips { picture: width * plane.width / strip, strip: plane.width };
        let mut choices = self.choices.lend();
        let mut scratch = self.forward_scratch.lend();
        let mut places: Vec<Loan<Lanes>> = self.places.each.iter().map(Workspaces::lend).collect();
        let mut target = Workspaces::new(0).lend();
        let slots = &self.places.slots;
        let first = &self.steps[0].input;
        strips(first).cut(x, first, &mut places[slots[0]]);
        for (n, step) in self.steps.iter().enumerate() {
            let plane = &step.input;
            strips(plane).fill_borders(plane, &mut places[slots[n]][..plane.len()]);
            std::mem::swap(&mut target, &mut places[slots[n + 1]]);
            let source = &places[slots[n]];
            let kept = step.kept().map(|kept| (&places[slots[kept]][..], &self.steps[kept].input));
            let to = (&mut target[..self.output_plane(n).len()], self.output_plane(n));
            match (&step.operation, kept) {
                (Operation::Join { join: Joining::AddEnlarged(by), .. }, Some(kept)) => {
                    // The only step besides convolutions that reads beside a strip.
                    let [height, width] = by.small();
                    let plane = Plane::tight([to.1.channels, height, width + 2 * BESIDE]);
                    let mut values = vec![Lanes::ZERO; plane.len()];
                    strips(kept.1).widen(BESIDE, kept, (&mut values, &plane));
                    let (kept, source) = ((&values[..], &plane), (&source[..], &step.input));
                    let by = &by.of_a_strip();
                    self.level.run(AddEnlarged { by, kept, source, target: to });
                }
                (_, kept) => {
                    let choices = &mut choices[step.choices.clone()];
                    step.forward(weights, kept, source, to, choices, &mut scratch);
                }
            }
            std::mem::swap(&mut target, &mut places[slots[n + 1]]);
        }
        let plane = &self.output_plane;
        let strips = strips(plane);
        let mut y = vec![0.0; plane.channels * plane.height * strips.picture];
        strips.join(&places[slots[self.steps.len()]], plane, &mut y);
        y
    }
}
