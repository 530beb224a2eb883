//! The trait that every kind of reconstruction implements.

use std::fmt::Debug;

use burn::tensor::Tensor;
use concertina_kernels::Loss;

use super::reduction::Reduction;
use super::values::Values;
use crate::error::Result;
use crate::math::NamedValues;

/// A reconstruction loss. Errors are summed over the values of an example.
pub(crate) trait Compare: Debug {
    /// The reduction over the values of an example, which the caller applies.
    fn reduction(&self) -> Reduction;

    /// Checks its settings.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// The names of the reconstruction's own parameters; each is one value, initially 0.
    fn parameters(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether target values are tokens.
    fn takes_tokens(&self) -> bool {
        false
    }

    /// Whether a target value that is not a number is left out, rather than taken for a value.
    fn takes_gaps(&self) -> bool {
        true
    }

    /// Whether the decoder's raw output is a value, rather than a logit.
    fn takes_values(&self) -> bool {
        false
    }

    /// The error of each example, `[B]`, from raw outputs `[B, M]` and targets `[B, N]`; M is N
    /// unless the values are tokens.
    fn errors(
        &self,
        output: Tensor<2>,
        target: Tensor<2>,
        own: Tensor<1>,
        values: Values<'_>,
    ) -> Tensor<1>;

    /// The same without a gradient.
    fn plain_errors(
        &self,
        output: &[f32],
        target: &[f32],
        own: &[f32],
        values: Values<'_>,
    ) -> Vec<f32>;

    /// The values, of the target's kind, that the decoder's raw output stands for.
    fn x_hat(&self, output: Vec<f32>, values: Values<'_>) -> Vec<f32>;

    /// The negative log-likelihood of an example of `n_values` values as a function of its loss;
    /// `None` if the values are tokens, or the error is no likelihood.
    fn likelihood(&self, own: &[f32], n_values: usize) -> Option<Likelihood>;

    /// The log-likelihood in nats of an example of `n_values` values with this error; `None` if the
    /// error is no likelihood.
    fn log_likelihood(&self, error: f64, n_values: usize) -> Option<f64>;

    /// The unit of an error: "nats", or "squared error".
    fn quantity(&self) -> &'static str;

    /// What an example and one of its values are called.
    fn words(&self) -> [&'static str; 2] {
        ["image", "pixel"]
    }

    /// The definition of the error, for an evaluation's conventions. `values` describes the target
    /// values.
    fn error_convention(&self, values: &str) -> String;

    /// The definition of the likelihood, if it is one, for an evaluation's conventions. `values`
    /// describes the target values.
    fn likelihood_convention(&self, values: &str) -> Option<String>;

    /// Statistics of its own parameters, by name.
    fn statistics(&self, _own: &[f32]) -> NamedValues {
        NamedValues::default()
    }
}

/// A likelihood in terms of a loss: the negative log-likelihood of an example, in nats, is `scale`
/// times its `loss` plus `constant`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Likelihood {
    pub(crate) loss: Loss,
    pub(crate) scale: f64,
    pub(crate) constant: f64,
}
