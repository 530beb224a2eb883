//! Out-of-distribution check: the model's errors on the data compared with those on its own
//! held-out images.

use schemars::JsonSchema;
use serde::Serialize;

use super::finding::missing;
use super::score::few_decide;
use super::subject::Split;
use super::{Conventions, Finding, Subject};
use crate::error::Result;

/// The quantile of the held-out errors above which an image is an outlier.
const QUANTILE: f64 = 0.99;

/// The errors of the data's images compared with those of the model's own held-out images.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct OutOfDistribution {
    /// The unit of the errors.
    pub unit: String,
    /// The number of the model's own held-out images.
    pub own_images: usize,
    /// Their median error.
    pub own_median: f64,
    /// The median error of the data's images.
    pub median: f64,
    /// The quantile of the held-out errors that is the threshold.
    pub quantile: f64,
    /// The error above which an image is an outlier.
    pub threshold: f64,
    /// The fraction of the data's images that are outliers.
    pub outliers: f64,
    /// The probability that an image of the data has a larger error than one of the model's own:
    /// 1/2 for the same distribution.
    pub larger: f64,
    /// A summary in a sentence.
    pub verdict: String,
    /// What to think of a threshold that few held-out images decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caution: Option<String>,
    /// Definitions of the metrics.
    pub conventions: Conventions,
}

pub(super) fn measure(subject: &Subject<'_>, split: &Split) -> Result<Finding<OutOfDistribution>> {
    Finding::of(out_of_distribution(subject, split))
}

fn out_of_distribution(subject: &Subject<'_>, split: &Split) -> Result<OutOfDistribution> {
    let model = subject.model;
    let own = model.held_out.as_ref().ok_or_else(|| {
        missing(
            "the model file does not contain the errors of its own held-out images: it was written \
             by an earlier version",
        )
    })?;
    let mut errors = split.given(model)?.reconstruction_errors(&split.images)?;
    errors.sort_by(f32::total_cmp);
    let n = errors.len() as f64;
    let threshold = own.quantile(QUANTILE);
    let outliers = errors.iter().filter(|error| **error > threshold).count() as f64 / n;
    let larger = errors.iter().map(|error| own.fraction_below(*error)).sum::<f64>() / n;
    let conventions = [
        (
            "errors",
            "reconstruction errors of clean images, without random numbers; a cross-entropy is \
             above 0 for grey values, \
             even if they are reconstructed exactly"
                .to_owned(),
        ),
        (
            "outliers",
            format!("{:.0}% are expected for the model's own data", 100.0 * (1.0 - QUANTILE)),
        ),
        (
            "larger",
            "over all pairs of an image of the data and one of the model's own; 1/2 for the same \
             distribution, 1 if all \
             are larger"
                .to_owned(),
        ),
    ];
    Ok(OutOfDistribution {
        unit: model.recipe.reconstruction.unit(),
        own_images: model.card.valid,
        own_median: f64::from(own.quantile(0.5)),
        median: f64::from(errors[errors.len() / 2]),
        quantile: QUANTILE,
        threshold: f64::from(threshold),
        outliers,
        larger,
        verdict: verdict(&subject.name, &model.card.name(), subject.own, outliers, larger),
        caution: few_decide(model.card.valid, QUANTILE),
        conventions: conventions.into(),
    })
}

fn verdict(data: &str, own: &str, is_own: bool, outliers: f64, larger: f64) -> String {
    if is_own {
        return format!("{data} is what the model was trained on: these are its held-out images");
    }
    let place = match (outliers, larger) {
        (outliers, _) if outliers >= 0.9 => "far outside",
        (outliers, _) if outliers >= 0.5 => "mostly outside",
        (outliers, larger) if outliers >= 0.1 || larger >= 0.8 => "partly outside",
        (outliers, larger) if outliers >= 0.03 || larger >= 0.65 => "at the edge of",
        _ => "within",
    };
    // Models reconstruct blank images well even if they were not trained on any.
    let simple =
        if larger < 0.2 { "; they are smaller than usual, as for simple images" } else { "" };
    format!(
        "{data} lies {place} what the model was trained on ({own}): {:.1}% of its images have \
         larger errors than {:.0}% of \
         the model's own{simple}",
        100.0 * outliers,
        100.0 * QUANTILE
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_says_how_far_outside() {
        for (outliers, larger, word) in [
            (0.01, 0.5, "within"),
            (0.0, 0.1, "within"),
            (0.05, 0.6, "at the edge of"),
            (0.2, 0.7, "partly outside"),
            (0.02, 0.9, "partly outside"),
            (0.6, 0.9, "mostly outside"),
            (0.97, 0.99, "far outside"),
        ] {
            let verdict = verdict("clothes", "digits", false, outliers, larger);
            assert!(verdict.starts_with(&format!("clothes lies {word} what")), "{verdict}");
        }
        let own = verdict("digits", "digits", true, 0.01, 0.5);
        assert_eq!(own, "digits is what the model was trained on: these are its held-out images");
    }
}
