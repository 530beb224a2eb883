//! Running one half of a model over any number of images or codes, a chunk at a time.
//!
//! No gradient is wanted here, so the kernels are called as they are, on slices.

use burn::tensor::TensorData;
use super::{Architecture, Batch};
use crate::components::Weights;
use crate::sequential::Sequential;

/// So many images at a time: enough for every core, few enough for the memory of large images.
pub(super) const CHUNK: usize = 512;

/// What `stack` makes of `x`: `[N, output]` from `[N, input]`.
pub(super) fn run(stack: &Sequential, parameters: &[f32], x: &[f32]) -> Vec<f32> {
    let width: usize = stack.input().iter().product();
    let mut all = Vec::with_capacity(x.len() / width * stack.output().iter().product::<usize>());
    for chunk in x.chunks(CHUNK * width) {
        all.extend(stack.forward(parameters, chunk, chunk.len() / width));
    }
    all
}

/// What the encoder makes of a batch: `[B, heads * D]`.
pub(crate) fn features(architecture: &Architecture, weights: &Weights, batch: &Batch) -> Vec<f32> {
    run(&architecture.encoder, &weights.encoder, &batch.input)
}

/// The numbers of a float tensor.
pub(crate) fn floats(data: TensorData) -> Vec<f32> {
    data.try_into_vec().expect("the library's tensors are f32")
}
