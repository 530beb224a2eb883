//! Things that go wrong silently, told in words that name the remedy.

use serde::{Deserialize, Serialize};

use super::metrics::Metrics;
use crate::bottleneck::Bottleneck;
use crate::latent::code_variances;
use crate::model::Codes;

/// After so many epochs a run that learns has shown it.
const PATIENCE: usize = 3;
/// A validation loss that has changed by less than this share of itself has not moved.
const STILL: f64 = 1e-3;

/// Watches a run from epoch to epoch; each warning is given once, also if the run is stopped and resumed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Watch {
    collapse: Option<String>,
    still: Option<String>,
}

impl Watch {
    /// What there is to say after an epoch.
    pub(super) fn warnings(
        &mut self,
        bottleneck: &Bottleneck,
        history: &[Metrics],
        codes: &Codes,
    ) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.collapse.is_none() {
            self.collapse = collapse(bottleneck, history, codes);
            warnings.extend(self.collapse.clone());
        }
        if self.still.is_none() {
            self.still = still(history);
            warnings.extend(self.still.clone());
        }
        warnings
    }

    /// All that was said.
    pub(super) fn said(&self) -> Vec<String> {
        [&self.collapse, &self.still].into_iter().flatten().cloned().collect()
    }
}

fn collapse(bottleneck: &Bottleneck, history: &[Metrics], codes: &Codes) -> Option<String> {
    let last = history.last()?;
    if last.epoch < PATIENCE || codes.len() < 2 {
        return None;
    }
    match bottleneck {
        Bottleneck::Gaussian(_) if last.valid.active_units == Some(0) => Some(format!(
            "the code has collapsed: none of its {} units varies with the image, so every reconstruction is the \
             same; weaken the divergence (`--set bottleneck.beta=0.1`), let it grow \
             (`--set bottleneck.warm-up-epochs=5`) or leave some free (`--set bottleneck.free-bits-nats=0.25`)",
            codes.size()
        )),
        Bottleneck::Plain(_) if code_variances(codes).iter().all(|variance| *variance < 1e-10) => {
            Some(
                "the code is the same for every image: all of its ReLUs are off; lower the learning rate \
                 (`--set training.learning-rate=3e-4`) or try another seed (`--seed 1`)"
                    .to_owned(),
            )
        }
        _ => None,
    }
}

fn still(history: &[Metrics]) -> Option<String> {
    let (first, last) = (history.first()?, history.last()?);
    let moved = history
        .iter()
        .any(|m| (m.valid.loss - first.valid.loss).abs() > STILL * first.valid.loss.abs());
    (last.epoch >= PATIENCE && !moved).then(|| {
        format!(
            "the validation loss has not moved from {:.4} in {} epochs; raise the learning rate \
             (`--set training.learning-rate=3e-3`), and look at the data with `concertina data inspect`",
            first.valid.loss, last.epoch
        )
    })
}

#[cfg(test)]
mod tests;
