//! From which score on a picture is rejected.

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::text::{counted, percent, thousands};

/// A threshold of scores.
#[derive(Clone, Copy, Debug, PartialEq, JsonSchema, Serialize)]
pub struct Threshold {
    /// Pictures with a larger score are rejected.
    pub score: f64,
    /// The asked rate of false alarms: good pictures that are rejected.
    pub false_alarms: f64,
    /// Held-out good pictures that it rests on.
    pub held_out: usize,
    /// Good pictures that it takes at least to promise such a rate.
    pub needed: usize,
}

impl Threshold {
    /// The smallest threshold with at most the asked rate of false alarms, on average over draws of
    /// good pictures: the score of rank `ceil((n + 1) (1 - rate))` among `n` held-out good pictures
    /// (split conformal prediction: Vovk, Gammerman, Shafer 2005). With too few the largest score,
    /// and nothing is promised.
    ///
    /// # Errors
    /// If the rate is not above 0 and below 1.
    ///
    /// # Panics
    /// If there are no scores.
    pub(super) fn new(scores: &[f64], false_alarms: f64) -> Result<Self> {
        assert!(!scores.is_empty(), "inspectors are fitted to some good pictures");
        if !(false_alarms > 0.0 && false_alarms < 1.0) {
            return Err(Error::config(format!(
                "expected a rate of false alarms above 0 and below 1, found {false_alarms}"
            )));
        }
        let mut sorted = scores.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let n = sorted.len();
        // Less what the product is inexact by.
        let rank = ((n as f64 + 1.0) * (1.0 - false_alarms) - 1e-9).ceil() as usize;
        Ok(Self {
            score: sorted[rank.clamp(1, n) - 1],
            false_alarms,
            held_out: n,
            needed: (1.0 / false_alarms - 1.0 - 1e-9).ceil() as usize,
        })
    }

    /// What to think of a threshold that promises nothing, in words.
    pub fn unpromised(self) -> String {
        format!(
            "{} false alarms cannot be promised by {}, it takes {}: the threshold is the largest \
             of their scores",
            percent(self.false_alarms),
            counted(self.held_out, "held-out good picture"),
            thousands(self.needed),
        )
    }

    /// Whether there are enough held-out pictures to promise the rate.
    pub fn is_promised(self) -> bool {
        self.held_out >= self.needed
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_rank_is_that_of_conformal_prediction() {
        let scores: Vec<f64> = (1..=120).map(|n| f64::from((n * 7) % 121)).collect();
        for (rate, score, needed, promised) in [
            (0.01, 120.0, 99, true),
            (0.05, 115.0, 19, true),
            (0.5, 61.0, 1, true),
            (0.005, 120.0, 199, false),
        ] {
            let found = Threshold::new(&scores, rate).unwrap();
            assert_eq!((found.score, found.needed), (score, needed), "{rate}");
            assert_eq!(found.is_promised(), promised, "{rate}");
        }
        for rate in [0.0, 1.0, -0.5, f64::NAN] {
            assert!(Threshold::new(&scores, rate).unwrap_err().is_config(), "{rate}");
        }
    }
}
