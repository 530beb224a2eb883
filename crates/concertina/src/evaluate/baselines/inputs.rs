//! What is made of the inputs that the task gives the model.

use std::ops::Range;

use crate::data::FloatImages;
use crate::error::Result;
use crate::evaluate::quality::{self, Measured};
use crate::evaluate::subject::Material;
use crate::parallel;
use crate::shape::ImageShape;

/// The quality of the images that `make` computes from the index and the task's input of each.
pub(super) fn made_of_inputs(
    material: &Material<'_>,
    input: ImageShape,
    make: impl Fn(usize, &[f32]) -> Vec<f32> + Sync,
) -> Result<Measured> {
    quality::of(material, |range: Range<usize>, clean| {
        let first = range.start;
        let inputs = material.model.corrupted(clean, &range.collect::<Vec<_>>());
        let images = (first..).zip(inputs.values().chunks_exact(input.len()));
        let made = parallel::map(images, |(index, image)| make(index, image));
        Ok(FloatImages::new(clean.shape(), made.concat()))
    })
}
