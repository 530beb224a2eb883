//! The Gaussian's functions in ordinary Burn operations, for the devices that custom nodes do not
//! run on.

use burn::tensor::Tensor;

use crate::bottleneck::posterior::{LARGEST_S, VarianceParameterisation};

/// As [`sample`](super::normal::sample), on any device.
pub(super) fn sample(
    features: Tensor<2>,
    noise: Tensor<2>,
    parameterisation: VarianceParameterisation,
) -> Tensor<2> {
    let [mean, s] = halves(features).map(|half| for_each_code(half, &noise));
    mean + (s * parameterisation.scale()).exp() * noise
}

/// As [`importance`](super::normal::importance), on any device.
pub(super) fn importance(
    features: Tensor<2>,
    noise: Tensor<2>,
    parameterisation: VarianceParameterisation,
) -> Tensor<2> {
    let [batch, _] = features.dims();
    let [n_codes, _] = noise.dims();
    let [mean, s] = halves(features).map(|half| for_each_code(half, &noise));
    let s = s * parameterisation.scale();
    let z = mean + s.clone().exp() * noise.clone();
    let nats = (z.clone() * z - noise.clone() * noise) * 0.5 - s;
    nats.sum_dim(1).reshape([batch, n_codes / batch])
}

/// Repeats each row for each of its k codes: `[B k, D]` from `[B, D]`.
fn for_each_code(rows: Tensor<2>, noise: &Tensor<2>) -> Tensor<2> {
    let ([batch, size], [n_codes, _]) = (rows.dims(), noise.dims());
    let codes = rows.reshape([batch, 1, size]).expand([batch, n_codes / batch, size]);
    codes.reshape([n_codes, size])
}

/// As [`kl_divergence`](super::normal::kl_divergence), on any device.
pub(super) fn kl_divergence(features: Tensor<2>) -> Tensor<2> {
    let [mean, s] = halves(features);
    (mean.clone() * mean + s.clone().exp() - s - 1.0) * 0.5
}

/// Means and clamped `s`, each `[B, D]`.
fn halves(features: Tensor<2>) -> [Tensor<2>; 2] {
    let [batch, width] = features.dims();
    let mean = features.clone().slice([0..batch, 0..width / 2]);
    let s = features.slice([0..batch, width / 2..width]).clamp(-LARGEST_S, LARGEST_S);
    [mean, s]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::normal as nodes;
    use super::*;
    use crate::testing::{constant, gradients, leaf, normal, values};
    use VarianceParameterisation::{Lesson, LogVariance};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Beyond the bound, too, where `s` stands still.
        #[test]
        fn nodes_and_operations_agree(
            (batch, size, codes) in (1..5_usize, 1..5_usize, 1..4_usize),
            seed in 0..100_u64,
            scale in 1..20,
        ) {
            let numbers = |n, seed| normal(n, seed);
            let features: Vec<f32> =
                numbers(2 * batch * size, seed).iter().map(|x| x * scale as f32).collect();
            let n_codes = batch * codes;
            let noise = constant(&numbers(n_codes * size, seed + 1), [n_codes, size]);
            let pair = |function: fn(Tensor<2>, Tensor<2>) -> Tensor<2>| {
                let features = leaf(&features, [batch, 2 * size]);
                let result = function(features.clone(), noise.clone());
                let shape = result.dims();
                let weights = constant(&numbers(shape[0] * shape[1], seed + 2), shape);
                let [gradient] = gradients(&(result.clone() * weights).sum(), [&features]);
                [values(result), gradient]
            };
            for (node, operations) in [
                pair(|f, n| nodes::sample(f, n, LogVariance))
                    .into_iter().zip(pair(|f, n| sample(f, n, LogVariance))),
                pair(|f, n| nodes::sample(f, n, Lesson))
                    .into_iter().zip(pair(|f, n| sample(f, n, Lesson))),
                pair(|f, n| nodes::importance(f, n, LogVariance))
                    .into_iter().zip(pair(|f, n| importance(f, n, LogVariance))),
                pair(|f, n| nodes::importance(f, n, Lesson))
                    .into_iter().zip(pair(|f, n| importance(f, n, Lesson))),
                pair(|f, _| nodes::kl_divergence(f)).into_iter().zip(pair(|f, _| kl_divergence(f))),
            ].into_iter().flatten() {
                // What is added up over the codes of an image may cancel, and more so the wider the
                // spread.
                let largest = node.iter().fold(1.0, |most: f32, value| most.max(value.abs()));
                for (a, b) in node.iter().zip(&operations) {
                    let close = (a - b).abs() <= 1e-5 * a.abs().max(1.0) + 1e-4 * largest;
                    prop_assert!(close, "{node:?} {operations:?}");
                }
            }
        }
    }
}
