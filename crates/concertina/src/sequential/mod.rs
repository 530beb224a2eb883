//! Running lists of layers: the one seam between networks and what computes them.
//!
//! A [`Sequential`] is a checked list of layers. [`forward`] runs one on a batch of tensors; on the CPU it is one node of
//! Burn's autodiff graph with `concertina-kernels` behind it, elsewhere it is made of Burn's own operations.

mod forward;
mod initialise;
mod operations;

pub(crate) use concertina_kernels::Sequential;
use concertina_kernels::{Layer, SequentialError};

pub(crate) use self::forward::forward;
pub(crate) use self::initialise::initialise;
use crate::shape::ImageShape;

/// `layers` on inputs of shape `input`, checked.
pub(crate) fn checked(
    input: ImageShape,
    layers: &[Layer],
) -> std::result::Result<Sequential, SequentialError> {
    Sequential::new([input.channels, input.height, input.width], layers)
}
