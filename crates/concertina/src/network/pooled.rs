//! The Keras blog's convolutional networks (Chollet, "Building Autoencoders in Keras", 2016), of
//! any width and depth.

use concertina_kernels::Activation::{Identity, Relu};
use concertina_kernels::Layer;
use serde::{Deserialize, Serialize};

use super::family::{self, Body, CodeLayer, Family, LESSON_SHAPE, conv3x3};
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::shape::ImageShape;

/// The network of the Keras blog: 3x3 convolutions, each with ReLU and 2x2 max pooling, mirrored by
/// convolutions with nearest-neighbour upsampling. Both sides of the images must be multiples of 2
/// to the power of the number of layers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Pooled {
    /// Channels of the encoder's layers, in order.
    pub channels: Vec<usize>,
}

impl Family for Pooled {
    fn layers(
        &self,
        input: ImageShape,
        target: ImageShape,
        code: CodeLayer,
    ) -> Result<family::Layers> {
        body(&self.channels, input, target)?.around(code, input)
    }

    fn usual_shape(&self, _: Option<usize>) -> ImageShape {
        LESSON_SHAPE
    }
}

/// Each layer of the encoder halves the sides; each layer of the decoder doubles them.
fn body(channels: &[usize], input: ImageShape, target: ImageShape) -> Result<Body> {
    let depth = channels.len();
    if channels.is_empty() || channels.contains(&0) || depth > MAX_LAYERS {
        return Err(Error::config(format!(
            "`network.channels`: expected one to {MAX_LAYERS} numbers of at least 1, found \
             {channels:?}"
        )));
    }
    let factor = 1 << depth;
    for shape in [input, target] {
        if !shape.height.is_multiple_of(factor) || !shape.width.is_multiple_of(factor) {
            return Err(Error::config(format!(
                "`network.channels`: expected images whose sides are multiples of {factor}, for \
                 {depth} poolings, \
                 found {shape}"
            ))
            .with_hint(
                Hint::text("take fewer layers, or ")
                    .set("network.kind", "conv")
                    .then(", which fits itself to any size"),
            ));
        }
    }
    let encoder = channels.iter().flat_map(|&n| [conv3x3(n, Relu), Layer::MaxPool2d]).collect();
    let mirrored = channels.iter().rev().flat_map(|&n| [conv3x3(n, Relu), Layer::Upsample2d]);
    let decoder = mirrored.chain([conv3x3(target.channels, Identity)]).collect();
    let [height, width] = [target.height / factor, target.width / factor];
    Ok(Body { encoder, decoder_input: [channels[depth - 1], height, width], decoder })
}

/// The maximum number of layers, for images of at most 2^16 pixels a side.
const MAX_LAYERS: usize = 16;
