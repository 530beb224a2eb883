//! The third choice: what the code is, and what is asked of it.
//!
//! The encoder ends in *features*. A bottleneck reads the code from them and may charge a price for it, in nats per
//! image, that is added to the loss.

mod gaussian;
mod operations;
mod size;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

pub use self::gaussian::Form;
pub use self::size::Size;
use crate::error::{Error, Result};

/// What the code is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum Bottleneck {
    /// The features are the code; nothing is asked of it but to be small.
    Plain {
        /// Numbers in the code, or "full" for the encoder's last feature map as it is.
        size: Size,
    },
    /// A variational autoencoder (Kingma and Welling 2013): the features are mean and spread of a Gaussian, the code is
    /// drawn from it, and its Kullback-Leibler divergence from the standard normal is the price.
    Gaussian {
        /// Numbers in the code, D.
        size: Size,
        /// Weight of the divergence in the loss, as in beta-VAE (Higgins et al. 2017). 1 gives the evidence lower bound, if
        /// the reconstruction is in nats per image: a `mean` reduction weighs nats per image against errors per pixel.
        #[serde(default = "one")]
        beta: f32,
        /// Epochs over which the weight grows linearly from 0 to `beta`; 0 for none.
        #[serde(default)]
        warm_up_epochs: f32,
        /// Nats of divergence per code dimension, averaged over the batch, that cost nothing (Kingma et al. 2016,
        /// equation 15); 0 for none.
        #[serde(default)]
        free_bits_nats: f32,
        /// How the second half of the features is read.
        #[serde(default)]
        form: Form,
    },
}

fn one() -> f32 {
    1.0
}

/// A code and its price.
pub(crate) struct Code {
    /// `[B, D]`, what the decoder gets.
    pub(crate) z: Tensor<2>,
    /// For a Gaussian: the divergence of each dimension, `[B, D]`, in nats.
    pub(crate) kl: Option<Tensor<2>>,
}

impl Bottleneck {
    /// The asked size of the code.
    pub fn size(&self) -> Size {
        match self {
            Self::Plain { size } | Self::Gaussian { size, .. } => *size,
        }
    }

    /// How many features belong to one dimension of the code.
    pub(crate) fn heads(&self) -> usize {
        match self {
            Self::Plain { .. } => 1,
            Self::Gaussian { .. } => 2,
        }
    }

    /// True if codes are drawn at random in training, and the prior is the standard normal.
    pub fn is_variational(&self) -> bool {
        matches!(self, Self::Gaussian { .. })
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.size() == Size::Number(0) {
            return Err(Error::config("`bottleneck.size`: expected at least 1, found 0"));
        }
        let Self::Gaussian { beta, warm_up_epochs, free_bits_nats, .. } = self else {
            return Ok(());
        };
        for (key, value) in
            [("beta", beta), ("warm-up-epochs", warm_up_epochs), ("free-bits-nats", free_bits_nats)]
        {
            if !(value.is_finite() && *value >= 0.0) {
                return Err(Error::config(format!(
                    "`bottleneck.{key}`: expected a finite number of at least 0, found {value}"
                )));
            }
        }
        Ok(())
    }

    /// The code of a batch with its noise. `features` is `[B, heads * D]`; `noise`, `[B, D]`, is standard normal.
    pub(crate) fn draw(&self, features: Tensor<2>, noise: Tensor<2>) -> Code {
        match self {
            Self::Plain { .. } => Code { z: features, kl: None },
            Self::Gaussian { form, .. } => {
                let kl = gaussian::divergence(features.clone());
                Code { z: gaussian::sample(features, noise, *form), kl: Some(kl) }
            }
        }
    }

    /// Codes without noise, `[N, D]`: the features, `[N, heads * D]`, or the means, their first half.
    pub(crate) fn mean(&self, features: Vec<f32>, code_size: usize) -> Vec<f32> {
        match self {
            Self::Plain { .. } => features,
            Self::Gaussian { .. } => {
                let rows = features.chunks_exact(2 * code_size);
                rows.flat_map(|row| &row[..code_size]).copied().collect()
            }
        }
    }

    /// The divergence as it enters the loss: summed over dimensions, averaged over the batch, free bits and weight
    /// applied. `kl` is `[B, D]`; `epochs` is how far training has come, in epochs.
    pub(crate) fn price(&self, kl: Tensor<2>, epochs: f32) -> Tensor<1> {
        match self {
            Self::Plain { .. } => kl.sum() * 0.0,
            Self::Gaussian { free_bits_nats, .. } => {
                let per_dimension = kl.mean_dim(0);
                let charged = if *free_bits_nats > 0.0 {
                    per_dimension.clamp_min(*free_bits_nats)
                } else {
                    per_dimension
                };
                charged.sum() * self.weight(epochs)
            }
        }
    }

    /// The weight of the divergence after `epochs` epochs.
    pub(crate) fn weight(&self, epochs: f32) -> f32 {
        match self {
            Self::Plain { .. } => 0.0,
            Self::Gaussian { beta, warm_up_epochs, .. } if *warm_up_epochs > 0.0 => {
                beta * (epochs / warm_up_epochs).min(1.0)
            }
            Self::Gaussian { beta, .. } => *beta,
        }
    }
}

#[cfg(test)]
mod tests;
