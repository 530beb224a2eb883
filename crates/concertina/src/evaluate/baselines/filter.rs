//! Classical denoising filters, the baselines of a denoiser.
//!
//! The border is replicated, as with `SciPy`'s `mode="nearest"`.

use crate::evaluate::linear_filter::within;
use crate::shape::ImageShape;

/// The Gaussian filter is truncated at this many standard deviations.
const REACH: f64 = 4.0;

/// The median filter: each value becomes the median of the square window of `side` pixels, an odd
/// number, around it.
pub(super) fn median(shape: ImageShape, values: &[f32], side: usize) -> Vec<f32> {
    assert!(side % 2 == 1, "a window has a middle");
    let reach = (side / 2).cast_signed();
    let mut window = Vec::with_capacity(side * side);
    let mut filtered = Vec::with_capacity(values.len());
    for plane in values.chunks_exact(shape.area()) {
        for place in 0..plane.len() {
            let (row, column) = (place / shape.width, place % shape.width);
            window.clear();
            for y in -reach..=reach {
                let start = within(row, y, shape.height) * shape.width;
                window.extend(
                    (-reach..=reach).map(|x| plane[start + within(column, x, shape.width)]),
                );
            }
            let (_, middle, _) = window.select_nth_unstable_by(side * side / 2, f32::total_cmp);
            filtered.push(*middle);
        }
    }
    filtered
}

/// The Gaussian filter: each value becomes the mean of its surroundings, weighted by a Gaussian of
/// `sigma` pixels.
pub(super) fn gaussian(shape: ImageShape, values: &[f32], sigma: f64) -> Vec<f32> {
    let reach = (REACH * sigma + 0.5) as isize;
    let weights: Vec<f64> =
        (-reach..=reach).map(|x| (-0.5 * (x as f64 / sigma).powi(2)).exp()).collect();
    let sum: f64 = weights.iter().sum();
    let blurred = |value: &dyn Fn(isize) -> f64| -> f64 {
        (-reach..=reach).zip(&weights).map(|(x, weight)| weight / sum * value(x)).sum()
    };
    let ImageShape { height, width, .. } = shape;
    let mut filtered = Vec::with_capacity(values.len());
    for plane in values.chunks_exact(shape.area()) {
        let tall: Vec<f64> = (0..plane.len())
            .map(|place| {
                let (row, column) = (place / width, place % width);
                blurred(&|y| f64::from(plane[within(row, y, height) * width + column]))
            })
            .collect();
        filtered.extend((0..plane.len()).map(|place| {
            let (row, column) = (place / width, place % width);
            blurred(&|x| tall[row * width + within(column, x, width)]) as f32
        }));
    }
    filtered
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::fixture::{check_within, number, pictures};

    #[test]
    fn filters_are_those_of_scipy() {
        for (name, case, shape, picture) in pictures("filter") {
            let side = case["side"].as_u64().unwrap() as usize;
            for (filter, found) in [
                ("median", median(shape, &picture, side)),
                ("gaussian", gaussian(shape, &picture, number(&case["sigma"]))),
            ] {
                check_within(&found, &case[filter], 1e-7, &format!("{name}, {filter}"));
            }
        }
    }

    #[test]
    fn a_lone_pixel_is_taken_away_by_the_median_and_spread_by_the_gaussian() {
        let shape = ImageShape::new(1, 5, 5);
        let mut values = vec![0.0; 25];
        values[12] = 1.0;
        assert_eq!(median(shape, &values, 3), vec![0.0; 25]);
        let blurred = gaussian(shape, &values, 1.0);
        assert!(blurred.iter().all(|value| (0.0..0.2).contains(value)) && blurred[12] > 0.15);
    }
}
