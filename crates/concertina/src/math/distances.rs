//! Distances from some points to many: quickly and nearly in f32, then exactly in f64 where it matters.

use concertina_kernels::{Activation, Layer, Sequential};

use crate::error::{Error, Result};
use super::Points;
use super::covariance::mean;
use super::vectors::squared_distance;

/// Points to measure distances to.
///
/// |a - b|^2 is |a|^2 + |b|^2 - 2ab, and all ab of many a and b are one matrix product, which is fast. What rounding
/// does to it is bounded, so it is known which distances must be computed exactly to find neighbours and ranks, which
/// are therefore those of f64.
pub(crate) struct Distances<'a> {
    points: Points<'a>,
    /// The mean, which is subtracted first: short vectors are rounded less.
    mean: Vec<f64>,
    stack: Sequential,
    /// The deviations from the mean and as many zeros, as a dense layer has its parameters.
    deviations: Vec<f32>,
    squares: Vec<f64>,
    longest: f64,
}

/// Nearly the squared distances from a point to all.
pub(crate) struct Row {
    /// Never below zero.
    pub(crate) squares: Vec<f64>,
    /// None of them is further than this from the truth.
    pub(crate) error: f64,
}

impl<'a> Distances<'a> {
    /// # Errors
    /// If the points are more than a matrix product can take.
    pub(crate) fn to(points: Points<'a>) -> Result<Self> {
        let (n, size) = (points.n_points(), points.size());
        let mean = mean(points);
        let layer = Layer::Dense { outputs: n, activation: Activation::Identity };
        let stack = Sequential::new([size, 1, 1], &[layer]).map_err(|error| {
            Error::data(format!("expected {} that fit into memory, found {n}", points.name()))
                .with_source(error)
        })?;
        let mut deviations = shifted(points.values(), &mean);
        let squares: Vec<f64> = deviations.chunks_exact(size).map(square).collect();
        let longest = squares.iter().fold(0.0, |most: f64, square| most.max(*square)).sqrt();
        deviations.resize(stack.n_parameters(), 0.0);
        Ok(Self { points, mean, stack, deviations, squares, longest })
    }

    /// Nearly the squared distances from each of `points`, which lie one after the other.
    pub(crate) fn rows(&self, points: &[f32]) -> impl Iterator<Item = Row> {
        let size = self.mean.len();
        let points = shifted(points, &self.mean);
        let products = self.stack.forward(&self.deviations, &points, points.len() / size);
        let n = self.squares.len();
        (0..points.len() / size).map(move |i| {
            let own = square(&points[i * size..][..size]);
            let products = &products[i * n..][..n];
            let squares = self.squares.iter().zip(products);
            let squares =
                squares.map(|(other, product)| (own + other - 2.0 * f64::from(*product)).max(0.0));
            // A sum of D products errs by D units in the last place of |a||b| at most, and rounding the deviations by
            // two more of (|a| + |b|)^2. Twice that is safe, and still small.
            let longest = own.sqrt() + self.longest;
            let unit = f64::from(f32::EPSILON);
            Row {
                squares: squares.collect(),
                error: (size as f64 + 8.0) * unit * longest * longest,
            }
        })
    }

    /// The squared distance from `point` to number `index`.
    pub(crate) fn exact(&self, point: &[f32], index: usize) -> f64 {
        squared_distance(point, self.points.row(index))
    }
}

/// Points without their mean.
pub(crate) fn shifted(points: &[f32], mean: &[f64]) -> Vec<f32> {
    let mut shifted = points.to_vec();
    for point in shifted.chunks_exact_mut(mean.len()) {
        point.iter_mut().zip(mean).for_each(|(x, mean)| *x = (f64::from(*x) - mean) as f32);
    }
    shifted
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
