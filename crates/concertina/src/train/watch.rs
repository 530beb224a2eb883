//! Warnings about training that fails silently.

use serde::{Deserialize, Serialize};

use crate::bottleneck::Latent;
use crate::hint::{Hint, HintPart, Warning};
use crate::math::Codes;
use crate::validate::Metrics;

/// Epochs before a warning is given.
const PATIENCE: usize = 3;
/// The relative change of the validation loss below which it counts as constant.
const STILL: f64 = 1e-3;

/// Checks a run after each epoch. Each warning is given once, also if the run is stopped and
/// resumed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Watch {
    latent: Option<GivenWarning>,
    still: Option<GivenWarning>,
}

/// A warning that was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct GivenWarning {
    /// As of the last epoch at which it held.
    warning: Warning,
    /// That epoch.
    epoch: usize,
    /// Whether it held after the last epoch.
    holds: bool,
}

/// A warning that was true during training, and is no longer.
#[derive(Clone, Debug, PartialEq)]
pub struct PastWarning {
    /// The last epoch after which it held.
    pub epoch: usize,
    /// The warning.
    pub warning: Warning,
}

impl Watch {
    /// The new warnings after an epoch.
    pub(super) fn warnings(
        &mut self,
        bottleneck: &dyn Latent,
        history: &[Metrics],
        codes: &Codes,
    ) -> Vec<Warning> {
        let epoch = history.last().map_or(0, |metrics| metrics.epoch);
        let found = [
            (&mut self.latent, latent(bottleneck, history, codes)),
            (&mut self.still, still(history)),
        ];
        let mut new = Vec::new();
        for (given, found) in found {
            match (found, &mut *given) {
                (None, None) => {}
                (None, Some(given)) => given.holds = false,
                (Some(warning), _) => {
                    if given.is_none() {
                        new.push(warning.clone());
                    }
                    *given = Some(GivenWarning { warning, epoch, holds: true });
                }
            }
        }
        new
    }

    /// The warnings that held after the last epoch.
    pub(super) fn holding(&self) -> Vec<Warning> {
        self.given().filter(|given| given.holds).map(|given| given.warning.clone()).collect()
    }

    /// The warnings that held before, and not after the last epoch.
    pub(super) fn past(&self) -> Vec<PastWarning> {
        let past = self.given().filter(|given| !given.holds).cloned();
        past.map(|GivenWarning { warning, epoch, .. }| PastWarning { epoch, warning }).collect()
    }

    fn given(&self) -> impl Iterator<Item = &GivenWarning> {
        [&self.latent, &self.still].into_iter().flatten()
    }
}

/// The bottleneck's warning about its codes.
fn latent(bottleneck: &dyn Latent, history: &[Metrics], codes: &Codes) -> Option<Warning> {
    let last = history.last()?;
    if last.epoch < PATIENCE || codes.len() < 2 {
        return None;
    }
    bottleneck.warning(&last.valid.terms, codes)
}

fn still(history: &[Metrics]) -> Option<Warning> {
    let (first, last) = (history.first()?, history.last()?);
    let moved = history
        .iter()
        .any(|m| (m.valid.loss - first.valid.loss).abs() > STILL * first.valid.loss.abs());
    (last.epoch >= PATIENCE && !moved).then(|| {
        Warning::new(format!(
            "the validation loss has not moved from {:.4} in {} epochs",
            first.valid.loss, last.epoch
        ))
        .with_hint(
            Hint::text("raise the learning rate (")
                .set("training.learning-rate", 3e-3)
                .then("), and ")
                .with(HintPart::InspectData),
        )
    })
}

#[cfg(test)]
mod tests;
