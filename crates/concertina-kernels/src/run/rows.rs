//! The rows of images as the steps of sequences, and back.

use rayon::prelude::*;

use super::lstm::{Block, Blocks};
use crate::layer::Shape;

/// Images `[B, C, T, W]`, whose row t, `C * W` values, is step t. They are cut into `segments`
/// sequences of equal length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    channels: usize,
    height: usize,
    width: usize,
    segments: usize,
}

/// Some neighbouring columns of each channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(crate) first: usize,
    pub(crate) width: usize,
}

impl Rows {
    /// The height must be a multiple of `segments`.
    pub(super) fn of([channels, height, width]: Shape, segments: usize) -> Self {
        Rows { channels, height, width, segments }
    }

    /// Values of a step.
    pub(super) fn len(&self) -> usize {
        self.channels * self.width
    }

    /// Values of an image.
    pub(super) fn image_len(&self) -> usize {
        self.height * self.len()
    }

    /// Steps of a sequence.
    pub(super) fn steps(&self) -> usize {
        self.height / self.segments
    }

    /// Where a step of a sequence begins among the values of all images of one channel.
    #[inline(always)]
    pub(super) fn place(&self, row: usize, step: usize) -> usize {
        let (image, segment) = (row / self.segments, row % self.segments);
        (image * self.height + segment * self.steps() + step) * self.width
    }

    /// The same for all steps of the sequences that lie at each row of blocks, `[N]`.
    pub(super) fn places_by_block(
        &self,
        blocks: &Blocks,
        sequence: impl Fn(usize) -> usize,
    ) -> Vec<usize> {
        let of_block = |block: &Block| {
            let sequences: Vec<usize> = block.rows.clone().map(&sequence).collect();
            let places = |step| sequences.iter().map(move |&row| self.place(row, step));
            (0..block.steps).flat_map(places).collect::<Vec<_>>()
        };
        blocks.all().iter().flat_map(of_block).collect()
    }

    /// The sequences of so many images: one after the other, and an image's one after the other.
    pub(super) fn blocks(&self, batch: usize) -> Blocks {
        Blocks::even(batch * self.segments, self.steps())
    }

    /// `[N, C * W]` of images.
    pub(super) fn by_block(&self, images: &[f32]) -> Vec<f32> {
        self.part_by_block(images, Part { first: 0, width: self.width })
    }

    /// Some columns of each image, `[N, C * part.width]`.
    pub(super) fn part_by_block(&self, images: &[f32], part: Part) -> Vec<f32> {
        let batch = images.len() / self.image_len();
        self.part_of(images, part, &self.blocks(batch), |row, _| Some(row))
    }

    /// The same of other blocks: at a step of their row lies the sequence `sequence(row, step)`, or
    /// none, which gives zeros.
    pub(super) fn part_of(
        &self,
        images: &[f32],
        part: Part,
        blocks: &Blocks,
        sequence: impl Fn(usize, usize) -> Option<usize> + Sync,
    ) -> Vec<f32> {
        let len = self.channels * part.width;
        let mut rows = vec![0.0; blocks.len() * len];
        let jobs: Vec<_> = blocks.parts_mut(&mut rows).zip(blocks.all()).collect();
        jobs.into_par_iter().for_each(|(values, block)| {
            let steps = values.chunks_exact_mut(block.rows.len() * len).enumerate();
            for (step, values) in steps {
                for (row, to) in block.rows.clone().zip(values.chunks_exact_mut(len)) {
                    let Some(sequence) = sequence(row, step) else { continue };
                    let places = self.places(sequence, step);
                    for (from, to) in places.zip(to.chunks_exact_mut(part.width)) {
                        to.copy_from_slice(&images[from + part.first..][..part.width]);
                    }
                }
            }
        });
        rows
    }

    /// The way back: `[N, C * W]` to images.
    pub(super) fn by_image(&self, rows: &[f32], images: &mut [f32]) {
        let part = Part { first: 0, width: self.width };
        self.part_by_image(rows, part, images);
    }

    /// Some columns of `[N, C * W]`, which are all that `rows` has, to images.
    pub(super) fn part_by_image(&self, rows: &[f32], part: Part, images: &mut [f32]) {
        let blocks = self.blocks(images.len() / self.image_len());
        self.part_to(rows, part, |row, step| blocks.place(row, step), images);
    }

    /// The way back of [`Rows::part_of`]: a step of a sequence lies at `place(sequence, step)`.
    /// Where that is nowhere, images are left as they are.
    pub(super) fn part_to(
        &self,
        rows: &[f32],
        part: Part,
        place: impl Fn(usize, usize) -> Option<usize> + Sync,
        images: &mut [f32],
    ) {
        let len = self.channels * part.width;
        images.par_chunks_exact_mut(self.image_len()).enumerate().for_each(|(n, image)| {
            for segment in 0..self.segments {
                let row = n * self.segments + segment;
                let found = |step| Some((step, place(row, step)?));
                for (step, from) in (0..self.steps()).map_while(found) {
                    let values = &rows[from * len..][..len];
                    let places = self.places(row, step).map(|at| at - n * self.image_len());
                    for (to, from) in places.zip(values.chunks_exact(part.width)) {
                        image[to + part.first..][..part.width].copy_from_slice(from);
                    }
                }
            }
        });
    }

    /// Where the values of a step of a sequence begin among those of all images, channel by
    /// channel.
    fn places(&self, row: usize, step: usize) -> impl Iterator<Item = usize> {
        let Rows { channels, height, width, segments } = *self;
        let (image, segment) = (row / segments, row % segments);
        let y = segment * (height / segments) + step;
        (0..channels).map(move |channel| ((image * channels + channel) * height + y) * width)
    }
}
