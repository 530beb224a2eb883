//! A convolutional layer: its geometry worked out once, then forward and backward.

use super::algorithm::Algorithm;
use super::axis::Geometry;
use crate::lanes::Lanes;
use crate::layer::{Activation, Shape};
use crate::plane::Plane;
use crate::simd::{Level, Registers};

/// Which way round a convolution is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Weight `[out, in, k, k]`, from an image upsampled by `scale`.
    Convolution { scale: usize },
    /// Weight `[in, out, k, k]`; the adjoint of a convolution.
    Transposed,
}

/// A convolution or a transposed one, without its activation's gradient.
#[derive(Clone, Debug)]
pub(crate) struct Convolution {
    forward: Algorithm,
    adjoint: Algorithm,
    /// The layout that the input must have.
    input: Plane,
    /// The layout that the gradient with respect to the output must have.
    grad: Plane,
}

impl Convolution {
    /// `before` are the zeros above and left of the image that the convolution reads; for a
    /// transposed one, the image that it writes.
    pub(crate) fn new(
        kind: Kind,
        [kernel, stride]: [usize; 2],
        before: [usize; 2],
        input: Shape,
        output: Shape,
        registers: Registers,
    ) -> Convolution {
        let area = kernel * kernel;
        // Distances in the weight between outputs and between inputs.
        let (scale, strides) = match kind {
            Kind::Convolution { scale } => (scale, [input[0] * area, area]),
            Kind::Transposed => (1, [area, output[0] * area]),
        };
        let axes = [0, 1].map(|axis| {
            let geometry = Geometry { kernel, stride, scale, before: before[axis] };
            let (n_input, n_output) = (input[1 + axis], output[1 + axis]);
            match kind {
                Kind::Convolution { .. } => (geometry.forward(n_output), geometry.adjoint(n_input)),
                Kind::Transposed => (geometry.adjoint(n_output), geometry.forward(n_input)),
            }
        });
        let [(y, y_adjoint), (x, x_adjoint)] = &axes;
        let swapped = [strides[1], strides[0]];
        let (forward, input_plane) =
            Algorithm::new([y, x], kernel, input, output[0], strides, registers);
        let adjoint = [y_adjoint, x_adjoint];
        let (adjoint, grad_plane) =
            Algorithm::new(adjoint, kernel, output, input[0], swapped, registers);
        Convolution { forward, adjoint, input: input_plane, grad: grad_plane }
    }

    /// How many values the kernels need besides sources and targets.
    pub(crate) fn scratch_len(&self) -> usize {
        self.forward.scratch_len().max(self.adjoint.scratch_len())
    }

    pub(crate) fn input_plane(&self) -> &Plane {
        &self.input
    }

    pub(crate) fn grad_plane(&self) -> &Plane {
        &self.grad
    }

    /// The gathering sum from input to output.
    pub(crate) fn forward_weights(&self) -> &Algorithm {
        &self.forward
    }

    /// The gathering sum from the output's gradient to the input's.
    pub(crate) fn adjoint_weights(&self) -> &Algorithm {
        &self.adjoint
    }

    /// Writes the interior of `target`. `weights` are packed by `forward_weights`; `scratch` may
    /// hold anything.
    pub(crate) fn run_forward(
        &self,
        level: Level,
        weights: &[f32],
        epilogue: (&[f32], Activation),
        source: &[Lanes],
        target: (&Plane, &mut [Lanes]),
        scratch: &mut [Lanes],
    ) {
        self.forward.run(level, weights, epilogue, source, target, scratch);
    }

    /// Writes the gradient with respect to the input. `weights` are packed by `adjoint_weights`.
    pub(crate) fn run_backward(
        &self,
        level: Level,
        weights: &[f32],
        grad: &[Lanes],
        target: (&Plane, &mut [Lanes]),
        scratch: &mut [Lanes],
    ) {
        let epilogue = (&[][..], Activation::Identity);
        self.adjoint.run(level, weights, epilogue, grad, target, scratch);
    }

    /// Adds to the gradient with respect to the weights, packed as by `forward_weights`.
    pub(crate) fn add_weight_gradient(
        &self,
        level: Level,
        source: &[Lanes],
        grad: &[Lanes],
        gradient: &mut [f32],
        scratch: &mut [Lanes],
    ) {
        self.forward.add_weight_gradient(level, source, (&self.grad, grad), gradient, scratch);
    }
}
