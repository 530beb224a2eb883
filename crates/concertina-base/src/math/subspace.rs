//! The first principal axes of high-dimensional points, without their covariance matrix.

use concertina_kernels::{Matrix, matmul};

use super::Points;
use super::eigen::{Eigen, orient};
use super::vectors::{add_scaled, dot};
use crate::error::Result;
use crate::parallel;
use crate::rng::{Purpose, Seed, Stream};

/// The number of shards of the points. Their sums are added in order, for any number of threads.
const SHARDS: usize = 16;
/// Points per matrix product.
const BLOCK: usize = 128;
/// Additional axes, which make the wanted ones converge faster.
const EXTRA_AXES: usize = 16;
/// The iteration ends when the relative gain of the explained variance is at most this.
const MIN_GAIN: f64 = 1e-7;
const MAX_STEPS: usize = 60;

/// The `k` largest variances and their axes, `[k]` and `[k, D]`, by subspace iteration (Golub and
/// Van Loan, "Matrix Computations", 4th edition, 8.2.4): axes are multiplied by the covariance,
/// orthonormalised and rotated to the principal directions within their space, until the explained
/// variance converges. Products are computed in f32, all else in f64.
///
/// # Errors
/// If the values are too large to be multiplied.
pub fn principal_axes(points: Points<'_>, mean: &[f64], k: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let size = points.size();
    let n_axes = (k + k / 2 + EXTRA_AXES).min(size);
    // A fixed seed: the start affects only the last digits.
    let mut stream = Stream::new(Seed(0), Purpose::Fit, [2, 0, 0]);
    let mut axes: Vec<f64> = (0..n_axes * size).map(|_| f64::from(stream.normal())).collect();
    make_orthonormal(&mut axes, size);
    let (mut variances, mut explained) = (Vec::new(), 0.0);
    for _ in 0..MAX_STEPS {
        let image = times_covariance(points, mean, &axes);
        let small = parallel::map(axes.chunks_exact(size), |axis| -> Vec<f64> {
            image.chunks_exact(size).map(|image| dot(axis, image)).collect()
        });
        let turn = Eigen::of_symmetric(&small.concat(), n_axes)?;
        let found: f64 = turn.values[..k].iter().sum();
        variances.clone_from(&turn.values);
        axes = turned(&axes, &turn, size);
        if found - explained <= MIN_GAIN * found {
            break;
        }
        explained = found;
        axes = turned(&image, &turn, size);
        make_orthonormal(&mut axes, size);
    }
    axes.truncate(k * size);
    variances.truncate(k);
    for variance in &mut variances {
        *variance = variance.max(0.0);
    }
    axes.chunks_exact_mut(size).for_each(orient);
    Ok((variances, axes))
}

/// The linear combinations of the rows by each eigenvector.
fn turned(rows: &[f64], turn: &Eigen, size: usize) -> Vec<f64> {
    let mut result = vec![0.0; rows.len()];
    parallel::each(result.chunks_exact_mut(size).enumerate(), |(i, target)| {
        for (factor, source) in turn.vector(i).iter().zip(rows.chunks_exact(size)) {
            add_scaled(target, *factor, source);
        }
    });
    result
}

/// The Gram-Schmidt method, applied twice to each row, which is enough for f64. A row that depends
/// linearly on the previous ones becomes zero.
pub fn make_orthonormal(rows: &mut [f64], size: usize) {
    for index in 0..rows.len() / size {
        let (before, rest) = rows.split_at_mut(index * size);
        let row = &mut rest[..size];
        let first_norm = dot(row, row).sqrt();
        for _ in 0..2 {
            for other in before.chunks_exact(size) {
                add_scaled(row, -dot(row, other), other);
            }
        }
        let norm = dot(row, row).sqrt();
        let factor = if norm > 1e-12 * first_norm { 1.0 / norm } else { 0.0 };
        for x in row {
            *x *= factor;
        }
    }
}

/// The covariance times each axis, `[n, D]`.
fn times_covariance(points: Points<'_>, mean: &[f64], axes: &[f64]) -> Vec<f64> {
    let size = points.size();
    let n_axes = axes.len() / size;
    let narrow: Vec<f32> = axes.iter().map(|x| *x as f32).collect();
    let narrow = Matrix::new(&narrow, n_axes, size);
    let shard = points.n_points().div_ceil(SHARDS);
    let shards = parallel::map(points.values().chunks(shard * size), |shard| {
        let mut sum = vec![0.0; axes.len()];
        for points in shard.chunks(BLOCK * size) {
            let mut deviations = points.to_vec();
            for point in deviations.chunks_exact_mut(size) {
                for (x, mean) in point.iter_mut().zip(mean) {
                    *x = (f64::from(*x) - mean) as f32;
                }
            }
            let n = points.len() / size;
            let deviations = Matrix::new(&deviations, n, size);
            let projections = matmul(deviations, narrow.transposed());
            let projections = Matrix::new(&projections, n, n_axes);
            let product = matmul(projections.transposed(), deviations);
            sum.iter_mut().zip(&product).for_each(|(sum, x)| *sum += f64::from(*x));
        }
        sum
    });
    let mut sum = vec![0.0; axes.len()];
    let factor = 1.0 / (points.n_points() - 1).max(1) as f64;
    for shard in &shards {
        add_scaled(&mut sum, factor, shard);
    }
    sum
}
