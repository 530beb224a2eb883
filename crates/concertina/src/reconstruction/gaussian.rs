//! Squared error, and the Gaussian likelihood.

use std::f64::consts::{PI, TAU};

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::compare::{Compare, Likelihood};
use super::errors;
use super::output::Output;
use super::reduction::Reduction;
use super::sigma::Sigma;
use super::values::Values;
use crate::math::NamedValues;

/// Squared error between the target and the value that the decoder's raw output stands for, by
/// default its sigmoid. With `reduction = "sum"` it is 784 x the MSE of the lesson. It is the
/// negative log-likelihood of a Gaussian of variance 1/2, up to a constant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Gaussian {
    /// The reduction over the values of an example.
    #[serde(default)]
    pub reduction: Reduction,
    /// If given, the error is the full negative log-likelihood, in nats, of a Gaussian with this
    /// standard deviation around each value. It is negative where the density exceeds 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sigma: Option<Sigma>,
    /// What the decoder's raw output is. Default "sigmoid".
    #[serde(default, skip_serializing_if = "Output::is_sigmoid")]
    pub output: Output,
}

impl Compare for Gaussian {
    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn parameters(&self) -> &'static [&'static str] {
        if self.sigma == Some(Sigma::Learned) { &["log_sigma"] } else { &[] }
    }

    fn takes_values(&self) -> bool {
        self.output == Output::Linear
    }

    fn errors(
        &self,
        output: Tensor<2>,
        target: Tensor<2>,
        own: Tensor<1>,
        values: Values<'_>,
    ) -> Tensor<1> {
        let n_values = values.n();
        let sums = errors::summed(self.output.squared_error(), output, target);
        match self.sigma {
            None => sums,
            Some(Sigma::Fixed(_)) => {
                let Likelihood { scale, constant, .. } = self.density(&[], n_values);
                sums * scale as f32 + constant as f32
            }
            Some(Sigma::Learned) => {
                let [low, high] = Sigma::log_bounds();
                let log_sigma = own.clamp(low, high);
                let nats_per_value = log_sigma.clone() + (0.5 * TAU.ln()) as f32;
                sums * (log_sigma * -2.0).exp() * 0.5 + nats_per_value * n_values as f32
            }
        }
    }

    fn plain_errors(
        &self,
        output: &[f32],
        target: &[f32],
        own: &[f32],
        values: Values<'_>,
    ) -> Vec<f32> {
        let mut errors = errors::plain(&self.output.squared_error(), output, target, values.n());
        if self.sigma.is_some() {
            let Likelihood { scale, constant, .. } = self.density(own, values.n());
            for error in &mut errors {
                *error = (f64::from(*error) * scale + constant) as f32;
            }
        }
        errors
    }

    fn x_hat(&self, output: Vec<f32>, _: Values<'_>) -> Vec<f32> {
        self.output.values(output)
    }

    fn likelihood(&self, own: &[f32], n_values: usize) -> Option<Likelihood> {
        Some(self.density(own, n_values))
    }

    fn log_likelihood(&self, error: f64, n_values: usize) -> Option<f64> {
        // With a sigma the error is in nats already.
        if self.sigma.is_some() {
            return Some(-error);
        }
        let Likelihood { scale, constant, .. } = self.density(&[], n_values);
        Some(-(error * scale + constant))
    }

    fn quantity(&self) -> &'static str {
        if self.sigma.is_some() { "nats" } else { "squared error" }
    }

    fn error_convention(&self, _: &str) -> String {
        match self.sigma {
            None => "squared error, values in 0..1".to_owned(),
            Some(_) => "negative log-density of a Gaussian at each value, values in \
                        0..1"
                .to_owned(),
        }
    }

    fn likelihood_convention(&self, _: &str) -> Option<String> {
        let convention = match self.sigma {
            None => {
                "a Gaussian of variance 1/2 around each value, including its normalising constant; \
                 the squared error is its \
                 exponent"
            }
            Some(Sigma::Fixed(_)) => {
                "a Gaussian of the recipe's standard deviation around each value, including its \
                 normalising constant"
            }
            Some(Sigma::Learned) => {
                "a Gaussian of the learned standard deviation around each value, including its \
                 normalising constant"
            }
        };
        Some(convention.to_owned())
    }

    /// The standard deviation, if the recipe has one.
    fn statistics(&self, own: &[f32]) -> NamedValues {
        self.sigma.iter().map(|sigma| ("sigma", sigma.value(own))).collect()
    }
}

impl Gaussian {
    /// Of variance 1/2 if there is no sigma.
    fn density(&self, own: &[f32], n_values: usize) -> Likelihood {
        let n = n_values as f64;
        let (scale, constant) = match self.sigma {
            None => (1.0, 0.5 * n * PI.ln()),
            Some(sigma) => {
                let log_sigma = f64::from(sigma.log(own));
                (0.5 * (-2.0 * log_sigma).exp(), n * (log_sigma + 0.5 * TAU.ln()))
            }
        };
        Likelihood { loss: self.output.squared_error(), scale, constant }
    }
}
