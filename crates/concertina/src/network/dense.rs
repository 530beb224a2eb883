//! Dense stacks: the image as one long vector.

use concertina_kernels::Activation::{Identity, Relu, Tanh};
use concertina_kernels::Layer;

use serde::{Deserialize, Serialize};

use super::Body;
use crate::error::{Error, Result};
use crate::shape::ImageShape;

/// What hidden layers end in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HiddenActivation {
    /// max(x, 0).
    #[default]
    Relu,
    /// The hyperbolic tangent, common until about 2015.
    Tanh,
}

/// Hidden layers, mirrored behind the code, and a linear layer to the pixels.
pub(super) fn body(
    hidden: &[usize],
    activation: HiddenActivation,
    target: ImageShape,
) -> Result<Body> {
    if hidden.contains(&0) {
        return Err(Error::config(format!(
            "`network.hidden`: expected sizes of at least 1, found {hidden:?}"
        )));
    }
    let activation = match activation {
        HiddenActivation::Relu => Relu,
        HiddenActivation::Tanh => Tanh,
    };
    let layer = |&outputs: &usize| Layer::Dense { outputs, activation };
    let encoder = hidden.iter().map(layer).collect();
    let mut decoder: Vec<Layer> = hidden.iter().rev().map(layer).collect();
    decoder.push(Layer::Dense { outputs: target.len(), activation: Identity });
    let ImageShape { channels, height, width } = target;
    decoder.push(Layer::Reshape([channels, height, width]));
    // A flat start: the code itself is the decoder's first input.
    Ok(Body { encoder, decoder_input: [1, 1, 1], decoder })
}
