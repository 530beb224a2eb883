//! The way in which a gathering sum is computed.

use super::axis::Axis;
use super::correlate::Correlate;
use super::correlation::Correlation;
use super::weight_gradient::WeightGradient;
use super::winograd::{self, Winograd};
use crate::lanes::Lanes;
use crate::layer::{Activation, Shape};
use crate::plane::Plane;
use crate::simd::{Level, Registers};

/// A gathering sum in two dimensions, and how it is computed. Its weights are kept in the order
/// and form that the kernels read.
#[derive(Clone, Debug)]
pub(crate) enum Algorithm {
    /// Tap by tap.
    Direct(Correlation),
    Winograd(Winograd),
}

impl Algorithm {
    /// The algorithm for `source`, which has no margins yet, and the plane of the source with those
    /// that it needs.
    pub(super) fn new(
        axes: [&Axis; 2],
        kernel: usize,
        source: Shape,
        targets: usize,
        strides: [usize; 2],
        registers: Registers,
    ) -> (Self, Plane) {
        let [channels, height, width] = source;
        let [y, x] = axes;
        if Winograd::suits(axes, [channels, targets]) {
            let margins = [Winograd::margin(y, height), Winograd::margin(x, width)];
            let plane = Plane::padded(source, margins);
            let winograd = Winograd::new(axes, &plane, targets, strides, registers);
            (Self::Winograd(winograd), plane)
        } else {
            let plane = Plane::padded(source, [y.margin(height), x.margin(width)]);
            let correlation = Correlation::new(axes, kernel, &plane, targets, strides, registers);
            (Self::Direct(correlation), plane)
        }
    }

    /// How many packed weights there are.
    pub(crate) fn packed_len(&self) -> usize {
        match self {
            Self::Direct(correlation) => correlation.packed_len(),
            Self::Winograd(winograd) => winograd.packed_len(),
        }
    }

    /// How many values the kernels need besides sources and targets.
    pub(super) fn scratch_len(&self) -> usize {
        match self {
            Self::Direct(_) => 0,
            Self::Winograd(winograd) => winograd.scratch_len(),
        }
    }

    /// Puts the layer's weights into packed order.
    pub(crate) fn pack(&self, weights: &[f32], packed: &mut [f32]) {
        match self {
            Self::Direct(correlation) => correlation.pack(weights, packed),
            Self::Winograd(winograd) => winograd.pack(weights, packed),
        }
    }

    /// Overwrites the gradient with respect to the layer's weights by that with respect to the
    /// packed ones.
    pub(crate) fn unpack_gradient(&self, packed: &[f32], gradient: &mut [f32]) {
        match self {
            Self::Direct(correlation) => correlation.unpack_gradient(packed, gradient),
            Self::Winograd(winograd) => winograd.unpack_gradient(packed, gradient),
        }
    }

    /// Writes the interior of `target`: the sum, the bias of each channel unless `bias` is empty,
    /// and the activation.
    pub(super) fn run(
        &self,
        level: Level,
        weights: &[f32],
        (bias, activation): (&[f32], Activation),
        source: &[Lanes],
        (target_plane, target): (&Plane, &mut [Lanes]),
        scratch: &mut [Lanes],
    ) {
        match self {
            Self::Direct(correlation) => level.run(Correlate {
                correlation,
                weights,
                bias,
                activation,
                source,
                target,
                target_plane,
            }),
            Self::Winograd(winograd) => level.run(winograd::Correlate {
                winograd,
                weights,
                bias,
                activation,
                source,
                scratch,
                target,
                target_plane,
            }),
        }
    }

    /// Adds to the gradient with respect to the packed weights.
    pub(super) fn add_weight_gradient(
        &self,
        level: Level,
        source: &[Lanes],
        (grad_plane, grad): (&Plane, &[Lanes]),
        gradient: &mut [f32],
        scratch: &mut [Lanes],
    ) {
        match self {
            Self::Direct(correlation) => {
                level.run(WeightGradient { correlation, source, grad, grad_plane, gradient });
            }
            Self::Winograd(winograd) => {
                level.run(winograd::WeightGradient {
                    winograd,
                    source,
                    scratch,
                    grad,
                    grad_plane,
                    gradient,
                });
            }
        }
    }
}
