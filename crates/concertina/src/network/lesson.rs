//! The convolutional network of the Autoencoders lesson (AI-For-Beginners, TensorFlow notebook).

use concertina_kernels::Activation::{Identity, Relu};
use concertina_kernels::{Layer, Padding};
use serde::{Deserialize, Serialize};

use super::family::{self, Body, CodeLayer, Family, LESSON_SHAPE, conv3x3};
use crate::error::{Error, Result};
use crate::hint::{Hint, HintPart};
use crate::shape::ImageShape;

/// The network of the lesson: 3x3 convolutions of 16, 8 and 8 channels with 2x2 max pooling to a
/// feature map of 4x4x8, and back to 28x28x1 by nearest-neighbour upsampling. For 28x28 or 14x14
/// grey inputs and 28x28 grey targets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lesson {}

impl Family for Lesson {
    fn layers(
        &self,
        input: ImageShape,
        target: ImageShape,
        code: CodeLayer,
    ) -> Result<family::Layers> {
        body(input, target)?.around(code, input)
    }

    fn usual_shape(&self, _: Option<usize>) -> ImageShape {
        LESSON_SHAPE
    }
}

/// Encoder 28x28x1 -> 14x14x16 -> 7x7x8 -> 4x4x8, or 14x14x1 -> 7x7x16 -> 4x4x8 for the small
/// inputs of super-resolution; decoder 4x4x8 -> 8x8x8 -> 16x16x8 -> 14x14x16 (a valid convolution)
/// -> 28x28x1.
fn body(input: ImageShape, target: ImageShape) -> Result<Body> {
    let grey = |side| ImageShape::new(1, side, side);
    let fault = if target != grey(28) {
        Some(format!("expected images of 1x28x28, found {target}"))
    } else if input != grey(28) && input != grey(14) {
        Some(format!("expected inputs of 1x28x28 or 1x14x14, found {input}"))
    } else {
        None
    };
    if let Some(fault) = fault {
        return Err(Error::config(format!("`network.kind` \"lesson\": {fault}")).with_hint(
            Hint::default()
                .set("network.kind", "conv")
                .then(" fits itself to any size; so does ")
                .with(HintPart::Recipe("image-ae".to_owned())),
        ));
    }
    let mut encoder = vec![conv3x3(16, Relu), Layer::MaxPool2d, conv3x3(8, Relu), Layer::MaxPool2d];
    if input.height == 28 {
        encoder.extend([conv3x3(8, Relu), Layer::MaxPool2d]);
    }
    let valid = Layer::Conv2d {
        out_channels: 16,
        kernel: 3,
        stride: 1,
        padding: Padding::Valid,
        activation: Relu,
    };
    let decoder = vec![
        conv3x3(8, Relu),
        Layer::Upsample2d,
        conv3x3(8, Relu),
        Layer::Upsample2d,
        valid,
        Layer::Upsample2d,
        conv3x3(1, Identity),
    ];
    Ok(Body { encoder, decoder_input: [8, 4, 4], decoder })
}
