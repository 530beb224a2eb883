//! A score for each picture: how badly the model reconstructs it, beside how it does on its own held-out images.

use serde::Serialize;

use crate::data::Images;
use crate::error::{Error, Result};
use crate::model::Model;

/// The scores of some pictures.
///
/// A model has learned to return pictures like those that it was trained on; what it cannot return is unlike them. That is a
/// hint, not a proof: pictures with less in them than usual (a blank one) are returned well by most models, and a
/// cross-entropy is larger for greys than for black and white, however well they are returned.
#[derive(Clone, Debug, Serialize)]
pub struct Scores {
    /// The unit of the errors.
    pub unit: String,
    /// The share of the model's own held-out images whose errors are not beyond the threshold.
    pub quantile: f64,
    /// Errors above this are beyond. `None` for a model file that does not hold the errors of its held-out images.
    pub threshold: Option<f32>,
    /// The model's own held-out images that the threshold comes from.
    pub held_out_images: usize,
    /// Pictures that are beyond.
    pub n_outliers: Option<usize>,
    /// For each picture, in their order.
    pub scores: Vec<Score>,
}

/// The score of one picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The recipe's reconstruction error.
    pub error: f32,
    /// The percentage of the model's own held-out images that have smaller errors.
    pub percentile: Option<f64>,
    /// Whether the error is beyond the threshold.
    pub outlier: Option<bool>,
}

impl Scores {
    /// Scores `images`, of which a conditional model has to be told the classes. A picture's score depends on nothing but itself and the model.
    ///
    /// # Errors
    /// If there is none, they are not of the shape that the model returns, or `quantile` is not between 0 and 1.
    pub fn of(
        model: &Model,
        images: &Images,
        labels: Option<&[u32]>,
        quantile: f64,
    ) -> Result<Self> {
        if !(quantile > 0.0 && quantile < 1.0) {
            return Err(Error::config(format!(
                "expected a quantile above 0 and below 1, found {quantile}"
            )));
        }
        if images.is_empty() {
            return Err(Error::data("expected images to score, found none"));
        }
        let own = model.held_out.as_ref();
        let threshold = own.map(|own| own.quantile(quantile));
        let score = |error: f32| Score {
            error,
            percentile: own.map(|own| 100.0 * own.share_below(error)),
            outlier: threshold.map(|threshold| error > threshold),
        };
        let scores: Vec<Score> = model
            .with_labels(labels)?
            .reconstruction_errors(images)?
            .into_iter()
            .map(score)
            .collect();
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

    /// The numbers of the `n` pictures with the largest errors, the largest first.
    pub fn worst(&self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.scores.len()).collect();
        order.sort_by(|&a, &b| self.scores[b].error.total_cmp(&self.scores[a].error));
        order.truncate(n);
        order
    }
}
