//! Sixteen images side by side: the unit that every convolution kernel computes with.

use crate::plane::Plane;

/// How many images travel together.
pub(crate) const LANES: usize = 16;

/// One value of each of sixteen images.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Lanes(pub(crate) [f32; LANES]);

impl Lanes {
    pub(crate) const ZERO: Lanes = Lanes([0.0; LANES]);
}

/// The images of one pack as they lie in the batch: `count` of them, each of `size` values.
#[derive(Clone, Copy)]
pub(crate) struct Images<'a> {
    values: &'a [f32],
    size: usize,
}

impl<'a> Images<'a> {
    /// At most sixteen images of `size` values.
    pub(crate) fn new(values: &'a [f32], size: usize) -> Self {
        debug_assert!(values.len() <= LANES * size && !values.is_empty());
        Images { values, size }
    }

    /// Writes the images into the interior of `target`. Lanes without an image get a copy of the last one, so that
    /// nothing can overflow there that does not overflow elsewhere.
    pub(crate) fn spread(self, plane: &Plane, target: &mut [Lanes]) {
        let last = self.values.len() / self.size - 1;
        self.interleave(plane, target, |lane| Some(lane.min(last)));
    }

    /// Writes the images into the interior of `target`. Lanes without an image get zeros.
    pub(crate) fn spread_or_zero(self, plane: &Plane, target: &mut [Lanes]) {
        let count = self.values.len() / self.size;
        self.interleave(plane, target, |lane| (lane < count).then_some(lane));
    }

    fn interleave(
        self,
        plane: &Plane,
        target: &mut [Lanes],
        image_of: impl Fn(usize) -> Option<usize>,
    ) {
        let none = vec![0.0; plane.width];
        for (row, start) in plane.interior_rows() {
            let images: [&[f32]; LANES] = std::array::from_fn(|lane| match image_of(lane) {
                Some(image) => &self.values[image * self.size + row * plane.width..][..plane.width],
                None => &none,
            });
            for (x, to) in target[start..start + plane.width].iter_mut().enumerate() {
                for (value, image) in to.0.iter_mut().zip(&images) {
                    *value = image[x];
                }
            }
        }
    }
}

/// Copies the interior of `source` back to images that lie one after the other in `target`.
pub(crate) fn gather(plane: &Plane, source: &[Lanes], target: &mut [f32]) {
    let size = plane.channels * plane.height * plane.width;
    for (row, start) in plane.interior_rows() {
        let from = &source[start..start + plane.width];
        for (lane, image) in target.chunks_exact_mut(size).enumerate() {
            let to = &mut image[row * plane.width..][..plane.width];
            for (value, lanes) in to.iter_mut().zip(from) {
                *value = lanes.0[lane];
            }
        }
    }
}
