//! Convolutions that keep the size of what they see, for tasks that must not lose any of it: enlarging, after FSRCNN (Dong, Loy and
//! Tang 2016), which computes on the small image and enlarges at the end; and cleaning.

use concertina_kernels::Activation::{Identity, Relu};
use concertina_kernels::Layer;

use super::conv::doublings;
use super::{Body, conv3x3};
use crate::error::{Error, Result};
use crate::shape::ImageShape;

/// The encoder's 3x3 convolutions do not change the size. The decoder doubles it by transposed convolutions until `target` is
/// reached, with as many channels as the encoder ends in, and ends in a convolution that gives the logits.
pub(super) fn body(channels: &[usize], input: ImageShape, target: ImageShape) -> Result<Body> {
    let Some(&last) = channels.last().filter(|_| !channels.contains(&0)) else {
        return Err(Error::config(format!(
            "`network.channels`: expected one or more numbers of at least 1, found {channels:?}"
        )));
    };
    let encoder = channels.iter().map(|&n| conv3x3(n, Relu)).collect();
    let doublings = doublings(input, target) as u32;
    let enlarging = (1..=doublings).map(|time| Layer::ConvTranspose2d {
        out_channels: last,
        kernel: 4,
        stride: 2,
        output_size: [target.height, target.width].map(|side| side >> (doublings - time)),
        activation: Relu,
    });
    let decoder = enlarging.chain([conv3x3(target.channels, Identity)]).collect();
    Ok(Body { encoder, decoder_input: [last, input.height, input.width], decoder })
}
