//! Deep products whose left factor has columns without gaps: the gradient of a weight over all
//! steps of sequences.
//!
//! Both factors lie row by row in memory, a row for each step of the depth. The right one is packed
//! once for all pieces; of the left one, each piece packs what it needs of some steps, and
//! multiplies that within a core's caches. An element's products are added in the order of
//! [`Strip`](super::strip::Strip).

use std::ops::Range;

use super::factors::Product;
use super::packed::Packed;
use super::strip::Scratch;
use super::target::Target;
use crate::lanes::{LANES, Lanes};
use crate::layer::Activation;
use crate::simd::{Kernel, Registers, Simd};

/// The least depth: packing the left factor of a shallow product takes longer than reading it where
/// it is.
const LEAST_DEPTH: usize = 512;
/// The most steps of depth that are multiplied at once: three vectors of each stay in a core's
/// first-level cache. No large power of two divides it, so that the tiles' parts of a step do not
/// compete for the same lines of that.
const MOST_STEPS: usize = 140;
/// How many steps before it is packed the left factor is fetched: it was written long ago, and a
/// processor does not foresee that reads go on a page further.
const AHEAD: usize = 8;

/// Whether a product should be computed in this way.
pub(super) fn suits(product: &Product) -> bool {
    let are_rows_of_steps = product.left.steps()[0] == 1 && product.right.steps()[1] == 1;
    let is_plain = product.bias.is_none() && product.activation == Activation::Identity;
    are_rows_of_steps && is_plain && product.left.columns() >= LEAST_DEPTH
}

/// Some rows, and some strips of columns, of a product, and where they go.
pub(super) struct Deep<'a> {
    pub(super) product: &'a Product<'a>,
    /// Its right factor.
    pub(super) right: &'a Packed,
    pub(super) rows: Range<usize>,
    pub(super) strips: Range<usize>,
    pub(super) target: Target,
}

impl<'a> Deep<'a> {
    /// The work, ready to run.
    pub(super) fn with(self, scratch: &'a mut Scratch) -> impl Kernel<Output = ()> {
        Compute { of: self, scratch }
    }
}

struct Compute<'a> {
    of: Deep<'a>,
    scratch: &'a mut Scratch,
}

impl Kernel for Compute<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Compute { of, scratch } = self;
        match S::REGISTERS {
            Registers::Many => of.compute::<S, 8>(simd, scratch),
            Registers::Some => of.compute::<S, 6>(simd, scratch),
            Registers::Few => of.compute::<S, 2>(simd, scratch),
        }
    }
}

impl Deep<'_> {
    /// In tiles of `ROWS` rows.
    #[inline(always)]
    fn compute<S: Simd, const ROWS: usize>(&self, simd: S, scratch: &mut Scratch) {
        let depth = self.product.left.columns();
        let rows = self.rows.len().next_multiple_of(ROWS);
        let Scratch { left, sums, .. } = scratch;
        left.resize(left.len().max(rows * MOST_STEPS), 0.0);
        sums.clear();
        let vectors: usize =
            self.right.strips(self.strips.clone()).map(|strip| strip.len() / depth).sum();
        sums.resize(rows * vectors, Lanes::ZERO);
        for first in (0..depth).step_by(MOST_STEPS) {
            let steps = first..depth.min(first + MOST_STEPS);
            let left = &mut left.as_chunks_mut::<ROWS>().0[..rows / ROWS * steps.len()];
            self.pack_left(simd, steps.clone(), left);
            let mut sums = &mut sums[..];
            for strip in self.right.strips(self.strips.clone()) {
                let width = strip.len() / depth;
                let strip = &strip[steps.start * width..steps.end * width];
                let (these, others) = sums.split_at_mut(rows * width);
                match width {
                    3 => tiles::<S, ROWS, 3>(simd, left, strip, these),
                    2 => tiles::<S, ROWS, 2>(simd, left, strip, these),
                    _ => tiles::<S, ROWS, 1>(simd, left, strip, these),
                }
                sums = others;
            }
        }
        let (mut sums, mut first) = (&sums[..], self.strips.start * self.right.strip_columns());
        for strip in self.right.strips(self.strips.clone()) {
            let width = strip.len() / depth;
            let (these, others) = sums.split_at(rows * width);
            for (row, sums) in self.rows.clone().zip(these.chunks_exact(width)) {
                self.write(row, first, sums);
            }
            (sums, first) = (others, first + self.right.strip_columns());
        }
    }

    /// Each tile's part of all steps, one tile after the other; zeros where the last one has no
    /// rows.
    #[inline(always)]
    fn pack_left<S: Simd, const ROWS: usize>(
        &self,
        simd: S,
        steps: Range<usize>,
        left: &mut [[f32; ROWS]],
    ) {
        let n_steps = steps.len();
        for (step, at) in steps.zip(0..) {
            let values = self.product.left.column(self.rows.clone(), step);
            if step + AHEAD < self.product.left.columns() {
                let next = self.product.left.column(self.rows.clone(), step + AHEAD);
                next.iter().step_by(LANES).for_each(|value| simd.prefetch(value));
            }
            let (tiles, rest) = values.as_chunks::<ROWS>();
            let mut to = left[at..].iter_mut().step_by(n_steps);
            for (tile, to) in tiles.iter().zip(&mut to) {
                *to = *tile;
            }
            if !rest.is_empty()
                && let Some(to) = to.next()
            {
                *to = [0.0; ROWS];
                to[..rest.len()].copy_from_slice(rest);
            }
        }
    }

    /// Part of a row of the target.
    #[inline(always)]
    fn write(&self, row: usize, first: usize, sums: &[Lanes]) {
        for (column, lanes) in (first..).step_by(LANES).zip(sums) {
            let n = LANES.min(self.product.right.columns() - column);
            // SAFETY: these elements are within the target, and no other thread's.
            unsafe {
                let to = self.target.at(row, column);
                to.copy_from_nonoverlapping(lanes.0.as_ptr(), n);
            }
        }
    }
}

/// Adds to the sums of all tiles the products of both factors' steps, `[rows, VECTORS]`.
#[inline(always)]
fn tiles<S: Simd, const ROWS: usize, const VECTORS: usize>(
    simd: S,
    left: &[[f32; ROWS]],
    right: &[Lanes],
    sums: &mut [Lanes],
) {
    let right = right.as_chunks::<VECTORS>().0;
    let tiles = sums.as_chunks_mut::<VECTORS>().0.as_chunks_mut::<ROWS>().0;
    for (sums, left) in tiles.iter_mut().zip(left.chunks_exact(right.len())) {
        tile(simd, left, right, sums);
    }
}

/// Adds to the sums of a tile the products of both factors' steps.
#[inline(always)]
fn tile<S: Simd, const ROWS: usize, const VECTORS: usize>(
    simd: S,
    left: &[[f32; ROWS]],
    right: &[[Lanes; VECTORS]],
    sums: &mut [[Lanes; VECTORS]; ROWS],
) {
    let mut tile = [[simd.splat(0.0); VECTORS]; ROWS];
    for (row, from) in tile.iter_mut().zip(&*sums) {
        for (sum, from) in row.iter_mut().zip(from) {
            *sum = simd.load(from);
        }
    }
    for (left, right) in left.iter().zip(right) {
        let mut vectors = [simd.splat(0.0); VECTORS];
        for (vector, lanes) in vectors.iter_mut().zip(right) {
            *vector = simd.load(lanes);
        }
        for (row, left) in tile.iter_mut().zip(left) {
            let factor = simd.splat(*left);
            for (sum, vector) in row.iter_mut().zip(vectors) {
                *sum = simd.mul_add(factor, vector, *sum);
            }
        }
    }
    for (to, row) in sums.iter_mut().zip(tile) {
        for (to, sum) in to.iter_mut().zip(row) {
            simd.store(to, sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::Matrix;
    use crate::simd::Level;

    #[test]
    fn a_deep_product_has_the_bits_of_a_shallow_one() {
        let numbers = |n: usize, factor: f32| -> Vec<f32> {
            (0..n).map(|n| (n as f32 * factor).fract() - 0.5).collect()
        };
        for (rows, depth, columns) in [(1, 512, 5), (9, 700, 49), (300, 561, 130), (130, 600, 17)] {
            let (left, right) = (numbers(rows * depth, 0.618), numbers(depth * columns, 0.414));
            let left = Matrix::new(&left, depth, rows).transposed();
            let right = Matrix::new(&right, depth, columns);
            for level in Level::all() {
                let deep = Product::new(left, right);
                assert!(suits(&deep));
                let by_row = left.to_rows(level);
                let shallow = Product::new(Matrix::new(&by_row, rows, depth), right);
                assert!(!suits(&shallow));
                assert_eq!(deep.to_vec(level), shallow.to_vec(level), "{rows} {depth} {columns}");
            }
        }
    }
}
