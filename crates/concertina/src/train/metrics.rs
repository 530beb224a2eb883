//! The numbers of an epoch: a line of `metrics.jsonl`.

use serde::{Deserialize, Serialize};

use super::adversary::Duel;
use crate::bottleneck::Bottleneck;
use crate::latent::CodeMoments;
use crate::metric::entropy_bits;

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
    /// What is minimised; of an adversarial autoencoder, in the first phase. In validation the divergence has its full weight, warmed up or not.
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
    /// How far codes are from where they are wanted: the squared maximum mean discrepancy from the prior, before its weight, or
    /// `(1 + commitment) |entries - features|^2`, summed over the code of an image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<f64>,
    /// In validation of a vector-quantised autoencoder: what the codebook is used for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codebook: Option<CodebookUse>,
    /// In validation of an adversarial or a Wasserstein autoencoder: where the codes lie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codes: Option<CodeMoments>,
    /// For an adversarial autoencoder: the discriminator's loss, -ln D(prior) - ln(1 - D(code)), in nats; 2 ln 2 if it
    /// cannot tell them apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discriminator: Option<f64>,
    /// For an adversarial autoencoder: the encoder's loss as a generator of codes, -ln D(code), in nats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generator: Option<f64>,
}

/// How much of a codebook is of use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CodebookUse {
    /// Entries that some image uses.
    pub entries: usize,
    /// 2 to the power of the entropy, in bits, of the entries' shares of all vectors: so many entries, used equally often, would
    /// say as much.
    pub perplexity: f64,
}

impl CodebookUse {
    /// From how often each entry is used.
    pub(crate) fn of(counts: &[usize]) -> Self {
        let all = counts.iter().sum::<usize>() as f64;
        let shares: Vec<f64> = counts.iter().map(|&count| count as f64 / all).collect();
        let entries = counts.iter().filter(|&&count| count > 0).count();
        Self { entries, perplexity: entropy_bits(&shares).exp2() }
    }
}

/// Sums from which [`Losses`] are made; in f64, in the order of the batches.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) n: f64,
    pub(super) loss: f64,
    pub(super) reconstruction: f64,
    pub(super) kl: f64,
    pub(super) distance: f64,
    pub(super) duel: Duel,
}

/// Sums over the images of a batch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BatchSums {
    pub(super) n: usize,
    /// The batch's loss, once.
    pub(super) loss: f32,
    pub(super) reconstruction: f64,
    /// Divergences in nats, before their weight; 0 where there are none.
    pub(super) kl: f64,
    /// The batch's distance of codes from where they are wanted, once; 0 where there is none.
    pub(super) distance: f32,
    /// For an adversarial autoencoder.
    pub(super) duel: Option<Duel>,
}

impl Sums {
    pub(super) fn add(&mut self, batch: BatchSums) {
        let n = batch.n as f64;
        self.n += n;
        self.loss += f64::from(batch.loss) * n;
        self.reconstruction += batch.reconstruction;
        self.kl += batch.kl;
        self.distance += f64::from(batch.distance) * n;
        let duel = batch.duel.unwrap_or_default();
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
            distance: bottleneck.has_distance().then(|| self.distance / self.n),
            codebook: None,
            codes: None,
            discriminator: adversarial.then(|| self.duel.discriminator / self.n),
            generator: adversarial.then(|| self.duel.generator / self.n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_use_of_a_codebook_is_counted_in_entries_and_in_bits() {
        for (counts, entries, perplexity) in [
            (&[4, 4, 0, 4, 4][..], 4, 4.0),
            (&[7], 1, 1.0),
            (&[0, 0, 3], 1, 1.0),
            // Entropy 1.5 bits.
            (&[2, 1, 1], 3, 2f64.powf(1.5)),
            (&[0], 0, 1.0),
        ] {
            let found = CodebookUse::of(counts);
            assert_eq!(found.entries, entries);
            assert!((found.perplexity - perplexity).abs() < 1e-12, "{counts:?}: {found:?}");
        }
    }
}
