//! Principal component analysis: the best that a linear autoencoder can do, and so what any other is measured against.

use rayon::prelude::*;

use crate::math::Points;
use crate::math::covariance::{covariance, mean, variances};
use crate::math::eigen::Eigen;
use crate::math::subspace::principal_axes;
use crate::math::vectors::{add_scaled, dot};
use crate::error::{Error, Result};
use crate::math::Codes;

/// Up to so many dimensions the covariance is computed and decomposed whole, in f64: exact, and a few seconds at most
/// for any number of points. Its cost grows with the square and the cube of the dimensions, so beyond that the axes are searched
/// for without it.
const LARGEST_WHOLE: usize = 1024;

/// The mean of training points and the directions in which they vary most.
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
    /// Each axis points to where its largest number is positive. Axes beyond the points' rank, of no variance, are arbitrary.
    ///
    /// # Errors
    /// If `k` is 0, or larger than the number of points or of their dimensions.
    pub fn fit(points: Points<'_>, k: usize) -> Result<Self> {
        let most = points.n_points().min(points.size());
        if k == 0 || k > most {
            return Err(Error::data(format!(
                "expected 1 to {most} principal components of {} {} of {} numbers, found {k}",
                points.n_points(),
                points.name(),
                points.size()
            )));
        }
        if points.size() <= LARGEST_WHOLE {
            Self::whole(points, k)
        } else {
            Self::searched(points, k)
        }
    }

    /// By the covariance's eigenvectors.
    fn whole(points: Points<'_>, k: usize) -> Result<Self> {
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

    /// By subspace iteration.
    fn searched(points: Points<'_>, k: usize) -> Result<Self> {
        let mean = mean(points);
        let (explained_variance, axes) = principal_axes(points, &mean, k)?;
        let total_variance = variances(points, &mean).iter().sum();
        Ok(Self { mean, axes, explained_variance, total_variance })
    }

    /// Numbers in a point, D.
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

    /// Orthonormal directions, `[k, D]`.
    pub fn axes(&self) -> &[f64] {
        &self.axes
    }

    /// The variance of the training points along each axis (squares divided by N - 1), largest first, `[k]`.
    pub fn explained_variance(&self) -> &[f64] {
        &self.explained_variance
    }

    /// Each component's share of the variance of the training points in all dimensions, `[k]`. Zeros if they do not vary.
    pub fn explained_shares(&self) -> Vec<f64> {
        let share = |variance: &f64| {
            if self.total_variance > 0.0 { variance / self.total_variance } else { 0.0 }
        };
        self.explained_variance.iter().map(share).collect()
    }

    /// How far points lie from the mean along each axis: codes of k numbers.
    ///
    /// # Errors
    /// If the points are not of D numbers.
    pub fn encode(&self, points: Points<'_>) -> Result<Codes> {
        points.expect_size(self.size(), "points of the principal components")?;
        let k = self.n_components();
        let mut codes = vec![0.0; points.n_points() * k];
        let rows = points.values().par_chunks_exact(self.size());
        codes.par_chunks_exact_mut(k).zip(rows).for_each(|(code, point)| {
            for (z, exact) in code.iter_mut().zip(self.code(point)) {
                *z = exact as f32;
            }
        });
        Ok(Codes::new(k, codes))
    }

    /// The points that codes stand for, `[N, D]`. They may leave the range of the training points.
    ///
    /// # Errors
    /// If the codes are not of k numbers.
    pub fn decode(&self, codes: &Codes) -> Result<Vec<f32>> {
        if codes.size() != self.n_components() {
            return Err(Error::data(format!(
                "expected codes of {} numbers, one for each principal component, found {}",
                self.n_components(),
                codes.size()
            )));
        }
        let mut values = vec![0.0; codes.len() * self.size()];
        let rows = codes.values().par_chunks_exact(codes.size());
        values.par_chunks_exact_mut(self.size()).zip(rows).for_each(|(point, code)| {
            let code: Vec<f64> = code.iter().map(|z| f64::from(*z)).collect();
            for (x, exact) in point.iter_mut().zip(self.point(&code)) {
                *x = exact as f32;
            }
        });
        Ok(values)
    }

    /// The mean squared error per value of points that were encoded and decoded, in f64 throughout.
    ///
    /// # Errors
    /// If the points are not of D numbers.
    pub fn reconstruction_error(&self, points: Points<'_>) -> Result<f64> {
        points.expect_size(self.size(), "points of the principal components")?;
        let errors: Vec<f64> = points
            .values()
            .par_chunks_exact(self.size())
            .map(|point| {
                let back = self.point(&self.code(point));
                point.iter().zip(back).map(|(x, x_hat)| (f64::from(*x) - x_hat).powi(2)).sum()
            })
            .collect();
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
