//! What a backward pass computes before its products: the gradient through an activation, and the
//! sums of its columns.

use std::mem::MaybeUninit;

use rayon::prelude::*;

use crate::layer::Activation;
use crate::simd::{Kernel, Level, Simd};

/// About this many values are worth a thread.
const VALUES_PER_JOB: usize = 1 << 15;

/// The gradient with respect to the input of the activation, whose output is `y`.
pub(super) fn through_activation(
    level: Level,
    activation: Activation,
    y: &[f32],
    grad: &[f32],
) -> Vec<f32> {
    assert_eq!(y.len(), grad.len(), "the values of a layer");
    let mut through = Vec::with_capacity(y.len());
    let targets = through.spare_capacity_mut()[..y.len()].par_chunks_mut(VALUES_PER_JOB);
    let jobs = (targets, y.par_chunks(VALUES_PER_JOB), grad.par_chunks(VALUES_PER_JOB));
    jobs.into_par_iter()
        .for_each(|(to, y, grad)| level.run(ThroughActivation { activation, y, grad, to }));
    // SAFETY: all of them were written.
    unsafe { through.set_len(y.len()) };
    through
}

struct ThroughActivation<'a> {
    activation: Activation,
    y: &'a [f32],
    grad: &'a [f32],
    to: &'a mut [MaybeUninit<f32>],
}

impl Kernel for ThroughActivation<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        for ((to, y), grad) in self.to.iter_mut().zip(self.y).zip(self.grad) {
            to.write(grad * self.activation.derivative(*y));
        }
    }
}

/// The sum of each column of a matrix that lies row after row, from its first row to its last.
pub(super) fn column_sums(level: Level, matrix: &[f32], sums: &mut [f32]) {
    let columns = sums.len();
    let rows = matrix.len() / columns;
    let width = VALUES_PER_JOB.div_ceil(rows.max(1));
    sums.par_chunks_mut(width).enumerate().for_each(|(n, sums)| {
        level.run(ColumnSums { matrix, columns, first: n * width, sums });
    });
}

struct ColumnSums<'a> {
    matrix: &'a [f32],
    columns: usize,
    /// The first column that is summed.
    first: usize,
    sums: &'a mut [f32],
}

impl Kernel for ColumnSums<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        self.sums.fill(0.0);
        for row in self.matrix.chunks_exact(self.columns) {
            for (sum, value) in self.sums.iter_mut().zip(&row[self.first..]) {
                *sum += value;
            }
        }
    }
}
