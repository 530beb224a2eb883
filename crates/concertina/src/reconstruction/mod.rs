//! The fourth choice: how output and target are compared.
//!
//! The decoder gives logits; the picture is always `sigmoid(logits)`, in 0..1. Errors are per image, so that a figure
//! can show the best and the worst; the loss is their mean over the batch.

mod errors;
mod operations;

use burn::tensor::Tensor;
use concertina_kernels::Loss;
use serde::{Deserialize, Serialize};

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
    /// Squared error. With `sum` this is the lesson's 784 x MSE; it is twice the negative log-likelihood of a
    /// Gaussian of standard deviation 1, but for a constant.
    Gaussian {
        /// Over the pixels of an image.
        #[serde(default)]
        reduction: Reduction,
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

impl Reconstruction {
    /// The error of each image, `[B]`, from `[B, C * H * W]` logits and targets in 0..1.
    pub(crate) fn errors(&self, logits: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
        let [_, n_values] = logits.dims();
        let sums = errors::summed(self.loss(), logits, target);
        match self.reduction() {
            Reduction::Sum => sums,
            Reduction::Mean => sums / n_values as f32,
        }
    }

    /// The same where no gradient is wanted, for logits and targets of images of `n_values` values each.
    pub(crate) fn plain_errors(&self, logits: &[f32], target: &[f32], n_values: usize) -> Vec<f32> {
        let mut errors = vec![0.0; target.len() / n_values];
        self.loss().evaluate(logits, target, n_values, &mut errors, None);
        if self.reduction() == Reduction::Mean {
            for error in &mut errors {
                *error /= n_values as f32;
            }
        }
        errors
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
            Self::Bernoulli { reduction } | Self::Gaussian { reduction } => *reduction,
        }
    }

    /// The unit of the errors, for a person.
    pub fn unit(&self) -> &'static str {
        match (self, self.reduction()) {
            (Self::Bernoulli { .. }, Reduction::Sum) => "nats per image",
            (Self::Bernoulli { .. }, Reduction::Mean) => "nats per pixel",
            (Self::Gaussian { .. }, Reduction::Sum) => "squared error per image",
            (Self::Gaussian { .. }, Reduction::Mean) => "squared error per pixel",
        }
    }
}

#[cfg(test)]
mod tests;
