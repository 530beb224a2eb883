//! The kernel that sums up the gradient of a gathering sum with respect to its weights.

use std::ops::Range;

use super::correlation::{Correlation, Section, Targets};
use crate::lanes::Lanes;
use crate::plane::Plane;
use crate::simd::{Kernel, Registers, Simd};

/// About how many bytes of one channel of the output's gradient are read again and again: with those of a block's other
/// channels they should stay in the first-level cache. The order of the sums depends on it, so it is the same for all
/// sizes of blocks.
const CHUNK_BYTES: usize = 3 * 1024;

/// Adds to `gradient`, in packed order, the sum over sixteen images and all targets of `grad[t, p] * source[s, p + tap]`.
pub(super) struct WeightGradient<'a> {
    pub(super) correlation: &'a Correlation,
    pub(super) source: &'a [Lanes],
    /// The gradient with respect to the targets.
    pub(super) grad: &'a [Lanes],
    pub(super) grad_plane: &'a Plane,
    /// In packed order.
    pub(super) gradient: &'a mut [f32],
}

impl Kernel for WeightGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let correlation = self.correlation;
        assert_eq!(self.gradient.len(), correlation.packed_len());
        assert!(self.source.len() >= correlation.sources * correlation.source_channel);
        assert!(self.grad.len() >= self.grad_plane.len());
        let channel = self.grad_plane.channel_len();
        for section in &correlation.sections {
            let targets = section.targets(self.grad_plane);
            for block in correlation.blocks() {
                let row_bytes = section.columns * size_of::<Lanes>();
                let chunk = (CHUNK_BYTES / row_bytes).clamp(1, section.rows);
                let weights = correlation.block_weights(section, &block);
                for first_row in (0..section.rows).step_by(chunk) {
                    let mut job = Block {
                        section,
                        targets,
                        rows: first_row..section.rows.min(first_row + chunk),
                        sources: correlation.sources,
                        source: self.source,
                        source_channel: correlation.source_channel,
                        grad: &self.grad[block.start * channel..block.end * channel],
                        grad_channel: channel,
                        gradient: &mut self.gradient[weights.clone()],
                    };
                    job.run(simd, block.len());
                }
            }
        }
    }
}

/// A few rows of a few target channels, with respect to all their weights.
struct Block<'a> {
    section: &'a Section,
    targets: Targets,
    rows: Range<usize>,
    sources: usize,
    source: &'a [Lanes],
    source_channel: usize,
    grad: &'a [Lanes],
    grad_channel: usize,
    /// `[source, tap, target]`.
    gradient: &'a mut [f32],
}

impl Block<'_> {
    #[inline(always)]
    fn run<S: Simd>(&mut self, simd: S, channels: usize) {
        match (S::REGISTERS, channels) {
            (Registers::Many, 8) => self.weights::<S, 8, 3>(simd),
            (Registers::Many, 4) => self.weights::<S, 4, 4>(simd),
            (Registers::Many, 2) => self.weights::<S, 2, 8>(simd),
            (Registers::Many, _) => self.weights::<S, 1, 8>(simd),
            (Registers::Some, 4) => self.weights::<S, 4, 1>(simd),
            (Registers::Some, 2) => self.weights::<S, 2, 2>(simd),
            (Registers::Some, _) => self.weights::<S, 1, 4>(simd),
            (Registers::Few, 2) => self.weights::<S, 2, 1>(simd),
            (Registers::Few, _) => self.weights::<S, 1, 2>(simd),
        }
    }

    /// All weights of `T` targets, those of `R` reads at a time and the rest one by one.
    #[inline(always)]
    fn weights<S: Simd, const T: usize, const R: usize>(&mut self, simd: S) {
        let taps = self.section.taps.as_slice();
        let reads = self.sources * taps.len();
        let (mut channel, mut tap) = (0, 0);
        let mut next = || {
            let read = channel * self.source_channel + taps[tap];
            tap += 1;
            if tap == taps.len() {
                (channel, tap) = (channel + 1, 0);
            }
            read
        };
        let mut done = 0;
        while done + R <= reads {
            let mut places = [0; R];
            places.fill_with(&mut next);
            let sums = self.few::<S, T, R>(simd, places);
            add(&mut self.gradient[done * T..(done + R) * T], sums);
            done += R;
        }
        while done < reads {
            let sums = self.few::<S, T, 1>(simd, [next()]);
            add(&mut self.gradient[done * T..(done + 1) * T], sums);
            done += 1;
        }
    }

    /// The sums of `T * R` weights, in registers.
    #[inline(always)]
    fn few<S: Simd, const T: usize, const R: usize>(
        &self,
        simd: S,
        reads: [usize; R],
    ) -> [[f32; T]; R] {
        let mut sums = [[simd.splat(0.0); R]; T];
        let farthest = |row: usize, rows, column| row * rows + (self.section.columns - 1) * column;
        for row in self.rows.clone() {
            let grad = self.targets.first + row * self.targets.row;
            debug_assert!(
                farthest(row, self.targets.row, self.targets.column)
                    + self.targets.first
                    + (T - 1) * self.grad_channel
                    < self.grad.len()
            );
            let source = row * self.section.source_row;
            debug_assert!(reads.iter().all(|read| {
                farthest(row, self.section.source_row, self.section.source_column) + read
                    < self.source.len()
            }));
            for column in 0..self.section.columns {
                let grad = grad + column * self.targets.column;
                let source = source + column * self.section.source_column;
                let mut values = [simd.splat(0.0); R];
                for (value, read) in values.iter_mut().zip(reads) {
                    // SAFETY: a correlation's tables stay inside a source of the size its plane has;
                    // `WeightGradient` checked the slice to have that size. (Checked again above in debug builds.)
                    *value = simd.load(unsafe { self.source.get_unchecked(source + read) });
                }
                for (t, sums) in sums.iter_mut().enumerate() {
                    // SAFETY: `Section::targets` gives places inside the plane, whose size was checked as well.
                    let grad =
                        simd.load(unsafe { self.grad.get_unchecked(grad + t * self.grad_channel) });
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum = simd.mul_add(grad, value, *sum);
                    }
                }
            }
        }
        let mut totals = [[0.0; T]; R];
        for (r, totals) in totals.iter_mut().enumerate() {
            for (total, sums) in totals.iter_mut().zip(&sums) {
                *total = simd.sum(sums[r]);
            }
        }
        totals
    }
}

#[inline(always)]
fn add<const T: usize, const R: usize>(gradient: &mut [f32], sums: [[f32; T]; R]) {
    for (total, sum) in gradient.iter_mut().zip(sums.as_flattened()) {
        *total += sum;
    }
}
