//! Matrix products for any use.

use crate::product::{Matrix, Product};
use crate::simd::Level;

/// The matrix product `a b`, `[N, K]` and `[K, M]` to `[N, M]`, row by row.
///
/// A row of the result depends on that row of `a` and on `b` alone, to the bit: neither on the
/// other rows of `a` nor on the number of threads. The sums are taken in f32.
///
/// ```
/// use concertina_kernels::{Matrix, matmul};
///
/// let a = Matrix::new(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3);
/// assert_eq!(matmul(a, a.transposed()), [14.0, 32.0, 32.0, 77.0]);
/// ```
///
/// # Panics
/// If `b` has not as many rows as `a` has columns.
pub fn matmul(a: Matrix<'_>, b: Matrix<'_>) -> Vec<f32> {
    Product::new(a, b).to_vec(Level::best())
}

/// As [`matmul`], to whose rows `bias`, `[M]`, is added: `bias + a b`. With `b` the transpose of a
/// weight, it has the bits of a dense layer.
///
/// # Panics
/// As `matmul`, and if `bias` has not as many values as `b` has columns.
pub fn addmm(bias: &[f32], a: Matrix<'_>, b: Matrix<'_>) -> Vec<f32> {
    Product::new(a, b).with_bias(bias).to_vec(Level::best())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::layer::{Activation, Layer};
    use crate::sequential::Sequential;

    fn numbers(n: usize, factor: f32) -> Vec<f32> {
        (0..n).map(|n| (n as f32 * factor).fract() - 0.5).collect()
    }

    #[test]
    fn a_product_has_the_bits_of_a_dense_layer_and_its_gradient() {
        for (n, k, m) in [(1, 70, 9), (3, 100, 40), (30, 100, 3), (130, 65, 50), (7, 5, 1)] {
            let (a, mut weight) = (numbers(n * k, 0.618), numbers(m * k, 0.414));
            let layer = Layer::Dense { outputs: m, activation: Activation::Identity };
            let dense = Sequential::new([k, 1, 1], &[layer]).unwrap();
            let (points, axes) = (Matrix::new(&a, n, k), Matrix::new(&weight, m, k));
            let (zeros, bias) = (vec![0.0; m], numbers(m, 0.732));
            let product = matmul(points, axes.transposed());
            let gradient = matmul(Matrix::new(&product, n, m).transposed(), points);
            let shifted = addmm(&bias, points, axes.transposed());
            weight.extend(&zeros);
            let (y, tape) = dense.forward_taped(&weight, &a, n);
            assert_eq!(product, y);
            let mut expected = vec![0.0; weight.len()];
            dense.backward(&weight, &a, &tape, &y, &mut expected, None);
            assert_eq!(gradient, expected[..m * k]);
            weight[m * k..].copy_from_slice(&bias);
            assert_eq!(shifted, dense.forward(&weight, &a, n));
        }
    }

    #[test]
    fn empty_sums_are_the_bias_and_empty_products_are_empty() {
        for n in [1, 9] {
            let (a, b) = (Matrix::new(&[], n, 0), Matrix::new(&[], 0, 3));
            let b_transposed = Matrix::new(&[], 3, 0).transposed();
            for b in [b, b_transposed] {
                assert_eq!(matmul(a, b), vec![0.0; 3 * n]);
                assert_eq!(addmm(&[1.0, 2.0, 3.0], a, b), [1.0, 2.0, 3.0].repeat(n));
            }
        }
        assert!(matmul(Matrix::new(&[], 0, 2), Matrix::new(&[1.0; 4], 2, 2)).is_empty());
        assert!(matmul(Matrix::new(&[1.0; 4], 2, 2), Matrix::new(&[], 2, 0)).is_empty());
    }

    #[test]
    #[should_panic(expected = "the sizes of the factors of a product")]
    fn factors_must_fit_together() {
        let _ = matmul(Matrix::new(&[1.0; 6], 2, 3), Matrix::new(&[1.0; 6], 2, 3));
    }

    #[test]
    #[should_panic(expected = "the size of the bias of a product")]
    fn a_bias_must_have_a_value_for_each_column() {
        let a = Matrix::new(&[1.0; 6], 2, 3);
        let _ = addmm(&[0.0; 3], a, a.transposed());
    }
}
