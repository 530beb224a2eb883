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
    /// Good pictures beside them that the model was trained on.
    pub trained: usize,
    /// Good pictures that it takes at least to promise such a rate.
    pub needed: usize,
}

impl Threshold {
    /// The smallest threshold with at most the asked rate of false alarms, on average over draws of
    /// good pictures: the score of rank `ceil((n + 1) (1 - rate))` among `n` held-out good pictures
    /// (split conformal prediction: Vovk, Gammerman, Shafer 2005). With too few the largest score,
    /// and nothing is promised.
    ///
    /// That is the largest or the second largest of a hundred, and what it lets through differs
    /// from draw to draw as they do. Scores of the pictures that the model was trained on make it
    /// steadier, where there are some: multiplied by how much more the held-out ones have, a
    /// geometric mean to another, they count as if they had been held out.
    ///
    /// # Errors
    /// If the rate is not above 0 and below 1.
    ///
    /// # Panics
    /// If there are no scores.
    pub(super) fn new(held_out: &[f64], trained: &[f64], false_alarms: f64) -> Result<Self> {
        assert!(!held_out.is_empty(), "inspectors are fitted to some good pictures");
        if !(false_alarms > 0.0 && false_alarms < 1.0) {
            return Err(Error::config(format!(
                "expected a rate of false alarms above 0 and below 1, found {false_alarms}"
            )));
        }
        let harder = harder(held_out, trained);
        let mut sorted = held_out.to_vec();
        sorted.extend(trained.iter().map(|score| score * harder));
        sorted.sort_unstable_by(f64::total_cmp);
        let n = sorted.len();
        // Less what the product is inexact by.
        let rank = ((n as f64 + 1.0) * (1.0 - false_alarms) - 1e-9).ceil() as usize;
        Ok(Self {
            score: sorted[rank.clamp(1, n) - 1],
            false_alarms,
            held_out: held_out.len(),
            trained: trained.len(),
            needed: (1.0 / false_alarms - 1.0 - 1e-9).ceil() as usize,
        })
    }

    /// What to think of a threshold that promises nothing, in words.
    pub fn unpromised(self) -> String {
        let rests = match self.trained {
            0 => "is the largest of their scores".to_owned(),
            n => format!("rests on {} that the model knows, too", counted(n, "picture")),
        };
        format!(
            "{} false alarms cannot be promised by {}, it takes {}: the threshold {rests}",
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

/// How many times larger the scores of held-out pictures are, a geometric mean to another; at least
/// 1: no model is better on what it has not seen.
fn harder(held_out: &[f64], trained: &[f64]) -> f64 {
    if trained.is_empty() {
        return 1.0;
    }
    let [held_out, trained] = [held_out, trained].map(|scores| {
        let logs = scores.iter().map(|score| score.max(f64::MIN_POSITIVE).ln());
        logs.sum::<f64>() / scores.len() as f64
    });
    (held_out - trained).exp().max(1.0)
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
            let found = Threshold::new(&scores, &[], rate).unwrap();
            assert_eq!((found.score, found.needed), (score, needed), "{rate}");
            assert_eq!(found.is_promised(), promised, "{rate}");
        }
        for rate in [0.0, 1.0, -0.5, f64::NAN] {
            assert!(Threshold::new(&scores, &[], rate).unwrap_err().is_config(), "{rate}");
        }
    }

    #[test]
    fn pictures_that_were_trained_on_count_by_how_much_easier_they_are() {
        let scores = |n: i32| -> Vec<f64> { (1..=n).map(|n| f64::from(n).exp2()).collect() };
        // Of the same spread, and half as large: with the held-out ones, two of each.
        let held_out = scores(100);
        let trained: Vec<f64> = held_out.iter().map(|score| score / 2.0).collect();
        for (rate, score) in [(0.01, 100.0), (0.1, 91.0), (0.5, 51.0)] {
            let found = Threshold::new(&held_out, &trained, rate).unwrap();
            assert!((found.score.log2() - score).abs() < 1e-9, "{rate}: {}", found.score.log2());
            assert_eq!((found.held_out, found.trained), (100, 100));
            // Larger ones of the training pictures are by chance, and taken as they are.
            let larger: Vec<f64> = held_out.iter().map(|score| score * 2.0).collect();
            let found = Threshold::new(&held_out, &larger, rate).unwrap();
            assert!(found.score.log2() >= score, "{rate}");
        }
        let few = Threshold::new(&held_out[..3], &trained, 0.01).unwrap();
        assert!(!few.is_promised() && few.unpromised().contains("100 pictures"), "{few:?}");
        assert!(harder(&[0.0, 1.0], &[0.0]).is_finite());
    }
}
