//! Channels as pixels between pixels, and back.

use crate::lanes::Lanes;
use crate::plane::Plane;

/// Writes the interior of the target, whose sides are `factor` times as long.
pub(crate) fn shuffle(
    factor: usize,
    (source, from): (&[Lanes], &Plane),
    (target, to): (&mut [Lanes], &Plane),
) {
    for (small, large) in pairs(factor, from, to) {
        target[large] = source[small];
    }
}

/// The inverse: writes the interior of the target, whose sides are a `factor` as long.
pub(crate) fn unshuffle(
    factor: usize,
    (source, from): (&[Lanes], &Plane),
    (target, to): (&mut [Lanes], &Plane),
) {
    for (small, large) in pairs(factor, to, from) {
        target[small] = source[large];
    }
}

/// The place of each value in the small planes and in the large ones.
fn pairs<'a>(
    factor: usize,
    small: &'a Plane,
    large: &'a Plane,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    large.interior_rows().flat_map(move |(row, start)| {
        let (channel, y) = (row / large.height, row % large.height);
        let first = (channel * factor + y % factor) * factor;
        (0..large.width).map(move |x| {
            let from =
                (first + x % factor) * small.channel_len() + small.at(y / factor, x / factor);
            (from, start + x)
        })
    })
}
