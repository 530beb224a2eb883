//! What is made of the inputs that the task gives the model.

use std::ops::Range;

use rayon::prelude::*;

use crate::data::FloatImages;
use crate::error::Result;
use crate::evaluate::quality::{self, Measured};
use crate::evaluate::subject::Material;
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
        let images = inputs.values().par_chunks_exact(input.len()).enumerate();
        let made: Vec<Vec<f32>> = images.map(|(i, image)| make(first + i, image)).collect();
        Ok(FloatImages::new(clean.shape(), made.concat()))
    })
}
