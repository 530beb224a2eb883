//! A matrix in memory, or its transpose.

use std::ops::Range;

use rayon::prelude::*;

use crate::lanes::LANES;
use crate::simd::{Kernel, Level, Simd};

/// A matrix whose values lie row by row in a slice, or the transpose of one.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    /// The element `[row, column]` is `values[row * row_step + column * column_step]`; one of the
    /// steps is 1.
    row_step: usize,
    column_step: usize,
}

impl<'a> Matrix<'a> {
    /// `[rows, columns]`; `values` has the rows one after the other.
    ///
    /// # Panics
    /// If there are not `rows * columns` values.
    pub fn new(values: &'a [f32], rows: usize, columns: usize) -> Self {
        assert_eq!(Some(values.len()), rows.checked_mul(columns), "the values of a matrix");
        Matrix { values, rows, columns, row_step: columns, column_step: 1 }
    }

    /// The matrix of rows of `len` values, as many as there are.
    pub(crate) fn of_rows(values: &'a [f32], len: usize) -> Self {
        Matrix::new(values, values.len() / len, len)
    }

    /// The same values as `[columns, rows]`. Nothing is copied.
    #[must_use]
    pub fn transposed(self) -> Self {
        let Matrix { values, rows, columns, row_step, column_step } = self;
        Matrix {
            values,
            rows: columns,
            columns: rows,
            row_step: column_step,
            column_step: row_step,
        }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Distance between neighbours in a column, and in a row.
    pub(super) fn steps(&self) -> [usize; 2] {
        [self.row_step, self.column_step]
    }

    /// The values from the element `[row, column]` on. If both are within the matrix, so are the
    /// elements of the rows and columns behind it, `steps` apart.
    pub(super) fn from(&self, row: usize, column: usize) -> &'a [f32] {
        &self.values[row * self.row_step + column * self.column_step..]
    }

    /// The values row by row, where the columns are without gaps.
    pub(crate) fn to_rows(self, level: Level) -> Vec<f32> {
        let mut values = vec![0.0; self.rows * self.columns];
        let parts = values.par_chunks_mut((LANES * self.columns).max(1)).enumerate();
        parts.for_each(|(n, part)| level.run(ToRows { of: self, first: n * LANES, part }));
        values
    }

    /// Part of a row, if rows are without gaps.
    pub(super) fn row(&self, row: usize, columns: Range<usize>) -> Option<&'a [f32]> {
        (self.column_step == 1).then(|| &self.from(row, columns.start)[..columns.len()])
    }

    /// Part of a column, which must be without gaps.
    pub(super) fn column(&self, rows: Range<usize>, column: usize) -> &'a [f32] {
        debug_assert_eq!(self.row_step, 1);
        &self.from(rows.start, column)[..rows.len()]
    }
}

/// Some rows of a matrix whose columns are without gaps, sixteen by sixteen values at a time, so
/// that a line of the cache is read and written whole.
struct ToRows<'a> {
    of: Matrix<'a>,
    first: usize,
    part: &'a mut [f32],
}

impl Kernel for ToRows<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let ToRows { of, first, part } = self;
        let (n_rows, width) = (part.len() / of.columns, of.columns);
        let whole = if n_rows == LANES { width / LANES * LANES } else { 0 };
        for start in (0..whole).step_by(LANES) {
            let mut columns = [&[0.0; LANES]; LANES];
            for (n, column) in columns.iter_mut().enumerate() {
                if let Some(values) = of.column(first..first + LANES, start + n).first_chunk() {
                    *column = values;
                }
            }
            for (row, values) in simd.transpose(columns).into_iter().enumerate() {
                if let Some(to) = part[row * width + start..].first_chunk_mut() {
                    simd.store_to(to, values);
                }
            }
        }
        for column in whole..width {
            let values = of.column(first..first + n_rows, column);
            for (row, value) in values.iter().enumerate() {
                part[row * width + column] = *value;
            }
        }
    }
}
