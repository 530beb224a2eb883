//! Outlier scores of single images: reconstruction errors compared with those of the model's own
//! held-out images.

use schemars::JsonSchema;
use serde::Serialize;

use crate::data::Examples;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::text::thousands;

/// A quantile that fewer of the held-out errors lie above is no more than a guess.
const FEW: usize = 5;

/// A caution if few of `n` held-out errors lie above the `quantile` of them.
pub(super) fn few_decide(n: usize, quantile: f64) -> Option<String> {
    // Less what the difference of the two is inexact by.
    let above = ((n as f64 * (1.0 - quantile) - 1e-9).ceil() as usize).max(1);
    (above < FEW).then(|| {
        let largest = if above == 1 { "largest" } else { &format!("{above} largest") };
        format!(
            "the threshold rests on the {largest} of {} held-out errors: take it for a guess",
            thousands(n)
        )
    })
}

/// The scores of images.
///
/// Images whose error exceeds a quantile of the held-out errors are outliers: they are unlike the
/// training images. This is not proof: most models reconstruct simple images well (a blank one, for
/// instance), and a cross-entropy is larger for grey than for black and white images, even if they
/// are reconstructed exactly.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Scores {
    /// The unit of the errors.
    pub unit: String,
    /// The quantile of the held-out errors that is the threshold.
    pub quantile: f64,
    /// Images with larger errors are outliers. `None` if the model file does not contain the
    /// held-out errors.
    pub threshold: Option<f32>,
    /// The number of the model's own held-out images.
    pub held_out_images: usize,
    /// The number of outliers.
    pub n_outliers: Option<usize>,
    /// The score of each image, in their order.
    pub scores: Vec<Score>,
}

/// The score of one image.
#[derive(Clone, Copy, Debug, PartialEq, JsonSchema, Serialize)]
pub struct Score {
    /// The recipe's reconstruction error.
    pub error: f32,
    /// The percentage of the model's own held-out images with smaller errors.
    pub percentile: Option<f64>,
    /// Whether the error is above the threshold.
    pub outlier: Option<bool>,
}

impl Scores {
    /// The quantile where nobody asks for another.
    pub const QUANTILE: f64 = 0.99;

    /// An error unless a quantile is between 0 and 1.
    ///
    /// # Errors
    /// If it is not.
    pub fn check_quantile(quantile: f64) -> Result<()> {
        if quantile > 0.0 && quantile < 1.0 {
            return Ok(());
        }
        Err(Error::config(format!("expected a quantile above 0 and below 1, found {quantile}")))
    }

    /// Scores `images`; a conditional model needs their labels. The score of an image depends only
    /// on the image and the model.
    ///
    /// # Errors
    /// If there is no image, the images do not have the shape of the model's output, or `quantile`
    /// is not between 0 and 1.
    pub fn of(
        model: &Model,
        images: &dyn Examples,
        labels: Option<&[u32]>,
        quantile: f64,
    ) -> Result<Self> {
        Self::check_quantile(quantile)?;
        if images.is_empty() {
            return Err(Error::data("expected images to score, found none"));
        }
        let errors = model.with_labels(labels)?.reconstruction_errors(images)?;
        Self::of_errors(model, &errors, quantile)
    }

    /// The scores of images whose
    /// [`reconstruction_errors`](crate::model::ConditionedModel::reconstruction_errors) are known.
    ///
    /// # Errors
    /// If `quantile` is not between 0 and 1.
    pub fn of_errors(model: &Model, errors: &[f32], quantile: f64) -> Result<Self> {
        Self::check_quantile(quantile)?;
        let own = model.held_out.as_ref();
        let threshold = own.map(|own| own.quantile(quantile));
        let score = |&error: &f32| Score {
            error,
            percentile: own.map(|own| 100.0 * own.fraction_below(error)),
            outlier: threshold.map(|threshold| error > threshold),
        };
        let scores: Vec<Score> = errors.iter().map(score).collect();
        let n_outliers = scores.iter().filter(|score| score.outlier == Some(true)).count();
        Ok(Self {
            unit: model.recipe.reconstruction.unit(),
            quantile,
            threshold,
            held_out_images: own.map_or(0, |_| model.card.valid),
            n_outliers: threshold.map(|_| n_outliers),
            scores,
        })
    }

    /// What to think of a threshold that few held-out images decide.
    pub fn caution(&self) -> Option<String> {
        self.threshold?;
        few_decide(self.held_out_images, self.quantile)
    }

    /// The indices of the `n` images with the largest errors, in descending order.
    pub fn worst(&self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.scores.len()).collect();
        order.sort_by(|&a, &b| self.scores[b].error.total_cmp(&self.scores[a].error));
        order.truncate(n);
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_of_few_is_no_more_than_a_guess() {
        let told = |n, quantile| few_decide(n, quantile).unwrap_or_default();
        assert!(told(8, 0.99).starts_with("the threshold rests on the largest of 8 held-out"));
        assert!(told(300, 0.99).contains("the 3 largest of 300"));
        assert_eq!(told(10_000, 0.99), "");
        assert_eq!(told(20, 0.5), "");
        assert!(told(1000, 0.999).contains("the largest of 1,000"));
    }
}
