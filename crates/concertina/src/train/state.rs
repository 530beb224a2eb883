//! The state of training.

use crate::bottleneck::Latent;
use crate::components::{Components, Weights};
use crate::model::Architecture;
use crate::optimiser::Moments;
use crate::rng::Seed;

/// The state of training: the weights and the optimiser's moments.
#[derive(Clone, Debug)]
pub(crate) struct TrainingState {
    pub(super) weights: Weights,
    /// The moments for the main loss, then for each further phase. A component that two losses
    /// train has moments for both.
    pub(super) moments: Vec<Moments>,
}

/// The components that the main loss trains: all that it depends on.
pub(super) const MAIN: Components<bool> =
    Components { encoder: true, decoder: true, bottleneck: true, reconstruction: true };

impl TrainingState {
    /// The initial state: initial weights and zero moments.
    pub(crate) fn new(architecture: &Architecture, seed: Seed) -> Self {
        let weights = architecture.initial_weights(seed);
        let moments = trained_by_losses(&*architecture.bottleneck);
        let moments = moments.map(|(_, trained)| Moments::zero(&weights, trained)).collect();
        Self { weights, moments }
    }
}

/// The name of each loss and the components that it trains; the main loss has no name.
pub(super) fn trained_by_losses(
    bottleneck: &dyn Latent,
) -> impl Iterator<Item = (Option<&'static str>, Components<bool>)> {
    let phases = bottleneck.phases().into_iter().map(|phase| (Some(phase.name), phase.trains));
    std::iter::once((None, MAIN)).chain(phases)
}
