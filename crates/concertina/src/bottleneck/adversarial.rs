//! The code of an adversarial autoencoder: made to look like a draw from the prior by a discriminator.

use concertina_kernels::{Activation, Layer};
use serde::{Deserialize, Serialize};

use super::{Condition, Size};
use crate::error::{Error, Result};

/// An adversarial autoencoder (Makhzani et al. 2015): a discriminator learns to tell codes from draws of the standard normal, and
/// the encoder learns to deceive it. What they do in each step is in `train/adversary.rs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Adversarial {
    /// Numbers in the code, D.
    pub size: Size,
    /// Outputs of the discriminator's hidden layers, in order; each ends in a `ReLU`. Four of 500 if left out.
    #[serde(default = "hidden")]
    pub discriminator: Vec<usize>,
    /// The learning rate of the discriminator, and of the encoder where it deceives it, as a share of the training's. 0.5
    /// if left out.
    #[serde(default = "half")]
    pub rate: f32,
    /// What encoder and decoder are told beside image and code.
    #[serde(default)]
    pub condition: Condition,
}

fn hidden() -> Vec<usize> {
    vec![500; 4]
}

fn half() -> f32 {
    0.5
}

impl Adversarial {
    /// With the lesson's discriminator and rate.
    pub fn new(size: Size) -> Self {
        Self { size, discriminator: hidden(), rate: half(), condition: Condition::None }
    }

    /// From a code to one logit: above 0 for "drawn from the prior".
    pub(super) fn layers(&self) -> Vec<Layer> {
        let hidden = self.discriminator.iter();
        let hidden = hidden.map(|&outputs| Layer::Dense { outputs, activation: Activation::Relu });
        hidden.chain([Layer::Dense { outputs: 1, activation: Activation::Identity }]).collect()
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.discriminator.contains(&0) {
            return Err(Error::config(format!(
                "`bottleneck.discriminator`: expected sizes of at least 1, found {:?}",
                self.discriminator
            )));
        }
        Ok(())
    }

    pub(super) fn numbers(&self) -> Vec<(&'static str, f32)> {
        vec![("rate", self.rate)]
    }
}
