//! Networks of residual blocks for restoring images: EDSR (Lim et al. 2017) with a global skip from
//! the image itself (VDSR: Kim et al. 2016), optionally at a fraction of the resolution (`FFDNet`:
//! Zhang et al. 2018).

use concertina_kernels::Activation::{Identity, Relu};
use concertina_kernels::{Join, Layer};
use serde::{Deserialize, Serialize};

use super::family::{self, Body, CodeLayer, Family, conv3x3, photographs};
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::shape::ImageShape;

/// Residual blocks that keep the resolution, around which the image is added: they learn what it
/// lacks. Where the target is larger than the input, it is added enlarged by bicubic interpolation.
/// For super-resolution and denoising.
///
/// The code, a feature map, has the image among its channels: the encoder hands it on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Residual {
    /// Channels of all layers; a multiple of the square of `unshuffle`. Default 32.
    pub channels: usize,
    /// Residual blocks of the encoder and of the decoder, each of two 3x3 convolutions with a ReLU
    /// in between. Default 4 and 4.
    pub blocks: [usize; 2],
    /// The factor of a pixel unshuffle before the blocks: they work on so many times shorter sides,
    /// which must be multiples of it, see farther and take a fraction of the time. Default 1.
    pub unshuffle: usize,
}

impl Default for Residual {
    fn default() -> Self {
        Self { channels: 32, blocks: [4, 4], unshuffle: 1 }
    }
}

impl Family for Residual {
    fn layers(
        &self,
        input: ImageShape,
        target: ImageShape,
        code: CodeLayer,
    ) -> Result<family::Layers> {
        self.body(input, target)?.around(code, input)
    }

    fn adds_to_the_image(&self) -> bool {
        true
    }

    fn usual_shape(&self, side: Option<usize>) -> ImageShape {
        photographs(side)
    }
}

impl Residual {
    fn body(&self, input: ImageShape, target: ImageShape) -> Result<Body> {
        let Self { channels, blocks, unshuffle } = *self;
        let area = unshuffle.saturating_mul(unshuffle);
        if channels == 0 || area == 0 || !channels.is_multiple_of(area) {
            return Err(Error::config(format!(
                "`network.channels`: expected a multiple of the square of `network.unshuffle`, at \
                 least 1, found {channels} and {unshuffle}"
            )));
        }
        if !input.height.is_multiple_of(unshuffle) || !input.width.is_multiple_of(unshuffle) {
            return Err(Error::config(format!(
                "`network.unshuffle`: expected images whose sides are multiples of {unshuffle}, \
                 found {input}"
            ))
            .with_hint(Hint::default().set("network.unshuffle", 1)));
        }
        let factor = target.height / input.height;
        if [input.height, input.width].map(|side| side * factor) != [target.height, target.width] {
            return Err(Error::config(format!(
                "`network.kind` \"residual\": expected images to be enlarged by a whole number, \
                 found {input} to {target}"
            )));
        }
        let trunk = |blocks: usize, outputs: usize, shuffle: usize| {
            let mut layers = Vec::new();
            layers.extend((unshuffle > 1).then_some(Layer::PixelUnshuffle(unshuffle)));
            layers.push(conv3x3(channels, Identity));
            for _ in 0..blocks {
                layers.extend([
                    Layer::Fork,
                    conv3x3(channels, Relu),
                    conv3x3(channels, Identity),
                    Layer::Join(Join::Add),
                ]);
            }
            layers.push(conv3x3(outputs.saturating_mul(shuffle * shuffle), Identity));
            layers.extend((shuffle > 1).then_some(Layer::PixelShuffle(shuffle)));
            layers
        };
        let within = |layers: Vec<Layer>, join| -> Vec<Layer> {
            [Layer::Fork].into_iter().chain(layers).chain([Layer::Join(join)]).collect()
        };
        let features = channels / area;
        Ok(Body {
            encoder: within(trunk(blocks[0], features, unshuffle), Join::Concatenate),
            decoder_input: [input.channels + features, input.height, input.width],
            decoder: within(
                trunk(blocks[1], target.channels, unshuffle.saturating_mul(factor)),
                Join::AddEnlarged { factor },
            ),
        })
    }
}
