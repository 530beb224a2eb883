//! The numbers of an epoch: a line of `metrics.jsonl`.

use serde::{Deserialize, Serialize};

use super::adversary::Duel;
use crate::bottleneck::Bottleneck;

/// One epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// Optimiser steps since the beginning.
    pub step: usize,
    /// Mean over the epoch's training images, each as it was when its batch was trained on.
    pub train: Losses,
    /// Mean over the validation images after the epoch.
    pub valid: Losses,
    /// Training images per second, validation left out.
    pub images_per_second: f64,
    /// Seconds since the run began, over all of its parts if it was resumed.
    pub seconds: f64,
}

/// A loss and its parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Losses {
    /// What is minimised. In validation the divergence has its full weight, warmed up or not.
    pub loss: f64,
    /// The reconstruction error, as the recipe reduces it.
    pub reconstruction: f64,
    /// For a variational autoencoder: the divergence in nats per image, before its weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kl: Option<f64>,
    /// In validation of a variational autoencoder: code dimensions whose mean varies over the images by more than 0.01
    /// (Burda, Grosse, Salakhutdinov 2015, section 5.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_units: Option<usize>,
    /// For an adversarial autoencoder: the discriminator's loss, -ln D(prior) - ln(1 - D(code)), in nats; 2 ln 2 if it
    /// cannot tell them apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discriminator: Option<f64>,
    /// For an adversarial autoencoder: the encoder's loss as a generator of codes, -ln D(code), in nats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generator: Option<f64>,
}

/// Sums from which [`Losses`] are made; in f64, in the order of the batches.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) n: f64,
    pub(super) loss: f64,
    pub(super) reconstruction: f64,
    pub(super) kl: f64,
    pub(super) duel: Duel,
}

impl Sums {
    /// Adds a batch of `n` images: the batch's loss, and the sums of the images' errors, divergences and contests.
    pub(super) fn add(
        &mut self,
        n: usize,
        loss: f32,
        reconstruction: f64,
        kl: f64,
        duel: Option<Duel>,
    ) {
        self.n += n as f64;
        self.loss += f64::from(loss) * n as f64;
        self.reconstruction += reconstruction;
        self.kl += kl;
        let duel = duel.unwrap_or_default();
        self.duel.discriminator += duel.discriminator;
        self.duel.generator += duel.generator;
    }

    /// Means of what the bottleneck has.
    pub(super) fn losses(&self, bottleneck: &Bottleneck) -> Losses {
        let adversarial = matches!(bottleneck, Bottleneck::Adversarial(_));
        Losses {
            loss: self.loss / self.n,
            reconstruction: self.reconstruction / self.n,
            kl: bottleneck.is_variational().then(|| self.kl / self.n),
            active_units: None,
            discriminator: adversarial.then(|| self.duel.discriminator / self.n),
            generator: adversarial.then(|| self.duel.generator / self.n),
        }
    }
}
