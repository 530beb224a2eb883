//! The diagonal Gaussian posterior q(z|x).

use serde::{Deserialize, Serialize};

/// How the second half of the features, `s`, gives the standard deviation. `s` is clamped to
/// -20..20; no gradient passes outside of that range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VarianceParameterisation {
    /// `s = log sigma^2`: z = mean + exp(s / 2) eps, and KL = 1/2 sum(mean^2 + exp(s) - 1 - s).
    /// Kingma and Welling 2013, appendix B.
    #[default]
    LogVariance,
    /// The lesson's parameterisation: z = mean + exp(s) eps, as if s were log sigma, with the KL
    /// divergence above, as if it were log sigma^2. This is not a bound on the likelihood; it is
    /// kept to reproduce the lesson's results.
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

/// `s` is clamped to this absolute value, here and in the formulas of [`VarianceParameterisation`],
/// so that its exponential is finite for any output of the encoder. Beside a prior of standard
/// deviation 1 such values do not occur otherwise.
pub(super) const LARGEST_S: f32 = 20.0;

/// The Gaussian that codes are sampled from: the first half of the features are its means, the
/// second half gives its standard deviations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Posterior {
    pub(crate) parameterisation: VarianceParameterisation,
}

impl Posterior {
    /// Samples one code, `[D]`, from one row of features, `[2 D]`, by standard normal noise `[D]`,
    /// without a gradient. Returns the logarithm of `q(z|x) / p(z)` in nats, summed in f64.
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

/// The clamped `s`, and whether a gradient passes through it.
pub(super) fn bounded(s: f32) -> (f32, bool) {
    // NaN stays NaN.
    (s.clamp(-LARGEST_S, LARGEST_S), s.abs() <= LARGEST_S)
}
