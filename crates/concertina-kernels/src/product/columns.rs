//! Sixteen neighbouring columns of a matrix whose columns are without gaps, read row by row.

use std::ops::Range;

use super::matrix::Matrix;
use crate::lanes::LANES;
use crate::simd::Simd;

/// Up to sixteen columns; where there are fewer, the last of them takes the places of the missing.
pub(super) struct Columns<'a> {
    squares: [&'a [[f32; LANES]]; LANES],
    rest: [&'a [f32]; LANES],
}

impl<'a> Columns<'a> {
    /// `columns` must be one at least.
    #[inline(always)]
    pub(super) fn new(matrix: &Matrix<'a>, rows: Range<usize>, columns: Range<usize>) -> Self {
        let (mut squares, mut rest) = ([&[][..]; LANES], [&[][..]; LANES]);
        for (n, (squares, rest)) in squares.iter_mut().zip(&mut rest).enumerate() {
            let column = (columns.start + n).min(columns.end - 1);
            (*squares, *rest) = matrix.column(rows.clone(), column).as_chunks();
        }
        Columns { squares, rest }
    }

    /// How many times there are sixteen rows.
    #[inline(always)]
    pub(super) fn n_squares(&self) -> usize {
        self.squares[0].len()
    }

    /// Sixteen rows.
    #[inline(always)]
    pub(super) fn square<S: Simd>(&self, simd: S, n: usize) -> [S::Vector; LANES] {
        let mut columns = [&[0.0; LANES]; LANES];
        for (column, squares) in columns.iter_mut().zip(self.squares) {
            *column = &squares[n];
        }
        simd.transpose(columns)
    }

    /// How many rows are left behind the squares.
    #[inline(always)]
    pub(super) fn n_rest(&self) -> usize {
        self.rest[0].len()
    }

    /// These rows, and zeros.
    #[inline(always)]
    pub(super) fn rest<S: Simd>(&self, simd: S) -> [S::Vector; LANES] {
        let mut padded = [[0.0; LANES]; LANES];
        for (to, from) in padded.iter_mut().zip(self.rest) {
            to[..from.len()].copy_from_slice(from);
        }
        simd.transpose(padded.each_ref())
    }
}
