//! The Cholesky factor of a covariance, full or diagonal.

/// The lower triangular factor L of a covariance L L^T.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Factor {
    /// `[D, D]`, row by row, zero above the diagonal.
    Full(Vec<f64>),
    /// `[D]`, the standard deviations of independent dimensions.
    Diagonal(Vec<f64>),
}

impl Factor {
    /// Factorises a `[D, D]` covariance. `None` if it is not positive definite.
    pub(super) fn of_full(mut a: Vec<f64>, size: usize) -> Option<Self> {
        for row in 0..size {
            for column in 0..=row {
                let (head, tail) = a.split_at(row * size);
                let (own, other) = if column == row {
                    (&tail[..column], &tail[..column])
                } else {
                    (&tail[..column], &head[column * size..column * size + column])
                };
                let dot: f64 = own.iter().zip(other).map(|(x, y)| x * y).sum();
                let rest = a[row * size + column] - dot;
                a[row * size + column] = if column < row {
                    rest / a[column * size + column]
                } else if rest > 0.0 {
                    rest.sqrt()
                } else {
                    return None;
                };
            }
            a[row * size + row + 1..(row + 1) * size].fill(0.0);
        }
        Some(Self::Full(a))
    }

    /// Half the logarithm of the covariance's determinant.
    pub(super) fn half_log_determinant(&self, size: usize) -> f64 {
        match self {
            Self::Full(a) => (0..size).map(|i| a[i * size + i].ln()).sum(),
            Self::Diagonal(deviations) => deviations.iter().map(|deviation| deviation.ln()).sum(),
        }
    }

    /// |L^-1 d|^2: the squared Mahalanobis distance of `d`, which is overwritten.
    pub(super) fn squared_distance(&self, d: &mut [f64]) -> f64 {
        let size = d.len();
        match self {
            Self::Full(a) => {
                for row in 0..size {
                    let factors = &a[row * size..row * size + row];
                    let dot: f64 = factors.iter().zip(&d[..row]).map(|(l, y)| l * y).sum();
                    d[row] = (d[row] - dot) / a[row * size + row];
                }
            }
            Self::Diagonal(deviations) => {
                d.iter_mut().zip(deviations).for_each(|(d, deviation)| *d /= deviation);
            }
        }
        d.iter().map(|y| y * y).sum()
    }

    /// L e, for standard normal `e`.
    pub(super) fn times(&self, e: &[f64]) -> Vec<f64> {
        match self {
            Self::Full(a) => a
                .chunks_exact(e.len())
                .map(|row| row.iter().zip(e).map(|(l, e)| l * e).sum())
                .collect(),
            Self::Diagonal(deviations) => deviations.iter().zip(e).map(|(l, e)| l * e).collect(),
        }
    }

    /// Its values, row by row.
    pub(super) fn values(&self) -> &[f64] {
        match self {
            Self::Full(values) | Self::Diagonal(values) => values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_gives_back_its_covariance() {
        let covariance = [4.0, 2.0, 0.6, 2.0, 5.0, 1.0, 0.6, 1.0, 3.0];
        let Some(Factor::Full(l)) = Factor::of_full(covariance.to_vec(), 3) else {
            panic!("the matrix is positive definite");
        };
        for row in 0..3 {
            for column in 0..3 {
                let product: f64 = (0..3).map(|k| l[row * 3 + k] * l[column * 3 + k]).sum();
                assert!((product - covariance[row * 3 + column]).abs() < 1e-12);
            }
        }
        assert_eq!(Factor::of_full(vec![1.0, 2.0, 2.0, 1.0], 2), None);
    }

    #[test]
    fn distance_and_determinant_agree_with_the_diagonal_case() {
        let full = Factor::of_full(vec![4.0, 0.0, 0.0, 9.0], 2).expect("positive definite");
        let diagonal = Factor::Diagonal(vec![2.0, 3.0]);
        for factor in [full, diagonal] {
            assert!((factor.half_log_determinant(2) - 6.0f64.ln()).abs() < 1e-12);
            assert!((factor.squared_distance(&mut [2.0, 6.0]) - 5.0).abs() < 1e-12);
            assert_eq!(factor.times(&[1.0, -1.0]), [2.0, -3.0]);
        }
    }
}
