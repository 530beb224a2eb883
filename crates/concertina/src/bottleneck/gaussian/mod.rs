//! The bottleneck of a variational autoencoder: codes are sampled from a Gaussian posterior, which
//! is regularised by its KL divergence from the prior.

mod normal;
mod operations;

use std::sync::Arc;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::latent::{Latent, Metric, MetricKind, Settings, check_weights, penalised};
use super::mmd::{MMD, MMD_CONVENTION, discrepancy};
use super::posterior::{Posterior, VarianceParameterisation};
use super::ramp::ramp;
use super::terms::Code;
use crate::error::{Error, Result};
use crate::hint::{Hint, Warning};
use crate::math::{Codes, NamedValues, code_variances};

/// The maximum of `importance-samples`, twenty times as many as in the paper.
const MAX_SAMPLES: usize = 1000;
/// A latent dimension is active if the variance of its mean over the examples is above this (Burda
/// et al. 2015, section 5.2).
const ACTIVE: f64 = 0.01;

const KL: Metric = Metric { name: "kl", label: "KL divergence, nats", kind: MetricKind::Loss };
const ACTIVE_UNITS: Metric =
    Metric { name: "active_units", label: "active units", kind: MetricKind::Statistic };

/// A variational autoencoder (Kingma and Welling 2013): the features are mean and log-variance of a
/// Gaussian, the code is sampled from it, and its Kullback-Leibler divergence from the standard
/// normal is added to the loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Gaussian {
    /// Weight of the KL divergence in the loss, as in beta-VAE (Higgins et al. 2017). 1 gives the
    /// evidence lower bound if the reconstruction error is in nats per example; with a `mean`
    /// reduction, KL in nats per example is added to errors per pixel. Default 1.
    #[serde(default = "one")]
    pub beta: f32,
    /// Epochs over which that weight grows linearly from 0 to `beta` (KL annealing); 0 for none.
    #[serde(default)]
    pub warm_up_epochs: f32,
    /// Nats of KL divergence per latent dimension, averaged over the batch, or over each of its
    /// `training.shards`, that are not penalised (Kingma et al. 2016, equation 15); 0 for none.
    #[serde(default)]
    pub free_bits_nats: f32,
    /// Target of the KL divergence in nats. If above 0, the absolute difference between the KL
    /// divergence, averaged over the batch, and this capacity is penalised (Burgess et al. 2018,
    /// equation 8, where `beta` is called gamma). 0 for none.
    #[serde(default)]
    pub capacity_nats: f32,
    /// Epochs over which the capacity grows linearly from 0; 0 for none.
    #[serde(default)]
    pub capacity_epochs: f32,
    /// Codes sampled for each example, k. With more than one, the loss is the importance weighted
    /// bound (Burda, Grosse, Salakhutdinov 2015, equation 8), which is tighter for larger k; the KL
    /// divergence is then only reported. During the warm-up, ln q(z|x) / p(z) is multiplied by the
    /// annealing factor in each importance weight. At most 1,000; default 1.
    #[serde(default = "one_code")]
    pub importance_samples: usize,
    /// Weight of the maximum mean discrepancy between a batch of codes and as many samples of the
    /// prior, as in [`Mmd`](super::Mmd). Together with a `beta` below 1 this is InfoVAE (Zhao,
    /// Song, Ermon 2019, equation 6, where `beta` is 1 - alpha and this weight is alpha + lambda -
    /// 1). 0 for none.
    #[serde(default)]
    pub mmd_weight: f32,
    /// How the second half of the features gives the standard deviation.
    #[serde(default)]
    pub variance_parameterisation: VarianceParameterisation,
}

fn one() -> f32 {
    1.0
}

fn one_code() -> usize {
    1
}

impl Default for Gaussian {
    /// The evidence lower bound.
    fn default() -> Self {
        Self {
            beta: 1.0,
            warm_up_epochs: 0.0,
            free_bits_nats: 0.0,
            capacity_nats: 0.0,
            capacity_epochs: 0.0,
            importance_samples: 1,
            mmd_weight: 0.0,
            variance_parameterisation: VarianceParameterisation::LogVariance,
        }
    }
}

impl Settings for Gaussian {
    fn check(&self) -> Result<()> {
        check_weights(&[
            ("beta", self.beta),
            ("warm-up-epochs", self.warm_up_epochs),
            ("free-bits-nats", self.free_bits_nats),
            ("capacity-nats", self.capacity_nats),
            ("capacity-epochs", self.capacity_epochs),
            ("mmd-weight", self.mmd_weight),
        ])?;
        let Self { importance_samples, warm_up_epochs, variance_parameterisation, .. } = *self;
        if !(1..=MAX_SAMPLES).contains(&importance_samples) {
            return Err(Error::config(format!(
                "`bottleneck.importance-samples`: expected 1 to {MAX_SAMPLES}, found \
                 {importance_samples}"
            )));
        }
        let bound = Self {
            warm_up_epochs,
            importance_samples,
            variance_parameterisation,
            ..Self::default()
        };
        if importance_samples > 1 && *self != bound {
            return Err(Error::config(format!(
                "`bottleneck.importance-samples`: expected 1 beside a weight, free bits or a \
                 capacity of the KL \
                 divergence, or an MMD, found {importance_samples}"
            ))
            .with_hint(
                "the importance weighted bound has no separate KL term: leave `beta` and the \
                 others out",
            ));
        }
        Ok(())
    }

    fn couples_examples(&self) -> Option<&'static str> {
        [
            (self.mmd_weight, "the maximum mean discrepancy (`bottleneck.mmd-weight`)"),
            (self.capacity_nats, "the KL divergence's capacity (`bottleneck.capacity-nats`)"),
        ]
        .into_iter()
        .find_map(|(value, what)| (value > 0.0).then_some(what))
    }

    fn build(&self, latent_dim: usize) -> Result<Arc<dyn Latent>> {
        Ok(Arc::new(GaussianLatent { settings: self.clone(), latent_dim }))
    }

    /// A mean and a log-variance.
    fn heads(&self) -> usize {
        2
    }

    fn codes_per_example(&self) -> usize {
        self.importance_samples
    }
}

/// With `latent_dim` latent dimensions.
#[derive(Debug)]
struct GaussianLatent {
    settings: Gaussian,
    latent_dim: usize,
}

impl GaussianLatent {
    /// The weighted KL penalty, `[1]`, from the KL divergence `[B, D]`: averaged over the batch and
    /// summed over dimensions, with free bits and capacity.
    fn kl_penalty(&self, kl: Tensor<2>, epochs: f32) -> Tensor<1> {
        let Gaussian {
            beta, warm_up_epochs, free_bits_nats, capacity_nats, capacity_epochs, ..
        } = self.settings;
        let per_dimension = kl.mean_dim(0);
        let penalised = if free_bits_nats > 0.0 {
            per_dimension.clamp_min(free_bits_nats)
        } else {
            per_dimension
        };
        let nats = penalised.sum();
        let penalised = if capacity_nats > 0.0 {
            (nats - capacity_nats * ramp(epochs, capacity_epochs)).abs()
        } else {
            nats
        };
        penalised * (beta * ramp(epochs, warm_up_epochs))
    }

    /// The negative importance weighted bound, averaged over the batch:
    /// `-ln mean_k exp(-errors - importance)`, from errors `[B k]` in nats and the logarithms of
    /// `q(z|x) / p(z)`, `[B, k]`.
    fn bound(&self, errors: Tensor<1>, importance: Tensor<2>, epochs: f32) -> Tensor<1> {
        let warm_up = ramp(epochs, self.settings.warm_up_epochs);
        let costs = errors.reshape(importance.dims()) + importance * warm_up;
        // The minimum is subtracted before exponentiation, so that the largest exponential is 1.
        let least = costs.clone().detach().min_dim(1);
        let weights = (least.clone() - costs).exp().mean_dim(1);
        (least - weights.log()).mean()
    }
}

impl Latent for GaussianLatent {
    fn has_prior(&self) -> bool {
        true
    }

    fn posterior(&self) -> Option<Posterior> {
        Some(Posterior { parameterisation: self.settings.variance_parameterisation })
    }

    /// The noise of k codes and, for an MMD, one sample of the prior.
    fn noise_len(&self) -> usize {
        let prior = usize::from(self.settings.mmd_weight > 0.0);
        (self.settings.importance_samples + prior) * self.latent_dim
    }

    fn sample(&self, features: Tensor<2>, noise: Tensor<2>, _: Tensor<1>) -> Code {
        let Gaussian { importance_samples, mmd_weight, variance_parameterisation, .. } =
            self.settings;
        let kl = normal::kl_divergence(features.clone());
        if mmd_weight > 0.0 {
            let chunks = noise.chunk(2, 1);
            let [noise, prior] = chunks.try_into().expect("the noise has two halves");
            let z = normal::sample(features, noise, variance_parameterisation);
            let mmd = discrepancy(z.clone(), prior);
            return Code::of(z).with_dimensions(KL.name, kl).with_batch_term(MMD.name, mmd);
        }
        let [batch, _] = features.dims();
        let noise = noise.reshape([batch * importance_samples, self.latent_dim]);
        let importance = (importance_samples > 1).then(|| {
            normal::importance(features.clone(), noise.clone(), variance_parameterisation)
        });
        let z = normal::sample(features, noise, variance_parameterisation);
        Code { importance, ..Code::of(z).with_dimensions(KL.name, kl) }
    }

    fn penalty(&self, code: &Code, _: &Tensor<1>, epochs: f32) -> Option<Tensor<1>> {
        let penalty = self.kl_penalty(code.dimensions(KL.name)?, epochs);
        Some(match code.batch_term(MMD.name) {
            Some(mmd) => penalty + mmd * self.settings.mmd_weight,
            None => penalty,
        })
    }

    fn loss(&self, errors: Tensor<1>, code: &Code, decoder: &Tensor<1>, epochs: f32) -> Tensor<1> {
        match &code.importance {
            Some(importance) => self.bound(errors, importance.clone(), epochs),
            None => penalised(errors, self.penalty(code, decoder, epochs)),
        }
    }

    /// The means: the first half of the features.
    fn encode(&self, features: Vec<f32>, _: &[f32]) -> Vec<f32> {
        let rows = features.chunks_exact(2 * self.latent_dim);
        rows.flat_map(|row| &row[..self.latent_dim]).copied().collect()
    }

    fn metrics(&self) -> &'static [Metric] {
        if self.settings.mmd_weight > 0.0 {
            const { &[KL, ACTIVE_UNITS, MMD] }
        } else {
            const { &[KL, ACTIVE_UNITS] }
        }
    }

    fn statistics(&self, codes: &Codes, _: &[f32]) -> NamedValues {
        let active = code_variances(codes).iter().filter(|variance| **variance > ACTIVE).count();
        [(ACTIVE_UNITS.name, active)].into_iter().collect()
    }

    fn description(&self) -> &'static str {
        "The encoder gives a Gaussian in latent space for each example: a mean and a standard \
         deviation for each \
         dimension. The KL divergence keeps these Gaussians near the standard normal, so that \
         codes sampled from it \
         decode to plausible examples."
    }

    fn codes_word(&self) -> &'static str {
        "code means"
    }

    fn sampling_convention(&self) -> String {
        match self.settings.importance_samples {
            1 => "; one sampled code for each example".to_owned(),
            k => format!("; {k} sampled codes for each example, mean over them"),
        }
    }

    fn convention(&self, metric: &str) -> Option<&'static str> {
        (metric == MMD.name).then_some(MMD_CONVENTION)
    }

    fn warning(&self, statistics: &NamedValues, codes: &Codes) -> Option<Warning> {
        if statistics.get(ACTIVE_UNITS.name) != Some(0.0) {
            return None;
        }
        let message = format!(
            "posterior collapse: none of the {} latent dimensions varies with the example, so \
             every reconstruction is \
             the same",
            codes.size()
        );
        Some(
            Warning::new(message).with_hint(
                Hint::text("weaken the KL divergence (")
                    .set("bottleneck.beta", 0.1)
                    .then("), let its weight grow (")
                    .set("bottleneck.warm-up-epochs", 5)
                    .then(") or leave some of it free (")
                    .set("bottleneck.free-bits-nats", 0.25)
                    .then(")"),
            ),
        )
    }
}

#[cfg(test)]
mod tests;
