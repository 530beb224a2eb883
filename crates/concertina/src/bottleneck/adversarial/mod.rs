//! The bottleneck of an adversarial autoencoder: an adversarial loss matches the distribution of
//! codes to the prior.
//!
//! A step has three phases. The first updates encoder and decoder on the reconstruction error. The
//! other two have their own losses and gradients:
//!
//! 2. the discriminator is updated to distinguish samples of the prior (1) from codes (0);
//! 3. the encoder, which is the generator of codes, is updated to make codes that the discriminator
//!    classifies as samples of the prior.
//!
//! If the discriminator cannot distinguish them, its loss is 2 ln 2 = 1.386 and that of the
//! generator is ln 2 = 0.693. These are the values at the start of training and at its optimum.

use std::sync::Arc;

use burn::tensor::Tensor;
use concertina_kernels::{Activation, Layer, Sequential};
use serde::{Deserialize, Serialize};

use super::latent::{Latent, Metric, MetricKind, Settings, check_weights};
use super::mmd::{MOMENTS, moments};
use super::phase::Phase;
use super::terms::Code;
use crate::components::Components;
use crate::error::{Error, Result};
use crate::math::{Codes, NamedValues};
use crate::reconstruction::cross_entropy;
use crate::rng::Seed;
use crate::sequential::{checked, forward, initialise};
use crate::shape::ImageShape;

/// An adversarial autoencoder (Makhzani et al. 2015): a discriminator learns to distinguish codes
/// from samples of the standard normal, and the encoder learns to deceive it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Adversarial {
    /// Sizes of the discriminator's hidden layers, in order; each has a `ReLU`. Default: four
    /// layers of 500.
    #[serde(default = "hidden")]
    pub discriminator: Vec<usize>,
    /// Scale of the learning rate in the two adversarial phases, relative to
    /// `training.learning-rate`. Default 0.5.
    #[serde(default = "half")]
    pub learning_rate_scale: f32,
}

fn hidden() -> Vec<usize> {
    vec![500; 4]
}

fn half() -> f32 {
    0.5
}

impl Default for Adversarial {
    /// With the lesson's discriminator and learning rate.
    fn default() -> Self {
        Self { discriminator: hidden(), learning_rate_scale: half() }
    }
}

impl Settings for Adversarial {
    fn check(&self) -> Result<()> {
        check_weights(&[("learning-rate-scale", self.learning_rate_scale)])?;
        if self.discriminator.contains(&0) {
            return Err(Error::config(format!(
                "`bottleneck.discriminator`: expected sizes of at least 1, found {:?}",
                self.discriminator
            )));
        }
        Ok(())
    }

    fn build(&self, latent_dim: usize) -> Result<Arc<dyn Latent>> {
        let hidden = self.discriminator.iter();
        let hidden = hidden.map(|&outputs| Layer::Dense { outputs, activation: Activation::Relu });
        // The output is one logit, above 0 for "sampled from the prior".
        let last = Layer::Dense { outputs: 1, activation: Activation::Identity };
        let layers: Vec<Layer> = hidden.chain([last]).collect();
        let discriminator = checked(ImageShape::new(latent_dim, 1, 1), &layers)
            .map_err(|error| Error::config(format!("`bottleneck.discriminator`: {error}")))?;
        Ok(Arc::new(AdversarialLatent {
            latent_dim,
            discriminator: Arc::new(discriminator),
            learning_rate_scale: self.learning_rate_scale,
        }))
    }
}

/// With `latent_dim` latent dimensions.
#[derive(Debug)]
struct AdversarialLatent {
    latent_dim: usize,
    /// From a code to one logit.
    discriminator: Arc<Sequential>,
    learning_rate_scale: f32,
}

const DISCRIMINATOR: Metric =
    Metric { name: "discriminator", label: "discriminator, nats", kind: MetricKind::Loss };
const GENERATOR: Metric =
    Metric { name: "generator", label: "generator, nats", kind: MetricKind::Loss };

impl AdversarialLatent {
    /// `-ln D(prior)` of each sample of the prior, then `-ln(1 - D(code))` of each code: `[2 B]`.
    fn discriminator_loss(&self, codes: Tensor<2>, prior: Tensor<2>, own: Tensor<1>) -> Tensor<1> {
        let [n, _] = codes.dims();
        let device = codes.device();
        let labels = [Tensor::ones([n, 1], &device), Tensor::zeros([n, 1], &device)];
        let logits = forward(&self.discriminator, own, Tensor::cat(vec![prior, codes], 0));
        cross_entropy(logits, Tensor::cat(labels.into(), 0))
    }

    /// `-ln D(code)` of each code, `[B]`.
    fn generator_loss(&self, codes: Tensor<2>, own: Tensor<1>) -> Tensor<1> {
        let [n, _] = codes.dims();
        let labels = Tensor::ones([n, 1], &codes.device());
        let logits = forward(&self.discriminator, own, codes);
        cross_entropy(logits, labels)
    }
}

impl Latent for AdversarialLatent {
    fn has_prior(&self) -> bool {
        true
    }

    fn networks(&self) -> Vec<(&'static str, &Sequential)> {
        vec![("discriminator", &self.discriminator)]
    }

    fn initialise(&self, seed: Seed) -> Vec<f32> {
        initialise(&self.discriminator, 1, seed, 2)
    }

    /// As many samples of the prior as there are codes.
    fn noise_len(&self) -> usize {
        self.latent_dim
    }

    fn sample(&self, features: Tensor<2>, _: Tensor<2>, _: Tensor<1>) -> Code {
        Code::of(features)
    }

    fn phases(&self) -> Vec<Phase<'_>> {
        let learning_rate_scale = self.learning_rate_scale;
        vec![
            Phase {
                name: DISCRIMINATOR.name,
                trains: Components { bottleneck: true, ..Components::default() },
                learning_rate_scale,
                loss: Box::new(|codes, prior, own| self.discriminator_loss(codes, prior, own)),
            },
            Phase {
                name: GENERATOR.name,
                trains: Components { encoder: true, ..Components::default() },
                learning_rate_scale,
                loss: Box::new(|codes, _, own| self.generator_loss(codes, own)),
            },
        ]
    }

    fn metrics(&self) -> &'static [Metric] {
        const { &[DISCRIMINATOR, GENERATOR, MOMENTS[0], MOMENTS[1]] }
    }

    fn statistics(&self, codes: &Codes, _: &[f32]) -> NamedValues {
        moments(codes)
    }

    fn description(&self) -> &'static str {
        "A discriminator learns to distinguish codes from samples of a standard normal, and the \
         encoder learns to \
         deceive it, so that codes sampled from the normal decode to plausible examples."
    }
}
