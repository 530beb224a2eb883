//! The third choice: what the code is, and what is asked of it.
//!
//! The encoder ends in *features*. A bottleneck reads the code from them and may charge a price for it, in nats per
//! image, that is added to the loss. Each kind has a file of its own.

mod adversarial;
mod condition;
mod gaussian;
mod normal;
mod operations;
mod plain;
mod size;

use burn::tensor::Tensor;
use concertina_kernels::{Activation, Layer};
use serde::{Deserialize, Serialize};

pub use self::adversarial::Adversarial;
pub use self::condition::Condition;
pub use self::gaussian::Gaussian;
pub use self::normal::Form;
pub(crate) use self::normal::draw_one;
pub use self::plain::{CodeActivation, Plain};
pub use self::size::Size;
use crate::error::{Error, Result};

/// What the code is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Bottleneck {
    /// The features are the code; nothing is asked of it but to be small.
    Plain(Plain),
    /// A variational autoencoder's: drawn from a Gaussian.
    Gaussian(Gaussian),
    /// An adversarial autoencoder's: like draws from the prior, as far as a discriminator can tell.
    Adversarial(Adversarial),
}

/// Codes and what they cost.
pub(crate) struct Code {
    /// `[B k, D]`, what the decoder gets: k codes for each image, one after the other.
    pub(crate) z: Tensor<2>,
    /// For a Gaussian: the divergence of each dimension, `[B, D]`, in nats.
    pub(crate) kl: Option<Tensor<2>>,
    /// For a Gaussian of several codes: the logarithm of `q(z|x) / p(z)` of each, `[B, k]`.
    pub(crate) importance: Option<Tensor<2>>,
}

impl Bottleneck {
    /// A code of which nothing is asked but its size.
    pub fn plain(size: Size) -> Self {
        Self::Plain(Plain::new(size))
    }

    /// The asked size of the code.
    pub fn size(&self) -> Size {
        match self {
            Self::Plain(plain) => plain.size,
            Self::Gaussian(gaussian) => gaussian.size,
            Self::Adversarial(adversarial) => adversarial.size,
        }
    }

    /// What encoder and decoder are told beside image and code.
    pub fn condition(&self) -> Condition {
        match self {
            Self::Plain(plain) => plain.condition,
            Self::Gaussian(gaussian) => gaussian.condition,
            Self::Adversarial(adversarial) => adversarial.condition,
        }
    }

    /// How many features belong to one dimension of the code.
    pub(crate) fn heads(&self) -> usize {
        match self {
            Self::Plain(_) | Self::Adversarial(_) => 1,
            Self::Gaussian(_) => 2,
        }
    }

    /// Codes drawn for each image in training, k.
    pub(crate) fn samples(&self) -> usize {
        match self {
            Self::Plain(_) | Self::Adversarial(_) => 1,
            Self::Gaussian(gaussian) => gaussian.samples,
        }
    }

    /// True if codes are drawn at random in training, and have a divergence from the prior.
    pub fn is_variational(&self) -> bool {
        matches!(self, Self::Gaussian(_))
    }

    /// True if the codes are made to lie as the standard normal does, so that new ones are drawn from it.
    pub fn has_prior(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Gaussian(_) | Self::Adversarial(_) => true,
        }
    }

    /// The layers of the discriminator, if there is one: from a code to one logit.
    pub(crate) fn discriminator(&self) -> Option<Vec<Layer>> {
        match self {
            Self::Adversarial(adversarial) => Some(adversarial.layers()),
            _ => None,
        }
    }

    /// What the encoder's last layer ends in, where it is made to lead to a code of a given size.
    pub(crate) fn activation(&self) -> Activation {
        match self {
            Self::Plain(plain) => plain.activation(),
            Self::Gaussian(_) | Self::Adversarial(_) => Activation::Identity,
        }
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.size() == Size::Number(0) {
            return Err(Error::config("`bottleneck.size`: expected at least 1, found 0"));
        }
        let numbers = match self {
            Self::Plain(plain) => plain.numbers(),
            Self::Gaussian(gaussian) => gaussian.numbers(),
            Self::Adversarial(adversarial) => adversarial.numbers(),
        };
        for (key, value) in numbers {
            if !(value.is_finite() && value >= 0.0) {
                return Err(Error::config(format!(
                    "`bottleneck.{key}`: expected a finite number of at least 0, found {value}"
                )));
            }
        }
        match self {
            Self::Plain(_) => Ok(()),
            Self::Gaussian(gaussian) => gaussian.check(),
            Self::Adversarial(adversarial) => adversarial.check(),
        }
    }

    /// The codes of a batch with their noise. `features` is `[B, heads * D]`; `noise`, `[B k, D]`, is standard normal.
    pub(crate) fn draw(&self, features: Tensor<2>, noise: Tensor<2>) -> Code {
        match self {
            Self::Plain(_) | Self::Adversarial(_) => {
                Code { z: features, kl: None, importance: None }
            }
            Self::Gaussian(gaussian) => gaussian.draw(features, noise),
        }
    }

    /// Codes without noise, `[N, D]`: the features, `[N, heads * D]`, or the means, their first half.
    pub(crate) fn mean(&self, features: Vec<f32>, code_size: usize) -> Vec<f32> {
        match self {
            Self::Plain(_) | Self::Adversarial(_) => features,
            Self::Gaussian(_) => {
                let rows = features.chunks_exact(2 * code_size);
                rows.flat_map(|row| &row[..code_size]).copied().collect()
            }
        }
    }

    /// What is minimised, of the reconstruction errors `[B k]` and what is asked of the code. `epochs` is how far training
    /// has come.
    pub(crate) fn loss(&self, errors: Tensor<1>, code: &Code, epochs: f32) -> Tensor<1> {
        if let Some(importance) = &code.importance {
            return gaussian::bound(errors, importance.clone());
        }
        match self.price(code, epochs) {
            Some(price) => errors.mean() + price,
            None => errors.mean(),
        }
    }

    /// What is asked of the code, as it is added to the errors, averaged over the batch; `None` for nothing.
    fn price(&self, code: &Code, epochs: f32) -> Option<Tensor<1>> {
        match self {
            Self::Plain(plain) => plain.price(&code.z),
            Self::Gaussian(gaussian) => Some(gaussian.price(code.kl.clone()?, epochs)),
            // Paid to the discriminator, in phases of its own.
            Self::Adversarial(_) => None,
        }
    }
}

/// What has grown linearly from 0, after `epochs` of the epochs that it takes to grow to 1; at once if it takes none.
fn grown(epochs: f32, takes: f32) -> f32 {
    if takes > 0.0 { (epochs / takes).min(1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests;
