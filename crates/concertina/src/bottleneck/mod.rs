//! The third choice: what the code is, and what is asked of it.
//!
//! The encoder ends in *features*. A bottleneck reads the code from them and may charge a price for it that is added to the
//! loss: a divergence in nats per image, all else in the unit of the reconstruction, by the recipe's weights. Each kind has a
//! file of its own.

mod adversarial;
mod codebook;
mod condition;
mod discrepancy;
mod gaussian;
mod mmd;
mod normal;
mod operations;
mod plain;
mod quantised;
mod size;
mod squares;

use burn::tensor::Tensor;
use concertina_kernels::{Activation, Layer};
use serde::{Deserialize, Serialize};

pub use self::adversarial::Adversarial;
pub(crate) use self::codebook::numbers;
pub use self::condition::Condition;
pub use self::gaussian::Gaussian;
pub use self::mmd::Mmd;
pub use self::normal::Form;
pub(crate) use self::normal::draw_one;
pub use self::plain::{CodeActivation, Plain};
pub use self::quantised::Quantised;
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
    /// A Wasserstein autoencoder's: all together like draws from the prior, as far as kernels can tell.
    Mmd(Mmd),
    /// A vector-quantised autoencoder's: entries of a codebook.
    VectorQuantised(Quantised),
}

/// Codes and what they cost.
pub(crate) struct Code {
    /// `[B k, D]`, what the decoder gets: k codes for each image, one after the other.
    pub(crate) z: Tensor<2>,
    /// For a Gaussian: the divergence of each dimension, `[B, D]`, in nats.
    pub(crate) kl: Option<Tensor<2>>,
    /// For a Gaussian of several codes: the logarithm of `q(z|x) / p(z)` of each, `[B, k]`.
    pub(crate) importance: Option<Tensor<2>>,
    /// How far the codes of the batch are from where they are wanted, `[1]`: the squared discrepancy from the prior, or the
    /// priced squared distance from a codebook, averaged over the batch.
    pub(crate) distance: Option<Tensor<1>>,
}

impl Code {
    /// Codes that have nothing to them but themselves.
    fn of(z: Tensor<2>) -> Self {
        Self { z, kl: None, importance: None, distance: None }
    }
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
            Self::Mmd(mmd) => mmd.size,
            Self::VectorQuantised(quantised) => quantised.size,
        }
    }

    /// What encoder and decoder are told beside image and code.
    pub fn condition(&self) -> Condition {
        match self {
            Self::Plain(plain) => plain.condition,
            Self::Gaussian(gaussian) => gaussian.condition,
            Self::Adversarial(adversarial) => adversarial.condition,
            Self::Mmd(mmd) => mmd.condition,
            Self::VectorQuantised(quantised) => quantised.condition,
        }
    }

    /// How many features belong to one dimension of the code.
    pub(crate) fn heads(&self) -> usize {
        match self {
            Self::Gaussian(_) => 2,
            _ => 1,
        }
    }

    /// Codes drawn for each image in training, k.
    pub(crate) fn samples(&self) -> usize {
        match self {
            Self::Gaussian(gaussian) => gaussian.samples,
            _ => 1,
        }
    }

    /// True if codes are drawn at random in training, and have a divergence from the prior.
    pub fn is_variational(&self) -> bool {
        matches!(self, Self::Gaussian(_))
    }

    /// True if the codes are made to lie as the standard normal does, so that new ones are drawn from it.
    pub fn has_prior(&self) -> bool {
        match self {
            Self::Plain(_) | Self::VectorQuantised(_) => false,
            Self::Gaussian(_) | Self::Adversarial(_) | Self::Mmd(_) => true,
        }
    }

    /// True if codes are points that all together are made to lie as the standard normal does. A variational autoencoder's are
    /// no points, but clouds.
    pub(crate) fn has_points_like_the_prior(&self) -> bool {
        self.has_prior() && !self.is_variational()
    }

    /// Standard normal numbers that training takes for each image.
    pub(crate) fn noise_numbers(&self, code_size: usize) -> usize {
        match self {
            Self::Plain(_) | Self::VectorQuantised(_) => 0,
            Self::Adversarial(_) | Self::Mmd(_) => code_size,
            Self::Gaussian(gaussian) => gaussian.noise_numbers(code_size),
        }
    }

    /// True if there is a measure of how far codes are from where they are wanted.
    pub(crate) fn has_distance(&self) -> bool {
        match self {
            Self::Plain(_) | Self::Adversarial(_) => false,
            Self::Gaussian(gaussian) => gaussian.mmd_weight > 0.0,
            Self::Mmd(_) | Self::VectorQuantised(_) => true,
        }
    }

    /// The codebook, if there is one.
    pub(crate) fn codebook(&self) -> Option<&Quantised> {
        match self {
            Self::VectorQuantised(quantised) => Some(quantised),
            _ => None,
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
            _ => Activation::Identity,
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
            Self::Mmd(mmd) => mmd.numbers(),
            Self::VectorQuantised(quantised) => quantised.numbers(),
        };
        for (key, value) in numbers {
            if !(value.is_finite() && value >= 0.0) {
                return Err(Error::config(format!(
                    "`bottleneck.{key}`: expected a finite number of at least 0, found {value}"
                )));
            }
        }
        match self {
            Self::Plain(_) | Self::Mmd(_) => Ok(()),
            Self::Gaussian(gaussian) => gaussian.check(),
            Self::Adversarial(adversarial) => adversarial.check(),
            Self::VectorQuantised(quantised) => quantised.check(),
        }
    }

    /// The codes of a batch. `features` is `[B, heads * D]`, `noise`, `[B, noise_numbers]`, is standard normal, and `own` are
    /// the bottleneck's parameters.
    pub(crate) fn draw(&self, features: Tensor<2>, noise: Tensor<2>, own: Tensor<1>) -> Code {
        match self {
            Self::Plain(_) | Self::Adversarial(_) => Code::of(features),
            Self::Gaussian(gaussian) => gaussian.draw(features, noise),
            Self::Mmd(_) => Mmd::draw(features, noise),
            Self::VectorQuantised(quantised) => quantised.draw(features, own),
        }
    }

    /// Codes without noise, `[N, D]`: the features, `[N, heads * D]`, or the means, their first half, or the entries nearest
    /// to them in the codebook `own`.
    pub(crate) fn mean(&self, features: Vec<f32>, own: &[f32], code_size: usize) -> Vec<f32> {
        match self {
            Self::Plain(_) | Self::Adversarial(_) | Self::Mmd(_) => features,
            Self::Gaussian(_) => {
                let rows = features.chunks_exact(2 * code_size);
                rows.flat_map(|row| &row[..code_size]).copied().collect()
            }
            Self::VectorQuantised(_) => self.allowed(features, own, code_size),
        }
    }

    /// Codes `[N, D]` as the decoder may get them: as they are, or the entries nearest to them in the codebook `own`.
    pub(crate) fn allowed(&self, codes: Vec<f32>, own: &[f32], code_size: usize) -> Vec<f32> {
        match self {
            Self::VectorQuantised(quantised) => {
                codebook::snapped(&codes, own, code_size, quantised.width)
            }
            _ => codes,
        }
    }

    /// What is minimised, of the reconstruction errors `[B k]`, what is asked of the code, and what is asked of the decoder's
    /// parameters. `epochs` is how far training has come.
    pub(crate) fn loss(
        &self,
        errors: Tensor<1>,
        code: &Code,
        decoder: &Tensor<1>,
        epochs: f32,
    ) -> Tensor<1> {
        if let (Self::Gaussian(gaussian), Some(importance)) = (self, &code.importance) {
            return gaussian.bound(errors, importance.clone(), epochs);
        }
        match self.price(code, decoder, epochs) {
            Some(price) => errors.mean() + price,
            None => errors.mean(),
        }
    }

    /// What is asked of the code, as it is added to the errors, averaged over the batch; `None` for nothing.
    fn price(&self, code: &Code, decoder: &Tensor<1>, epochs: f32) -> Option<Tensor<1>> {
        match self {
            Self::Plain(plain) => plain.price(&code.z, decoder),
            Self::Gaussian(gaussian) => Some(gaussian.price(code, epochs)),
            // Paid to the discriminator, in phases of its own.
            Self::Adversarial(_) => None,
            Self::Mmd(mmd) => Some(code.distance.clone()? * mmd.weight),
            Self::VectorQuantised(_) => code.distance.clone(),
        }
    }
}

/// What has grown linearly from 0, after `epochs` of the epochs that it takes to grow to 1; at once if it takes none.
fn grown(epochs: f32, takes: f32) -> f32 {
    if takes > 0.0 { (epochs / takes).min(1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests;
