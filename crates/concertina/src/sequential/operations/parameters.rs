//! The parameters of a network, layer by layer.

use std::slice;

use burn::tensor::{Shape, Tensor};
use concertina_kernels::{Parameter, Sequential};

/// The flat vector, and the parameters that have not been taken from it yet.
pub(super) struct Parameters<'a> {
    flat: Tensor<1>,
    rest: slice::Iter<'a, Parameter>,
}

impl<'a> Parameters<'a> {
    /// All of a network.
    pub(super) fn new(flat: Tensor<1>, network: &'a Sequential) -> Self {
        Self { flat, rest: network.parameters().iter() }
    }

    /// The next tensor, in the order of the layers: weights, then bias.
    pub(super) fn next<const D: usize>(&mut self) -> Tensor<D> {
        let parameter = self.rest.next().expect("a network lists all parameters of its layers");
        let shape = Shape::from(parameter.shape.clone());
        self.flat.clone().slice([parameter.range.clone()]).reshape(shape)
    }
}
