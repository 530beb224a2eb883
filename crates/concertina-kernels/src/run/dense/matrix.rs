//! A matrix in memory, or its transpose.

use std::ops::Range;

/// Its element `[row, column]` is `values[row * row_step + column * column_step]`; one of the steps is 1.
#[derive(Clone, Copy, Debug)]
pub(in crate::run) struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_step: usize,
    column_step: usize,
}

impl<'a> Matrix<'a> {
    /// `values` has the rows one after the other.
    pub(in crate::run) fn new(values: &'a [f32], rows: usize, columns: usize) -> Self {
        assert_eq!(Some(values.len()), rows.checked_mul(columns), "the values of a matrix");
        Matrix { values, rows, columns, row_step: columns, column_step: 1 }
    }

    pub(in crate::run) fn transposed(self) -> Self {
        let Matrix { values, rows, columns, row_step, column_step } = self;
        Matrix {
            values,
            rows: columns,
            columns: rows,
            row_step: column_step,
            column_step: row_step,
        }
    }

    pub(in crate::run) fn rows(&self) -> usize {
        self.rows
    }

    pub(in crate::run) fn columns(&self) -> usize {
        self.columns
    }

    /// Distance between neighbours in a column, and in a row.
    pub(super) fn steps(&self) -> [usize; 2] {
        [self.row_step, self.column_step]
    }

    /// The values from the element `[row, column]` on. If both are within the matrix, so are the elements of the
    /// rows and columns beyond, `steps` apart.
    pub(super) fn from(&self, row: usize, column: usize) -> &'a [f32] {
        &self.values[row * self.row_step + column * self.column_step..]
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
