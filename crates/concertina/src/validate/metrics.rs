//! The metrics of an epoch: a line of `metrics.jsonl`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::math::NamedValues;

/// The metrics of one epoch.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Metrics {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// Optimiser steps since the start of the run.
    pub step: usize,
    /// Means over the epoch's training examples, each with the weights before its step.
    pub train: Losses,
    /// Means over the validation examples after the epoch.
    pub valid: Losses,
    /// Training images per second, without validation.
    pub images_per_second: f64,
    /// Seconds of work since the start of the run, without the time in which it was stopped.
    pub seconds: f64,
}

/// A loss, its terms, and statistics.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Losses {
    /// The minimised loss; that of the first phase if a step has several. In validation every term
    /// has its full weight, also while it is annealed in training.
    pub loss: f64,
    /// The reconstruction error, with the recipe's reduction.
    pub reconstruction: f64,
    /// The bottleneck's metrics by name: the terms of its loss before their weights, the losses of
    /// further phases, and in validation statistics of the codes.
    /// [`Model::metrics`](crate::model::Model::metrics) describes them.
    #[serde(flatten)]
    pub terms: NamedValues,
}

impl Losses {
    /// The term of this name, if there is one.
    pub fn term(&self, name: &str) -> Option<f64> {
        self.terms.get(name)
    }
}
