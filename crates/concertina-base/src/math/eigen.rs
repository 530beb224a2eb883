//! All eigenvalues and eigenvectors of a symmetric matrix.
//!
//! Householder reflections make the matrix tridiagonal, implicit QL steps make that diagonal (Golub
//! and Van Loan, "Matrix Computations", 4th edition, 8.3; Martin, Reinsch, Wilkinson,
//! "Householder's Tridiagonalization" and Dubrulle, Martin, Wilkinson, "The Implicit QL Algorithm",
//! 1968). The QL steps record their rotations. The eigenvectors are computed afterwards: each
//! thread applies all rotations to some of their dimensions, which fit into its cache.

use super::vectors::{add_scaled, dot};
use crate::error::{Error, Result};
use crate::parallel;

/// The maximum number of QL steps for an eigenvalue, more than are needed in practice.
const MAX_STEPS: usize = 60;
/// Dimensions of the eigenvectors that a thread processes at a time.
const PANEL: usize = 32;
/// Rows of a matrix that a thread reflects at a time.
const ROWS: usize = 64;

/// The eigendecomposition of a symmetric matrix.
#[derive(Clone, Debug)]
pub struct Eigen {
    /// The eigenvalues, in descending order.
    pub values: Vec<f64>,
    /// `[D, D]`: row i is the unit eigenvector of value i. Its largest entry by magnitude (the
    /// first one in a tie) is positive.
    pub vectors: Vec<f64>,
}

impl Eigen {
    /// Decomposes a symmetric `[D, D]` matrix; reads only the lower triangle and the diagonal.
    ///
    /// # Errors
    /// If a value is not finite.
    pub fn of_symmetric(matrix: &[f64], size: usize) -> Result<Self> {
        assert_eq!(matrix.len(), size * size, "the matrix is square");
        let failed = || Error::failed("expected a matrix of finite numbers to take eigenvalues of");
        if matrix.iter().any(|value| !value.is_finite()) {
            return Err(failed());
        }
        let Tridiagonal { diagonal, off_diagonal, reflections } = tridiagonalise(matrix, size);
        let (values, rotations) = diagonalise(diagonal, off_diagonal).ok_or_else(failed)?;
        let mut order: Vec<usize> = (0..size).collect();
        order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));

        let panels = rotated_identity(size, &rotations);
        let mut vectors = vec![0.0; size * size];
        parallel::each(vectors.chunks_exact_mut(size).zip(&order), |(vector, &row)| {
            for (part, panel) in vector.chunks_mut(PANEL).zip(&panels) {
                part.copy_from_slice(&panel[row * part.len()..][..part.len()]);
            }
            for reflection in reflections.iter().rev() {
                reflection.apply(vector);
            }
            orient(vector);
        });
        Ok(Self { values: order.iter().map(|&row| values[row]).collect(), vectors })
    }

    /// The eigenvector of value `index`.
    pub fn vector(&self, index: usize) -> &[f64] {
        let size = self.values.len();
        &self.vectors[index * size..][..size]
    }
}

/// Flips the sign of a vector so that its largest entry by magnitude (the first one in a tie) is
/// positive.
pub fn orient(vector: &mut [f64]) {
    let largest =
        vector.iter().fold(0.0, |most: f64, x| if x.abs() > most.abs() { *x } else { most });
    if largest < 0.0 {
        for x in vector {
            *x = -*x;
        }
    }
}

/// A Householder reflection x - factor (v x) v of the last entries of x.
struct Reflection {
    v: Vec<f64>,
    factor: f64,
}

impl Reflection {
    fn apply(&self, x: &mut [f64]) {
        let first = x.len() - self.v.len();
        let x = &mut x[first..];
        add_scaled(x, -self.factor * dot(x, &self.v), &self.v);
    }
}

struct Tridiagonal {
    diagonal: Vec<f64>,
    /// The off-diagonal entry between i and i + 1.
    off_diagonal: Vec<f64>,
    /// The matrix is Q T Q^T, where Q is the product of these, in order.
    reflections: Vec<Reflection>,
}

fn tridiagonalise(matrix: &[f64], size: usize) -> Tridiagonal {
    let mut rest: Vec<f64> = (0..size * size)
        .map(|i| matrix[(i / size).max(i % size) * size + (i / size).min(i % size)])
        .collect();
    let (mut diagonal, mut off_diagonal, mut reflections) = (Vec::new(), Vec::new(), Vec::new());
    for done in 0..size {
        diagonal.push(rest[done * size + done]);
        if done + 1 == size {
            break;
        }
        let mut v = rest[done * size + done + 1..(done + 1) * size].to_vec();
        // Scaled, so that squares of small numbers do not underflow.
        let scale = v.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        if v[1..].iter().all(|x| *x == 0.0) {
            off_diagonal.push(v[0]);
            continue;
        }
        for x in &mut v {
            *x /= scale;
        }
        let norm = dot(&v, &v).sqrt().copysign(-v[0]);
        v[0] -= norm;
        off_diagonal.push(norm * scale);
        let factor = 2.0 / dot(&v, &v);
        reflect_both_sides(&mut rest[(done + 1) * size..], size, &v, factor);
        reflections.push(Reflection { v, factor });
    }
    Tridiagonal { diagonal, off_diagonal, reflections }
}

/// H A H for the last rows and columns of a matrix, as many as `v` has entries; `rows` holds `size`
/// values of each of them.
fn reflect_both_sides(rows: &mut [f64], size: usize, v: &[f64], factor: f64) {
    let first = size - v.len();
    let mut w = parallel::map_indices(v.len(), |i| factor * dot(&rows[i * size..][first..size], v));
    let along = -0.5 * factor * dot(&w, v);
    add_scaled(&mut w, along, v);
    parallel::each(rows.chunks_mut(ROWS * size).enumerate(), |(piece, rows)| {
        for (i, row) in (piece * ROWS..).zip(rows.chunks_exact_mut(size)) {
            let (v_i, w_i) = (v[i], w[i]);
            for ((x, w_j), v_j) in row[first..].iter_mut().zip(&w).zip(v) {
                *x -= v_i * w_j + w_i * v_j;
            }
        }
    });
}

/// A rotation of eigenvectors `first` and `first + 1` in their plane.
struct Rotation {
    first: usize,
    cosine: f64,
    sine: f64,
}

/// The unsorted eigenvalues of a tridiagonal matrix, and the rotations of the QL steps. `None` if
/// they do not converge.
fn diagonalise(
    mut diagonal: Vec<f64>,
    mut off_diagonal: Vec<f64>,
) -> Option<(Vec<f64>, Vec<Rotation>)> {
    let size = diagonal.len();
    off_diagonal.push(0.0);
    let norm = diagonal.iter().chain(&off_diagonal).fold(0.0, |most: f64, x| most.max(x.abs()));
    let negligible = f64::EPSILON * norm;
    let mut rotations = Vec::new();
    for low in 0..size {
        for step in 0.. {
            let apart = |&i: &usize| i + 1 == size || off_diagonal[i].abs() <= negligible;
            let high = (low..size).find(apart)?;
            if high == low {
                break;
            }
            if step == MAX_STEPS {
                return None;
            }
            ql_step(&mut diagonal, &mut off_diagonal, low, high, &mut rotations);
        }
    }
    Some((diagonal, rotations))
}

/// One QL step, with Wilkinson's shift, on the block from `low` to `high`.
fn ql_step(d: &mut [f64], e: &mut [f64], low: usize, high: usize, rotations: &mut Vec<Rotation>) {
    let ratio = (d[low + 1] - d[low]) / (2.0 * e[low]);
    let shift = d[low] - e[low] / (ratio + ratio.hypot(1.0).copysign(ratio));
    let (mut sine, mut cosine, mut taken) = (1.0, 1.0, 0.0);
    let mut bulge = d[high] - shift;
    for i in (low..high).rev() {
        let (f, b) = (sine * e[i], cosine * e[i]);
        let length = f.hypot(bulge);
        e[i + 1] = length;
        if length == 0.0 {
            // The block splits here.
            d[i + 1] -= taken;
            e[high] = 0.0;
            return;
        }
        (sine, cosine) = (f / length, bulge / length);
        let next = d[i + 1] - taken;
        let twist = (d[i] - next) * sine + 2.0 * cosine * b;
        taken = sine * twist;
        d[i + 1] = next + taken;
        bulge = cosine * twist - b;
        rotations.push(Rotation { first: i, cosine, sine });
    }
    d[low] -= taken;
    e[low] = bulge;
    e[high] = 0.0;
}

/// The eigenvectors of the tridiagonal matrix: the rows of the identity after all rotations, in
/// panels `[D, PANEL]` of columns.
fn rotated_identity(size: usize, rotations: &[Rotation]) -> Vec<Vec<f64>> {
    let panel = |first: usize| {
        let width = PANEL.min(size - first);
        let mut rows = vec![0.0; size * width];
        for column in 0..width {
            rows[(first + column) * width + column] = 1.0;
        }
        for Rotation { first, cosine, sine } in rotations {
            let (lower, upper) = rows[first * width..][..2 * width].split_at_mut(width);
            for (a, b) in lower.iter_mut().zip(upper) {
                (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
            }
        }
        rows
    };
    parallel::map((0..size).step_by(PANEL), panel)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::normal;

    /// A v = lambda v, the vectors are orthonormal, the values fall.
    #[track_caller]
    fn check(matrix: &[f64], size: usize) {
        let eigen = Eigen::of_symmetric(matrix, size).unwrap();
        let scale = matrix.iter().fold(1e-300, |most: f64, x| most.max(x.abs()));
        assert!(eigen.values.is_sorted_by(|a, b| a >= b));
        for i in 0..size {
            let v = eigen.vector(i);
            for (row, x) in matrix.chunks_exact(size).zip(v) {
                let residual = dot(row, v) - eigen.values[i] * x;
                assert!(residual.abs() < 1e-13 * scale * size as f64, "{size}: {residual:e}");
            }
            for j in 0..=i {
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((dot(v, eigen.vector(j)) - expected).abs() < 1e-12, "{size}: {i} {j}");
            }
        }
    }

    fn symmetric(size: usize, seed: u64) -> Vec<f64> {
        let values = normal(size * size, seed);
        let at = |row: usize, column: usize| f64::from(values[row * size + column]);
        (0..size * size).map(|i| at(i / size, i % size) + at(i % size, i / size)).collect()
    }

    #[test]
    fn random_matrices_come_apart() {
        for size in [1, 2, 3, 10, 33, 150] {
            check(&symmetric(size, size as u64), size);
        }
    }

    #[test]
    fn degenerate_matrices_come_apart() {
        let size = 12;
        check(&vec![0.0; size * size], size);
        check(&vec![1.0; size * size], size);
        let mut diagonal = vec![0.0; size * size];
        for i in 0..size {
            diagonal[i * size + i] = (i % 3) as f64;
        }
        check(&diagonal, size);
        let tiny: Vec<f64> = symmetric(size, 5).iter().map(|x| x * 1e-200).collect();
        check(&tiny, size);
        let graded = symmetric(size, 6);
        let graded: Vec<f64> = (0..size * size)
            .map(|i| graded[i] * 10f64.powf(-((i / size + i % size) as f64)))
            .collect();
        check(&graded, size);
    }

    #[test]
    fn a_known_matrix_has_its_known_values_and_nan_has_none() {
        let eigen = Eigen::of_symmetric(&[2.0, 1.0, 1.0, 2.0], 2).unwrap();
        assert!((eigen.values[0] - 3.0).abs() < 1e-15 && (eigen.values[1] - 1.0).abs() < 1e-15);
        assert!(eigen.vectors[0] > 0.0, "the first of equals is positive");
        assert!(Eigen::of_symmetric(&[f64::NAN], 1).unwrap_err().is_failed());
    }
}
