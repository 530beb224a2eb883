//! What all steps of drawing a digit share: the size of the paper, points, and random deviations.

use concertina_base::rng::Stream;

/// Rows and columns of an image.
pub const SIDE: usize = 28;

/// A position or a displacement `[x, y]`, to the right and down.
pub(super) type Point = [f32; 2];

/// A random number of mean 0 and variance 1: the scaled sum of four uniform numbers.
///
/// It is roughly normal, but its absolute value is below 3.5, so that digits stay legible.
pub(super) fn bell(stream: &mut Stream) -> f32 {
    let sum = stream.uniform() + stream.uniform() + stream.uniform() + stream.uniform();
    (sum - 2.0) * 3.0_f32.sqrt()
}
