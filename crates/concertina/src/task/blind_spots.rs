//! Blind spots: pixels that a network has to infer from those around them.

use crate::error::{Error, Result};
use crate::rng::Stream;
use crate::shape::ImageShape;

/// How far the pixel may be that takes the place of another, in rows and in columns.
const REACH: usize = 2;

/// Checks that the probability is in range.
pub(super) fn check(probability: f32) -> Result<()> {
    if probability > 0.0 && probability <= 0.5 {
        return Ok(());
    }
    Err(Error::config(format!(
        "`task.probability`: expected above 0 and at most 0.5, found {probability}"
    )))
}

/// Copies `image`, of shape `shape`, to `input`, and replaces there each pixel, in all channels,
/// with probability `probability` by another that is near. Of `image` only those remain; the rest
/// is not a number.
pub(super) fn hide(
    image: &mut [f32],
    shape: ImageShape,
    probability: f32,
    stream: &mut Stream,
    input: &mut [f32],
) {
    input.copy_from_slice(image);
    let ImageShape { height, width, .. } = shape;
    let area = height * width;
    let mut was = vec![f32::NAN; image.len()];
    if area > 1 {
        for pixel in 0..area {
            if stream.uniform() >= probability {
                continue;
            }
            let other = near([pixel / width, pixel % width], [height, width], stream);
            for plane in (0..image.len()).step_by(area) {
                input[plane + pixel] = image[plane + other];
                was[plane + pixel] = image[plane + pixel];
            }
        }
    }
    image.copy_from_slice(&was);
}

/// Another pixel, at most [`REACH`] rows and columns away, each as likely.
fn near(at: [usize; 2], sides: [usize; 2], stream: &mut Stream) -> usize {
    let [rows, columns] =
        [0, 1].map(|axis| at[axis].saturating_sub(REACH)..(at[axis] + REACH + 1).min(sides[axis]));
    let own = (at[0] - rows.start) * columns.len() + at[1] - columns.start;
    let chosen = stream.below((rows.len() * columns.len() - 1) as u32) as usize;
    let chosen = if chosen < own { chosen } else { chosen + 1 };
    (rows.start + chosen / columns.len()) * sides[1] + columns.start + chosen % columns.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Seed};

    #[test]
    fn a_share_of_the_pixels_is_hidden_and_asked_for() {
        let shape = ImageShape::new(2, 50, 80);
        let image: Vec<f32> = (0..shape.len()).map(|at| at as f32).collect();
        let (mut target, mut input) = (image.clone(), vec![0.0; shape.len()]);
        let mut stream = Stream::new(Seed(1), Purpose::Corruption, [0; 3]);
        hide(&mut target, shape, 0.1, &mut stream, &mut input);
        let mut hidden = 0;
        let mut seen = [0; 25];
        for at in 0..shape.len() {
            assert_eq!(target[at].is_nan(), input[at] == image[at], "{at}");
            if target[at].is_nan() {
                continue;
            }
            assert_eq!(target[at], image[at]);
            let (pixel, other) = (at % 4000, input[at] as usize % 4000);
            let [down, right] = [other / 80 + 2 - pixel / 80, other % 80 + 2 - pixel % 80];
            assert!(down < 5 && right < 5 && at / 4000 == input[at] as usize / 4000);
            seen[down * 5 + right] += 1;
            hidden += 1;
        }
        let (first, second) = target.split_at(4000);
        assert!(first.iter().zip(second).all(|(a, b)| a.is_nan() == b.is_nan()));
        // Of 8,000 values in pairs; three standard deviations of 400 pairs are 57.
        assert!((686..914).contains(&hidden), "{hidden}");
        assert!(seen[12] == 0 && (0..25).all(|at| at == 12 || seen[at] > 8), "{seen:?}");
    }

    #[test]
    fn a_single_pixel_has_nothing_around_it() {
        let (mut target, mut input) = ([0.5], [0.0]);
        let mut stream = Stream::new(Seed(1), Purpose::Corruption, [0; 3]);
        hide(&mut target, ImageShape::new(1, 1, 1), 0.5, &mut stream, &mut input);
        assert!(target[0].is_nan() && input == [0.5]);
    }
}
