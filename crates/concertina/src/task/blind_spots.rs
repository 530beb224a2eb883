//! Blind spots: pixels that a network has to infer from those around them.

use crate::error::{Error, Result};
use crate::rng::Stream;
use crate::shape::ImageShape;

/// How far the pixels may be whose median takes the place of another, in rows and in columns.
pub(crate) const REACH: usize = 2;

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
/// with probability `probability` by what is usual around it. Of `image` only those remain; the
/// rest is not a number.
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
            for plane in (0..image.len()).step_by(area) {
                let values = &image[plane..plane + area];
                input[plane + pixel] =
                    median_around(values, [height, width], [pixel / width, pixel % width]);
                was[plane + pixel] = image[plane + pixel];
            }
        }
    }
    image.copy_from_slice(&was);
}

/// The median of the pixels at most [`REACH`] rows and columns from one of a plane, without itself
/// (N2V2: Höck et al. 2022); of an even number the upper of the two in the middle. A single pixel
/// is its own.
pub(crate) fn median_around(plane: &[f32], sides: [usize; 2], at: [usize; 2]) -> f32 {
    let [rows, columns] =
        [0, 1].map(|axis| at[axis].saturating_sub(REACH)..(at[axis] + REACH + 1).min(sides[axis]));
    let mut around = [0.0; (2 * REACH + 1) * (2 * REACH + 1)];
    let mut n = 0;
    for row in rows {
        for column in columns.clone() {
            if [row, column] != at {
                around[n] = plane[row * sides[1] + column];
                n += 1;
            }
        }
    }
    if n == 0 {
        return plane[0];
    }
    *around[..n].select_nth_unstable_by(n / 2, f32::total_cmp).1
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
        for at in 0..shape.len() {
            assert_eq!(target[at].is_nan(), input[at] == image[at], "{at}");
            if !target[at].is_nan() {
                assert_eq!(target[at], image[at]);
                hidden += 1;
            }
        }
        let (first, second) = target.split_at(4000);
        assert!(first.iter().zip(second).all(|(a, b)| a.is_nan() == b.is_nan()));
        // Of 8,000 values in pairs; three standard deviations of 400 pairs are 57.
        assert!((686..914).contains(&hidden), "{hidden}");
    }

    #[test]
    fn a_pixel_is_replaced_by_the_median_of_those_around_it() {
        let sides = [4, 6];
        // 0 to 23, row by row.
        let mut plane: Vec<f32> = (0..24u8).map(f32::from).collect();
        for (at, expected) in [
            // 1, 2, 6, 7, 8, 12, 13, 14
            ([0, 0], 8.0),
            // 0 to 4, 6 to 10 without 8, 12 to 16, 18 to 22
            ([1, 2], 12.0),
            // 9, 10, 11, 15, 16, 17, 21, 22
            ([3, 5], 16.0),
        ] {
            let pixel = at[0] * sides[1] + at[1];
            let was = std::mem::replace(&mut plane[pixel], 1e9);
            assert_eq!(median_around(&plane, sides, at), expected, "{at:?}");
            plane[pixel] = was;
        }
    }

    #[test]
    fn a_single_pixel_has_nothing_around_it() {
        let (mut target, mut input) = ([0.5], [0.0]);
        let mut stream = Stream::new(Seed(1), Purpose::Corruption, [0; 3]);
        hide(&mut target, ImageShape::new(1, 1, 1), 0.5, &mut stream, &mut input);
        assert!(target[0].is_nan() && input == [0.5]);
    }
}
