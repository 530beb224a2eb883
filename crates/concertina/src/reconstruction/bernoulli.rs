//! Binary cross-entropy.

use burn::tensor::Tensor;
use concertina_kernels::Loss;
use serde::{Deserialize, Serialize};

use super::compare::{Compare, Likelihood};
use super::errors;
use super::reduction::Reduction;
use super::values::Values;

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

    fn errors(
        &self,
        output: Tensor<2>,
        target: Tensor<2>,
        _: Tensor<1>,
        _: Values<'_>,
    ) -> Tensor<1> {
        errors::cross_entropy(output, target)
    }

    fn plain_errors(
        &self,
        output: &[f32],
        target: &[f32],
        _: &[f32],
        values: Values<'_>,
    ) -> Vec<f32> {
        errors::plain(&Loss::CrossEntropy, output, target, values.n())
    }

    fn x_hat(&self, mut output: Vec<f32>, _: Values<'_>) -> Vec<f32> {
        concertina_kernels::sigmoid(&mut output);
        output
    }

    /// The likelihood of a black and white image.
    fn likelihood(&self, _: &[f32], _: usize) -> Option<Likelihood> {
        Some(Likelihood { loss: Loss::CrossEntropy, scale: 1.0, constant: 0.0 })
    }

    fn log_likelihood(&self, error: f64, _: usize) -> Option<f64> {
        Some(-error)
    }

    fn quantity(&self) -> &'static str {
        "nats"
    }

    fn error_convention(&self, values: &str) -> String {
        format!("binary cross-entropy, {values}")
    }

    fn likelihood_convention(&self, values: &str) -> Option<String> {
        Some(values.to_owned())
    }
}
