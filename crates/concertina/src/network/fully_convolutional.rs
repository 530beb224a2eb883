//! Resolution-preserving networks for super-resolution and denoising, after FSRCNN (Dong, Loy and
//! Tang 2016), which computes on the small image and upsamples at the end.

use concertina_kernels::Activation::{Identity, Relu};
use concertina_kernels::Layer;
use serde::{Deserialize, Serialize};

use super::conv::doublings;
use super::family::{self, Body, CodeLayer, Family, conv3x3, photographs};
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::shape::ImageShape;

/// A resolution-preserving network: 3x3 convolutions with same padding and ReLU. If the target is
/// larger than the input, transposed convolutions double the size at the end. For super-resolution
/// and denoising; a feature map as the code is larger than the image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FullyConvolutional {
    /// Channels of the encoder's layers, in order.
    pub channels: Vec<usize>,
}

impl Family for FullyConvolutional {
    fn layers(
        &self,
        input: ImageShape,
        target: ImageShape,
        code: CodeLayer,
    ) -> Result<family::Layers> {
        body(&self.channels, input, target)?.around(code, input)
    }

    fn usual_shape(&self, side: Option<usize>) -> ImageShape {
        photographs(side)
    }
}

/// The encoder's 3x3 convolutions do not change the size. The decoder doubles it by transposed
/// convolutions until `target` is reached, with the number of channels of the encoder's last layer,
/// and ends in a convolution that gives the logits.
fn body(channels: &[usize], input: ImageShape, target: ImageShape) -> Result<Body> {
    let Some(&last) = channels.last().filter(|_| !channels.contains(&0)) else {
        return Err(Error::config(format!(
            "`network.channels`: expected one or more numbers of at least 1, found {channels:?}"
        )));
    };
    let encoder = channels.iter().map(|&n| conv3x3(n, Relu)).collect();
    let doublings = doublings(input, target) as u32;
    if input.height << doublings != target.height {
        return Err(Error::config(format!(
            "`network.kind` \"fully-convolutional\": expected images to be enlarged by 2 or 4, \
             found {input} to {target}"
        ))
        .with_hint(Hint::text("list the layers (`network.kind = \"layers\"`)")));
    }
    let upsampling = (1..=doublings).map(|time| Layer::ConvTranspose2d {
        out_channels: last,
        kernel: 4,
        stride: 2,
        output_size: [target.height, target.width].map(|side| side >> (doublings - time)),
        activation: Relu,
    });
    let decoder = upsampling.chain([conv3x3(target.channels, Identity)]).collect();
    Ok(Body { encoder, decoder_input: [last, input.height, input.width], decoder })
}
