//! The diagonal Gaussian q(z|x) that codes are sampled from, where they are sampled.

use serde::{Deserialize, Serialize};

/// How the second half of the features, `s`, gives the standard deviation. `s` is kept within 20 of zero, beyond which no gradient passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VarianceParameterisation {
    /// `s = log sigma^2`: z = mean + exp(s / 2) eps, and KL = 1/2 sum(mean^2 + exp(s) - 1 - s). Kingma and Welling 2013,
    /// appendix B.
    #[default]
    LogVariance,
    /// What the lesson does: z = mean + exp(s) eps, as if s were log sigma, with the divergence above, as if it were
    /// log sigma^2. Not a bound on anything; kept to compare with the lesson's numbers.
    Lesson,
}

impl VarianceParameterisation {
    /// sigma = exp(scale * s).
    pub(super) fn scale(self) -> f32 {
        match self {
            Self::LogVariance => 0.5,
            Self::Lesson => 1.0,
        }
    }
}

/// `s` is kept within this of zero, here and in the formulas of [`VarianceParameterisation`], so that its exponential is finite whatever the
/// encoder says. A prior of standard deviation 1 never asks for such a standard deviation.
pub(super) const LARGEST_S: f32 = 20.0;

/// The Gaussian that codes are sampled from: half of the features are its means, the other half say how wide it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Posterior {
    pub(crate) parameterisation: VarianceParameterisation,
}

impl Posterior {
    /// Samples one code, `[D]`, from one row of features, `[2 D]`, by standard normal noise `[D]`, and returns the
    /// logarithm of `q(z|x) / p(z)`, in nats, added up in f64. Where no gradient is wanted.
    pub(crate) fn sample(self, features: &[f32], noise: &[f32], z: &mut [f32]) -> f64 {
        let scale = self.parameterisation.scale();
        let (mean, s) = features.split_at(noise.len());
        let mut nats = 0.0;
        for (((z, mean), &s), eps) in z.iter_mut().zip(mean).zip(s).zip(noise) {
            let (s, _) = bounded(s);
            *z = mean + (scale * s).exp() * eps;
            nats += f64::from(0.5 * (*z * *z - eps * eps) - scale * s);
        }
        nats
    }
}

/// `s`, and whether a gradient passes through it.
pub(super) fn bounded(s: f32) -> (f32, bool) {
    // NaN stays NaN.
    (s.clamp(-LARGEST_S, LARGEST_S), s.abs() <= LARGEST_S)
}
