//! Dense networks: the image as one flat vector.

use concertina_kernels::Activation::{Identity, Relu, Tanh};
use concertina_kernels::Layer;
use serde::{Deserialize, Serialize};

use super::family::{self, Body, CodeLayer, Family, LESSON_SHAPE};
use crate::error::{Error, Result};
use crate::shape::ImageShape;

/// Dense layers; the decoder mirrors the encoder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Dense {
    /// Sizes of the encoder's hidden layers, in order.
    pub hidden: Vec<usize>,
    /// Their activation.
    #[serde(default)]
    pub activation: HiddenActivation,
}

impl Family for Dense {
    fn layers(
        &self,
        input: ImageShape,
        target: ImageShape,
        code: CodeLayer,
    ) -> Result<family::Layers> {
        body(&self.hidden, self.activation, target)?.around(code, input)
    }

    fn usual_shape(&self, _: Option<usize>) -> ImageShape {
        LESSON_SHAPE
    }
}

/// The activation of hidden layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HiddenActivation {
    /// max(x, 0).
    #[default]
    Relu,
    /// The hyperbolic tangent, common until about 2015.
    Tanh,
}

/// Hidden layers, mirrored after the code, and a linear layer to the pixels.
fn body(hidden: &[usize], activation: HiddenActivation, target: ImageShape) -> Result<Body> {
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
    // The decoder's input is a vector: the code itself.
    Ok(Body { encoder, decoder_input: [1, 1, 1], decoder })
}
