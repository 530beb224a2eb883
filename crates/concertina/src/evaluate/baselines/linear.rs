//! The best linear filter as a baseline.

use super::folds::{Folds, pairs};
use super::inputs::made_of_inputs;
use crate::error::Result;
use crate::evaluate::linear_filter::{LinearFilter, NAME};
use crate::evaluate::quality::Measured;
use crate::evaluate::subject::Material;
use crate::shape::ImageShape;

/// Maximum number of images that filters are fitted to.
pub(super) const FITTED: usize = 1000;

/// How the linear filter is found.
pub(super) const LINEAR: &str = "the linear filter is fitted by least squares to at most 1,000 \
                                 training images (without any, to half of the test images for use \
                                 on the other), the same for each channel, and clipped to 0..1";

/// The quality of the linear filter from the task's inputs to clean images that fits best; `None`
/// if there is nothing to fit it to.
pub(super) fn linear(
    material: &Material<'_>,
    input: ImageShape,
    factor: usize,
) -> Result<Option<(String, Measured)>> {
    material.working(&format!("fitting and applying the {NAME}"));
    let folds = Folds::fit(material, FITTED, |images| {
        let [inputs, clean] = pairs(material, images)?;
        Ok(LinearFilter::fit(&inputs, &clean, factor))
    })?;
    let Some(folds) = folds.filter(|folds| folds.all().iter().all(Option::is_some)) else {
        return Ok(None);
    };
    let measured = made_of_inputs(material, input, |index, image| {
        let filter = folds.of_image(index).as_ref();
        filter.expect("each was found").image(input, image)
    })?;
    Ok(Some((NAME.to_owned(), measured)))
}
