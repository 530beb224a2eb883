//! Absolute error, and the Laplace likelihood.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::compare::{Compare, Likelihood};
use super::errors;
use super::output::Output;
use super::reduction::Reduction;
use super::values::Values;

/// Absolute error (L1) between the target and the value that the decoder's raw output stands for.
/// It is the negative log-likelihood of a Laplace distribution of scale 1, up to a constant.
/// Networks that restore images give sharper ones by it than by squared error (Zhao et al. 2017).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Laplace {
    /// The reduction over the values of an example.
    #[serde(default)]
    pub reduction: Reduction,
    /// What the decoder's raw output is. Default "sigmoid".
    #[serde(default, skip_serializing_if = "Output::is_sigmoid")]
    pub output: Output,
}

impl Compare for Laplace {
    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn takes_values(&self) -> bool {
        self.output == Output::Linear
    }

    fn errors(
        &self,
        output: Tensor<2>,
        target: Tensor<2>,
        _: Tensor<1>,
        _: Values<'_>,
    ) -> Tensor<1> {
        errors::summed(self.output.absolute_error(), output, target)
    }

    fn plain_errors(
        &self,
        output: &[f32],
        target: &[f32],
        _: &[f32],
        values: Values<'_>,
    ) -> Vec<f32> {
        errors::plain(&self.output.absolute_error(), output, target, values.n())
    }

    fn x_hat(&self, output: Vec<f32>, _: Values<'_>) -> Vec<f32> {
        self.output.values(output)
    }

    fn likelihood(&self, _: &[f32], n_values: usize) -> Option<Likelihood> {
        Some(self.density(n_values))
    }

    fn log_likelihood(&self, error: f64, n_values: usize) -> Option<f64> {
        Some(-(error + self.density(n_values).constant))
    }

    fn quantity(&self) -> &'static str {
        "absolute error"
    }

    fn error_convention(&self, _: &str) -> String {
        "absolute error, values in 0..1".to_owned()
    }

    fn likelihood_convention(&self, _: &str) -> Option<String> {
        let convention = "a Laplace distribution of scale 1 around each value, including its \
                          normalising constant; the absolute error is its exponent";
        Some(convention.to_owned())
    }
}

impl Laplace {
    /// `exp(-|x - m|) / 2` for each value.
    fn density(&self, n_values: usize) -> Likelihood {
        let constant = n_values as f64 * std::f64::consts::LN_2;
        Likelihood { loss: self.output.absolute_error(), scale: 1.0, constant }
    }
}
