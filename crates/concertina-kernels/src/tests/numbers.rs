//! Numbers to compute with.

use crate::layer::Shape;
use crate::sequential::Sequential;

/// Numbers that look random, multiples of 1/8 in -1..=1: sums of their products are exact, so that
/// equal values are equal in f32 and f64 alike.
pub(super) fn eighths(n: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 33) % 17) as f32 / 8.0 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

/// The same, each weight scaled by a power of two so that its layer neither fades out nor explodes.
pub(super) fn eighths_for(model: &Sequential, seed: u64) -> Vec<f32> {
    let mut parameters = eighths(model.n_parameters(), seed);
    for tensor in model.parameters() {
        let scale = (tensor.shape[1..].iter().product::<usize>() as f32)
            .sqrt()
            .log2()
            .round()
            .exp2()
            .recip();
        parameters[tensor.range.clone()].iter_mut().for_each(|x| *x *= scale);
    }
    parameters
}

pub(super) fn size(shape: Shape) -> usize {
    shape.iter().product()
}
