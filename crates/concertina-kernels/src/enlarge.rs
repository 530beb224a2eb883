//! Bicubic enlargement, added to what a network made of the small image.

use crate::lanes::Lanes;
use crate::plane::Plane;
use crate::resize::bicubic_taps;
use crate::simd::{Kernel, Simd};

/// How far beside a pixel of the small image the pixels that it becomes read.
pub(crate) const BESIDE: usize = 2;

/// What every row and every column of an enlarged image is made of.
#[derive(Clone, Debug)]
pub(crate) struct Enlargement {
    /// Height and width of the small image.
    small: [usize; 2],
    factor: usize,
    rows: Vec<Vec<(usize, f32)>>,
    columns: Vec<Vec<(usize, f32)>>,
}

impl Enlargement {
    /// Of an image of this height and width.
    pub(crate) fn new(small: [usize; 2], factor: usize) -> Self {
        let [rows, columns] = small.map(|n| bicubic_taps(n, n * factor));
        Self { small, factor, rows, columns }
    }

    /// Height and width of the small image.
    pub(crate) fn small(&self) -> [usize; 2] {
        self.small
    }

    /// As this, of a small image that lies between [`BESIDE`] columns of its neighbours at both
    /// sides, which count as columns of it.
    pub(crate) fn of_a_strip(&self) -> Self {
        let wide = self.small[1] + 2 * BESIDE;
        let columns = bicubic_taps(wide, wide * self.factor);
        let own = BESIDE * self.factor..(wide - BESIDE) * self.factor;
        Self { columns: columns[own].to_vec(), ..self.clone() }
    }
}

/// The sum; writes the interior of the target, which has the shape of the source.
pub(crate) struct AddEnlarged<'a> {
    pub(crate) by: &'a Enlargement,
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
        let Enlargement { rows, columns, .. } = self.by;
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
    pub(crate) by: &'a Enlargement,
    pub(crate) grad: &'a [Lanes],
    pub(crate) grad_plane: &'a Plane,
    pub(crate) target: &'a mut [Lanes],
}

impl Kernel for EnlargedGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Enlargement { small: [height, width], rows, columns, .. } = self.by;
        self.target.fill(Lanes::ZERO);
        for (row, start) in self.grad_plane.interior_rows() {
            let (channel, y) = (row / rows.len(), row % rows.len());
            for (grad, column) in self.grad[start..].iter().zip(columns) {
                let grad = simd.load(grad);
                for &(y, high) in &rows[y] {
                    for &(x, wide) in column {
                        let place = &mut self.target[(channel * height + y) * width + x];
                        let weight = simd.splat(high * wide);
                        simd.store(place, simd.mul_add(weight, grad, simd.load(place)));
                    }
                }
            }
        }
    }
}
