//! How large the errors are of images that a model was not trained on: what the errors of others are held against.

use crate::error::{Error, Result};

/// More numbers than this do not tell more: steps of a thousandth.
const MOST: usize = 1001;

/// The reconstruction errors of a model's own held-out images, as quantiles at equal steps from the smallest to the
/// largest.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOutErrors {
    quantiles: Vec<f32>,
}

impl HeldOutErrors {
    /// Those of so many errors; of more than 1,001 errors 1,001 quantiles. `None` if there is none, or one is not finite.
    pub fn of(errors: &[f32]) -> Option<Self> {
        if errors.iter().any(|error| !error.is_finite()) {
            return None;
        }
        let mut sorted = errors.to_vec();
        sorted.sort_by(f32::total_cmp);
        let all = Self { quantiles: sorted };
        match errors.len() {
            0 => None,
            n if n <= MOST => Some(all),
            _ => {
                let share = |i: usize| i as f64 / (MOST - 1) as f64;
                Some(Self { quantiles: (0..MOST).map(|i| all.quantile(share(i))).collect() })
            }
        }
    }

    /// The quantiles, rising.
    pub fn quantiles(&self) -> &[f32] {
        &self.quantiles
    }

    /// The inverse of [`HeldOutErrors::quantiles`], as a file holds them.
    pub(crate) fn from_quantiles(quantiles: Vec<f32>) -> Result<Self> {
        let rises = quantiles.is_sorted() && quantiles.iter().all(|error| error.is_finite());
        if quantiles.is_empty() || quantiles.len() > MOST || !rises {
            return Err(Error::data(format!(
                "expected 1 to {MOST} rising quantiles of held-out errors, found {} numbers that are not",
                quantiles.len()
            )));
        }
        Ok(Self { quantiles })
    }

    /// The error below which `share`, from 0 to 1, of the held-out images lie; between two quantiles by a straight line.
    pub fn quantile(&self, share: f64) -> f32 {
        let place = share.clamp(0.0, 1.0) * (self.quantiles.len() - 1) as f64;
        let [below, above] =
            [place.floor(), place.ceil()].map(|place| f64::from(self.quantiles[place as usize]));
        (below + (above - below) * place.fract()) as f32
    }

    /// The share of held-out images, from 0 to 1, whose error is below `error`; of those whose error is the same a half. The
    /// mean over many errors is the probability that one of them is larger than a held-out one: 1/2 for two sets that
    /// are alike.
    pub fn share_below(&self, error: f32) -> f64 {
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
            assert!((errors.share_below(error) - share).abs() < 1e-12, "{error}");
        }
        let one = HeldOutErrors::of(&[2.0]).unwrap();
        assert_eq!((one.quantile(0.99), one.share_below(2.0)), (2.0, 0.5));
    }

    #[test]
    fn many_errors_are_kept_as_their_quantiles() {
        let errors = normal(50_000, 3);
        let kept = HeldOutErrors::of(&errors).unwrap();
        assert_eq!(kept.quantiles().len(), MOST);
        // Of the standard normal.
        for (share, quantile) in [(0.5, 0.0), (0.841_345, 1.0), (0.99, 2.326_348)] {
            assert!((kept.quantile(share) - quantile).abs() < 0.05, "{share}");
            assert!((kept.share_below(quantile) - share).abs() < 0.005, "{share}");
        }
        let mean = errors.iter().map(|error| kept.share_below(*error)).sum::<f64>() / 50_000.0;
        assert!((mean - 0.5).abs() < 1e-3, "{mean}");
    }

    #[test]
    fn what_is_no_distribution_is_refused() {
        assert_eq!(HeldOutErrors::of(&[]), None);
        assert_eq!(HeldOutErrors::of(&[1.0, f32::NAN]), None);
        for quantiles in [vec![], vec![1.0, 0.5], vec![f32::NAN], vec![0.0; MOST + 1]] {
            assert!(HeldOutErrors::from_quantiles(quantiles).unwrap_err().is_data());
        }
        let kept = HeldOutErrors::from_quantiles(vec![0.0, 0.0, 1.0]).unwrap();
        assert_eq!(kept.share_below(0.0), 1.0 / 3.0);
    }
}
