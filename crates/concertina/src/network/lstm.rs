//! LSTM encoder and decoder over the rows of an image: the Keras blog's sequence-to-sequence
//! autoencoder (Chollet, "Building Autoencoders in Keras", 2016), with rows of pixels as its
//! sequence.

use concertina_kernels::Activation::Identity;
use concertina_kernels::Layer;
use serde::{Deserialize, Serialize};

use super::family::{self, Body, CodeLayer, Family, LESSON_SHAPE};
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::shape::ImageShape;

/// A sequence-to-sequence autoencoder over the rows of a grey image: the last hidden state of the
/// encoder's LSTM leads to the code, and the decoder's LSTM receives the code at every step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lstm {
    /// Size of the hidden state of both LSTMs; default 128.
    #[serde(default = "default_hidden")]
    pub hidden: usize,
}

fn default_hidden() -> usize {
    128
}

impl Default for Lstm {
    fn default() -> Self {
        Self { hidden: default_hidden() }
    }
}

impl Family for Lstm {
    fn layers(
        &self,
        input: ImageShape,
        target: ImageShape,
        code: CodeLayer,
    ) -> Result<family::Layers> {
        body(self.hidden, input, target)?.around(code, input)
    }

    fn usual_shape(&self, _: Option<usize>) -> ImageShape {
        LESSON_SHAPE
    }
}

/// The encoder's last state represents the image. The decoder receives the code at every step, and
/// a dense layer maps each of its states to a row of pixels.
fn body(hidden: usize, input: ImageShape, target: ImageShape) -> Result<Body> {
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
    // The decoder's input is a vector: the code itself is repeated.
    Ok(Body { encoder, decoder_input: [hidden, 1, 1], decoder })
}
