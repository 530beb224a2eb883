//! Stochastic binarisation of grey images.

use crate::rng::Stream;

/// Samples each value of `input` from a Bernoulli distribution whose probability is the value of
/// `clean`.
pub(super) fn sample(clean: &[f32], stream: &mut Stream, input: &mut [f32]) {
    for (value, probability) in input.iter_mut().zip(clean) {
        *value = f32::from(u8::from(stream.uniform() < *probability));
    }
}
