//! Sixteen images side by side, and back.

use crate::lanes::{LANES, Lanes};
use crate::plane::Plane;
use crate::simd::{Kernel, Simd};

/// What a lane holds that has no image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Empty {
    /// The last image once more, so that nothing can overflow there that does not overflow
    /// elsewhere.
    Last,
    Zeros,
}

/// Writes at most sixteen images, which lie one after the other, into the interior of `target`.
pub(crate) struct Interleave<'a> {
    pub(crate) images: &'a [f32],
    pub(crate) empty: Empty,
    pub(crate) plane: &'a Plane,
    pub(crate) target: &'a mut [Lanes],
}

impl Kernel for Interleave<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let size = self.plane.interior_len();
        let count = self.images.len() / size;
        debug_assert!((1..=LANES).contains(&count));
        let zeros = vec![0.0; self.plane.run_len()];
        for run in self.plane.runs() {
            let target = &mut self.target[run.place..run.place + run.len];
            let mut images = [&zeros[..run.len]; LANES];
            for (lane, image) in images.iter_mut().enumerate() {
                if lane < count || self.empty == Empty::Last {
                    let first = lane.min(count - 1) * size + run.first;
                    *image = &self.images[first..first + run.len];
                }
            }
            for x in squares(run.len) {
                let mut rows = [&Lanes::ZERO.0; LANES];
                for (row, image) in rows.iter_mut().zip(images) {
                    *row = image[x..].first_chunk().expect("squares end with their run");
                }
                for (to, column) in target[x..].iter_mut().zip(simd.transpose(rows)) {
                    simd.store(to, column);
                }
            }
            if run.len < LANES {
                for (x, to) in target.iter_mut().enumerate() {
                    for (to, image) in to.0.iter_mut().zip(images) {
                        *to = image[x];
                    }
                }
            }
        }
    }
}

/// Copies the interior of `source` back to images that lie one after the other.
pub(crate) struct Deinterleave<'a> {
    pub(crate) plane: &'a Plane,
    pub(crate) source: &'a [Lanes],
    pub(crate) images: &'a mut [f32],
}

impl Kernel for Deinterleave<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let size = self.plane.interior_len();
        let count = self.images.len() / size;
        for run in self.plane.runs() {
            let source = &self.source[run.place..run.place + run.len];
            for x in squares(run.len) {
                let mut rows = [&Lanes::ZERO.0; LANES];
                for (row, from) in rows.iter_mut().zip(&source[x..]) {
                    *row = &from.0;
                }
                for (lane, column) in simd.transpose(rows).into_iter().enumerate().take(count) {
                    let to = self.images[lane * size + run.first + x..].first_chunk_mut();
                    simd.store_to(to.expect("squares end with their run"), column);
                }
            }
            if run.len < LANES {
                for (lane, image) in self.images.chunks_exact_mut(size).enumerate() {
                    for (to, from) in image[run.first..].iter_mut().zip(source) {
                        *to = from.0[lane];
                    }
                }
            }
        }
    }
}

/// Where squares of sixteen start that cover a run of at least that many values; the last two may
/// overlap.
fn squares(len: usize) -> impl Iterator<Item = usize> {
    let n = if len < LANES { 0 } else { len.div_ceil(LANES) };
    (0..n).map(move |square| (square * LANES).min(len - LANES))
}
