//! Additive Gaussian noise.

use crate::rng::Stream;

/// `input = clean + Normal(mean, std)`, independent for each value, clipped to 0..1 if `clip`.
pub(super) fn gaussian(
    clean: &[f32],
    mean: f32,
    std: f32,
    clip: bool,
    stream: &mut Stream,
    input: &mut [f32],
) {
    for (noisy, value) in input.iter_mut().zip(clean) {
        let sum = value + mean + std * stream.normal();
        *noisy = if clip { sum.clamp(0.0, 1.0) } else { sum };
    }
}
