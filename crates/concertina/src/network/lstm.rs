//! Long short-term memories that read an image row by row, and write it so: the Keras blog's sequence-to-sequence
//! autoencoder (Chollet, "Building Autoencoders in Keras", 2016), with rows of pixels as its sequence.

use concertina_kernels::Activation::Identity;
use concertina_kernels::Layer;

use super::Body;
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::shape::ImageShape;

/// The encoder's last state stands for the image. The decoder sees the code at every step, and a dense layer makes a row of
/// each of its states.
pub(super) fn body(hidden: usize, input: ImageShape, target: ImageShape) -> Result<Body> {
    if hidden == 0 {
        return Err(Error::config("`network.hidden`: expected at least 1, found 0"));
    }
    for shape in [input, target] {
        if shape.channels != 1 {
            return Err(Error::config(format!(
                "`network.kind` \"lstm\": expected grey images, found {shape}"
            ))
            .with_hint(
                Hint::default()
                    .set("network.kind", "conv")
                    .then(" takes images of any number of channels"),
            ));
        }
    }
    let ImageShape { height, width, .. } = target;
    let decoder = vec![
        Layer::RepeatVector { steps: height },
        Layer::Lstm { hidden, return_sequences: true },
        Layer::TimeDistributedDense { outputs: width, activation: Identity },
    ];
    let encoder = vec![Layer::Lstm { hidden, return_sequences: false }];
    // A flat start: the code itself is what is repeated.
    Ok(Body { encoder, decoder_input: [hidden, 1, 1], decoder })
}
