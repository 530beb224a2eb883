//! Products with few columns, whose elements are computed as dot products of vectors.
//!
//! Nothing is packed: with few columns, the left factor is read once.

use std::ops::Range;

use super::factors::Product;
use super::target::Target;
use crate::lanes::LANES;
use crate::simd::{Kernel, Registers, Simd};

/// The most columns.
const FEW: usize = 4;
/// Shorter sums are not worth the final sum over a vector's lanes.
const LEAST_DEPTH: usize = 4 * LANES;

/// Whether a product should be computed in this way. It does not depend on how many rows there are:
/// a row of a product should not depend on the other rows, and this is another order of the sums.
pub(super) fn suits(product: &Product) -> bool {
    let is_long = product.left.columns() >= LEAST_DEPTH;
    let are_contiguous = product.left.steps()[1] == 1 && product.right.steps()[0] == 1;
    is_long && are_contiguous && product.right.columns() <= FEW
}

/// Some rows and columns of a product.
pub(super) struct Dots<'a> {
    pub(super) product: &'a Product<'a>,
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
    pub(super) target: Target,
}

impl Kernel for Dots<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        match S::REGISTERS {
            Registers::Many => self.tiles::<S, 4>(simd),
            Registers::Some => self.tiles::<S, 2>(simd),
            Registers::Few => self.tiles::<S, 1>(simd),
        }
    }
}

impl Dots<'_> {
    /// In squares of `SIDE` rows and columns, and the rest one by one.
    #[inline(always)]
    fn tiles<S: Simd, const SIDE: usize>(&self, simd: S) {
        let mut row = self.rows.start;
        while row < self.rows.end {
            let rows = if row + SIDE <= self.rows.end { SIDE } else { 1 };
            let mut column = self.columns.start;
            while column < self.columns.end {
                let columns = if column + SIDE <= self.columns.end { SIDE } else { 1 };
                match (rows == SIDE, columns == SIDE) {
                    (true, true) => self.tile::<S, SIDE, SIDE>(simd, row, column),
                    (true, false) => self.tile::<S, SIDE, 1>(simd, row, column),
                    (false, true) => self.tile::<S, 1, SIDE>(simd, row, column),
                    (false, false) => self.tile::<S, 1, 1>(simd, row, column),
                }
                column += columns;
            }
            row += rows;
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const ROWS: usize, const COLUMNS: usize>(
        &self,
        simd: S,
        row: usize,
        column: usize,
    ) {
        let Product { left, right, bias, activation } = self.product;
        let depth = left.columns();
        let mut lefts = [&[0.0; LANES][..]; ROWS];
        for (n, values) in lefts.iter_mut().enumerate() {
            *values = &left.from(row + n, 0)[..depth];
        }
        let mut rights = [&[0.0; LANES][..]; COLUMNS];
        for (n, values) in rights.iter_mut().enumerate() {
            *values = right.column(0..depth, column + n);
        }
        let mut sums = [[simd.splat(0.0); COLUMNS]; ROWS];
        let mut first = 0;
        while first < depth {
            let mut vectors = [simd.splat(0.0); COLUMNS];
            for (vector, values) in vectors.iter_mut().zip(rights) {
                *vector = simd.load_some(&values[first..]);
            }
            for (sums, values) in sums.iter_mut().zip(lefts) {
                let left = simd.load_some(&values[first..]);
                for (sum, right) in sums.iter_mut().zip(vectors) {
                    *sum = simd.mul_add(left, right, *sum);
                }
            }
            first += LANES;
        }
        for (n, sums) in sums.into_iter().enumerate() {
            let mut values = [0.0; COLUMNS];
            for (value, sum) in values.iter_mut().zip(sums) {
                *value = simd.sum(sum);
            }
            if let Some(bias) = bias {
                values.iter_mut().zip(&bias[column..]).for_each(|(value, bias)| *value += bias);
            }
            activation.apply(&mut values);
            // SAFETY: these elements are within the target, and no other thread's.
            unsafe {
                self.target.at(row + n, column).copy_from_nonoverlapping(values.as_ptr(), COLUMNS);
            }
        }
    }
}
