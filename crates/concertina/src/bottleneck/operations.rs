//! The nodes of bottlenecks out of ordinary Burn operations, for the devices that nodes of our own do not run on.

use burn::tensor::Tensor;

use super::discrepancy::SCALES;
use super::normal::{Form, LARGEST_S};

/// As [`sample`](super::normal::sample), on any device.
pub(super) fn sample(features: Tensor<2>, noise: Tensor<2>, form: Form) -> Tensor<2> {
    let [mean, s] = halves(features).map(|half| for_each_code(half, &noise));
    mean + (s * form.scale()).exp() * noise
}

/// As [`importance`](super::normal::importance), on any device.
pub(super) fn importance(features: Tensor<2>, noise: Tensor<2>, form: Form) -> Tensor<2> {
    let [batch, _] = features.dims();
    let [n_codes, _] = noise.dims();
    let [mean, s] = halves(features).map(|half| for_each_code(half, &noise));
    let s = s * form.scale();
    let z = mean + s.clone().exp() * noise.clone();
    let nats = (z.clone() * z - noise.clone() * noise) * 0.5 - s;
    nats.sum_dim(1).reshape([batch, n_codes / batch])
}

/// Each row as often as codes are drawn from it: `[B k, D]` from `[B, D]`.
fn for_each_code(rows: Tensor<2>, noise: &Tensor<2>) -> Tensor<2> {
    let ([batch, size], [n_codes, _]) = (rows.dims(), noise.dims());
    let codes = rows.reshape([batch, 1, size]).expand([batch, n_codes / batch, size]);
    codes.reshape([n_codes, size])
}

/// As [`divergence`](super::normal::divergence), on any device.
pub(super) fn divergence(features: Tensor<2>) -> Tensor<2> {
    let [mean, s] = halves(features);
    (mean.clone() * mean + s.clone().exp() - s - 1.0) * 0.5
}

/// As [`discrepancy`](super::discrepancy::discrepancy), on any device.
pub(super) fn discrepancy(points: &Tensor<2>, others: &Tensor<2>) -> Tensor<1> {
    let [n, size] = points.dims();
    if n < 2 {
        return points.clone().sum() * 0.0;
    }
    let kernels = |a: &Tensor<2>, b: &Tensor<2>| {
        let [a, b] = [a.clone().reshape([n, 1, size]), b.clone().reshape([1, n, size])];
        let difference = a.expand([n, n, size]) - b.expand([n, n, size]);
        let distances = (difference.clone() * difference).sum_dim(2).reshape([n, n]);
        let terms = SCALES.map(|scale| {
            let c = 2.0 * size as f64 * scale;
            (distances.clone() + c).recip() * c
        });
        terms.into_iter().reduce(|a, b| a + b).expect("there are scales").sum()
    };
    // A point's kernel with itself is the number of scales.
    let within = |sum: Tensor<1>| (sum - (SCALES.len() * n) as f64) / (n * (n - 1)) as f64;
    within(kernels(points, points)) + within(kernels(others, others))
        - kernels(points, others) * (2.0 / (n * n) as f64)
}

/// As [`nearest`](super::codebook::nearest), on any device.
pub(super) fn nearest(features: Tensor<2>, entries: Tensor<1>, width: usize) -> Tensor<2> {
    let chosen = chosen(&features, entries, width).detach();
    features.clone() + (chosen - features.detach())
}

/// As [`price`](super::codebook::price), on any device.
pub(super) fn price(
    features: Tensor<2>,
    entries: Tensor<1>,
    width: usize,
    commitment: f32,
) -> Tensor<1> {
    let chosen = chosen(&features, entries, width);
    let squared = |a: Tensor<2>, b: Tensor<2>| {
        let difference = a - b;
        (difference.clone() * difference).sum_dim(1).squeeze_dim(1)
    };
    squared(chosen.clone(), features.clone().detach())
        + squared(features, chosen.detach()) * commitment
}

/// The entries nearest to the vectors of features `[B, D]`, laid out as these are. Differentiable with respect to the entries.
fn chosen(features: &Tensor<2>, entries: Tensor<1>, width: usize) -> Tensor<2> {
    let [batch, size] = features.dims();
    let n = size / width;
    let [n_entries] = entries.dims();
    let entries = entries.reshape([n_entries / width, width]);
    // Vectors as rows: [B n, width].
    let vectors = features.clone().detach().reshape([batch, width, n]).swap_dims(1, 2);
    let vectors = vectors.reshape([batch * n, width]);
    let still = entries.clone().detach();
    let squares = (still.clone() * still.clone()).sum_dim(1).transpose();
    let distances = squares - vectors.matmul(still.transpose()) * 2.0;
    let numbers = distances.argmin(1).reshape([batch * n]);
    let rows = entries.select(0, numbers).reshape([batch, n, width]);
    rows.swap_dims(1, 2).reshape([batch, size])
}

/// Means and bounded `s`, each `[B, D]`.
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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Beyond the bound, too, where `s` stands still.
        #[test]
        fn nodes_and_operations_agree(
            (batch, size, codes) in (1..5_usize, 1..5_usize, 1..4_usize), seed in 0..100_u64, spread in 1..20,
        ) {
            let numbers = |n, seed| normal(n, seed);
            let features: Vec<f32> =
                numbers(2 * batch * size, seed).iter().map(|x| x * spread as f32).collect();
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
                pair(|f, n| nodes::sample(f, n, Form::LogVariance))
                    .into_iter().zip(pair(|f, n| sample(f, n, Form::LogVariance))),
                pair(|f, n| nodes::sample(f, n, Form::Lesson))
                    .into_iter().zip(pair(|f, n| sample(f, n, Form::Lesson))),
                pair(|f, n| nodes::importance(f, n, Form::LogVariance))
                    .into_iter().zip(pair(|f, n| importance(f, n, Form::LogVariance))),
                pair(|f, n| nodes::importance(f, n, Form::Lesson))
                    .into_iter().zip(pair(|f, n| importance(f, n, Form::Lesson))),
                pair(|f, _| nodes::divergence(f)).into_iter().zip(pair(|f, _| divergence(f))),
            ].into_iter().flatten() {
                // What is added up over the codes of an image may cancel, and more so the wider the spread.
                let largest = node.iter().fold(1.0, |most: f32, value| most.max(value.abs()));
                for (a, b) in node.iter().zip(&operations) {
                    let close = (a - b).abs() <= 1e-5 * a.abs().max(1.0) + 1e-4 * largest;
                    prop_assert!(close, "{node:?} {operations:?}");
                }
            }
        }
    }
}
