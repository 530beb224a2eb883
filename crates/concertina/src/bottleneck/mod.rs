//! The third choice: what the code is, and what is asked of it.
//!
//! The encoder ends in *features*. A bottleneck reads the code from them and may charge a price for it, in nats per
//! image, that is added to the loss.

mod gaussian;
mod operations;
mod size;

use burn::tensor::Tensor;
use concertina_kernels::Activation;
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
        /// What the layer before the code ends in. A full feature map has been through its own already.
        #[serde(default)]
        activation: CodeActivation,
        /// Price of the sum of absolute values of a code: what makes an autoencoder sparse (the Keras blog's has 1e-4).
        #[serde(default)]
        l1: f32,
        /// Price of half the sum of squares of a code: what makes an autoencoder regularised (RAE, Ghosh et al. 2020,
        /// section 3).
        #[serde(default)]
        l2: f32,
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
        /// Nats of divergence that are aimed at, above 0: not the divergence is charged for, but its distance from this
        /// (Burgess et al. 2018, equation 8, where `beta` is called gamma). 0 for none.
        #[serde(default)]
        capacity_nats: f32,
        /// Epochs over which the capacity grows linearly from 0; 0 for none.
        #[serde(default)]
        capacity_epochs: f32,
        /// How the second half of the features is read.
        #[serde(default)]
        form: Form,
    },
}

/// What a plain code went through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeActivation {
    /// Nothing: any number.
    #[default]
    Linear,
    /// max(x, 0): numbers of at least 0, many of them 0.
    Relu,
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
    /// A code of which nothing is asked but its size.
    pub fn plain(size: Size) -> Self {
        Self::Plain { size, activation: CodeActivation::Linear, l1: 0.0, l2: 0.0 }
    }

    /// The asked size of the code.
    pub fn size(&self) -> Size {
        match self {
            Self::Plain { size, .. } | Self::Gaussian { size, .. } => *size,
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

    /// What the encoder's last layer ends in, where it is made to lead to a code of a given size.
    pub(crate) fn activation(&self) -> Activation {
        match self {
            Self::Plain { activation: CodeActivation::Relu, .. } => Activation::Relu,
            Self::Plain { .. } | Self::Gaussian { .. } => Activation::Identity,
        }
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.size() == Size::Number(0) {
            return Err(Error::config("`bottleneck.size`: expected at least 1, found 0"));
        }
        let numbers = match self {
            Self::Plain { l1, l2, .. } => vec![("l1", l1), ("l2", l2)],
            Self::Gaussian {
                beta,
                warm_up_epochs,
                free_bits_nats,
                capacity_nats,
                capacity_epochs,
                ..
            } => vec![
                ("beta", beta),
                ("warm-up-epochs", warm_up_epochs),
                ("free-bits-nats", free_bits_nats),
                ("capacity-nats", capacity_nats),
                ("capacity-epochs", capacity_epochs),
            ],
        };
        for (key, value) in numbers {
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

    /// What is asked of the code, as it enters the loss; `None` for nothing. `epochs` is how far training has come.
    ///
    /// A Gaussian: its divergence, summed over dimensions, averaged over the batch, free bits and weight applied. A plain
    /// code: its weighted sums of absolute values and squares, averaged over the batch.
    pub(crate) fn price(&self, code: &Code, epochs: f32) -> Option<Tensor<1>> {
        match self {
            Self::Plain { l1, l2, .. } => {
                let sizes = (*l1 > 0.0).then(|| code.z.clone().abs() * *l1);
                let squares = (*l2 > 0.0).then(|| code.z.clone() * code.z.clone() * (0.5 * l2));
                let both = [sizes, squares].into_iter().flatten().reduce(|a, b| a + b)?;
                Some(both.sum_dim(1).mean())
            }
            Self::Gaussian { free_bits_nats, capacity_nats, capacity_epochs, .. } => {
                let per_dimension = code.kl.clone()?.mean_dim(0);
                let charged = if *free_bits_nats > 0.0 {
                    per_dimension.clamp_min(*free_bits_nats)
                } else {
                    per_dimension
                };
                let nats = charged.sum();
                let charged = if *capacity_nats > 0.0 {
                    (nats - capacity_nats * grown(epochs, *capacity_epochs)).abs()
                } else {
                    nats
                };
                Some(charged * self.weight(epochs))
            }
        }
    }

    /// The weight of the divergence after `epochs` epochs.
    pub(crate) fn weight(&self, epochs: f32) -> f32 {
        match self {
            Self::Plain { .. } => 0.0,
            Self::Gaussian { beta, warm_up_epochs, .. } => beta * grown(epochs, *warm_up_epochs),
        }
    }
}

/// What has grown linearly from 0, after `epochs` of the epochs that it takes to grow to 1; at once if it takes none.
fn grown(epochs: f32, takes: f32) -> f32 {
    if takes > 0.0 { (epochs / takes).min(1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests;
