//! Mean and covariance of points, in f64.

use super::Points;
use super::vectors::add_scaled;
use crate::parallel;

/// Points per shard, which one thread sums. The order of all sums depends on this, and not on the
/// number of threads.
const SHARD: usize = 1024;
/// Points per matrix product: 256 MNIST digits fill a core's cache.
const BLOCK: usize = 256;
/// Side of the square tiles in which a covariance is computed.
const SIDE: usize = 4;
/// Rows of points, or of a covariance, that one thread computes at a time.
const PANEL: usize = 4 * SIDE;

/// The mean, `[D]`.
pub fn mean(points: Points<'_>) -> Vec<f64> {
    let size = points.size();
    let shards = parallel::map(points.values().chunks(SHARD * size), |shard| {
        let mut sum = vec![0.0; size];
        for point in shard.chunks_exact(size) {
            sum.iter_mut().zip(point).for_each(|(sum, x)| *sum += f64::from(*x));
        }
        sum
    });
    let mut mean = vec![0.0; size];
    for shard in &shards {
        add_scaled(&mut mean, 1.0, shard);
    }
    for mean in &mut mean {
        *mean /= points.n_points() as f64;
    }
    mean
}

/// The covariance, `[D, D]`: sums of products of deviations from `mean`, divided by N - 1; zero for
/// a single point.
pub fn covariance(points: Points<'_>, mean: &[f64]) -> Vec<f64> {
    let size = points.size();
    let mut products = sums_of_products(points.n_points(), size, |point, row| {
        let values = &points.values()[point * size..][..size];
        for ((deviation, x), mean) in row.iter_mut().zip(values).zip(mean) {
            *deviation = f64::from(*x) - mean;
        }
    });
    divide(&mut products, points);
    products
}

/// The scalar products of the points' deviations from `mean` with each other, divided by N - 1,
/// `[N, N]`: a matrix with the covariance's eigenvalues that are not 0.
pub fn gram(points: Points<'_>, mean: &[f64]) -> Vec<f64> {
    let size = points.size();
    let mut products = sums_of_products(size, points.n_points(), |dimension, row| {
        for (deviation, point) in row.iter_mut().zip(points.rows()) {
            *deviation = f64::from(point[dimension]) - mean[dimension];
        }
    });
    divide(&mut products, points);
    products
}

fn divide(products: &mut [f64], points: Points<'_>) {
    let divisor = (points.n_points() - 1).max(1) as f64;
    for product in products {
        *product /= divisor;
    }
}

/// The sum over `n_rows` rows of the products of all numbers of a row, `[width, width]`. `read`
/// writes the `width` numbers of the row whose index it is given.
fn sums_of_products(
    n_rows: usize,
    width: usize,
    read: impl Fn(usize, &mut [f64]) + Sync,
) -> Vec<f64> {
    // Rows are padded with zeros to whole tiles.
    let padded = width.next_multiple_of(SIDE);
    let mut sums = vec![0.0; padded * padded];
    let mut block = vec![0.0; BLOCK * padded];
    for first in (0..n_rows).step_by(BLOCK) {
        let block = &mut block[..BLOCK.min(n_rows - first) * padded];
        parallel::each(block.chunks_mut(PANEL * padded).enumerate(), |(panel, rows)| {
            for (index, row) in (first + panel * PANEL..).zip(rows.chunks_exact_mut(padded)) {
                read(index, &mut row[..width]);
            }
        });
        let block = &*block;
        parallel::each(sums.chunks_mut(PANEL * padded).enumerate(), |(panel, sums)| {
            for (strip, sums) in sums.chunks_exact_mut(SIDE * padded).enumerate() {
                add_strip(block, padded, panel * PANEL + strip * SIDE, sums);
            }
        });
    }
    let upper = |row: usize, column: usize| sums[row.min(column) * padded + row.max(column)];
    (0..width * width).map(|i| upper(i / width, i % width)).collect()
}

/// Adds the products of columns `first` to `first + SIDE` with all columns from `first` on.
fn add_strip(block: &[f64], padded: usize, first: usize, sums: &mut [f64]) {
    for column in (first..padded).step_by(SIDE) {
        let mut square = [[0.0; SIDE]; SIDE];
        for row in block.chunks_exact(padded) {
            let left = row[first..].first_chunk::<SIDE>().expect("rows are whole squares");
            let right = row[column..].first_chunk::<SIDE>().expect("rows are whole squares");
            for i in 0..SIDE {
                for j in 0..SIDE {
                    square[i][j] += left[i] * right[j];
                }
            }
        }
        for (row, square) in sums.chunks_exact_mut(padded).zip(square) {
            add_scaled(&mut row[column..column + SIDE], 1.0, &square);
        }
    }
}

/// The variance of each dimension, `[D]`: the diagonal of the covariance.
pub fn variances(points: Points<'_>, mean: &[f64]) -> Vec<f64> {
    let size = points.size();
    let shards = parallel::map(points.values().chunks(SHARD * size), |shard| {
        let mut squares = vec![0.0; size];
        for point in shard.chunks_exact(size) {
            for ((sum, x), mean) in squares.iter_mut().zip(point).zip(mean) {
                *sum += (f64::from(*x) - mean).powi(2);
            }
        }
        squares
    });
    let mut variances = vec![0.0; size];
    let factor = 1.0 / (points.n_points() - 1).max(1) as f64;
    for shard in &shards {
        add_scaled(&mut variances, factor, shard);
    }
    variances
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::normal;

    /// By the definition.
    fn plain(points: Points<'_>) -> (Vec<f64>, Vec<f64>) {
        let (n, size) = (points.n_points() as f64, points.size());
        let mean: Vec<f64> =
            (0..size).map(|i| points.rows().map(|x| f64::from(x[i])).sum::<f64>() / n).collect();
        let one = |i: usize, j: usize| {
            let product = |x: &[f32]| (f64::from(x[i]) - mean[i]) * (f64::from(x[j]) - mean[j]);
            points.rows().map(product).sum::<f64>() / (n - 1.0)
        };
        let covariance = (0..size * size).map(|i| one(i / size, i % size)).collect();
        (mean, covariance)
    }

    #[test]
    fn sums_are_those_of_the_definition() {
        for (n, size) in [(2, 1), (3, 5), (1500, 21), (257, 40)] {
            let values = normal(n * size, 3);
            let points = Points::new("points", size, &values).unwrap();
            let (plain_mean, plain_covariance) = plain(points);
            let mean = mean(points);
            let covariance = covariance(points, &mean);
            let gram = gram(points, &mean);
            for (i, variance) in variances(points, &mean).into_iter().enumerate() {
                assert!((variance - covariance[i * size + i]).abs() < 1e-12);
            }
            for (found, expected) in
                mean.iter().zip(&plain_mean).chain(covariance.iter().zip(&plain_covariance))
            {
                assert!((found - expected).abs() < 1e-12, "{n} points of {size}");
            }
            let deviation = |point: usize, i: usize| f64::from(values[point * size + i]) - mean[i];
            for (a, b) in [(0, 0), (0, n - 1), (n / 2, 1), (n - 1, n - 1)] {
                let sum: f64 = (0..size).map(|i| deviation(a, i) * deviation(b, i)).sum();
                let expected = sum / (n as f64 - 1.0);
                for found in [gram[a * n + b], gram[b * n + a]] {
                    assert!((found - expected).abs() < 1e-12, "points {a} and {b} of {n}");
                }
            }
        }
    }

    #[test]
    fn a_single_point_does_not_vary() {
        let points = Points::new("points", 2, &[1.0, 2.0]).unwrap();
        assert_eq!(covariance(points, &mean(points)), [0.0; 4]);
    }
}
