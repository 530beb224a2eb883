//! The Frechet distance between two sets of features.

use crate::error::{Error, Result};
use crate::math::Points;
use crate::math::covariance::{covariance, mean};
use crate::math::eigen::Eigen;
use crate::math::vectors::{add_scaled, dot};
use crate::parallel;

/// The maximum number of features: time grows with its cube, memory with its square.
const MAX_FEATURES: usize = 4096;

/// The squared Frechet distance between Gaussians fitted to the two sets, |m - m'|^2 + tr(S + S' -
/// 2 (S S')^(1/2)), for means m, m' and covariances S, S' (divided by N - 1): 0 for equal sets, in
/// squared units of the features (Heusel et al., "GANs Trained by a Two Time-Scale Update Rule",
/// 2017, who use the features of an Inception network).
///
/// Compare only distances of the same features. The estimate is biased upwards for small sets, so
/// compare only sets of the same size. The covariances may be singular.
///
/// # Errors
/// If a set has fewer than two points, or the two differ in their features, or have more than
/// 4,096.
pub fn frechet_distance(a: Points<'_>, b: Points<'_>) -> Result<f64> {
    a.expect_at_least(2, "a covariance")?;
    b.expect_at_least(2, "a covariance")?;
    b.expect_size(a.size(), a.name())?;
    let size = a.size();
    if size > MAX_FEATURES {
        return Err(Error::insufficient(format!(
            "expected {} of at most {MAX_FEATURES} numbers for a Frechet distance, found {size}",
            a.name()
        )));
    }
    let [mean_a, mean_b] = [a, b].map(mean);
    let [cov_a, cov_b] =
        [(a, &mean_a), (b, &mean_b)].map(|(points, mean)| covariance(points, mean));
    let apart: f64 = mean_a.iter().zip(&mean_b).map(|(a, b)| (a - b).powi(2)).sum();
    let trace = |matrix: &[f64]| -> f64 { (0..size).map(|i| matrix[i * size + i]).sum() };

    // S S' has the eigenvalues of the symmetric S^(1/2) S' S^(1/2).
    let root = square_root(&cov_a, size)?;
    let inner = times_symmetric(&times_symmetric(&root, &cov_b, size), &root, size);
    let values = Eigen::of_symmetric(&inner, size)?.values;
    let cross: f64 = values.iter().map(|value| value.max(0.0).sqrt()).sum();
    // Rounding errors must not make the distance of equal sets negative.
    Ok((apart + trace(&cov_a) + trace(&cov_b) - 2.0 * cross).max(0.0))
}

/// The square root of a covariance; eigenvalues that are negative by rounding errors are taken as
/// 0.
fn square_root(matrix: &[f64], size: usize) -> Result<Vec<f64>> {
    let eigen = Eigen::of_symmetric(matrix, size)?;
    let mut root = vec![0.0; size * size];
    parallel::each(root.chunks_exact_mut(size).enumerate(), |(i, row)| {
        for (value, vector) in eigen.values.iter().zip(eigen.vectors.chunks_exact(size)) {
            add_scaled(row, value.max(0.0).sqrt() * vector[i], vector);
        }
    });
    Ok(root)
}

/// The product of two matrices, the second of which is symmetric.
fn times_symmetric(left: &[f64], right: &[f64], size: usize) -> Vec<f64> {
    let mut product = vec![0.0; size * size];
    let rows = product.chunks_exact_mut(size).zip(left.chunks_exact(size));
    parallel::each(rows, |(row, left)| {
        for (x, right) in row.iter_mut().zip(right.chunks_exact(size)) {
            *x = dot(left, right);
        }
    });
    product
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::fixture::{METRICS, cases, clustered, number};

    #[test]
    fn distances_are_those_of_scipy() {
        for (name, case) in cases(METRICS, |case| case["kind"] == "generator") {
            let ([_, size], a, _) = clustered(&case["a"]);
            let (_, b, _) = clustered(&case["b"]);
            let a = Points::new("samples", size, &a).unwrap();
            let b = Points::new("images", size, &b).unwrap();
            let expected = number(&case["frechet"]);
            for found in [frechet_distance(a, b).unwrap(), frechet_distance(b, a).unwrap()] {
                assert!((found - expected).abs() < 1e-7 * expected, "{name}: {found}");
            }
            assert!(frechet_distance(a, a).unwrap() < 1e-7, "{name}");
        }
    }

    #[test]
    fn sets_without_a_covariance_are_refused() {
        let one = Points::new("samples", 2, &[0.0; 2]).unwrap();
        let two = Points::new("images", 2, &[0.0; 4]).unwrap();
        assert_eq!(
            frechet_distance(one, two).unwrap_err().to_string(),
            "expected at least 2 samples for a covariance, found 1"
        );
        let wide = Points::new("samples", 3, &[0.0; 6]).unwrap();
        assert_eq!(
            frechet_distance(two, wide).unwrap_err().to_string(),
            "expected samples of 2 numbers each, as the images, found 3"
        );
        let values = vec![0.0; 2 * 4097];
        let huge = Points::new("samples", 4097, &values).unwrap();
        assert_eq!(
            frechet_distance(huge, huge).unwrap_err().to_string(),
            "expected samples of at most 4096 numbers for a Frechet distance, found 4097"
        );
    }
}
