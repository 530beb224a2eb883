//! Dense stacks: the image as one long vector.

use concertina_kernels::Activation::{Identity, Relu};
use concertina_kernels::Layer;

use super::Body;
use crate::error::{Error, Result};
use crate::shape::ImageShape;

/// Hidden layers with ReLU, mirrored behind the code, and a linear layer to the pixels.
pub(super) fn body(hidden: &[usize], target: ImageShape) -> Result<Body> {
    if hidden.contains(&0) {
        return Err(Error::config(format!(
            "`network.hidden`: expected sizes of at least 1, found {hidden:?}"
        )));
    }
    let relu = |&outputs: &usize| Layer::Dense { outputs, activation: Relu };
    let encoder = hidden.iter().map(relu).collect();
    let mut decoder: Vec<Layer> = hidden.iter().rev().map(relu).collect();
    decoder.push(Layer::Dense { outputs: target.len(), activation: Identity });
    let ImageShape { channels, height, width } = target;
    decoder.push(Layer::Reshape([channels, height, width]));
    // A flat start: the code itself is the decoder's first input.
    Ok(Body { encoder, decoder_input: [1, 1, 1], decoder })
}
