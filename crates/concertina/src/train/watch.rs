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
    latent: Option<Warning>,
    still: Option<Warning>,
}

impl Watch {
    /// The new warnings after an epoch.
    pub(super) fn warnings(
        &mut self,
        bottleneck: &dyn Latent,
        history: &[Metrics],
        codes: &Codes,
    ) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if self.latent.is_none() {
            self.latent = latent(bottleneck, history, codes);
            warnings.extend(self.latent.clone());
        }
        if self.still.is_none() {
            self.still = still(history);
            warnings.extend(self.still.clone());
        }
        warnings
    }

    /// All warnings that were given.
    pub(super) fn given(&self) -> Vec<Warning> {
        [&self.latent, &self.still].into_iter().flatten().cloned().collect()
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
