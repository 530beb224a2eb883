//! Pixels that are lost: masking noise, and salt and pepper.

use crate::error::{Error, Result};
use crate::rng::Stream;
use crate::shape::ImageShape;

/// What stands where a pixel was lost.
#[derive(Clone, Copy)]
pub(super) enum Instead {
    /// 0: black.
    Black,
    /// 0 or 1, each as often as the other.
    BlackOrWhite,
}

/// Refuses what is no probability.
pub(super) fn check(probability: f32) -> Result<()> {
    if (0.0..1.0).contains(&probability) {
        return Ok(());
    }
    Err(Error::config(format!("`task.probability`: expected at least 0 and below 1, found {probability}")))
}

/// Copies `clean`, of shape `shape`, to `input`, and loses each pixel, in all its channels at once, with probability
/// `probability`.
pub(super) fn lose(
    clean: &[f32],
    shape: ImageShape,
    probability: f32,
    instead: Instead,
    stream: &mut Stream,
    input: &mut [f32],
) {
    input.copy_from_slice(clean);
    let area = shape.area();
    for pixel in 0..area {
        let draw = stream.uniform();
        if draw >= probability {
            continue;
        }
        // Below the probability the draw is uniform again: its upper half is white.
        let white = matches!(instead, Instead::BlackOrWhite) && draw >= 0.5 * probability;
        for channel in 0..shape.channels {
            input[channel * area + pixel] = f32::from(u8::from(white));
        }
    }
}
