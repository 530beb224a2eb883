//! How far data is from what the model was trained on, by the errors that the model makes on it.

use serde::Serialize;

use super::finding::missing;
use super::subject::Split;
use super::{Conventions, Finding, Subject};
use crate::error::Result;

/// The share of held-out images whose errors count as usual.
const USUAL: f64 = 0.99;

/// The errors of the data's images beside those of the model's own held-out images.
#[derive(Clone, Debug, Serialize)]
pub struct OutOfDistribution {
    /// The unit of the errors.
    pub unit: String,
    /// The model's own images, held out of its training, that the errors are held against.
    pub own_images: usize,
    /// Their median error.
    pub own_median: f64,
    /// The median error of the data's images.
    pub median: f64,
    /// The share of the model's own images below the threshold.
    pub quantile: f64,
    /// The error that so large a share is below.
    pub threshold: f64,
    /// The share of the data's images outliers it.
    pub outliers: f64,
    /// How often an image of the data has a larger error than one of the model's own: 1/2 for data that is alike.
    pub larger: f64,
    /// How far outside the data lies, in a sentence.
    pub verdict: String,
    /// How the figures came about.
    pub conventions: Conventions,
}

pub(super) fn measure(subject: &Subject<'_>, split: &Split) -> Result<Finding<OutOfDistribution>> {
    Finding::of(out_of_distribution(subject, split))
}

fn out_of_distribution(subject: &Subject<'_>, split: &Split) -> Result<OutOfDistribution> {
    let model = subject.model;
    let own = model.held_out.as_ref().ok_or_else(|| {
        missing("the model file does not hold the errors of its own held-out images: it was written by an earlier version")
    })?;
    let mut errors = split.given(model)?.reconstruction_errors(&split.images)?;
    errors.sort_by(f32::total_cmp);
    let n = errors.len() as f64;
    let threshold = own.quantile(USUAL);
    let outliers = errors.iter().filter(|error| **error > threshold).count() as f64 / n;
    let larger = errors.iter().map(|error| own.share_below(*error)).sum::<f64>() / n;
    let conventions = [
        (
            "errors",
            "as `score` has them: of clean images, nothing drawn at random; a cross-entropy is above 0 for greys, however well they \
             are returned"
                .to_owned(),
        ),
        (
            "outliers",
            format!("{:.0}% would be expected of the model's own data", 100.0 * (1.0 - USUAL)),
        ),
        (
            "larger",
            "over all pairs of an image of the data and an own one; 1/2 is alike, 1 is apart"
                .to_owned(),
        ),
    ];
    Ok(OutOfDistribution {
        unit: model.recipe.reconstruction.unit(),
        own_images: model.card.valid,
        own_median: f64::from(own.quantile(0.5)),
        median: f64::from(errors[errors.len() / 2]),
        quantile: USUAL,
        threshold: f64::from(threshold),
        outliers,
        larger,
        verdict: verdict(&subject.name, &model.card.name(), subject.own, outliers, larger),
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
    // A blank picture is returned well by a model that has never seen one.
    let simple = if larger < 0.2 {
        "; they are smaller than usual, as those of simple pictures are"
    } else {
        ""
    };
    format!(
        "{data} lies {place} what the model was trained on ({own}): {:.1}% of its images have larger errors than {:.0}% of \
         the model's own{simple}",
        100.0 * outliers,
        100.0 * USUAL
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
