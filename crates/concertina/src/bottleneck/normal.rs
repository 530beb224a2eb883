//! The diagonal Gaussian of a variational autoencoder: a mean and an `s` for every code dimension.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::operations;
use crate::node::{Node, Numbers, Value, apply, runs_at};

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

impl Form {
    /// sigma = exp(scale * s).
    pub(super) fn scale(self) -> f32 {
        match self {
            Self::LogVariance => 0.5,
            Self::Lesson => 1.0,
        }
    }
}

/// `s` is kept within this of zero, here and in the formulas of [`Form`], so that its exponential is finite whatever the
/// encoder says. A prior of standard deviation 1 never asks for such a spread.
pub(super) const LARGEST_S: f32 = 20.0;

/// Codes `[B, D]` from features `[B, 2 D]`, means first, and standard normal noise `[B, D]`: the reparameterisation trick.
/// Differentiable with respect to the features only.
pub(super) fn sample(features: Tensor<2>, noise: Tensor<2>, form: Form) -> Tensor<2> {
    if runs_at(&features) {
        let [_, width] = features.dims();
        apply(Sample { form, size: width / 2 }, features, noise)
    } else {
        operations::sample(features, noise, form)
    }
}

/// The divergence from the standard normal of each dimension, `[B, D]`, in nats, from features `[B, 2 D]`.
pub(super) fn divergence(features: Tensor<2>) -> Tensor<2> {
    if runs_at(&features) {
        let [_, width] = features.dims();
        apply(Divergence { size: width / 2 }, features.clone(), features.detach())
    } else {
        operations::divergence(features)
    }
}

/// `s`, and whether a gradient passes through it.
fn bounded(s: f32) -> (f32, bool) {
    // NaN stays NaN.
    (s.clamp(-LARGEST_S, LARGEST_S), s.abs() <= LARGEST_S)
}

/// A function of features and noise: z = mean + exp(scale s) eps.
#[derive(Clone, Debug)]
struct Sample {
    form: Form,
    /// D.
    size: usize,
}

impl Node for Sample {
    type Saved = [Numbers; 2];

    fn forward(&self, [features, noise]: [Numbers; 2]) -> Value {
        let scale = self.form.scale();
        let rows = features.chunks_exact(2 * self.size).zip(noise.chunks_exact(self.size));
        let codes = rows.flat_map(|(features, noise)| {
            let (mean, s) = features.split_at(self.size);
            mean.iter()
                .zip(s)
                .zip(noise)
                .map(move |((mean, &s), eps)| mean + (scale * bounded(s).0).exp() * eps)
        });
        Value::matrix(codes.collect(), noise.len() / self.size)
    }

    fn forward_saved(&self, inputs: [Numbers; 2]) -> (Value, [Numbers; 2]) {
        (self.forward(inputs.clone()), inputs)
    }

    fn backward(
        &self,
        [features, noise]: &[Numbers; 2],
        gradient: &[f32],
        _wanted: [bool; 2],
    ) -> [Option<Vec<f32>>; 2] {
        let (size, scale) = (self.size, self.form.scale());
        let mut to_features = vec![0.0; features.len()];
        let rows = to_features.chunks_exact_mut(2 * size).zip(features.chunks_exact(2 * size));
        let drawn = gradient.chunks_exact(size).zip(noise.chunks_exact(size));
        for ((to, features), (gradient, noise)) in rows.zip(drawn) {
            let (to_mean, to_s) = to.split_at_mut(size);
            to_mean.copy_from_slice(gradient);
            for (((to_s, &s), gradient), eps) in
                to_s.iter_mut().zip(&features[size..]).zip(gradient).zip(noise)
            {
                let (s, passes) = bounded(s);
                *to_s = if passes { gradient * eps * scale * (scale * s).exp() } else { 0.0 };
            }
        }
        [Some(to_features), None]
    }
}

/// A function of features alone: KL = (mean^2 + exp(s) - 1 - s) / 2.
#[derive(Clone, Debug)]
struct Divergence {
    /// D.
    size: usize,
}

impl Node for Divergence {
    type Saved = Numbers;

    fn forward(&self, [features, _]: [Numbers; 2]) -> Value {
        let nats = features.chunks_exact(2 * self.size).flat_map(|row| {
            let (mean, s) = row.split_at(self.size);
            mean.iter().zip(s).map(|(mean, &s)| {
                let (s, _) = bounded(s);
                0.5 * (mean * mean + s.exp() - s - 1.0)
            })
        });
        Value::matrix(nats.collect(), features.len() / (2 * self.size))
    }

    fn forward_saved(&self, inputs: [Numbers; 2]) -> (Value, Numbers) {
        let [features, _] = &inputs;
        let saved = features.clone();
        (self.forward(inputs), saved)
    }

    fn backward(
        &self,
        features: &Numbers,
        gradient: &[f32],
        _wanted: [bool; 2],
    ) -> [Option<Vec<f32>>; 2] {
        let size = self.size;
        let mut to_features = vec![0.0; features.len()];
        let rows = to_features.chunks_exact_mut(2 * size).zip(features.chunks_exact(2 * size));
        for ((to, features), gradient) in rows.zip(gradient.chunks_exact(size)) {
            for (d, gradient) in gradient.iter().enumerate() {
                to[d] = gradient * features[d];
                let (s, passes) = bounded(features[size + d]);
                to[size + d] = if passes { gradient * 0.5 * (s.exp() - 1.0) } else { 0.0 };
            }
        }
        [Some(to_features), None]
    }
}
