//! Masking noise and salt-and-pepper noise.

use crate::error::{Error, Result};
use crate::rng::Stream;
use crate::shape::ImageShape;

/// The value of a corrupted pixel.
#[derive(Clone, Copy)]
pub(super) enum Replacement {
    /// 0: black.
    Black,
    /// 0 or 1, with equal probability.
    BlackOrWhite,
}

/// Checks that the probability is in range.
pub(super) fn check(probability: f32) -> Result<()> {
    if (0.0..1.0).contains(&probability) {
        return Ok(());
    }
    Err(Error::config(format!(
        "`task.probability`: expected at least 0 and below 1, found {probability}"
    )))
}

/// Copies `clean`, of shape `shape`, to `input`, and replaces each pixel, in all its channels, with
/// probability `probability`.
pub(super) fn mask(
    clean: &[f32],
    shape: ImageShape,
    probability: f32,
    replacement: Replacement,
    stream: &mut Stream,
    input: &mut [f32],
) {
    input.copy_from_slice(clean);
    let area = shape.area();
    for pixel in 0..area {
        let u = stream.uniform();
        if u >= probability {
            continue;
        }
        // Given that it is below the probability, `u` is uniform there: its upper half is white.
        let white = matches!(replacement, Replacement::BlackOrWhite) && u >= 0.5 * probability;
        for channel in 0..shape.channels {
            input[channel * area + pixel] = f32::from(u8::from(white));
        }
    }
}
