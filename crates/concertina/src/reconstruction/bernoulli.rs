//! Binary cross-entropy.

use burn::tensor::Tensor;
use concertina_kernels::Loss;
use serde::{Deserialize, Serialize};

use super::compare::{Compare, Likelihood};
use super::errors;
use super::reduction::Reduction;

/// Binary cross-entropy, in nats: each target value is the probability of a white pixel, and the
/// decoder's raw output is the logit of that probability.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Bernoulli {
    /// The reduction over the values of an example.
    #[serde(default)]
    pub reduction: Reduction,
}

impl Compare for Bernoulli {
    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn errors(&self, output: Tensor<2>, target: Tensor<2>, _: Tensor<1>) -> Tensor<1> {
        errors::cross_entropy(output, target)
    }

    fn plain_errors(&self, output: &[f32], target: &[f32], _: &[f32], n_values: usize) -> Vec<f32> {
        errors::plain(Loss::CrossEntropy, output, target, n_values)
    }

    fn x_hat(&self, output: &mut [f32]) {
        concertina_kernels::sigmoid(output);
    }

    /// The likelihood of a black and white image.
    fn likelihood(&self, _: &[f32], _: usize) -> Likelihood {
        Likelihood { loss: Loss::CrossEntropy, scale: 1.0, constant: 0.0 }
    }

    fn log_likelihood(&self, error: f64, _: usize) -> f64 {
        -error
    }

    fn quantity(&self) -> &'static str {
        "nats"
    }

    fn error_convention(&self, values: &str) -> String {
        format!("binary cross-entropy, {values}")
    }

    fn likelihood_convention(&self, values: &str) -> String {
        values.to_owned()
    }
}
