//! Bicubic enlargement, added to what a network made of the small image.

use crate::lanes::Lanes;
use crate::layer::Shape;
use crate::plane::Plane;
use crate::simd::{Kernel, Simd};

/// Pixels of the small image that a pixel of the large one is made of, along an axis.
const TAPS: usize = 4;

/// What each pixel along an axis of `n` pixels is made of when it is enlarged by bicubic
/// interpolation: four places of the `n` and their weights, as
/// [`Join::AddEnlarged`](crate::Join::AddEnlarged) has them.
pub fn bicubic_taps(n: usize, factor: usize) -> Vec<[(usize, f32); TAPS]> {
    let pixel = |large: usize| {
        // Both images cover the same area, so that pixel centres lie between each other.
        let centre = (large as f64 + 0.5) / factor as f64 - 0.5;
        let first = centre.floor() as i64 - 1;
        std::array::from_fn(|tap| {
            let place = first + tap as i64;
            let weight = if factor == 1 {
                // The centres lie on each other.
                f64::from(place == large as i64)
            } else {
                cubic(centre - place as f64)
            };
            (mirrored(place, n), weight as f32)
        })
    };
    (0..n * factor).map(pixel).collect()
}

/// The cubic convolution kernel with a = -0.5 (Keys 1981, equation 15).
fn cubic(x: f64) -> f64 {
    let x = x.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

/// A place of 0..n, for one that may lie beside it: -1 is 0, and n is n - 1.
fn mirrored(place: i64, n: usize) -> usize {
    let n = n as i64;
    let around = place.rem_euclid(2 * n);
    (if around < n { around } else { 2 * n - 1 - around }) as usize
}

/// The sum; writes the interior of the target, which has the shape of the source.
pub(crate) struct AddEnlarged<'a> {
    pub(crate) factor: usize,
    /// The small image. Channels beyond those of the source are passed over.
    pub(crate) kept: (&'a [Lanes], &'a Plane),
    pub(crate) source: (&'a [Lanes], &'a Plane),
    pub(crate) target: (&'a mut [Lanes], &'a Plane),
}

impl Kernel for AddEnlarged<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let ((kept, small), (source, from), (target, to)) = (self.kept, self.source, self.target);
        let [rows, columns] = [small.height, small.width].map(|n| bicubic_taps(n, self.factor));
        for ((row, to), (_, from)) in to.interior_rows().zip(from.interior_rows()) {
            let (channel, y) = (row / rows.len(), row % rows.len());
            let kept = &kept[channel * small.channel_len()..];
            for (x, column) in columns.iter().enumerate() {
                let mut sum = simd.load(&source[from + x]);
                for &(y, high) in &rows[y] {
                    for &(x, wide) in column {
                        let weight = simd.splat(high * wide);
                        sum = simd.mul_add(weight, simd.load(&kept[small.at(y, x)]), sum);
                    }
                }
                simd.store(&mut target[to + x], sum);
            }
        }
    }
}

/// The gradient with respect to the small image; overwrites the target, which has no borders.
pub(crate) struct EnlargedGradient<'a> {
    pub(crate) factor: usize,
    pub(crate) grad: &'a [Lanes],
    pub(crate) grad_plane: &'a Plane,
    pub(crate) target: (&'a mut [Lanes], Shape),
}

impl Kernel for EnlargedGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (target, [_, height, width]) = self.target;
        target.fill(Lanes::ZERO);
        let [rows, columns] = [height, width].map(|n| bicubic_taps(n, self.factor));
        for (row, start) in self.grad_plane.interior_rows() {
            let (channel, y) = (row / rows.len(), row % rows.len());
            for (grad, column) in self.grad[start..].iter().zip(&columns) {
                let grad = simd.load(grad);
                for &(y, high) in &rows[y] {
                    for &(x, wide) in column {
                        let place = &mut target[(channel * height + y) * width + x];
                        let weight = simd.splat(high * wide);
                        simd.store(place, simd.mul_add(weight, grad, simd.load(place)));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_those_of_the_cubic_kernel() {
        // Halfway between two pixels of four, 9/16 of each neighbour and -1/16 of the next.
        assert_eq!([0.5, 1.5].map(cubic), [0.5625, -0.0625]);
        assert_eq!([0.0, 1.0, 2.0, 3.0].map(cubic), [1.0, 0.0, 0.0, 0.0]);
        for factor in [1, 2, 3, 4] {
            for n in [1, 2, 5] {
                for pixel in bicubic_taps(n, factor) {
                    let sum: f32 = pixel.iter().map(|(_, weight)| weight).sum();
                    assert!((sum - 1.0).abs() < 1e-6, "{factor} {n}: {pixel:?}");
                    assert!(pixel.iter().all(|&(place, _)| place < n));
                }
            }
        }
        // A quarter of a pixel before the second of four.
        let places = bicubic_taps(4, 2)[2].map(|(place, _)| place);
        assert_eq!(places, [0, 0, 1, 2].map(|place: usize| place));
        assert_eq!([-2, -1, 0, 3, 4, 5].map(|place| mirrored(place, 4)), [1, 0, 0, 3, 3, 2]);
        assert_eq!([-5, -1, 0, 7].map(|place| mirrored(place, 1)), [0; 4]);
    }
}
