//! Sums of what steps give.

use rayon::prelude::*;

use super::blocks::Blocks;

/// The sum over the steps of each row, `[rows, W]` of `[N, W]`, from the first step to the last.
pub(crate) fn sum_steps(blocks: &Blocks, values: &[f32], width: usize) -> Vec<f32> {
    let mut sums = vec![0.0; blocks.rows * width];
    let jobs: Vec<_> = blocks.rows_mut(&mut sums).zip(blocks.all()).collect();
    jobs.into_par_iter().for_each(|(sums, block)| {
        let values = &values[block.first * width..][..block.len() * width];
        for step in values.chunks_exact(sums.len()) {
            add(sums, step);
        }
    });
    sums
}

/// Adds values to sums.
#[inline(always)]
pub(crate) fn add(sums: &mut [f32], values: &[f32]) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
}
