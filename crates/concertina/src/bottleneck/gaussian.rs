//! The diagonal Gaussian of a variational autoencoder.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// How the second half of the features, `s`, gives the spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// `s = log sigma^2`: z = mean + exp(s / 2) eps, and KL = 1/2 sum(mean^2 + exp(s) - 1 - s). Kingma and Welling 2013,
    /// appendix B.
    #[default]
    LogVariance,
    /// What the lesson does: z = mean + exp(s) eps, as if s were log sigma, with the divergence above, as if it were
    /// log sigma^2. Not a bound on anything; kept to compare with the lesson's numbers.
    Lesson,
}

/// q(z|x), a Gaussian with a mean and an `s` for every code dimension, both `[B, D]`.
pub(crate) struct Posterior {
    mean: Tensor<2>,
    s: Tensor<2>,
    form: Form,
}

/// `s` is kept within this of zero, here and in the formulas of [`Form`], so that its exponential is finite whatever the
/// encoder says. A prior of standard deviation 1 never asks for such a spread.
const LARGEST_S: f32 = 20.0;

impl Posterior {
    /// Reads `[B, 2 D]` features: means first.
    pub(crate) fn read(features: Tensor<2>, form: Form) -> Self {
        let [batch, width] = features.dims();
        let size = width / 2;
        let mean = features.clone().slice([0..batch, 0..size]);
        let s = features.slice([0..batch, size..width]).clamp(-LARGEST_S, LARGEST_S);
        Self { mean, s, form }
    }

    /// A code, from standard normal `noise` `[B, D]` (the reparameterisation trick).
    pub(crate) fn sample(&self, noise: Tensor<2>) -> Tensor<2> {
        let sigma = match self.form {
            Form::LogVariance => (self.s.clone() * 0.5).exp(),
            Form::Lesson => self.s.clone().exp(),
        };
        self.mean.clone() + sigma * noise
    }

    /// Divergence from the standard normal of each dimension, `[B, D]`, in nats.
    pub(crate) fn kl(&self) -> Tensor<2> {
        let squared_mean = self.mean.clone() * self.mean.clone();
        (squared_mean + self.s.clone().exp() - self.s.clone() - 1.0) * 0.5
    }
}
