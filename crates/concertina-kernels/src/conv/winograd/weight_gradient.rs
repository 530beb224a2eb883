//! The kernel that sums up the gradient with respect to the transformed weights.

use std::ops::Range;

use super::transform;
use super::{BLOCK, GRADIENT_CHUNK, GROUP, Winograd};
use crate::lanes::Lanes;
use crate::plane::Plane;
use crate::simd::{Kernel, Registers, Simd};

/// Adds to `gradient`, in packed order, the sum over sixteen images and all tiles of the products
/// of transformed sources and transformed gradients.
pub(in super::super) struct WeightGradient<'a> {
    pub(in super::super) winograd: &'a Winograd,
    pub(in super::super) source: &'a [Lanes],
    pub(in super::super) scratch: &'a mut [Lanes],
    /// The gradient with respect to the targets.
    pub(in super::super) grad: &'a [Lanes],
    pub(in super::super) grad_plane: &'a Plane,
    /// In packed order.
    pub(in super::super) gradient: &'a mut [f32],
}

impl Kernel for WeightGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        match S::REGISTERS {
            Registers::Many => self.chunks::<S, BLOCK, GROUP>(simd),
            Registers::Some => self.chunks::<S, 4, 1>(simd),
            Registers::Few => self.chunks::<S, 2, 1>(simd),
        }
    }
}

impl WeightGradient<'_> {
    /// All tiles, a chunk at a time, and of each chunk one row of frequencies after the other; the
    /// weights of `T` targets and `R` sources in registers.
    #[inline(always)]
    fn chunks<S: Simd, const T: usize, const R: usize>(mut self, simd: S) {
        let winograd = self.winograd;
        assert_eq!(self.gradient.len(), winograd.packed_len());
        let scratch = std::mem::take(&mut self.scratch);
        let channels = winograd.sources.next_multiple_of(GROUP);
        let (values, grads) = scratch.split_at_mut(4 * GRADIENT_CHUNK * channels);
        for first in (0..winograd.n_tiles()).step_by(GRADIENT_CHUNK) {
            let tiles = first..winograd.n_tiles().min(first + GRADIENT_CHUNK);
            for y in 0..4 {
                self.sources::<S, R>(simd, y, &tiles, values);
                for block in winograd.blocks() {
                    self.block::<S, T, R>(simd, y, &tiles, block, values, grads);
                }
            }
        }
    }

    /// Row `y` of the transformed sources of some tiles: `[frequency, channels of R, tile,
    /// channel]`.
    #[inline(always)]
    fn sources<S: Simd, const R: usize>(
        &self,
        simd: S,
        y: usize,
        tiles: &Range<usize>,
        values: &mut [Lanes],
    ) {
        let Winograd { sources, source_channel, source_row, .. } = *self.winograd;
        let of_frequency = values.len() / 4;
        for (s, channel) in self.source.chunks_exact(source_channel).take(sources).enumerate() {
            for (n, tile) in tiles.clone().enumerate() {
                let from = self.winograd.source_of(tile);
                let mut rows = [[simd.splat(0.0); 4]; 2];
                for (row, y) in rows.iter_mut().zip(transform::SOURCE_ROWS[y]) {
                    *row = transform::load(simd, &channel[from + y * source_row..]);
                }
                let row = transform::source_row(simd, y, rows);
                let place = (s / R * tiles.len() + n) * R + s % R;
                let places = values[place..].iter_mut().step_by(of_frequency);
                for (to, value) in places.zip(transform::source(simd, row)) {
                    simd.store(to, value);
                }
            }
        }
    }

    /// Row `y` of the transformed gradients of a block's channels: `[frequency, tile, channel]`.
    #[inline(always)]
    fn grads<S: Simd, const T: usize>(
        &self,
        simd: S,
        y: usize,
        tiles: &Range<usize>,
        block: usize,
        grads: &mut [[Lanes; T]],
    ) {
        let plane = self.grad_plane;
        let channels = self.grad.chunks_exact(plane.channel_len()).skip(block);
        for (t, channel) in channels.take(T).enumerate() {
            for (n, tile) in tiles.clone().enumerate() {
                let [top, left] = self.winograd.target_of(tile);
                // Beyond the last row and column are zeros.
                let mut rows = [[simd.splat(0.0); 2]; 2];
                for (y, row) in rows.iter_mut().enumerate() {
                    *row = transform::load(simd, &channel[plane.at(top + y, left)..]);
                }
                let row = transform::gradient_row(simd, y, rows);
                for (x, value) in transform::gradient(simd, row).into_iter().enumerate() {
                    simd.store(&mut grads[x * tiles.len() + n][t], value);
                }
            }
        }
    }

    /// Adds the products of some tiles to the gradient of a block's channels in row `y`.
    #[inline(always)]
    fn block<S: Simd, const T: usize, const R: usize>(
        &mut self,
        simd: S,
        y: usize,
        tiles: &Range<usize>,
        block: usize,
        values: &[Lanes],
        grads: &mut [Lanes],
    ) {
        let winograd = self.winograd;
        let (grads, _) = grads.as_chunks_mut::<T>();
        self.grads(simd, y, tiles, block, grads);
        let of_frequency = values.len() / 4;
        for x in 0..4 {
            let grads = &grads[x * tiles.len()..][..tiles.len()];
            let (values, _) = values[x * of_frequency..][..of_frequency].as_chunks::<R>();
            let places = winograd.block_weights(4 * y + x, block);
            let (gradient, _) = self.gradient[places].as_chunks_mut::<T>();
            for (gradient, values) in gradient.chunks_mut(R).zip(values.chunks_exact(tiles.len())) {
                let mut sums = [[simd.splat(0.0); T]; R];
                for (grads, values) in grads.iter().zip(values) {
                    let of_targets: [_; T] = transform::load(simd, grads);
                    for (sums, value) in sums.iter_mut().zip(values) {
                        let value = simd.load(value);
                        for (sum, grad) in sums.iter_mut().zip(of_targets) {
                            *sum = simd.mul_add(grad, value, *sum);
                        }
                    }
                }
                for (gradient, sums) in gradient.iter_mut().zip(sums) {
                    for (total, sum) in gradient.iter_mut().zip(simd.sums(sums)) {
                        *total += sum;
                    }
                }
            }
        }
    }
}
