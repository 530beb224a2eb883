//! Plain values as tensors, and back.

use burn::tensor::{Device as Tensors, Tensor, TensorData};

/// The values of a float tensor.
pub(crate) fn floats(data: TensorData) -> Vec<f32> {
    data.try_into_vec().expect("the library's tensors are f32")
}

/// `values` as a tensor.
pub(super) fn vector(values: Vec<f32>, device: &Tensors) -> Tensor<1> {
    let n = values.len();
    Tensor::from_data(TensorData::new(values, [n]), device)
}

/// `values` as a tensor `[batch, values / batch]`.
pub(super) fn matrix(values: Vec<f32>, batch: usize, device: &Tensors) -> Tensor<2> {
    let width = values.len() / batch;
    Tensor::from_data(TensorData::new(values, [batch, width]), device)
}
