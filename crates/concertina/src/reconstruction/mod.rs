//! The fourth choice: how output and target are compared.
//!
//! The decoder gives logits; the picture is always `sigmoid(logits)`, in 0..1. Errors are per image, so that a figure
//! can show the best and the worst; their mean over the batch is the reconstruction's part of the loss.

mod errors;
mod operations;
mod sigma;

use std::f64::consts::{PI, TAU};

use burn::tensor::Tensor;
use concertina_kernels::Loss;
use serde::{Deserialize, Serialize};

pub use self::sigma::Sigma;

/// The distance between a reconstruction and its target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum Reconstruction {
    /// Binary cross-entropy: each value of the target is the probability of a white pixel. In nats, per
    /// image or per pixel.
    Bernoulli {
        /// Over the pixels of an image.
        #[serde(default)]
        reduction: Reduction,
    },
    /// Squared error. With `sum` this is the lesson's 784 x MSE; it is the negative log-likelihood of a Gaussian of
    /// variance 1/2, but for a constant.
    Gaussian {
        /// Over the pixels of an image.
        #[serde(default)]
        reduction: Reduction,
        /// With one, the error is the negative log-likelihood itself, of a Gaussian of this standard deviation around each
        /// value: in nats, which fall below zero where a value is told more exactly than by chance within a range of 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sigma: Option<Sigma>,
    },
}

/// How an image's errors become one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reduction {
    /// Added up over pixels and channels: per image.
    #[default]
    Sum,
    /// Averaged over pixels and channels: per pixel, as the lesson's cross-entropy is.
    Mean,
}

/// How errors become nats: minus the log-likelihood of an image is `scale` times its `loss`, and `constant` more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Likelihood {
    pub(crate) loss: Loss,
    pub(crate) scale: f64,
    pub(crate) constant: f64,
}

impl Reconstruction {
    /// The error of each image, `[B]`, from `[B, C * H * W]` logits and targets in 0..1. `learned`, `[1]` or empty, is the
    /// reconstruction's own parameter: the logarithm of a learned spread.
    pub(crate) fn errors(
        &self,
        logits: Tensor<2>,
        target: Tensor<2>,
        learned: Tensor<1>,
    ) -> Tensor<1> {
        let [_, n_values] = logits.dims();
        let sums = errors::summed(self.loss(), logits, target);
        let sums = match self.sigma() {
            None => sums,
            Some(Sigma::Fixed(_)) => {
                let Likelihood { scale, constant, .. } = self.likelihood(&[], n_values);
                sums * scale as f32 + constant as f32
            }
            Some(Sigma::Learned) => {
                let [low, high] = Sigma::log_bounds();
                let log_sigma = learned.clamp(low, high);
                let nats_of_a_value = log_sigma.clone() + (0.5 * TAU.ln()) as f32;
                sums * (log_sigma * -2.0).exp() * 0.5 + nats_of_a_value * n_values as f32
            }
        };
        match self.reduction() {
            Reduction::Sum => sums,
            Reduction::Mean => sums / n_values as f32,
        }
    }

    /// The same where no gradient is wanted, for logits and targets of images of `n_values` values each.
    pub(crate) fn plain_errors(
        &self,
        logits: &[f32],
        target: &[f32],
        learned: &[f32],
        n_values: usize,
    ) -> Vec<f32> {
        let mut errors = vec![0.0; target.len() / n_values];
        self.loss().evaluate(logits, target, n_values, &mut errors, None);
        if self.sigma().is_some() {
            let Likelihood { scale, constant, .. } = self.likelihood(learned, n_values);
            for error in &mut errors {
                *error = (f64::from(*error) * scale + constant) as f32;
            }
        }
        if self.reduction() == Reduction::Mean {
            for error in &mut errors {
                *error /= n_values as f32;
            }
        }
        errors
    }

    /// How the loss of an image of `n_values` values becomes minus its log-likelihood. A cross-entropy is taken for that of
    /// a black and white image, a squared error for that of a Gaussian, of variance 1/2 if nothing is said.
    pub(crate) fn likelihood(&self, learned: &[f32], n_values: usize) -> Likelihood {
        let n = n_values as f64;
        let (scale, constant) = match (self, self.sigma()) {
            (Self::Bernoulli { .. }, _) => (1.0, 0.0),
            (Self::Gaussian { .. }, None) => (1.0, 0.5 * n * PI.ln()),
            (Self::Gaussian { .. }, Some(sigma)) => {
                let log_sigma = f64::from(sigma.log(learned));
                (0.5 * (-2.0 * log_sigma).exp(), n * (log_sigma + 0.5 * TAU.ln()))
            }
        };
        Likelihood { loss: self.loss(), scale, constant }
    }

    /// The log-likelihood in nats of an image of `n_values` values with this error.
    pub(crate) fn log_likelihood(&self, error: f64, n_values: usize) -> f64 {
        let error = match self.reduction() {
            Reduction::Sum => error,
            Reduction::Mean => error * n_values as f64,
        };
        // With a spread the error is in nats already.
        if self.sigma().is_some() {
            return -error;
        }
        let Likelihood { scale, constant, .. } = self.likelihood(&[], n_values);
        -(error * scale + constant)
    }

    /// The spread, where a recipe says one.
    pub fn sigma(&self) -> Option<Sigma> {
        match self {
            Self::Bernoulli { .. } => None,
            Self::Gaussian { sigma, .. } => *sigma,
        }
    }

    /// Parameters that are the reconstruction's own.
    pub(crate) fn n_parameters(&self) -> usize {
        usize::from(self.sigma() == Some(Sigma::Learned))
    }

    fn loss(&self) -> Loss {
        match self {
            Self::Bernoulli { .. } => Loss::CrossEntropy,
            Self::Gaussian { .. } => Loss::SquaredError,
        }
    }

    /// The picture, values in 0..1, in place of the logits.
    pub(crate) fn x_hat(logits: &mut [f32]) {
        concertina_kernels::sigmoid(logits);
    }

    /// How an image's errors become one number.
    pub fn reduction(&self) -> Reduction {
        match self {
            Self::Bernoulli { reduction } | Self::Gaussian { reduction, .. } => *reduction,
        }
    }

    /// The unit of the errors, for a person.
    pub fn unit(&self) -> &'static str {
        let squares = matches!(self, Self::Gaussian { sigma: None, .. });
        match (squares, self.reduction()) {
            (false, Reduction::Sum) => "nats per image",
            (false, Reduction::Mean) => "nats per pixel",
            (true, Reduction::Sum) => "squared error per image",
            (true, Reduction::Mean) => "squared error per pixel",
        }
    }
}

#[cfg(test)]
mod tests;
