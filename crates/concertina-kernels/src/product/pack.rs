//! Puts part of a right factor into the order in which tiles read it.

use std::ops::Range;

use super::columns::Columns;
use super::matrix::Matrix;
use crate::lanes::{LANES, Lanes};
use crate::simd::Simd;

/// Some rows of some columns one after the other, the last vector filled up with zeros. `columns`
/// must be as many as make `VECTORS` vectors.
#[inline(always)]
pub(super) fn pack<S: Simd, const VECTORS: usize>(
    simd: S,
    right: &Matrix,
    rows: Range<usize>,
    columns: Range<usize>,
    panel: &mut [[Lanes; VECTORS]],
) {
    if right.row(0, 0..0).is_none() {
        for (vector, first) in columns.clone().step_by(LANES).enumerate() {
            let columns = first..columns.end.min(first + LANES);
            pack_transposed(simd, right, rows.clone(), columns, vector, panel);
        }
        return;
    }
    for (row, lanes) in rows.zip(panel) {
        let Some(row) = right.row(row, columns.clone()) else { continue };
        for (to, from) in lanes.iter_mut().zip(row.chunks(LANES)) {
            simd.store(to, simd.load_some(from));
        }
    }
}

/// The same for one vector, if the right factor's columns are without gaps, but not its rows.
#[inline(always)]
fn pack_transposed<S: Simd, const VECTORS: usize>(
    simd: S,
    right: &Matrix,
    rows: Range<usize>,
    columns: Range<usize>,
    vector: usize,
    panel: &mut [[Lanes; VECTORS]],
) {
    let columns = Columns::new(right, rows, columns);
    let (squares, rest) = panel.as_chunks_mut::<LANES>();
    for (n, rows) in squares.iter_mut().enumerate() {
        for (to, row) in rows.iter_mut().zip(columns.square(simd, n)) {
            simd.store(&mut to[vector], row);
        }
    }
    if !rest.is_empty() {
        for (to, row) in rest.iter_mut().zip(columns.rest(simd)) {
            simd.store(&mut to[vector], row);
        }
    }
}
