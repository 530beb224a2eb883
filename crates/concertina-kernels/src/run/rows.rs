//! The rows of images as the steps of a sequence, and back.

use rayon::prelude::*;

use crate::layer::Shape;

/// Images `[B, C, T, W]`, whose row t, `C * W` values, is step t.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    channels: usize,
    pub(super) steps: usize,
    width: usize,
}

impl Rows {
    pub(super) fn of([channels, steps, width]: Shape) -> Self {
        Rows { channels, steps, width }
    }

    /// Values of a step.
    pub(super) fn len(&self) -> usize {
        self.channels * self.width
    }

    /// `[T, B, C * W]`: a step of all images, then the next.
    pub(super) fn by_step(&self, images: &[f32]) -> Vec<f32> {
        let image = self.steps * self.len();
        let mut rows = vec![0.0; images.len()];
        let batch = images.len() / image;
        rows.par_chunks_mut((batch * self.len()).max(1)).enumerate().for_each(|(step, rows)| {
            for (row, image) in rows.chunks_exact_mut(self.len()).zip(images.chunks_exact(image)) {
                for (to, plane) in row
                    .chunks_exact_mut(self.width)
                    .zip(image.chunks_exact(self.steps * self.width))
                {
                    to.copy_from_slice(&plane[step * self.width..][..self.width]);
                }
            }
        });
        rows
    }

    /// The way back: `[T, B, C * W]` to images.
    pub(super) fn by_image(&self, rows: &[f32], images: &mut [f32]) {
        let batch = images.len() / (self.steps * self.len());
        let per_image = images.par_chunks_exact_mut(self.steps * self.len()).enumerate();
        per_image.for_each(|(n, image)| {
            for (step, rows) in rows.chunks_exact(batch * self.len()).enumerate() {
                let row = &rows[n * self.len()..][..self.len()];
                let planes = image.chunks_exact_mut(self.steps * self.width);
                for (plane, from) in planes.zip(row.chunks_exact(self.width)) {
                    plane[step * self.width..][..self.width].copy_from_slice(from);
                }
            }
        });
    }
}
