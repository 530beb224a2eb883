//! The diagonal Gaussian posterior of a variational autoencoder: a mean and an `s` for each latent
//! dimension.

use burn::tensor::Tensor;

use super::operations;
use crate::autodiff::{Floats, Node, Value, apply, runs_at};
use crate::bottleneck::posterior::{VarianceParameterisation, bounded};

/// The reparameterisation trick: samples codes `[B k, D]` from features `[B, 2 D]`, means first,
/// and standard normal noise `[B k, D]`, k codes for each row of features. Differentiable with
/// respect to the features only.
pub(super) fn sample(
    features: Tensor<2>,
    noise: Tensor<2>,
    parameterisation: VarianceParameterisation,
) -> Tensor<2> {
    if runs_at(&features) {
        let [_, width] = features.dims();
        apply(Sample { parameterisation, size: width / 2 }, features, noise)
    } else {
        operations::sample(features, noise, parameterisation)
    }
}

/// The KL divergence from the standard normal in each dimension, `[B, D]`, in nats, from features
/// `[B, 2 D]`.
pub(super) fn kl_divergence(features: Tensor<2>) -> Tensor<2> {
    if runs_at(&features) {
        let [_, width] = features.dims();
        apply(KlDivergence { size: width / 2 }, features.clone(), features.detach())
    } else {
        operations::kl_divergence(features)
    }
}

/// The logarithm of `q(z|x) / p(z)` of each code of [`sample`], `[B, k]`, in nats: a Monte Carlo
/// estimate of the KL divergence. Differentiable with respect to the features only, including
/// through the codes.
pub(super) fn importance(
    features: Tensor<2>,
    noise: Tensor<2>,
    parameterisation: VarianceParameterisation,
) -> Tensor<2> {
    if runs_at(&features) {
        let [_, width] = features.dims();
        apply(Importance { parameterisation, size: width / 2 }, features, noise)
    } else {
        operations::importance(features, noise, parameterisation)
    }
}

/// z = mean + exp(scale s) eps, as a function of features and noise.
#[derive(Clone, Debug)]
struct Sample {
    parameterisation: VarianceParameterisation,
    /// D.
    size: usize,
}

impl Node for Sample {
    type Saved = [Floats; 2];

    fn forward(&self, [features, noise]: [Floats; 2]) -> Value {
        let scale = self.parameterisation.scale();
        let codes = rows(&features, &noise, self.size).flat_map(|(features, noise)| {
            let (mean, s) = features.split_at(self.size);
            mean.iter()
                .zip(s)
                .zip(noise)
                .map(move |((mean, &s), eps)| mean + (scale * bounded(s).0).exp() * eps)
        });
        Value::matrix(codes.collect(), noise.len() / self.size)
    }

    fn forward_saved(&self, inputs: [Floats; 2]) -> (Value, [Floats; 2]) {
        (self.forward(inputs.clone()), inputs)
    }

    fn backward(
        &self,
        [features, noise]: &[Floats; 2],
        gradient: &[f32],
        _wanted: [bool; 2],
    ) -> [Option<Vec<f32>>; 2] {
        let (size, scale) = (self.size, self.parameterisation.scale());
        let mut features_gradient = vec![0.0; features.len()];
        let codes = codes_per_row(features, noise);
        for (row, (features, noise)) in rows(features, noise, size).enumerate() {
            let row_gradient = &mut features_gradient[row / codes * 2 * size..][..2 * size];
            let gradient = &gradient[row * size..][..size];
            for d in 0..size {
                let (s, passes) = bounded(features[size + d]);
                row_gradient[d] += gradient[d];
                if passes {
                    row_gradient[size + d] += gradient[d] * noise[d] * scale * (scale * s).exp();
                }
            }
        }
        [Some(features_gradient), None]
    }
}

/// The rows of features and of noise of each code.
fn rows<'a>(
    features: &'a [f32],
    noise: &'a [f32],
    size: usize,
) -> impl Iterator<Item = (&'a [f32], &'a [f32])> {
    let codes = codes_per_row(features, noise);
    let features =
        features.chunks_exact(2 * size).flat_map(move |row| std::iter::repeat_n(row, codes));
    features.zip(noise.chunks_exact(size))
}

/// The number of codes sampled from each row of features, k.
fn codes_per_row(features: &[f32], noise: &[f32]) -> usize {
    2 * noise.len() / features.len().max(1)
}

/// ln q(z|x) - ln p(z) as a function of features and noise: the sum over a code's dimensions of
/// (z^2 - eps^2) / 2 - scale s.
#[derive(Clone, Debug)]
struct Importance {
    parameterisation: VarianceParameterisation,
    /// D.
    size: usize,
}

impl Node for Importance {
    type Saved = [Floats; 2];

    fn forward(&self, [features, noise]: [Floats; 2]) -> Value {
        let scale = self.parameterisation.scale();
        let nats = rows(&features, &noise, self.size).map(|(features, noise)| {
            let (mean, s) = features.split_at(self.size);
            let dimensions = mean.iter().zip(s).zip(noise).map(|((mean, &s), eps)| {
                let (s, _) = bounded(s);
                let z = mean + (scale * s).exp() * eps;
                0.5 * (z * z - eps * eps) - scale * s
            });
            dimensions.sum()
        });
        Value::matrix(nats.collect(), features.len() / (2 * self.size))
    }

    fn forward_saved(&self, inputs: [Floats; 2]) -> (Value, [Floats; 2]) {
        (self.forward(inputs.clone()), inputs)
    }

    fn backward(
        &self,
        [features, noise]: &[Floats; 2],
        gradient: &[f32],
        _wanted: [bool; 2],
    ) -> [Option<Vec<f32>>; 2] {
        let (size, scale) = (self.size, self.parameterisation.scale());
        let mut features_gradient = vec![0.0; features.len()];
        let codes = codes_per_row(features, noise);
        for (row, (features, noise)) in rows(features, noise, size).enumerate() {
            let row_gradient = &mut features_gradient[row / codes * 2 * size..][..2 * size];
            let gradient = gradient[row];
            for d in 0..size {
                let (s, passes) = bounded(features[size + d]);
                let sigma = (scale * s).exp();
                let z = features[d] + sigma * noise[d];
                row_gradient[d] += gradient * z;
                if passes {
                    row_gradient[size + d] += gradient * scale * (z * noise[d] * sigma - 1.0);
                }
            }
        }
        [Some(features_gradient), None]
    }
}

/// KL = (mean^2 + exp(s) - 1 - s) / 2, as a function of the features alone.
#[derive(Clone, Debug)]
struct KlDivergence {
    /// D.
    size: usize,
}

impl Node for KlDivergence {
    type Saved = Floats;

    fn forward(&self, [features, _]: [Floats; 2]) -> Value {
        let nats = features.chunks_exact(2 * self.size).flat_map(|row| {
            let (mean, s) = row.split_at(self.size);
            mean.iter().zip(s).map(|(mean, &s)| {
                let (s, _) = bounded(s);
                0.5 * (mean * mean + s.exp() - s - 1.0)
            })
        });
        Value::matrix(nats.collect(), features.len() / (2 * self.size))
    }

    fn forward_saved(&self, inputs: [Floats; 2]) -> (Value, Floats) {
        let [features, _] = &inputs;
        let saved = features.clone();
        (self.forward(inputs), saved)
    }

    fn backward(
        &self,
        features: &Floats,
        gradient: &[f32],
        _wanted: [bool; 2],
    ) -> [Option<Vec<f32>>; 2] {
        let size = self.size;
        let mut features_gradient = vec![0.0; features.len()];
        let rows =
            features_gradient.chunks_exact_mut(2 * size).zip(features.chunks_exact(2 * size));
        for ((row_gradient, features), gradient) in rows.zip(gradient.chunks_exact(size)) {
            for (d, gradient) in gradient.iter().enumerate() {
                row_gradient[d] = gradient * features[d];
                let (s, passes) = bounded(features[size + d]);
                row_gradient[size + d] =
                    if passes { gradient * 0.5 * (s.exp() - 1.0) } else { 0.0 };
            }
        }
        [Some(features_gradient), None]
    }
}
