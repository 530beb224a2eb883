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
pub(crate) const LARGEST_S: f32 = 20.0;

/// The Gaussian that codes are sampled from: the first half of the features are its means, the
/// second half gives its standard deviations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Posterior {
    pub(crate) parameterisation: VarianceParameterisation,
}

impl Posterior {
    /// sigma = exp(scale * s).
    pub(crate) fn scale(self) -> f32 {
        self.parameterisation.scale()
    }

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

    /// The KL divergence from the standard normal in each dimension, in nats, of one row of
    /// features, `[2 D]`: 1/2 (mean^2 + sigma^2 - 1) - ln sigma.
    pub(crate) fn kl_divergence(self, features: &[f32]) -> impl Iterator<Item = f64> {
        let scale = f64::from(self.parameterisation.scale());
        let (mean, s) = features.split_at(features.len() / 2);
        mean.iter().zip(s).map(move |(&mean, &s)| {
            let log_sigma = scale * f64::from(bounded(s).0);
            0.5 * (f64::from(mean).powi(2) + (2.0 * log_sigma).exp() - 1.0) - log_sigma
        })
    }
}

/// The clamped `s`, and whether a gradient passes through it.
pub(super) fn bounded(s: f32) -> (f32, bool) {
    // NaN stays NaN.
    (s.clamp(-LARGEST_S, LARGEST_S), s.abs() <= LARGEST_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The logarithm of a normal density.
    fn log_normal(x: f64, mean: f64, sigma: f64) -> f64 {
        -0.5 * ((x - mean) / sigma).powi(2) - sigma.ln() - 0.5 * std::f64::consts::TAU.ln()
    }

    /// Means, and the other half of the features.
    const FEATURES: [f32; 6] = [0.5, -1.25, 0.0, -0.75, 0.5, 1.0];

    const BOTH: [VarianceParameterisation; 2] =
        [VarianceParameterisation::LogVariance, VarianceParameterisation::Lesson];

    /// Mean and standard deviation that a form reads in one dimension.
    fn moments(parameterisation: VarianceParameterisation, d: usize) -> (f64, f64) {
        let [mean, s] = [d, 3 + d].map(|place| f64::from(FEATURES[place]));
        match parameterisation {
            VarianceParameterisation::LogVariance => (mean, s.exp().sqrt()),
            VarianceParameterisation::Lesson => (mean, s.exp()),
        }
    }

    #[test]
    fn a_sample_tells_how_much_likelier_it_is_than_in_the_prior() {
        let noise = [0.75_f32, -2.0, 1.5];
        for parameterisation in BOTH {
            let mut z = [0.0; 3];
            let found = Posterior { parameterisation }.sample(&FEATURES, &noise, &mut z);
            let mut expected = 0.0;
            for d in 0..3 {
                let (mean, sigma) = moments(parameterisation, d);
                let exact = mean + sigma * f64::from(noise[d]);
                assert!((f64::from(z[d]) - exact).abs() < 1e-5, "{parameterisation:?} {z:?}");
                expected += log_normal(exact, mean, sigma) - log_normal(exact, 0.0, 1.0);
            }
            assert!((found - expected).abs() < 1e-4, "{parameterisation:?} {found} {expected}");
        }
    }

    #[test]
    fn the_divergence_is_the_integral() {
        for parameterisation in BOTH {
            let found: Vec<f64> = Posterior { parameterisation }.kl_divergence(&FEATURES).collect();
            assert_eq!(found.len(), 3);
            for (d, found) in found.into_iter().enumerate() {
                let (mean, sigma) = moments(parameterisation, d);
                // The trapezoid rule over ten deviations to both sides.
                let step = 20.0 * sigma / 4000.0;
                let term = |i: i32| {
                    let x = mean + step * f64::from(i - 2000);
                    let q = log_normal(x, mean, sigma);
                    step * q.exp() * (q - log_normal(x, 0.0, 1.0))
                };
                let expected: f64 = (0..=4000).map(term).sum();
                assert!((found - expected).abs() < 1e-9, "{parameterisation:?} {found} {expected}");
                assert!(found > 0.0);
            }
        }
    }
}
