//! Running the encoder or the decoder on any number of images or codes, a chunk at a time.
//!
//! There is no gradient here, so on the CPU the kernels are called directly on slices.

use std::sync::Arc;

use super::tensors::{floats, matrix, vector};
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
    let [width, out] = [network.input(), network.output()].map(|s| s.iter().product::<usize>());
    // On another device they are sent once.
    let there = (!device.is_cpu()).then(|| vector(parameters.to_vec(), &device.tensors()));
    let mut all = Vec::with_capacity(x.len() / width * out);
    for chunk in x.chunks(at_once(CHUNK, width.max(out)) * width) {
        let n = chunk.len() / width;
        all.extend(match &there {
            None => network.forward(parameters, chunk, n),
            Some(parameters) => {
                let x = matrix(chunk.to_vec(), n, &parameters.device());
                floats(forward(network, parameters.clone(), x).into_data())
            }
        });
    }
    all
}

/// The encoder's output for a batch: `[B, heads * D]`.
pub(crate) fn features(architecture: &Architecture, weights: &Weights, batch: &Batch) -> Vec<f32> {
    run(&Device::cpu(), &architecture.encoder, &weights.encoder, &batch.input)
}
