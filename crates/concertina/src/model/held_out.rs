//! The distribution of a model's reconstruction errors on held-out images, to which the errors of
//! other images are compared.

use crate::error::{Error, Result};

/// The maximum number of quantiles: steps of a thousandth.
const MAX_QUANTILES: usize = 1001;

/// The quantiles of the reconstruction errors of a model's own held-out images, at equal steps of
/// probability from the minimum to the maximum.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOutErrors {
    quantiles: Vec<f32>,
}

impl HeldOutErrors {
    /// The quantiles of `errors`: the sorted errors, or 1,001 quantiles if there are more. `None`
    /// if there is no error, or one is not finite.
    pub fn of(errors: &[f32]) -> Option<Self> {
        if errors.iter().any(|error| !error.is_finite()) {
            return None;
        }
        let mut sorted = errors.to_vec();
        sorted.sort_by(f32::total_cmp);
        let all = Self { quantiles: sorted };
        match errors.len() {
            0 => None,
            n if n <= MAX_QUANTILES => Some(all),
            _ => {
                let p = |i: usize| i as f64 / (MAX_QUANTILES - 1) as f64;
                Some(Self { quantiles: (0..MAX_QUANTILES).map(|i| all.quantile(p(i))).collect() })
            }
        }
    }

    /// The quantiles, in ascending order.
    pub fn quantiles(&self) -> &[f32] {
        &self.quantiles
    }

    /// The inverse of [`HeldOutErrors::quantiles`], for reading model files.
    ///
    /// # Errors
    /// If they are too few or too many, not ascending, or not finite.
    pub(crate) fn from_quantiles(quantiles: Vec<f32>) -> Result<Self> {
        let rises = quantiles.is_sorted() && quantiles.iter().all(|error| error.is_finite());
        if quantiles.is_empty() || quantiles.len() > MAX_QUANTILES || !rises {
            return Err(Error::data(format!(
                "expected 1 to {MAX_QUANTILES} rising quantiles of held-out errors, found {} \
                 numbers that are not",
                quantiles.len()
            )));
        }
        Ok(Self { quantiles })
    }

    /// The `p`-quantile of the held-out errors, `p` in 0..=1, linearly interpolated.
    pub fn quantile(&self, p: f64) -> f32 {
        let place = p.clamp(0.0, 1.0) * (self.quantiles.len() - 1) as f64;
        let [below, above] =
            [place.floor(), place.ceil()].map(|place| f64::from(self.quantiles[place as usize]));
        (below + (above - below) * place.fract()) as f32
    }

    /// The fraction of held-out images whose error is below `error`; equal errors count half. The
    /// mean of this over the errors of a data set is the probability that one of its errors is
    /// larger than a held-out one: 1/2 for sets with the same distribution.
    pub fn fraction_below(&self, error: f32) -> f64 {
        let below = self.quantiles.partition_point(|quantile| *quantile < error);
        let not_above = self.quantiles.partition_point(|quantile| *quantile <= error);
        (below + not_above) as f64 / (2 * self.quantiles.len()) as f64
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::normal;

    #[test]
    fn few_errors_are_kept_as_they_are() {
        let errors = HeldOutErrors::of(&[3.0, 1.0, 2.0]).unwrap();
        assert_eq!(errors.quantiles(), [1.0, 2.0, 3.0]);
        for (share, error) in [(0.0, 1.0), (0.25, 1.5), (0.5, 2.0), (1.0, 3.0), (7.0, 3.0)] {
            assert_eq!(errors.quantile(share), error);
        }
        for (error, share) in
            [(0.0, 0.0), (1.0, 1.0 / 6.0), (1.5, 1.0 / 3.0), (2.0, 0.5), (9.0, 1.0)]
        {
            assert!((errors.fraction_below(error) - share).abs() < 1e-12, "{error}");
        }
        let one = HeldOutErrors::of(&[2.0]).unwrap();
        assert_eq!((one.quantile(0.99), one.fraction_below(2.0)), (2.0, 0.5));
    }

    #[test]
    fn many_errors_are_kept_as_their_quantiles() {
        let errors = normal(50_000, 3);
        let kept = HeldOutErrors::of(&errors).unwrap();
        assert_eq!(kept.quantiles().len(), MAX_QUANTILES);
        // Of the standard normal.
        for (share, quantile) in [(0.5, 0.0), (0.841_345, 1.0), (0.99, 2.326_348)] {
            assert!((kept.quantile(share) - quantile).abs() < 0.05, "{share}");
            assert!((kept.fraction_below(quantile) - share).abs() < 0.005, "{share}");
        }
        let mean = errors.iter().map(|error| kept.fraction_below(*error)).sum::<f64>() / 50_000.0;
        assert!((mean - 0.5).abs() < 1e-3, "{mean}");
    }

    #[test]
    fn what_is_no_distribution_is_refused() {
        assert_eq!(HeldOutErrors::of(&[]), None);
        assert_eq!(HeldOutErrors::of(&[1.0, f32::NAN]), None);
        for quantiles in [vec![], vec![1.0, 0.5], vec![f32::NAN], vec![0.0; MAX_QUANTILES + 1]] {
            assert!(HeldOutErrors::from_quantiles(quantiles).unwrap_err().is_data());
        }
        let kept = HeldOutErrors::from_quantiles(vec![0.0, 0.0, 1.0]).unwrap();
        assert_eq!(kept.fraction_below(0.0), 1.0 / 3.0);
    }
}
