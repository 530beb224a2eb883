//! Similarity of two images: mean squared error and peak signal-to-noise ratio.

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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::math::similarity::ssim;
    use crate::shape::ImageShape;
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
}
