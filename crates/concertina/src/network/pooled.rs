//! The Keras blog's convolutional stacks (Chollet, "Building Autoencoders in Keras", 2016), of any width and depth.

use concertina_kernels::Activation::{Identity, Relu};
use concertina_kernels::Layer;

use super::{Body, conv3x3};
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::shape::ImageShape;

/// Each layer of the encoder halves the sides; the decoder doubles them again.
pub(super) fn body(channels: &[usize], input: ImageShape, target: ImageShape) -> Result<Body> {
    let depth = channels.len();
    if channels.is_empty() || channels.contains(&0) || depth > MOST_LAYERS {
        return Err(Error::config(format!(
            "`network.channels`: expected one to {MOST_LAYERS} numbers of at least 1, found {channels:?}"
        )));
    }
    let factor = 1 << depth;
    for shape in [input, target] {
        if !shape.height.is_multiple_of(factor) || !shape.width.is_multiple_of(factor) {
            return Err(Error::config(format!(
                "`network.channels`: expected images whose sides are multiples of {factor}, for {depth} poolings, \
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

/// Images of 2^16 pixels a side are the largest that anyone has.
const MOST_LAYERS: usize = 16;
