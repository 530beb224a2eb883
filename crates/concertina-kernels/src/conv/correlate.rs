//! The kernel that computes a gathering sum.

use super::correlation::{Correlation, Section, Targets};
use crate::lanes::Lanes;
use crate::layer::Activation;
use crate::plane::Plane;
use crate::simd::{Kernel, Registers, Simd};

/// About how many bytes of the source are read before the same part is read for the next block of
/// channels: they should stay in the second-level cache.
const CHUNK_BYTES: usize = 512 * 1024;

/// Computes all targets of `correlation`, sixteen images at a time.
pub(super) struct Correlate<'a> {
    pub(super) correlation: &'a Correlation,
    /// In packed order.
    pub(super) weights: &'a [f32],
    /// Added to each target channel; nothing is added if empty.
    pub(super) bias: &'a [f32],
    pub(super) activation: Activation,
    pub(super) source: &'a [Lanes],
    pub(super) target: &'a mut [Lanes],
    pub(super) target_plane: &'a Plane,
}

impl Kernel for Correlate<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let correlation = self.correlation;
        assert_eq!(self.weights.len(), correlation.packed_len());
        assert!(self.source.len() >= correlation.sources * correlation.source_channel);
        assert!(self.target.len() >= self.target_plane.len());
        // All sections move by the same rows of the source.
        let source_row = correlation.sections.first().map_or(0, |section| section.source_row);
        let row_bytes = correlation.sources * source_row * size_of::<Lanes>();
        let chunk = (CHUNK_BYTES / row_bytes.max(1)).max(1);
        let rows = correlation.sections.iter().map(|section| section.rows).max().unwrap_or(0);
        for first_row in (0..rows).step_by(chunk) {
            for section in &correlation.sections {
                let rows = section.rows.min(first_row)..section.rows.min(first_row + chunk);
                let targets = section.targets(self.target_plane);
                for block in correlation.blocks() {
                    let weights = &self.weights[correlation.block_weights(section, &block)];
                    let bias = if self.bias.is_empty() { &[] } else { &self.bias[block.clone()] };
                    let channel = self.target_plane.channel_len();
                    let job = Block {
                        section,
                        source: self.source,
                        source_channel: correlation.source_channel,
                        sources: correlation.sources,
                        weights,
                        bias,
                        activation: self.activation,
                        target: &mut self.target[block.start * channel..block.end * channel],
                        target_channel: channel,
                        cursor: Cursor::new(section, targets, rows.start),
                        positions: rows.len() * section.columns,
                    };
                    job.run(simd, block.len());
                }
            }
        }
    }
}

/// The place of one target, and that of its source, going through the section row by row.
#[derive(Clone, Copy)]
struct Cursor {
    column: usize,
    source: usize,
    target: usize,
    columns: usize,
    source_step: usize,
    target_step: usize,
    /// From behind the end of a row to the start of the next.
    source_wrap: usize,
    target_wrap: usize,
}

impl Cursor {
    fn new(section: &Section, targets: Targets, row: usize) -> Cursor {
        Cursor {
            column: 0,
            source: row * section.source_row,
            target: targets.first + row * targets.row,
            columns: section.columns,
            source_step: section.source_column,
            target_step: targets.column,
            source_wrap: section.source_row.wrapping_sub(section.columns * section.source_column),
            target_wrap: targets.row.wrapping_sub(section.columns * targets.column),
        }
    }

    /// The place of source and target, and on to the next.
    #[inline(always)]
    fn advance(&mut self) -> (usize, usize) {
        let here = (self.source, self.target);
        self.source += self.source_step;
        self.target += self.target_step;
        self.column += 1;
        if self.column == self.columns {
            self.column = 0;
            self.source = self.source.wrapping_add(self.source_wrap);
            self.target = self.target.wrapping_add(self.target_wrap);
        }
        here
    }
}

/// A few rows of a few target channels.
struct Block<'a> {
    section: &'a Section,
    source: &'a [Lanes],
    source_channel: usize,
    sources: usize,
    /// `[source, tap, target]`.
    weights: &'a [f32],
    bias: &'a [f32],
    activation: Activation,
    target: &'a mut [Lanes],
    target_channel: usize,
    cursor: Cursor,
    positions: usize,
}

impl Block<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S, channels: usize) {
        match (S::REGISTERS, channels) {
            (Registers::Many, 8) => self.positions::<S, 8, 3>(simd),
            (Registers::Many, 4) => self.positions::<S, 4, 6>(simd),
            (Registers::Many, 3) => self.positions::<S, 3, 8>(simd),
            (Registers::Many, 2) => self.positions::<S, 2, 8>(simd),
            (Registers::Many, _) => self.positions::<S, 1, 12>(simd),
            (Registers::Some, 4) => self.positions::<S, 4, 1>(simd),
            (Registers::Some, 3) => self.positions::<S, 3, 1>(simd),
            (Registers::Some, 2) => self.positions::<S, 2, 2>(simd),
            (Registers::Some, _) => self.positions::<S, 1, 4>(simd),
            (Registers::Few, 2) => self.positions::<S, 2, 1>(simd),
            (Registers::Few, _) => self.positions::<S, 1, 2>(simd),
        }
    }

    /// All positions of `T` targets, `P` at a time and the rest by fewer.
    #[inline(always)]
    fn positions<S: Simd, const T: usize, const P: usize>(&mut self, simd: S) {
        let mut left = self.positions;
        while left >= P {
            self.few::<S, T, P>(simd);
            left -= P;
        }
        if P > 4 && left >= 4 {
            self.few::<S, T, 4>(simd);
            left -= 4;
        }
        if P > 2 {
            while left >= 2 {
                self.few::<S, T, 2>(simd);
                left -= 2;
            }
        }
        while left > 0 {
            self.few::<S, T, 1>(simd);
            left -= 1;
        }
    }

    /// The next `P` positions of `T` targets: `T * P` sums in registers.
    #[inline(always)]
    fn few<S: Simd, const T: usize, const P: usize>(&mut self, simd: S) {
        let mut at = [(0, 0); P];
        for at in &mut at {
            *at = self.cursor.advance();
        }
        let taps = self.section.tap_bytes.as_slice();
        let farthest = (self.sources - 1) * self.source_channel
            + taps.iter().max().copied().unwrap_or(0) / size_of::<Lanes>();
        debug_assert!(taps.is_empty() || at.iter().all(|at| at.0 + farthest < self.source.len()));
        assert_eq!(self.weights.len(), self.sources * taps.len() * T);

        let mut sums = [[simd.splat(0.0); P]; T];
        if !self.bias.is_empty() {
            for (sums, &bias) in sums.iter_mut().zip(self.bias) {
                *sums = [simd.splat(bias); P];
            }
        }
        let mut from = [self.source.as_ptr(); P];
        for (from, &(source, _)) in from.iter_mut().zip(&at) {
            *from = from.wrapping_add(source);
        }
        let mut weights = self.weights.as_chunks::<T>().0.iter();
        for _ in 0..self.sources {
            for (&tap, weights) in taps.iter().zip(weights.by_ref()) {
                let mut values = [simd.splat(0.0); P];
                for (value, from) in values.iter_mut().zip(from) {
                    // SAFETY: a correlation's tables stay inside a source of the size its plane
                    // has; `Correlate` checked the slice to have that size. (Checked again above in
                    // debug builds.)
                    *value = simd.load(unsafe { &*from.byte_add(tap) });
                }
                for (sums, &weight) in sums.iter_mut().zip(weights) {
                    let weight = simd.splat(weight);
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum = simd.mul_add(weight, value, *sum);
                    }
                }
            }
            for from in &mut from {
                *from = from.wrapping_add(self.source_channel);
            }
        }
        for (t, sums) in sums.into_iter().enumerate() {
            for (sum, &(_, target)) in sums.into_iter().zip(&at) {
                let to = &mut self.target[t * self.target_channel + target];
                simd.store(to, simd.activate(self.activation, sum));
            }
        }
    }
}
