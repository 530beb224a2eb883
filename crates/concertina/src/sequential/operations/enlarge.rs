//! Bicubic enlargement as two products of matrices.

use burn::tensor::{Device, Tensor, TensorData};
use concertina_kernels::bicubic_taps;

/// `[B, C, factor H, factor W]` from `[B, C, H, W]`.
pub(super) fn enlarged(x: Tensor<4>, factor: usize) -> Tensor<4> {
    let [_, _, height, width] = x.dims();
    let device = x.device();
    let rows: Tensor<4> = matrix(height, factor, &device).unsqueeze();
    let columns: Tensor<4> = matrix(width, factor, &device).transpose().unsqueeze();
    rows.matmul(x).matmul(columns)
}

/// What each pixel of an enlarged axis is made of, `[factor n, n]`.
fn matrix(n: usize, factor: usize, device: &Device) -> Tensor<2> {
    let mut values = vec![0.0; factor * n * n];
    for (row, taps) in values.chunks_exact_mut(n).zip(bicubic_taps(n, factor * n)) {
        for (place, weight) in taps {
            row[place] += weight;
        }
    }
    Tensor::from_data(TensorData::new(values, [factor * n, n]), device)
}
