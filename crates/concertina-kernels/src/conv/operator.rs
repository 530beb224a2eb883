//! A convolutional layer: its geometry worked out once, then forward and backward.

use super::axis::Geometry;
use super::correlate::Correlate;
use super::correlation::Correlation;
use super::weight_gradient::WeightGradient;
use crate::lanes::Lanes;
use crate::layer::{Activation, Shape};
use crate::plane::{Margin, Plane};
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
    forward: Correlation,
    adjoint: Correlation,
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
        let margins = |of: &dyn Fn(usize) -> Margin| [of(0), of(1)];
        let input_plane =
            Plane::padded(input, margins(&|axis| axes[axis].0.margin(input[1 + axis])));
        let grad_plane =
            Plane::padded(output, margins(&|axis| axes[axis].1.margin(output[1 + axis])));
        let [(y, y_adjoint), (x, x_adjoint)] = &axes;
        let swapped = [strides[1], strides[0]];
        Convolution {
            forward: Correlation::new([y, x], kernel, &input_plane, output[0], strides, registers),
            adjoint: Correlation::new(
                [y_adjoint, x_adjoint],
                kernel,
                &grad_plane,
                input[0],
                swapped,
                registers,
            ),
            input: input_plane,
            grad: grad_plane,
        }
    }

    pub(crate) fn input_plane(&self) -> &Plane {
        &self.input
    }

    pub(crate) fn grad_plane(&self) -> &Plane {
        &self.grad
    }

    /// The gathering sum from input to output.
    pub(crate) fn forward_weights(&self) -> &Correlation {
        &self.forward
    }

    /// The gathering sum from the output's gradient to the input's.
    pub(crate) fn adjoint_weights(&self) -> &Correlation {
        &self.adjoint
    }

    /// Writes the interior of `target`. `weights` are packed by `forward_weights`.
    pub(crate) fn run_forward(
        &self,
        level: Level,
        weights: &[f32],
        bias: &[f32],
        activation: Activation,
        source: &[Lanes],
        (target_plane, target): (&Plane, &mut [Lanes]),
    ) {
        let correlation = &self.forward;
        level.run(Correlate {
            correlation,
            weights,
            bias,
            activation,
            source,
            target,
            target_plane,
        });
    }

    /// Writes the gradient with respect to the input. `weights` are packed by `adjoint_weights`.
    pub(crate) fn run_backward(
        &self,
        level: Level,
        weights: &[f32],
        grad: &[Lanes],
        (target_plane, target): (&Plane, &mut [Lanes]),
    ) {
        let correlation = &self.adjoint;
        let activation = Activation::Identity;
        let job = Correlate {
            correlation,
            weights,
            bias: &[],
            activation,
            source: grad,
            target,
            target_plane,
        };
        level.run(job);
    }

    /// Adds to the gradient with respect to the weights, packed as by `forward_weights`.
    pub(crate) fn add_weight_gradient(
        &self,
        level: Level,
        source: &[Lanes],
        grad: &[Lanes],
        gradient: &mut [f32],
    ) {
        let correlation = &self.forward;
        level.run(WeightGradient { correlation, source, grad, grad_plane: &self.grad, gradient });
    }
}
