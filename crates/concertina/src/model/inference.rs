//! Running the encoder or the decoder on any number of images or codes, a chunk at a time.
//!
//! There is no gradient here, so on the CPU the kernels are called directly on slices.

use std::sync::Arc;

use super::tensors::{floats, vector};
use super::{Architecture, Batch};
use crate::components::Weights;
use crate::device::Device;
use crate::sequential::{Sequential, forward};
use crate::shape::at_once;

/// Images per chunk, at most: enough to use every core.
pub(super) const CHUNK: usize = 512;

/// Runs `network` on `x` on a device: `[N, output]` from `[N, input]`.
pub(super) fn run(
    device: &Device,
    network: &Arc<Sequential>,
    parameters: &[f32],
    x: &[f32],
) -> Vec<f32> {
    if !device.is_cpu() {
        return run_on(device, network, parameters, x);
    }
    let width: usize = network.input().iter().product();
    let mut all = Vec::with_capacity(x.len() / width * network.output().iter().product::<usize>());
    let widest = network.output().iter().product::<usize>().max(width);
    for chunk in x.chunks(at_once(CHUNK, widest) * width) {
        all.extend(network.forward(parameters, chunk, chunk.len() / width));
    }
    all
}

/// As [`run`], by Burn's operations.
fn run_on(device: &Device, network: &Arc<Sequential>, parameters: &[f32], x: &[f32]) -> Vec<f32> {
    let device = device.tensors();
    let width: usize = network.input().iter().product();
    let parameters = vector(parameters.to_vec(), &device);
    let widest = network.output().iter().product::<usize>().max(width);
    let chunks = x.chunks(at_once(CHUNK, widest) * width).flat_map(|chunk| {
        let x = vector(chunk.to_vec(), &device).reshape([chunk.len() / width, width]);
        floats(forward(network, parameters.clone(), x).into_data())
    });
    chunks.collect()
}

/// The encoder's output for a batch: `[B, heads * D]`.
pub(crate) fn features(architecture: &Architecture, weights: &Weights, batch: &Batch) -> Vec<f32> {
    run(&Device::cpu(), &architecture.encoder, &weights.encoder, &batch.input)
}
