//! The kernel that computes the sum, tile by tile.

use std::ops::Range;

use super::transform;
use super::{BLOCK, CHUNK, FREQUENCIES, GROUP, Winograd};
use crate::lanes::Lanes;
use crate::layer::Activation;
use crate::plane::Plane;
use crate::simd::{Kernel, Registers, Simd};

/// Computes all targets, sixteen images at a time.
pub(in super::super) struct Correlate<'a> {
    pub(in super::super) winograd: &'a Winograd,
    /// In packed order.
    pub(in super::super) weights: &'a [f32],
    /// Added to each target channel; nothing is added if empty.
    pub(in super::super) bias: &'a [f32],
    pub(in super::super) activation: Activation,
    pub(in super::super) source: &'a [Lanes],
    pub(in super::super) scratch: &'a mut [Lanes],
    pub(in super::super) target: &'a mut [Lanes],
    pub(in super::super) target_plane: &'a Plane,
}

impl Kernel for Correlate<'_> {
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

impl Correlate<'_> {
    /// All tiles, a chunk at a time; `T` targets of `P` of them in registers.
    #[inline(always)]
    fn chunks<S: Simd, const T: usize, const P: usize>(mut self, simd: S) {
        let winograd = self.winograd;
        assert_eq!(self.weights.len(), winograd.packed_len());
        let scratch = std::mem::take(&mut self.scratch);
        let (values, rest) = scratch.split_at_mut(FREQUENCIES * CHUNK * winograd.sources);
        for first in (0..winograd.n_tiles()).step_by(CHUNK) {
            let tiles = first..winograd.n_tiles().min(first + CHUNK);
            self.transform::<S, P>(simd, &tiles, values);
            for block in winograd.blocks() {
                self.block::<S, T, P>(simd, &tiles, block, values, rest);
            }
        }
    }

    /// The transformed sources of some tiles: `[frequency, tiles of P, source, tile]`.
    #[inline(always)]
    fn transform<S: Simd, const P: usize>(
        &self,
        simd: S,
        tiles: &Range<usize>,
        values: &mut [Lanes],
    ) {
        let Winograd { sources, source_channel, source_row, .. } = *self.winograd;
        let of_frequency = values.len() / FREQUENCIES;
        for (s, channel) in self.source.chunks_exact(source_channel).take(sources).enumerate() {
            for (n, tile) in tiles.clone().enumerate() {
                let from = self.winograd.source_of(tile);
                let mut rows = [[simd.splat(0.0); 4]; 4];
                for (y, row) in rows.iter_mut().enumerate() {
                    *row = transform::load(simd, &channel[from + y * source_row..]);
                }
                let place = (n / P * sources + s) * P + n % P;
                let mut places = values[place..].iter_mut().step_by(of_frequency);
                for row in transform::source_rows(simd, rows) {
                    for value in transform::source(simd, row) {
                        let to = places.next().expect("there is a place for each frequency");
                        simd.store(to, value);
                    }
                }
            }
        }
    }

    /// The targets of a block of channels, in some tiles.
    #[inline(always)]
    fn block<S: Simd, const T: usize, const P: usize>(
        &mut self,
        simd: S,
        tiles: &Range<usize>,
        block: usize,
        values: &[Lanes],
        products: &mut [Lanes],
    ) {
        let winograd = self.winograd;
        let of_frequency = values.len() / FREQUENCIES;
        let groups = tiles.len().div_ceil(P);
        let (products, _) = products.as_chunks_mut::<P>();
        for frequency in 0..FREQUENCIES {
            let weights = &self.weights[winograd.block_weights(frequency, block)];
            let (weights, _) = weights.as_chunks::<T>();
            let values = &values[frequency * of_frequency..][..groups * winograd.sources * P];
            let (values, _) = values.as_chunks::<P>();
            let products = &mut products[frequency * groups * T..][..groups * T];
            let values = values.chunks_exact(winograd.sources);
            for (values, products) in values.zip(products.chunks_exact_mut(T)) {
                let mut sums = [[simd.splat(0.0); P]; T];
                for (values, weights) in values.iter().zip(weights) {
                    let of_tiles: [_; P] = transform::load(simd, values);
                    for (sums, &weight) in sums.iter_mut().zip(weights) {
                        let weight = simd.splat(weight);
                        for (sum, value) in sums.iter_mut().zip(of_tiles) {
                            *sum = simd.mul_add(weight, value, *sum);
                        }
                    }
                }
                for (sums, products) in sums.into_iter().zip(products) {
                    for (sum, product) in sums.into_iter().zip(products) {
                        simd.store(product, sum);
                    }
                }
            }
        }
        self.finish::<S, T, P>(simd, tiles, block, products);
    }

    /// Transforms the sums of products, `[frequency, tiles of P, target, tile]`, back to targets.
    #[inline(always)]
    fn finish<S: Simd, const T: usize, const P: usize>(
        &mut self,
        simd: S,
        tiles: &Range<usize>,
        block: usize,
        products: &[[Lanes; P]],
    ) {
        let groups = tiles.len().div_ceil(P);
        let [height, width] = self.winograd.size;
        let plane = self.target_plane;
        for t in 0..T {
            let channel = block + t;
            let bias = simd.splat(self.bias.get(channel).copied().unwrap_or(0.0));
            let target = &mut self.target[channel * plane.channel_len()..][..plane.channel_len()];
            for (n, tile) in tiles.clone().enumerate() {
                let mut rows = [[simd.splat(0.0); 4]; 4];
                for (frequency, value) in rows.as_flattened_mut().iter_mut().enumerate() {
                    let products = &products[(frequency * groups + n / P) * T + t];
                    *value = simd.load(&products[n % P]);
                }
                let halves = transform::target_rows(simd, rows);
                let [top, left] = self.winograd.target_of(tile);
                for (y, half) in (top..height).zip(halves) {
                    let to = &mut target[plane.at(y, left)..];
                    let row = transform::target(simd, half);
                    for ((_, to), value) in (left..width).zip(to).zip(row) {
                        simd.store(to, simd.activate(self.activation, simd.add(value, bias)));
                    }
                }
            }
        }
    }
}
