//! Black and white pictures, drawn from grey ones.

use crate::rng::Stream;

/// Writes 1 into `input` with the probability that stands in `clean`, else 0; each value on its own.
pub(super) fn draw(clean: &[f32], stream: &mut Stream, input: &mut [f32]) {
    for (drawn, probability) in input.iter_mut().zip(clean) {
        *drawn = f32::from(u8::from(stream.uniform() < *probability));
    }
}
