//! How far a point lies from others, in terms of how these vary.

use super::Points;
use super::cholesky::Factor;
use super::covariance::{covariance, mean, variances};
use super::vectors::add_scaled;
use crate::error::{Error, Result};

/// Above this many dimensions the covariance is diagonal: a full one would be large, and of more
/// entries than most data can tell.
const MAX_FULL: usize = 1024;
/// A variance counts as at least this part of the mean variance of all dimensions, so that one that
/// never varied (a dead ReLU) does not decide alone.
const LEAST: f64 = 1e-9;

/// The mean and the covariance of points, from which the Mahalanobis distance of others is
/// measured: sqrt((x - mean)^T C^-1 (x - mean)) (Mahalanobis 1936).
#[derive(Clone, Debug)]
pub struct Mahalanobis {
    mean: Vec<f64>,
    factor: Factor,
}

impl Mahalanobis {
    /// Fits the mean and the covariance (sums of products divided by N - 1), to which `ridge` times
    /// its diagonal is added. Above 1,024 dimensions only the variances are fitted.
    ///
    /// # Errors
    /// If the points do not vary at all.
    ///
    /// # Panics
    /// If `ridge` is not above 0.
    pub fn fit(points: Points<'_>, ridge: f64) -> Result<Self> {
        assert!(ridge > 0.0, "without a ridge the covariance may have no inverse");
        let size = points.size();
        let mean = mean(points);
        let variances = variances(points, &mean);
        let least = LEAST * variances.iter().sum::<f64>() / size as f64;
        let added = |variance: f64| ridge * variance.max(least);
        let factor = if size > MAX_FULL {
            let all = variances.iter().map(|&variance| (variance + added(variance)).sqrt());
            (least > 0.0).then(|| Factor::Diagonal(all.collect()))
        } else {
            let mut matrix = covariance(points, &mean);
            for (i, &variance) in variances.iter().enumerate() {
                add_scaled(&mut matrix[i * size + i..=i * size + i], 1.0, &[added(variance)]);
            }
            Factor::of_full(matrix, size)
        };
        let factor = factor.ok_or_else(|| {
            let (n, name) = (points.n_points(), points.name());
            Error::insufficient(format!("expected {name} that vary, found {n} that are all alike"))
        })?;
        Ok(Self { mean, factor })
    }

    /// The distance of a point; infinite if one of its values is not finite.
    ///
    /// # Panics
    /// If the point has another number of dimensions.
    pub fn distance(&self, point: &[f32]) -> f64 {
        assert_eq!(point.len(), self.mean.len(), "points have the dimensions of those fitted");
        let deviations = point.iter().zip(&self.mean).map(|(x, mean)| f64::from(*x) - mean);
        let squared = self.factor.squared_distance(&mut deviations.collect::<Vec<f64>>());
        if squared.is_finite() { squared.sqrt() } else { f64::INFINITY }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::normal;

    /// Twelve points of three dimensions, written in numbers that Python can write too.
    fn points() -> Vec<f32> {
        (0..36).map(|i| ((i * i * 7 + i * 3) % 23) as f32 / 4.0).collect()
    }

    /// From NumPy:
    ///
    /// ```python
    /// a = np.array([((i * i * 7 + i * 3) % 23) / 4 for i in range(36)]).reshape(12, 3)
    /// c = np.cov(a.T)
    /// inverse = np.linalg.inv(c + 0.01 * np.diag(np.diag(c)))
    /// for x in ([0, 0, 0], [1, -2, 3.5]):
    ///     d = np.array(x) - a.mean(0)
    ///     print(np.sqrt(d @ inverse @ d))
    /// ```
    #[test]
    fn distances_are_those_of_numpy() {
        let values = points();
        let fitted = Mahalanobis::fit(Points::new("points", 3, &values).unwrap(), 0.01).unwrap();
        for (point, expected) in
            [([0.0, 0.0, 0.0], 2.629_012_366_436), ([1.0, -2.0, 3.5], 3.471_446_827_238)]
        {
            let found = fitted.distance(&point);
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
        let mean: Vec<f32> = fitted.mean.iter().map(|mean| *mean as f32).collect();
        assert!(fitted.distance(&mean) < 1e-6);
        assert_eq!(fitted.distance(&[f32::NAN, 0.0, 0.0]), f64::INFINITY);
    }

    #[test]
    fn a_scaled_dimension_changes_nothing_and_a_dead_one_does_not_decide() {
        let values = normal(600, 5);
        let distance = |scale: f32, dead: Option<f32>| {
            let point = |x: &[f32]| [x[0], scale * x[1], dead.map_or(x[2], |_| 7.0)];
            let all: Vec<f32> = values.chunks_exact(3).flat_map(point).collect();
            let fitted = Mahalanobis::fit(Points::new("points", 3, &all).unwrap(), 0.01).unwrap();
            fitted.distance(&[1.0, scale * 2.0, dead.unwrap_or(-1.0)])
        };
        assert!((distance(1.0, None) - distance(1000.0, None)).abs() < 1e-6);
        let (alive, dead) = (distance(1.0, None), distance(1.0, Some(7.0)));
        assert!(dead.is_finite() && dead < alive + 0.5, "{alive} {dead}");
    }

    #[test]
    fn many_dimensions_are_taken_one_by_one_and_no_variance_is_refused() {
        let (n, size) = (40, MAX_FULL + 1);
        let values = normal(n * size, 9);
        let points = Points::new("codes", size, &values).unwrap();
        let fitted = Mahalanobis::fit(points, 0.01).unwrap();
        let mean = mean(points);
        let variances = variances(points, &mean);
        let expected: f64 = (0..size).map(|i| mean[i].powi(2) / (1.01 * variances[i])).sum();
        assert!((fitted.distance(&vec![0.0; size]) - expected.sqrt()).abs() < 1e-9);
        for size in [2, size] {
            let alike = vec![1.0; 3 * size];
            let error = Mahalanobis::fit(Points::new("codes", size, &alike).unwrap(), 0.01);
            assert!(error.unwrap_err().to_string().contains("3 that are all alike"));
        }
    }
}
