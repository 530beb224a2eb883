//! Nearest-neighbour upsampling x2 that is not part of a convolution.

use crate::lanes::Lanes;
use crate::plane::Plane;
use crate::simd::{Kernel, Simd};

/// Writes the interior of `target`.
pub(crate) fn upsample(source: &[Lanes], from: &Plane, target: &mut [Lanes], to: &Plane) {
    for (row, start) in to.interior_rows() {
        let (channel, y) = (row / to.height, row % to.height);
        let first = channel * from.channel_len() + from.at(y / 2, 0);
        let source = &source[first..first + from.width];
        for (pair, value) in target[start..start + to.width].chunks_exact_mut(2).zip(source) {
            pair.fill(*value);
        }
    }
}

/// Sums the gradient of the four copies of each value; writes the interior of `target`.
pub(crate) struct UpsampleGradient<'a> {
    pub(crate) grad: &'a [Lanes],
    pub(crate) grad_plane: &'a Plane,
    pub(crate) target: &'a mut [Lanes],
    pub(crate) target_plane: &'a Plane,
}

impl Kernel for UpsampleGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (from, to) = (self.grad_plane, self.target_plane);
        for (row, start) in to.interior_rows() {
            let (channel, y) = (row / to.height, row % to.height);
            let upper = channel * from.channel_len() + from.at(2 * y, 0);
            let lower = upper + from.columns;
            let pairs = self.grad[upper..upper + from.width].chunks_exact(2);
            let pairs = pairs.zip(self.grad[lower..lower + from.width].chunks_exact(2));
            for (target, (upper, lower)) in
                self.target[start..start + to.width].iter_mut().zip(pairs)
            {
                let above = simd.add(simd.load(&upper[0]), simd.load(&upper[1]));
                let below = simd.add(simd.load(&lower[0]), simd.load(&lower[1]));
                simd.store(target, simd.add(above, below));
            }
        }
    }
}
