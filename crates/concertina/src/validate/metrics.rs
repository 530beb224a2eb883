//! The numbers of an epoch: a line of `metrics.jsonl`.

use serde::{Deserialize, Serialize};

use crate::math::NamedValues;

/// One epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Metrics {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// Optimiser steps since the beginning.
    pub step: usize,
    /// Mean over the epoch's training examples, each as it was when its batch was trained on.
    pub train: Losses,
    /// Mean over the validation examples after the epoch.
    pub valid: Losses,
    /// Training images per second, validation left out.
    pub images_per_second: f64,
    /// Seconds since the run began, over all of its parts if it was resumed.
    pub seconds: f64,
}

/// A loss, what it is made of, and what was measured besides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Losses {
    /// What is minimised; where a step has several phases, in the first. In validation every term has its full weight,
    /// annealed or not.
    pub loss: f64,
    /// The reconstruction error, as the recipe reduces it.
    pub reconstruction: f64,
    /// What the bottleneck tells of, by name: the terms of its loss before their weights, the losses of further phases, and
    /// in validation what was measured of the codes. [`Model::metrics`](crate::model::Model::metrics) says what they are.
    #[serde(flatten)]
    pub terms: NamedValues,
}

impl Losses {
    /// The term of this name, if there is one.
    pub fn term(&self, name: &str) -> Option<f64> {
        self.terms.get(name)
    }
}
