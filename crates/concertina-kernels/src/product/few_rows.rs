//! Products of few rows with a matrix whose columns are without gaps, which is not packed.
//!
//! An element's products are added in the order of [`Strip`](super::strip::Strip), so that a row
//! has the same bits whichever of the two computes it.

use std::ops::Range;

use super::columns::Columns;
use super::factors::Product;
use super::target::Target;
use crate::lanes::{LANES, Lanes};
use crate::simd::{Kernel, Simd};

/// The most rows.
const FEW: usize = 4;

/// Whether a product should be computed in this way.
pub(super) fn suits(product: &Product) -> bool {
    let are_contiguous = product.left.steps()[1] == 1 && product.right.steps()[0] == 1;
    are_contiguous && product.left.rows() <= FEW
}

/// Some columns of a product, with all its rows.
pub(super) struct FewRows<'a> {
    pub(super) product: &'a Product<'a>,
    pub(super) columns: Range<usize>,
    pub(super) target: Target,
}

impl Kernel for FewRows<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        match self.product.left.rows() {
            1 => self.vectors::<S, 1>(simd),
            2 => self.vectors::<S, 2>(simd),
            3 => self.vectors::<S, 3>(simd),
            _ => self.vectors::<S, 4>(simd),
        }
    }
}

impl FewRows<'_> {
    /// Sixteen columns at a time.
    #[inline(always)]
    fn vectors<S: Simd, const ROWS: usize>(&self, simd: S) {
        for first in self.columns.clone().step_by(LANES) {
            self.vector::<S, ROWS>(simd, first..self.columns.end.min(first + LANES));
        }
    }

    #[inline(always)]
    fn vector<S: Simd, const ROWS: usize>(&self, simd: S, columns: Range<usize>) {
        let Product { left, right, bias, activation } = self.product;
        let depth = left.columns();
        let mut start = Lanes::ZERO;
        if let Some(bias) = bias {
            start.0[..columns.len()].copy_from_slice(&bias[columns.clone()]);
        }
        let mut sums = [simd.load(&start); ROWS];
        let mut lefts = [(&[][..], &[][..]); ROWS];
        for (n, left_row) in lefts.iter_mut().enumerate() {
            *left_row = left.from(n, 0)[..depth].as_chunks::<LANES>();
        }
        let rights = Columns::new(right, 0..depth, columns.clone());
        for n in 0..rights.n_squares() {
            let square = rights.square(simd, n);
            for (k, right) in square.into_iter().enumerate() {
                for (sum, (factors, _)) in sums.iter_mut().zip(lefts) {
                    *sum = simd.mul_add(simd.splat(factors[n][k]), right, *sum);
                }
            }
        }
        let rest = rights.rest(simd);
        for (k, right) in rest.into_iter().enumerate().take(rights.n_rest()) {
            for (sum, (_, factors)) in sums.iter_mut().zip(lefts) {
                *sum = simd.mul_add(simd.splat(factors[k]), right, *sum);
            }
        }
        for (row, sum) in sums.into_iter().enumerate() {
            let mut lanes = Lanes::ZERO;
            simd.store(&mut lanes, sum);
            let values = &mut lanes.0[..columns.len()];
            activation.apply(values);
            // SAFETY: these elements are within the target, and no other thread's.
            unsafe {
                let to = self.target.at(row, columns.start);
                to.copy_from_nonoverlapping(values.as_ptr(), values.len());
            }
        }
    }
}
