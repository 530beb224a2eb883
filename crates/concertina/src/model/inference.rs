//! Running one half of a model over any number of images or codes, a chunk at a time.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use concertina_kernels::Stack;

use crate::network::forward;

/// So many at a time: enough for dense layers to be efficient, few enough for the memory of large images.
const CHUNK: usize = 128;

/// Runs `stack` over `x`, `[N, input]`, and gives each chunk's result, `[chunk, output]`, to `finish`; returns all of
/// what that made, one after the other.
pub(super) fn run(
    stack: &Arc<Stack>,
    parameters: &[f32],
    x: &[f32],
    finish: impl Fn(Tensor<2>) -> Tensor<2>,
) -> Vec<f32> {
    let device = Device::flex();
    let width: usize = stack.input().iter().product();
    let n = parameters.len();
    let parameters = Tensor::<1>::from_data(TensorData::new(parameters.to_vec(), [n]), &device);
    let mut all = Vec::with_capacity(x.len() / width * stack.output().iter().product::<usize>());
    for chunk in x.chunks(CHUNK * width) {
        let data = TensorData::new(chunk.to_vec(), [chunk.len() / width, width]);
        let y = finish(forward(stack, parameters.clone(), Tensor::from_data(data, &device)));
        all.extend(floats(y.into_data()));
    }
    all
}

/// The numbers of a float tensor.
pub(crate) fn floats(data: TensorData) -> Vec<f32> {
    data.try_into_vec().expect("the library's tensors are f32")
}
