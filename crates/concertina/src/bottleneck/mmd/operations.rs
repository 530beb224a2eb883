//! The MMD in ordinary Burn operations, for the devices that custom nodes do not run on.

use burn::tensor::Tensor;

use super::kernel::SCALES;

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
    // The kernel of a point with itself is the number of scales.
    let within = |sum: Tensor<1>| (sum - (SCALES.len() * n) as f64) / (n * (n - 1)) as f64;
    within(kernels(points, points)) + within(kernels(others, others))
        - kernels(points, others) * (2.0 / (n * n) as f64)
}
