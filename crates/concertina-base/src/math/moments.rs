//! Means and standard deviations of codes, to compare them with a standard normal prior.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Codes;
use super::Points;
use super::covariance::{mean, variances};
use crate::error::Result;

/// Means and standard deviations of codes: 0 and 1 for samples of a standard normal.
#[derive(Clone, Copy, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct CodeMoments {
    /// The mean over all values of all codes.
    pub mean: f64,
    /// The standard deviation over all values of all codes.
    pub std: f64,
    /// The smallest and the largest mean of a dimension.
    pub dimension_means: [f64; 2],
    /// The smallest and the largest standard deviation of a dimension.
    pub dimension_stds: [f64; 2],
}

impl CodeMoments {
    /// The moments of `codes`.
    ///
    /// # Errors
    /// If there are no codes, or a value is not finite.
    pub fn of(codes: &Codes) -> Result<Self> {
        let codes = Points::of_codes("codes", codes)?;
        let means = mean(codes);
        let all = Points::new("codes", 1, codes.values())?;
        let all_mean = mean(all);
        let range = |values: &[f64]| {
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            [least, values.iter().copied().fold(f64::NEG_INFINITY, f64::max)]
        };
        let stds: Vec<f64> = variances(codes, &means).into_iter().map(f64::sqrt).collect();
        Ok(Self {
            mean: all_mean[0],
            std: variances(all, &all_mean)[0].sqrt(),
            dimension_means: range(&means),
            dimension_stds: range(&stds),
        })
    }
}

/// The mean of each latent dimension over the codes, `[D]`; NaN for all if a value is not finite or
/// there are no codes.
pub fn code_means(codes: &Codes) -> Vec<f64> {
    match Points::of_codes("codes", codes) {
        Ok(points) => mean(points),
        Err(_) => vec![f64::NAN; codes.size()],
    }
}

/// The variance of each latent dimension over the codes, `[D]`; NaN for all if a value is not
/// finite or there are no codes.
pub fn code_variances(codes: &Codes) -> Vec<f64> {
    match Points::of_codes("codes", codes) {
        Ok(points) => variances(points, &mean(points)),
        Err(_) => vec![f64::NAN; codes.size()],
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn moments_are_of_all_numbers_and_of_each_dimension() {
        let values = [1.0, 5.0, 3.0, 5.0, 1.0, 5.0, 3.0, 5.0];
        let found = CodeMoments::of(&Codes::new(2, values.to_vec())).unwrap();
        assert_eq!(found.mean, 3.5);
        assert_eq!(found.dimension_means, [2.0, 5.0]);
        assert_eq!(code_means(&Codes::new(2, values.to_vec())), [2.0, 5.0]);
        let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-6, "{found}");
        // Squares 2 x 2.5^2 + 2 x 0.5^2 + 4 x 1.5^2 over 7, and 4 over 3.
        close(found.std, (22.0f64 / 7.0).sqrt());
        close(found.dimension_stds[0], 0.0);
        close(found.dimension_stds[1], (4.0f64 / 3.0).sqrt());
    }
}
