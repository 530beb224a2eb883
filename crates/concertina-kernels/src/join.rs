//! An input and what became of it, put together.

use crate::lanes::Lanes;
use crate::plane::Plane;
use crate::simd::{Kernel, Simd};

/// Values and their layout.
type Laid<'a> = (&'a [Lanes], &'a Plane);

/// The sum of two; writes the interior of the target.
pub(crate) struct Add<'a> {
    pub(crate) kept: Laid<'a>,
    pub(crate) source: Laid<'a>,
    pub(crate) target: (&'a mut [Lanes], &'a Plane),
}

impl Kernel for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let ((kept, kept_plane), (source, source_plane)) = (self.kept, self.source);
        let (target, plane) = self.target;
        let places = kept_plane.interior_rows().zip(source_plane.interior_rows());
        for ((_, to), ((_, one), (_, other))) in plane.interior_rows().zip(places) {
            let pairs = kept[one..one + plane.width].iter().zip(&source[other..][..plane.width]);
            for (target, (one, other)) in target[to..to + plane.width].iter_mut().zip(pairs) {
                simd.store(target, simd.add(simd.load(one), simd.load(other)));
            }
        }
    }
}

/// Adds to what is there.
pub(crate) struct AddTo<'a> {
    pub(crate) source: &'a [Lanes],
    pub(crate) target: &'a mut [Lanes],
}

impl Kernel for AddTo<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        for (target, source) in self.target.iter_mut().zip(self.source) {
            simd.store(target, simd.add(simd.load(target), simd.load(source)));
        }
    }
}

/// The channels of one, then those of the other; writes the interior of the target.
pub(crate) fn concatenate(
    (kept, kept_plane): Laid<'_>,
    (source, source_plane): Laid<'_>,
    (target, plane): (&mut [Lanes], &Plane),
) {
    let kept = kept_plane.interior_rows().map(|(_, start)| &kept[start..]);
    let source = source_plane.interior_rows().map(|(_, start)| &source[start..]);
    for ((_, to), row) in plane.interior_rows().zip(kept.chain(source)) {
        target[to..to + plane.width].copy_from_slice(&row[..plane.width]);
    }
}
