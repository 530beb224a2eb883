//! The kernel distance between two sets of features, with an unbiased estimator.

use crate::error::Result;
use crate::math::Points;
use crate::math::vectors::dot;
use crate::parallel;

/// The unbiased estimate of the squared maximum mean discrepancy with the kernel (xy / D + 1)^3
/// over all pairs of points. Its mean is 0 for two sets from one distribution, so it can be
/// negative (Binkowski, Sutherland, Arbel, Gretton, "Demystifying MMD GANs", 2018, who use the
/// features of an Inception network and the mean over random subsets).
///
/// Time grows with the product of the numbers of points.
///
/// # Errors
/// If a set has fewer than two points, or the two differ in their features.
pub fn kernel_distance(a: Points<'_>, b: Points<'_>) -> Result<f64> {
    a.expect_at_least(2, "a kernel distance")?;
    b.expect_at_least(2, "a kernel distance")?;
    b.expect_size(a.size(), a.name())?;
    let size = a.size();
    let [n, m] = [a, b].map(|points| points.n_points() as f64);
    let [a, b] = [a, b]
        .map(|points| points.values().iter().map(|value| f64::from(*value)).collect::<Vec<f64>>());
    let within = |points: &[f64], n: f64| {
        let later = |i: usize| &points[(i + 1) * size..];
        2.0 * sum_of_kernels(points, size, later) / (n * (n - 1.0))
    };
    let between = sum_of_kernels(&a, size, |_| &b[..]) / (n * m);
    Ok(within(&a, n) + within(&b, m) - 2.0 * between)
}

/// The sum of the kernels of each point with the points that `others` returns for its index.
fn sum_of_kernels<'a>(
    points: &[f64],
    size: usize,
    others: impl Fn(usize) -> &'a [f64] + Sync,
) -> f64 {
    let kernel = |x: &[f64], y: &[f64]| (dot(x, y) / size as f64 + 1.0).powi(3);
    let sums: Vec<f64> = parallel::map(points.chunks_exact(size).enumerate(), |(i, x)| {
        others(i).chunks_exact(size).map(|y| kernel(x, y)).sum()
    });
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::fixture::{METRICS, cases, clustered, number};
    use crate::testing::normal;

    #[test]
    fn distances_are_those_of_scikit_learns_kernel() {
        for (name, case) in cases(METRICS, |case| case["kind"] == "generator") {
            let ([_, size], a, _) = clustered(&case["a"]);
            let (_, b, _) = clustered(&case["b"]);
            let a = Points::new("samples", size, &a).unwrap();
            let b = Points::new("images", size, &b).unwrap();
            let expected = number(&case["kernel"]);
            for found in [kernel_distance(a, b).unwrap(), kernel_distance(b, a).unwrap()] {
                assert!((found - expected).abs() < 1e-8, "{name}: {found}");
            }
        }
    }

    #[test]
    fn sets_from_one_distribution_are_around_zero_apart() {
        let found: Vec<f64> = (0..20)
            .map(|seed| {
                let values = normal(2 * 60 * 4, seed);
                let (a, b) = values.split_at(values.len() / 2);
                let [a, b] = [a, b].map(|values| Points::new("points", 4, values).unwrap());
                kernel_distance(a, b).unwrap()
            })
            .collect();
        assert!(found.iter().any(|x| *x < 0.0) && found.iter().any(|x| *x > 0.0));
        assert!((found.iter().sum::<f64>() / 20.0).abs() < 0.05);
    }

    #[test]
    fn single_points_are_refused() {
        let one = Points::new("samples", 2, &[0.0; 2]).unwrap();
        assert_eq!(
            kernel_distance(one, one).unwrap_err().to_string(),
            "expected at least 2 samples for a kernel distance, found 1"
        );
    }
}
