//! The weights of bicubic enlargement, for programs that have none that mirrors at the edges.

use concertina_kernels::bicubic_taps;

/// How far beside a pixel the pixels that it becomes read.
pub(super) const REACH: usize = 2;

/// Along an axis: the weights of the pixels around one for each of the `factor` that it becomes.
pub(super) fn phases(factor: usize) -> Vec<[f32; 2 * REACH + 1]> {
    let around = 2 * REACH + 1;
    // Those of a pixel that is far from both edges.
    let taps = &bicubic_taps(around, around * factor)[REACH * factor..][..factor];
    let phase = |taps: &Vec<(usize, f32)>| {
        let mut weights = [0.0; 2 * REACH + 1];
        for (place, weight) in taps {
            weights[*place] += weight;
        }
        weights
    };
    taps.iter().map(phase).collect()
}
