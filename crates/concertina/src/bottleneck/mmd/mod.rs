//! The bottleneck of a Wasserstein autoencoder: the maximum mean discrepancy matches the
//! distribution of codes to the prior.

mod discrepancy;
mod kernel;
mod operations;

use std::sync::Arc;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

pub(super) use self::discrepancy::discrepancy;
use super::latent::{Latent, Metric, MetricKind, Settings, check_weights};
use super::terms::Code;
use crate::error::Result;
use crate::math::{CodeMoments, Codes, NamedValues};

/// A Wasserstein autoencoder (Tolstikhin et al. 2018, WAE-MMD): the features are the code, and the
/// maximum mean discrepancy (Gretton et al. 2012) between a batch of codes and as many samples of
/// the standard normal is added to the loss. Only the distribution of all codes is matched to the
/// prior, not the posterior of each example as in a variational autoencoder, so reconstructions
/// stay sharper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Mmd {
    /// Weight of the MMD, in the reconstruction's unit. The MMD is at most 14: the sum of seven
    /// kernels of at most 1 within codes and within samples. The paper's weight is 10 to 100 beside
    /// squared errors per image. Default 100.
    #[serde(default = "weight")]
    pub weight: f32,
}

fn weight() -> f32 {
    100.0
}

impl Default for Mmd {
    fn default() -> Self {
        Self { weight: weight() }
    }
}

/// The MMD as a metric.
pub(super) const MMD: Metric =
    Metric { name: "mmd", label: "MMD from the prior", kind: MetricKind::Loss };

/// The definition of the MMD, for an evaluation's conventions.
pub(super) const MMD_CONVENTION: &str = "squared maximum mean discrepancy from the prior, before \
                                         its weight, in batches of at most 128; unbiased";

/// Mean and standard deviation over all values of the codes; 0 and 1 for a standard normal.
pub(super) const MOMENTS: [Metric; 2] = [
    Metric { name: "code_mean", label: "mean of the codes", kind: MetricKind::Statistic },
    Metric { name: "code_std", label: "their std", kind: MetricKind::Statistic },
];

/// The values of [`MOMENTS`].
pub(super) fn moments(codes: &Codes) -> NamedValues {
    let Ok(moments) = CodeMoments::of(codes) else { return NamedValues::default() };
    [(MOMENTS[0].name, moments.mean), (MOMENTS[1].name, moments.std)].into_iter().collect()
}

impl Settings for Mmd {
    fn check(&self) -> Result<()> {
        check_weights(&[("weight", self.weight)])
    }

    fn couples_examples(&self) -> Option<&'static str> {
        Some("the maximum mean discrepancy")
    }

    fn build(&self, latent_dim: usize) -> Result<Arc<dyn Latent>> {
        Ok(Arc::new(MmdLatent { weight: self.weight, latent_dim }))
    }
}

/// With `latent_dim` latent dimensions.
#[derive(Debug)]
struct MmdLatent {
    weight: f32,
    latent_dim: usize,
}

impl Latent for MmdLatent {
    fn has_prior(&self) -> bool {
        true
    }

    /// As many samples of the prior as there are codes.
    fn noise_len(&self) -> usize {
        self.latent_dim
    }

    fn sample(&self, features: Tensor<2>, prior: Tensor<2>, _: Tensor<1>) -> Code {
        let mmd = discrepancy(features.clone(), prior);
        Code::of(features).with_batch_term(MMD.name, mmd)
    }

    fn penalty(&self, code: &Code, _: &Tensor<1>, _: f32) -> Option<Tensor<1>> {
        Some(code.batch_term(MMD.name)? * self.weight)
    }

    fn metrics(&self) -> &'static [Metric] {
        const { &[MMD, MOMENTS[0], MOMENTS[1]] }
    }

    fn statistics(&self, codes: &Codes, _: &[f32]) -> NamedValues {
        moments(codes)
    }

    fn description(&self) -> &'static str {
        "The distribution of all codes, not of each one, is matched to a standard normal by its \
         maximum mean \
         discrepancy, so that codes sampled from the normal decode to plausible examples."
    }

    fn convention(&self, metric: &str) -> Option<&'static str> {
        (metric == MMD.name).then_some(MMD_CONVENTION)
    }
}

#[cfg(test)]
mod tests;
