//! Principal component analysis: the optimal linear autoencoder, and a baseline for the others.

use crate::error::{Error, Result};
use crate::math::Codes;
use crate::math::Points;
use crate::math::covariance::{covariance, gram, mean, variances};
use crate::math::eigen::{Eigen, orient};
use crate::math::subspace::{make_orthonormal, principal_axes};
use crate::math::vectors::{add_scaled, dot};
use crate::memory;
use crate::parallel;

/// Up to this many dimensions the full covariance is computed and decomposed in f64, exactly and in
/// a few seconds at most, and for up to this many points their Gram matrix is. The cost grows with
/// the square and the cube of the smaller number, so above that subspace iteration is used.
const MAX_MATRIX: usize = 1024;
/// Points that a thread encodes or decodes at a time.
const BLOCK: usize = 64;

/// A principal component analysis: the mean of training points and the directions of their largest
/// variance.
///
/// The same points give the same bits for any number of threads.
#[derive(Clone, Debug, PartialEq)]
pub struct Pca {
    mean: Vec<f64>,
    axes: Vec<f64>,
    explained_variance: Vec<f64>,
    total_variance: f64,
}

impl Pca {
    /// Fits the first `k` components.
    ///
    /// The sign of each axis is such that its largest entry by magnitude is positive. Axes of zero
    /// variance are arbitrary, or zeros.
    ///
    /// # Errors
    /// If `k` is 0, or larger than the number of points or of their dimensions.
    pub fn fit(points: Points<'_>, k: usize) -> Result<Self> {
        let most = points.n_points().min(points.size());
        if k == 0 || k > most {
            return Err(Error::insufficient(format!(
                "expected 1 to {most} principal components of {} {} of {} numbers, found {k}",
                points.n_points(),
                points.name(),
                points.size()
            )));
        }
        if most > MAX_MATRIX {
            Self::by_subspace(points, k)
        } else if points.n_points() < points.size() {
            Self::by_gram(points, k)
        } else {
            Self::by_covariance(points, k)
        }
    }

    /// Fits by the eigenvectors of the covariance.
    fn by_covariance(points: Points<'_>, k: usize) -> Result<Self> {
        let size = points.size();
        let mean = mean(points);
        let covariance = covariance(points, &mean);
        let Eigen { values, mut vectors } = Eigen::of_symmetric(&covariance, size)?;
        vectors.truncate(k * size);
        Ok(Self {
            mean,
            axes: vectors,
            explained_variance: values[..k].iter().map(|variance| variance.max(0.0)).collect(),
            total_variance: (0..size).map(|i| covariance[i * size + i]).sum(),
        })
    }

    /// Fits fewer points than dimensions: for a unit eigenvector u of the Gram matrix and its value
    /// the combination of the points by u is along an axis of the same variance (Jolliffe,
    /// "Principal Component Analysis", 2nd edition, 3.5).
    fn by_gram(points: Points<'_>, k: usize) -> Result<Self> {
        let (size, n) = (points.size(), points.n_points());
        let mean = mean(points);
        let gram = gram(points, &mean);
        let eigen = Eigen::of_symmetric(&gram, n)?;
        // Below this a value is zero except for rounding, and its combination of points is noise.
        let least = eigen.values[0] * n as f64 * f64::EPSILON;
        let mut axes = vec![0.0; k * size];
        parallel::each(axes.chunks_exact_mut(size).enumerate(), |(i, axis)| {
            if eigen.values[i] <= least {
                return;
            }
            for (factor, point) in eigen.vector(i).iter().zip(points.rows()) {
                for ((sum, x), mean) in axis.iter_mut().zip(point).zip(&mean) {
                    *sum += factor * (f64::from(*x) - mean);
                }
            }
        });
        // Which they are except for rounding, and that is large where the variance is small.
        make_orthonormal(&mut axes, size);
        axes.chunks_exact_mut(size).for_each(orient);
        Ok(Self {
            mean,
            axes,
            explained_variance: eigen.values[..k].iter().map(|value| value.max(0.0)).collect(),
            total_variance: (0..n).map(|i| gram[i * n + i]).sum(),
        })
    }

    /// Fits by subspace iteration.
    fn by_subspace(points: Points<'_>, k: usize) -> Result<Self> {
        let mean = mean(points);
        let (explained_variance, axes) = principal_axes(points, &mean, k)?;
        let total_variance = variances(points, &mean).iter().sum();
        Ok(Self { mean, axes, explained_variance, total_variance })
    }

    /// The number of dimensions of a point, D.
    pub fn size(&self) -> usize {
        self.mean.len()
    }

    /// The number of components, k.
    pub fn n_components(&self) -> usize {
        self.explained_variance.len()
    }

    /// The mean of the training points, `[D]`.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// The orthonormal principal axes, `[k, D]`.
    pub fn axes(&self) -> &[f64] {
        &self.axes
    }

    /// The variance of the training points along each axis (squares divided by N - 1), largest
    /// first, `[k]`.
    pub fn explained_variance(&self) -> &[f64] {
        &self.explained_variance
    }

    /// The fraction of the total variance of the training points that each component explains,
    /// `[k]`. Zeros if they do not vary.
    pub fn explained_variance_ratio(&self) -> Vec<f64> {
        let share = |variance: &f64| {
            if self.total_variance > 0.0 { variance / self.total_variance } else { 0.0 }
        };
        self.explained_variance.iter().map(share).collect()
    }

    /// The principal components of points, `[N, k]`.
    ///
    /// # Errors
    /// If the points do not have D dimensions.
    pub fn encode(&self, points: Points<'_>) -> Result<Codes> {
        points.expect_size(self.size(), "points of the principal components")?;
        let k = self.n_components();
        let mut codes = memory::zeros(points.n_points(), k, "codes")?;
        let blocks = codes.chunks_mut(BLOCK * k).zip(points.values().chunks(BLOCK * self.size()));
        parallel::each(blocks, |(codes, points)| {
            for (code, point) in codes.chunks_exact_mut(k).zip(points.chunks_exact(self.size())) {
                for (z, exact) in code.iter_mut().zip(self.code(point)) {
                    *z = exact as f32;
                }
            }
        });
        Ok(Codes::new(k, codes))
    }

    /// Reconstructs points, `[N, D]`, from codes, `[N, k]`. They may leave the range of the
    /// training points.
    ///
    /// # Errors
    /// If the codes do not have k dimensions.
    pub fn decode(&self, codes: &Codes) -> Result<Vec<f32>> {
        if codes.size() != self.n_components() {
            return Err(Error::data(format!(
                "expected codes of {} numbers, one for each principal component, found {}",
                self.n_components(),
                codes.size()
            )));
        }
        let mut values = memory::zeros(codes.len(), self.size(), "decoded points")?;
        let k = codes.size();
        let blocks = values.chunks_mut(BLOCK * self.size()).zip(codes.values().chunks(BLOCK * k));
        parallel::each(blocks, |(points, codes)| {
            for (point, code) in points.chunks_exact_mut(self.size()).zip(codes.chunks_exact(k)) {
                let code: Vec<f64> = code.iter().map(|z| f64::from(*z)).collect();
                for (x, exact) in point.iter_mut().zip(self.point(&code)) {
                    *x = exact as f32;
                }
            }
        });
        Ok(values)
    }

    /// The mean squared reconstruction error per value, in f64 throughout.
    ///
    /// # Errors
    /// If the points do not have D dimensions.
    pub fn reconstruction_error(&self, points: Points<'_>) -> Result<f64> {
        points.expect_size(self.size(), "points of the principal components")?;
        let errors: Vec<f64> = parallel::map_indices(points.n_points(), |index| {
            let point = points.row(index);
            let back = self.point(&self.code(point));
            point.iter().zip(back).map(|(x, x_hat)| (f64::from(*x) - x_hat).powi(2)).sum()
        });
        Ok(errors.iter().sum::<f64>() / points.values().len() as f64)
    }

    fn code(&self, point: &[f32]) -> Vec<f64> {
        let deviation: Vec<f64> =
            point.iter().zip(&self.mean).map(|(x, mean)| f64::from(*x) - mean).collect();
        self.axes.chunks_exact(self.size()).map(|axis| dot(axis, &deviation)).collect()
    }

    fn point(&self, code: &[f64]) -> Vec<f64> {
        let mut point = self.mean.clone();
        for (z, axis) in code.iter().zip(self.axes.chunks_exact(self.size())) {
            add_scaled(&mut point, *z, axis);
        }
        point
    }
}

#[cfg(test)]
mod tests;
