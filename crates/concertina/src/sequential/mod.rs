//! Running networks: the interface between lists of layers and the code that computes them.
//!
//! A [`Sequential`] is a checked list of layers. [`forward`] runs it on a batch of tensors: on the
//! CPU as one node of Burn's autodiff graph, computed by `concertina-kernels`, and on other devices
//! with Burn's own operations.

mod forward;
mod initialise;
mod operations;

pub(crate) use concertina_kernels::Sequential;
use concertina_kernels::{Layer, SequentialError};

pub(crate) use self::forward::forward;
pub(crate) use self::initialise::initialise;
use crate::shape::ImageShape;

/// Checks `layers` on inputs of shape `input`.
pub(crate) fn checked(
    input: ImageShape,
    layers: &[Layer],
) -> std::result::Result<Sequential, SequentialError> {
    Sequential::new([input.channels, input.height, input.width], layers)
}
