//! What every kind of reconstruction says of itself.

use std::fmt::Debug;

use burn::tensor::Tensor;
use concertina_kernels::Loss;

use super::reduction::Reduction;
use crate::math::NamedValues;

/// A way to compare outputs with targets. Errors are summed over the values of an example.
pub(crate) trait Compare: Debug {
    /// How an example's errors become one number.
    fn reduction(&self) -> Reduction;

    /// Parameters that are the reconstruction's own, by name; each is one number that begins at 0.
    fn parameters(&self) -> &'static [&'static str] {
        &[]
    }

    /// The error of each example, `[B]`, from raw outputs and targets `[B, N]`.
    fn errors(&self, output: Tensor<2>, target: Tensor<2>, own: Tensor<1>) -> Tensor<1>;

    /// The same where no gradient is wanted.
    fn plain_errors(&self, output: &[f32], target: &[f32], own: &[f32], n_values: usize) -> Vec<f32>;

    /// What the decoder's raw output means: the values that a person looks at, in its place.
    fn x_hat(&self, output: &mut [f32]);

    /// How the loss of an example of `n_values` values becomes minus its log-likelihood.
    fn likelihood(&self, own: &[f32], n_values: usize) -> Likelihood;

    /// The log-likelihood in nats of an example of `n_values` values with this error.
    fn log_likelihood(&self, error: f64, n_values: usize) -> f64;

    /// What an error is: "nats", or "squared error".
    fn quantity(&self) -> &'static str;

    /// What the error is, for an evaluation's conventions. `values` says what targets are.
    fn error_convention(&self, values: &str) -> String;

    /// What the likelihood is, for an evaluation's conventions. `values` says what targets are.
    fn likelihood_convention(&self, values: &str) -> String;

    /// What is told of its own parameters.
    fn statistics(&self, _own: &[f32]) -> NamedValues {
        NamedValues::default()
    }
}

/// How errors become nats: minus the log-likelihood of an example is `scale` times its `loss`, and `constant` more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Likelihood {
    pub(crate) loss: Loss,
    pub(crate) scale: f64,
    pub(crate) constant: f64,
}
