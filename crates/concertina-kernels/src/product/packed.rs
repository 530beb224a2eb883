//! A right factor that is packed once and multiplied with many left factors of a few rows: the
//! recurrent weight of a sequence, which every step multiplies with the state before it.
//!
//! An element's products are added from the first to the last, starting with what is there. So a
//! row has the same bits whatever other rows are multiplied with it.

use std::ops::Range;

use rayon::prelude::*;

use super::matrix::Matrix;
use super::pack::pack;
use crate::lanes::{LANES, Lanes};
use crate::simd::{Kernel, Level, Registers, Simd};

/// The factor, strip by strip of its columns, and each strip row by row.
#[derive(Debug)]
pub(crate) struct Packed {
    strips: Vec<Lanes>,
    depth: usize,
    columns: usize,
    /// Vectors side by side in a strip; the last strip may have fewer.
    vectors: usize,
    level: Level,
}

impl Packed {
    /// Packs `right`, for these instructions.
    pub(crate) fn new(right: Matrix<'_>, level: Level) -> Self {
        let vectors = match level.registers() {
            Registers::Many => 3,
            Registers::Some | Registers::Few => 1,
        };
        let (depth, columns) = (right.rows(), right.columns());
        let mut strips = vec![Lanes::ZERO; depth * columns.div_ceil(LANES)];
        if depth > 0 {
            strips.par_chunks_mut(depth * vectors).enumerate().for_each(|(n, strip)| {
                let first = n * vectors * LANES;
                let columns = first..columns.min(first + vectors * LANES);
                level.run(Pack { right: &right, columns, strip });
            });
        }
        Packed { strips, depth, columns, vectors, level }
    }

    /// The length of a row of the product.
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// The columns of a strip that is not the last.
    pub(super) fn strip_columns(&self) -> usize {
        self.vectors * LANES
    }

    /// Some strips, each `[depth, vectors]`.
    pub(super) fn strips(&self, range: Range<usize>) -> impl Iterator<Item = &[Lanes]> {
        let strips = self.strips.chunks((self.depth * self.vectors).max(1));
        strips.skip(range.start).take(range.len())
    }

    /// Adds the product with `left`, `[rows, depth]`, to `to`, `[rows, columns]`.
    pub(crate) fn add_to(&self, left: &[f32], to: &mut [f32]) {
        self.level.run(Add { packed: self, left, to });
    }

    /// All rows of a strip, in tiles of `ROWS`, then of fewer.
    #[inline(always)]
    fn rows<S: Simd, const ROWS: usize, const VECTORS: usize>(
        &self,
        simd: S,
        strip: &[Lanes],
        first: usize,
        left: &[f32],
        to: &mut [f32],
    ) {
        let panel = strip.as_chunks::<VECTORS>().0;
        let mut place = Place { panel, depth: self.depth, columns: self.columns, first, left, to };
        place.tiles::<S, ROWS>(simd);
        if ROWS > 4 {
            place.tiles::<S, 4>(simd);
        }
        if ROWS > 2 {
            place.tiles::<S, 2>(simd);
        }
        place.tiles::<S, 1>(simd);
    }
}

/// A product that is added to what is there.
struct Add<'a> {
    packed: &'a Packed,
    left: &'a [f32],
    to: &'a mut [f32],
}

impl Kernel for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Add { packed, left, to } = self;
        let Packed { strips, depth, vectors, .. } = packed;
        for (n, strip) in strips.chunks(depth.max(&1) * vectors).enumerate() {
            let first = n * vectors * LANES;
            match (S::REGISTERS, strip.len() / depth) {
                (Registers::Many, 3) => packed.rows::<S, 8, 3>(simd, strip, first, left, to),
                (Registers::Many, 2) => packed.rows::<S, 8, 2>(simd, strip, first, left, to),
                (Registers::Many, _) => packed.rows::<S, 8, 1>(simd, strip, first, left, to),
                (Registers::Some, _) => packed.rows::<S, 6, 1>(simd, strip, first, left, to),
                (Registers::Few, _) => packed.rows::<S, 2, 1>(simd, strip, first, left, to),
            }
        }
    }
}

/// Copies a strip of the right factor.
struct Pack<'a> {
    right: &'a Matrix<'a>,
    columns: Range<usize>,
    strip: &'a mut [Lanes],
}

impl Kernel for Pack<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Pack { right, columns, strip } = self;
        let rows = 0..right.rows();
        match columns.len().div_ceil(LANES) {
            3 => pack(simd, right, rows, columns, strip.as_chunks_mut::<3>().0),
            2 => pack(simd, right, rows, columns, strip.as_chunks_mut::<2>().0),
            _ => pack(simd, right, rows, columns, strip.as_chunks_mut::<1>().0),
        }
    }
}

/// A strip, the rows of the left factor that are still to be multiplied with it, and where they go.
struct Place<'a, const VECTORS: usize> {
    panel: &'a [[Lanes; VECTORS]],
    depth: usize,
    columns: usize,
    first: usize,
    left: &'a [f32],
    to: &'a mut [f32],
}

impl<const VECTORS: usize> Place<'_, VECTORS> {
    /// As many tiles of `ROWS` rows as there are.
    #[inline(always)]
    fn tiles<S: Simd, const ROWS: usize>(&mut self, simd: S) {
        while self.to.len() >= ROWS * self.columns {
            let (left, left_rest) = self.left.split_at(ROWS * self.depth);
            let (to, to_rest) = std::mem::take(&mut self.to).split_at_mut(ROWS * self.columns);
            self.tile::<S, ROWS>(simd, left, to);
            (self.left, self.to) = (left_rest, to_rest);
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const ROWS: usize>(&self, simd: S, left: &[f32], to: &mut [f32]) {
        let width = (self.columns - self.first).min(VECTORS * LANES);
        let mut sums = [[simd.splat(0.0); VECTORS]; ROWS];
        for (sums, row) in sums.iter_mut().zip(to.chunks_exact(self.columns)) {
            let row = &row[self.first..][..width];
            for (n, sum) in sums.iter_mut().enumerate() {
                *sum = simd.load_some(&row[n * LANES..]);
            }
        }
        let mut lefts = [&left[..0]; ROWS];
        for (row, left) in lefts.iter_mut().zip(left.chunks_exact(self.depth)) {
            *row = &left[..self.panel.len()];
        }
        for (k, right) in self.panel.iter().enumerate() {
            let mut vectors = [simd.splat(0.0); VECTORS];
            for (vector, lanes) in vectors.iter_mut().zip(right) {
                *vector = simd.load(lanes);
            }
            for (sums, left) in sums.iter_mut().zip(lefts) {
                // SAFETY: every row was cut to the length of the panel.
                let factor = simd.splat(unsafe { *left.get_unchecked(k) });
                for (sum, vector) in sums.iter_mut().zip(vectors) {
                    *sum = simd.mul_add(factor, vector, *sum);
                }
            }
        }
        for (sums, row) in sums.into_iter().zip(to.chunks_exact_mut(self.columns)) {
            let row = &mut row[self.first..][..width];
            for (n, sum) in sums.into_iter().enumerate() {
                simd.store_some(&mut row[n * LANES..], sum);
            }
        }
    }
}
