//! Running the encoder or the decoder on any number of images or codes, a chunk at a time.
//!
//! There is no gradient here, so the kernels are called directly on slices.

use super::{Architecture, Batch};
use crate::components::Weights;
use crate::sequential::Sequential;
use crate::shape::at_once;
use burn::tensor::TensorData;

/// Images per chunk, at most: enough to use every core.
pub(super) const CHUNK: usize = 512;

/// Runs `network` on `x`: `[N, output]` from `[N, input]`.
pub(super) fn run(network: &Sequential, parameters: &[f32], x: &[f32]) -> Vec<f32> {
    let width: usize = network.input().iter().product();
    let mut all = Vec::with_capacity(x.len() / width * network.output().iter().product::<usize>());
    let widest = network.output().iter().product::<usize>().max(width);
    for chunk in x.chunks(at_once(CHUNK, widest) * width) {
        all.extend(network.forward(parameters, chunk, chunk.len() / width));
    }
    all
}

/// The encoder's output for a batch: `[B, heads * D]`.
pub(crate) fn features(architecture: &Architecture, weights: &Weights, batch: &Batch) -> Vec<f32> {
    run(&architecture.encoder, &weights.encoder, &batch.input)
}

/// The values of a float tensor.
pub(crate) fn floats(data: TensorData) -> Vec<f32> {
    data.try_into_vec().expect("the library's tensors are f32")
}
