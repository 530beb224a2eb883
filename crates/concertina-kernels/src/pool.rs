//! The maximum of 2x2 windows, and where it was.

use crate::lanes::Lanes;
use crate::layer::Activation;
use crate::plane::Plane;
use crate::simd::{Kernel, Simd};

/// Which of a window's four values was the first maximum, for sixteen images: the low bit of each
/// in the lower half, the high bit in the upper.
pub(crate) type Choice = u32;

/// Writes the interior of `target` and one choice per value of it.
pub(crate) struct MaxPool<'a> {
    pub(crate) source: &'a [Lanes],
    pub(crate) source_plane: &'a Plane,
    pub(crate) target: &'a mut [Lanes],
    pub(crate) target_plane: &'a Plane,
    pub(crate) choices: &'a mut [Choice],
}

impl Kernel for MaxPool<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (source_plane, width) = (self.source_plane, self.target_plane.width);
        for (row, to) in self.target_plane.interior_rows() {
            let (channel, y) =
                (row / self.target_plane.height, 2 * (row % self.target_plane.height));
            let upper = channel * source_plane.channel_len() + source_plane.at(y, 0);
            let upper_row = &self.source[upper..upper + source_plane.width];
            let lower_row = if y + 1 < source_plane.height {
                let lower = upper + source_plane.columns;
                &self.source[lower..lower + source_plane.width]
            } else {
                &[]
            };
            let target = &mut self.target[to..to + width];
            let choices = &mut self.choices[row * width..(row + 1) * width];
            for (x, (target, choice)) in target.iter_mut().zip(choices).enumerate() {
                let mut best = simd.load(&upper_row[2 * x]);
                let right = replace(simd, &mut best, upper_row.get(2 * x + 1));
                let below = replace(simd, &mut best, lower_row.get(2 * x));
                let both = replace(simd, &mut best, lower_row.get(2 * x + 1));
                simd.store(target, best);
                let (low, high) = (both | right & !below, both | below);
                *choice = Choice::from(low) | Choice::from(high) << 16;
            }
        }
    }
}

/// Takes a value that exceeds the best so far, and returns in which lanes it did.
#[inline(always)]
fn replace<S: Simd>(simd: S, best: &mut S::Vector, value: Option<&Lanes>) -> u16 {
    let Some(value) = value else { return 0 };
    let value = simd.load(value);
    let mask = simd.exceeds(value, *best);
    *best = simd.select(mask, value, *best);
    simd.bits_from_mask(mask)
}

/// Sends the gradient with respect to the pooled values (after `activation`, which came before the
/// pooling) to the maxima, through the activation, and writes the interior of `target`. Adds each
/// channel's sum to `sums`, if any.
pub(crate) struct MaxPoolGradient<'a> {
    pub(crate) grad: &'a [Lanes],
    pub(crate) grad_plane: &'a Plane,
    /// The pooled values.
    pub(crate) y: &'a [Lanes],
    pub(crate) y_plane: &'a Plane,
    pub(crate) activation: Activation,
    pub(crate) choices: &'a [Choice],
    pub(crate) target: &'a mut [Lanes],
    pub(crate) target_plane: &'a Plane,
    pub(crate) sums: &'a mut [f32],
}

impl Kernel for MaxPoolGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (plane, target_plane) = (self.grad_plane, self.target_plane);
        let zero = simd.splat(0.0);
        let rows = plane.interior_rows().zip(self.y_plane.interior_rows());
        let mut sum = zero;
        for ((row, from), (_, y_from)) in rows {
            let (channel, y) = (row / plane.height, row % plane.height);
            let upper = channel * target_plane.channel_len() + target_plane.at(2 * y, 0);
            let lower_len = if 2 * y + 1 < target_plane.height { target_plane.width } else { 0 };
            let below = &mut self.target[upper..];
            let (upper_row, rest) = below.split_at_mut(target_plane.columns.min(below.len()));
            let upper_row = &mut upper_row[..target_plane.width];
            let lower_row = &mut rest[..lower_len];
            let grads = &self.grad[from..from + plane.width];
            let values = &self.y[y_from..y_from + plane.width];
            let choices = &self.choices[row * plane.width..(row + 1) * plane.width];
            for (x, ((grad, value), &choice)) in grads.iter().zip(values).zip(choices).enumerate() {
                let grad =
                    simd.activation_gradient(self.activation, simd.load(value), simd.load(grad));
                sum = simd.add(sum, grad);
                let (low, high) = (choice as u16, (choice >> 16) as u16);
                send(simd, grad, upper_row.get_mut(2 * x), !low & !high);
                send(simd, grad, upper_row.get_mut(2 * x + 1), low & !high);
                send(simd, grad, lower_row.get_mut(2 * x), !low & high);
                send(simd, grad, lower_row.get_mut(2 * x + 1), low & high);
            }
            if y + 1 == plane.height {
                if let Some(total) = self.sums.get_mut(channel) {
                    *total += simd.sum(sum);
                }
                sum = zero;
            }
        }
    }
}

/// Writes the gradient in the lanes of `bits`, and zeros in the others.
#[inline(always)]
fn send<S: Simd>(simd: S, grad: S::Vector, to: Option<&mut Lanes>, bits: u16) {
    if let Some(to) = to {
        simd.store(to, simd.select(simd.mask_from_bits(bits), grad, simd.splat(0.0)));
    }
}
