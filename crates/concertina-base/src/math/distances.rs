//! Distances between points: approximate ones in f32 with an error bound, and exact ones in f64
//! where they are needed.

use concertina_kernels::{Matrix, matmul};

use super::Points;
use super::covariance::mean;
use super::vectors::squared_distance;
use crate::error::Result;
use crate::memory;

/// Reference points to compute distances to.
///
/// Since |a - b|^2 = |a|^2 + |b|^2 - 2ab, and the products ab of many a and b are one matrix
/// product, this is fast. The rounding error is bounded, so that only distances which could change
/// the order are computed exactly: neighbours and ranks are those of f64.
pub struct Distances<'a> {
    points: Points<'a>,
    /// The mean, which is subtracted first, since shorter vectors have smaller rounding errors.
    mean: Vec<f64>,
    /// The deviations from the mean, `[N, D]`.
    deviations: Vec<f32>,
    squares: Vec<f64>,
    longest: f64,
}

/// Approximate squared distances from a point to all references.
pub struct Row {
    /// The squared distances, at least 0.
    pub squares: Vec<f64>,
    /// A bound on their error.
    pub error: f64,
}

impl<'a> Distances<'a> {
    /// Prepares distances to `points`.
    ///
    /// # Errors
    /// If there is not enough memory for a copy of them.
    pub fn to(points: Points<'a>) -> Result<Self> {
        let mean = mean(points);
        let mut deviations = memory::room_for(points.n_points(), points.size(), points.name())?;
        deviations.extend_from_slice(points.values());
        shift(&mut deviations, &mean);
        let squares: Vec<f64> = deviations.chunks_exact(points.size()).map(square).collect();
        let longest = squares.iter().fold(0.0, |most: f64, square| most.max(*square)).sqrt();
        Ok(Self { points, mean, deviations, squares, longest })
    }

    /// The approximate squared distances from each of `points`, `[N, D]`, to the references.
    pub fn rows(&self, points: &[f32]) -> impl Iterator<Item = Row> {
        let size = self.mean.len();
        let points = shifted(points, &self.mean);
        let n = self.squares.len();
        let products = matmul(
            Matrix::new(&points, points.len() / size, size),
            Matrix::new(&self.deviations, n, size).transposed(),
        );
        (0..points.len() / size).map(move |i| {
            let own = square(&points[i * size..][..size]);
            let products = &products[i * n..][..n];
            let squares = self.squares.iter().zip(products);
            let squares =
                squares.map(|(other, product)| (own + other - 2.0 * f64::from(*product)).max(0.0));
            // The error of a sum of D products is at most D units in the last place of |a||b|;
            // rounding the deviations adds at most two units of (|a| + |b|)^2. Twice that is a safe
            // bound.
            let longest = own.sqrt() + self.longest;
            let unit = f64::from(f32::EPSILON);
            Row {
                squares: squares.collect(),
                error: (size as f64 + 8.0) * unit * longest * longest,
            }
        })
    }

    /// The exact squared distance from `point` to the reference at `index`.
    pub fn exact(&self, point: &[f32], index: usize) -> f64 {
        squared_distance(point, self.points.row(index))
    }
}

/// Points minus `mean`, in f32.
pub fn shifted(points: &[f32], mean: &[f64]) -> Vec<f32> {
    let mut shifted = points.to_vec();
    shift(&mut shifted, mean);
    shifted
}

fn shift(points: &mut [f32], mean: &[f64]) {
    for point in points.chunks_exact_mut(mean.len()) {
        point.iter_mut().zip(mean).for_each(|(x, mean)| *x = (f64::from(*x) - mean) as f32);
    }
}

fn square(point: &[f32]) -> f64 {
    point.iter().map(|x| f64::from(*x).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::normal;

    #[test]
    fn the_error_is_within_its_bound() {
        for (size, offset) in [(1, 0.0), (2, 1000.0), (50, 3.0), (784, 0.0)] {
            let values: Vec<f32> =
                normal(300 * size, 4).into_iter().map(|x| x * x * x + offset).collect();
            let points = Points::new("points", size, &values).unwrap();
            let distances = Distances::to(points).unwrap();
            for (row, point) in distances.rows(&values[..100 * size]).zip(points.rows()) {
                assert!(row.error.is_finite());
                for (i, square) in row.squares.iter().enumerate() {
                    assert!((square - distances.exact(point, i)).abs() <= row.error, "{size}");
                }
            }
        }
    }
}
