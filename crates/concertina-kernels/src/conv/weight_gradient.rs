//! The kernel that sums up the gradient of a gathering sum with respect to its weights.

use std::ops::Range;

use super::correlation::{Correlation, Section};
use crate::lanes::Lanes;
use crate::plane::Plane;
use crate::simd::{Kernel, Registers, Simd};

/// Of how many targets the gradients are read again and again: those of a block's channels should
/// stay in the first-level cache. The order of the sums depends on it, so it is the same for all
/// sizes of blocks.
const TARGETS: usize = 64;
/// The most channels of a block.
const CHANNELS: usize = 8;

/// Adds to `gradient`, in packed order, the sum over sixteen images and all targets of
/// `grad[t, p] * source[s, p + tap]`.
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
        let mut panel = [Lanes::ZERO; TARGETS * CHANNELS];
        for section in &correlation.sections {
            for block in correlation.blocks() {
                let weights = correlation.block_weights(section, &block);
                for tile in tiles(section) {
                    let panel = &mut panel[..tile.len() * block.len()];
                    tile.copy(section, &block, (self.grad, self.grad_plane), panel);
                    let mut job = Block {
                        section,
                        tile,
                        sources: correlation.sources,
                        source: self.source,
                        source_channel: correlation.source_channel,
                        grad: panel,
                        gradient: &mut self.gradient[weights.clone()],
                    };
                    job.run(simd, block.len());
                }
            }
        }
    }
}

/// Some rows and columns of a section's targets.
struct Tile {
    rows: Range<usize>,
    columns: Range<usize>,
}

/// Tiles of at most `TARGETS` targets, as even as may be.
fn tiles(section: &Section) -> impl Iterator<Item = Tile> {
    let (rows, columns) = (section.rows, section.columns);
    let even = |n: usize, most: usize| n.div_ceil(n.div_ceil(most));
    let width = even(columns, TARGETS);
    let height = even(rows, (TARGETS / width).max(1));
    (0..rows).step_by(height).flat_map(move |row| {
        (0..columns).step_by(width).map(move |column| Tile {
            rows: row..rows.min(row + height),
            columns: column..columns.min(column + width),
        })
    })
}

impl Tile {
    fn len(&self) -> usize {
        self.rows.len() * self.columns.len()
    }

    /// Copies the gradients of a block's channels to `[row, column, channel]`.
    #[inline(always)]
    fn copy(
        &self,
        section: &Section,
        block: &Range<usize>,
        (grad, plane): (&[Lanes], &Plane),
        panel: &mut [Lanes],
    ) {
        let (targets, channel) = (section.targets(plane), plane.channel_len());
        let grad = &grad[block.start * channel..block.end * channel];
        let mut panel = panel.chunks_exact_mut(block.len());
        for row in self.rows.clone() {
            let first = targets.first + row * targets.row + self.columns.start * targets.column;
            for (n, to) in (0..self.columns.len()).zip(&mut panel) {
                let from = grad[first + n * targets.column..].iter().step_by(channel);
                for (to, from) in to.iter_mut().zip(from) {
                    *to = *from;
                }
            }
        }
    }
}

/// A few targets of a few target channels, with respect to all their weights.
struct Block<'a> {
    section: &'a Section,
    tile: Tile,
    sources: usize,
    source: &'a [Lanes],
    source_channel: usize,
    /// `[row, column, target channel]`.
    grad: &'a [Lanes],
    /// `[source, tap, target channel]`.
    gradient: &'a mut [f32],
}

impl Block<'_> {
    #[inline(always)]
    fn run<S: Simd>(&mut self, simd: S, channels: usize) {
        match (S::REGISTERS, channels) {
            (Registers::Many, 8) => self.weights::<S, 8, 3>(simd),
            (Registers::Many, 4) => self.weights::<S, 4, 4>(simd),
            (Registers::Many, 3) => self.weights::<S, 3, 8>(simd),
            (Registers::Many, 2) => self.weights::<S, 2, 8>(simd),
            (Registers::Many, _) => self.weights::<S, 1, 8>(simd),
            (Registers::Some, 4) => self.weights::<S, 4, 1>(simd),
            (Registers::Some, 3) => self.weights::<S, 3, 1>(simd),
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
        let Tile { rows, columns } = &self.tile;
        let Section { source_row, source_column, .. } = *self.section;
        debug_assert!(reads.iter().all(|read| {
            let farthest = (rows.end - 1) * source_row + (columns.end - 1) * source_column;
            farthest + read < self.source.len()
        }));
        let mut sums = [[simd.splat(0.0); R]; T];
        let (grads, _) = self.grad.as_chunks::<T>();
        for (row, grads) in rows.clone().zip(grads.chunks_exact(columns.len())) {
            let mut place = row * source_row + columns.start * source_column;
            for grads in grads {
                let mut values = [simd.splat(0.0); R];
                for (value, read) in values.iter_mut().zip(reads) {
                    // SAFETY: a correlation's tables stay inside a source of the size its plane
                    // has; `WeightGradient` checked the slice to have that size. (Checked again
                    // above in debug builds.)
                    *value = simd.load(unsafe { self.source.get_unchecked(place + read) });
                }
                for (sums, grad) in sums.iter_mut().zip(grads) {
                    let grad = simd.load(grad);
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum = simd.mul_add(grad, value, *sum);
                    }
                }
                place += source_column;
            }
        }
        let mut totals = [[0.0; T]; R];
        for (r, totals) in totals.iter_mut().enumerate() {
            let mut of_read = [simd.splat(0.0); T];
            for (of_read, sums) in of_read.iter_mut().zip(&sums) {
                *of_read = sums[r];
            }
            *totals = simd.sums(of_read);
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
