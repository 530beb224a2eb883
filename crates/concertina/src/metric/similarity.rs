//! Similarity of two images: mean squared error, peak signal-to-noise ratio, structural similarity.

use crate::shape::ImageShape;

/// The mean over all values of (a - b)^2, in f64.
///
/// # Panics
/// If the lengths differ.
pub fn mean_squared_error(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len(), "images of one shape are compared");
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    sum / a.len() as f64
}

/// The peak signal-to-noise ratio 10 log10(1 / MSE), in dB, for values in 0..1. Infinite for equal
/// images.
pub fn psnr_db(mean_squared_error: f64) -> f64 {
    -10.0 * mean_squared_error.log10()
}

/// The standard deviation of the window of [`ssim`], in pixels.
const SIGMA: f64 = 1.5;
/// The side of the window of [`ssim`].
const WINDOW: usize = 11;
/// The constants that keep the quotients of [`ssim`] finite where an image is black or flat: (0.01
/// L)^2 and (0.03 L)^2 for values in 0..=L, here L = 1.
const STABILISERS: [f64; 2] = [0.01 * 0.01, 0.03 * 0.03];

/// The structural similarity of two images with values in 0..1; at most 1, for equal images (Wang,
/// Bovik, Sheikh, Simoncelli: "Image Quality Assessment: From Error Visibility to Structural
/// Similarity", 2004).
///
/// Means, variances and covariance are weighted by a Gaussian window of 11x11 pixels and sigma 1.5.
/// The index is averaged over all positions where the window lies within the image (no padding),
/// and then over the channels. This is scikit-image's `structural_similarity` with
/// `gaussian_weights=True`, `sigma=1.5`, `use_sample_covariance=False`, `data_range=1`.
///
/// Along a side shorter than 11, the window is cut to the largest odd number of pixels that fits,
/// and its weights are normalised again. Compare the values of such small images only with one
/// another.
///
/// # Panics
/// If an image does not have `shape`, or `shape` has no pixel.
pub fn ssim(shape: ImageShape, a: &[f32], b: &[f32]) -> f64 {
    assert!(!shape.is_empty(), "an image has pixels");
    assert!(a.len() == shape.len() && b.len() == shape.len(), "images of one shape are compared");
    let windows = [shape.height, shape.width].map(window);
    let planes = a.chunks_exact(shape.area()).zip(b.chunks_exact(shape.area()));
    planes.map(|(a, b)| plane_ssim(a, b, shape.width, &windows)).sum::<f64>()
        / shape.channels as f64
}

/// The mean index of one channel.
fn plane_ssim(a: &[f32], b: &[f32], width: usize, windows: &[Vec<f64>; 2]) -> f64 {
    let blurred = |value: &dyn Fn(f64, f64) -> f64| {
        let plane: Vec<f64> =
            a.iter().zip(b).map(|(a, b)| value(f64::from(*a), f64::from(*b))).collect();
        blur(&plane, width, windows)
    };
    let means = blurred(&|a, _| a).into_iter().zip(blurred(&|_, b| b));
    let squares = blurred(&|a, b| a * a + b * b).into_iter().zip(blurred(&|a, b| a * b));
    let mut sum = 0.0;
    let mut positions = 0;
    for ((mean_a, mean_b), (squares, product)) in means.zip(squares) {
        let variances = squares - mean_a * mean_a - mean_b * mean_b;
        let covariance = product - mean_a * mean_b;
        let brightness = (2.0 * mean_a * mean_b + STABILISERS[0])
            / (mean_a * mean_a + mean_b * mean_b + STABILISERS[0]);
        let structure = (2.0 * covariance + STABILISERS[1]) / (variances + STABILISERS[1]);
        sum += brightness * structure;
        positions += 1;
    }
    sum / f64::from(positions)
}

/// The window's weights along a side of `side` pixels.
fn window(side: usize) -> Vec<f64> {
    let reach = (side.min(WINDOW) - 1) / 2;
    let weight = |i: usize| (-0.5 * ((i as f64 - reach as f64) / SIGMA).powi(2)).exp();
    let weights: Vec<f64> = (0..=2 * reach).map(weight).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

/// The weighted means at all positions where the window, with weights `[down, across]`, lies within
/// the plane.
fn blur(plane: &[f64], width: usize, [down, across]: &[Vec<f64>; 2]) -> Vec<f64> {
    let dot = |window: &[f64], weights: &[f64]| -> f64 {
        window.iter().zip(weights).map(|(value, weight)| value * weight).sum()
    };
    let rows: Vec<Vec<f64>> = plane
        .chunks_exact(width)
        .map(|row| row.windows(across.len()).map(|window| dot(window, across)).collect())
        .collect();
    rows.windows(down.len())
        .flat_map(|rows| {
            (0..rows[0].len())
                .map(|x| rows.iter().zip(down).map(|(row, weight)| row[x] * weight).sum())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::fixture::{METRICS, cases, number, tensor};

    #[test]
    fn a_tenth_everywhere_is_twenty_decibels() {
        let mse = mean_squared_error(&[0.1, 0.5, 0.9], &[0.2, 0.4, 0.8]);
        assert!((mse - 0.01).abs() < 1e-8);
        assert!((psnr_db(mse) - 20.0).abs() < 1e-5);
        assert_eq!(psnr_db(0.0), f64::INFINITY);
    }

    #[test]
    fn figures_are_those_of_scikit_image() {
        for (name, case) in cases(METRICS, |case| case["kind"] == "similarity") {
            let (axes, a) = tensor(&case["a"]);
            let b: Vec<f32> =
                a.iter().zip(tensor(&case["difference"]).1).map(|(a, d)| a + d).collect();
            let [channels, height, width] = axes.try_into().unwrap();
            let found = ssim(ImageShape::new(channels, height, width), &a, &b);
            assert!((found - number(&case["ssim"])).abs() < 1e-9, "{name}: {found}");
            let found = psnr_db(mean_squared_error(&a, &b));
            assert!((found - number(&case["psnr_db"])).abs() < 1e-7, "{name}: {found}");
        }
    }

    #[test]
    fn pictures_smaller_than_the_window_have_a_similarity() {
        for (height, width) in [(1, 1), (2, 30), (10, 4), (8, 8)] {
            let shape = ImageShape::new(1, height, width);
            let a: Vec<f32> = (0..shape.len()).map(|i| (i % 5) as f32 / 4.0).collect();
            let b: Vec<f32> = a.iter().map(|value| 0.9 - value).collect();
            assert!((ssim(shape, &a, &a) - 1.0).abs() < 1e-12, "{shape}");
            assert!(ssim(shape, &a, &b) < 0.5, "{shape}");
        }
        assert_eq!([1, 2, 3, 10, 11, 28].map(|side| window(side).len()), [1, 1, 3, 9, 11, 11]);
    }
}
