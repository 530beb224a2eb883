//! Sums of what steps give.

use rayon::prelude::*;

use super::blocks::Blocks;

/// The sum over the steps of each row, `[rows, W]` of `[N, W]`, from the first step to the last.
pub(crate) fn sum_steps(blocks: Blocks, values: &[f32]) -> Vec<f32> {
    let width = values.len() / blocks.len().max(1);
    let mut sums = vec![0.0; blocks.rows * width];
    let full = (blocks.full() * width).max(1);
    let parts = sums.par_chunks_mut((full / blocks.steps.max(1)).max(1));
    parts.zip(values.par_chunks(full)).for_each(|(sums, values)| {
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
