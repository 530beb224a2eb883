//! What is fitted to images for use on others.

use crate::data::{FloatImages, Images};
use crate::error::Result;
use crate::evaluate::subject::Material;
use crate::text::thousands;

/// Something fitted to the training images; if there are none, to each half of the test images, for
/// use on the other half. So nothing is ever applied to an image that it was fitted to.
pub(super) struct Folds<T> {
    fitted: Vec<T>,
}

impl<T> Folds<T> {
    /// Fits to the images, and to at most so many of them. `None` if there is nothing to fit to: a
    /// single test image has no other half.
    pub(super) fn fit(
        material: &Material<'_>,
        most: usize,
        mut fit: impl FnMut(&Images) -> Result<T>,
    ) -> Result<Option<Self>> {
        if material.n_train() > 0 {
            return fit(&material.some_train(most)?).map(Self::same).map(Some);
        }
        let test = &material.test.images;
        if test.len() < 2 {
            return Ok(None);
        }
        let half =
            |first: usize| -> Vec<usize> { (first..test.len()).step_by(2).take(most).collect() };
        let halves = [half(0), half(1)].map(|half| fit(&test.select(&half)?));
        Ok(Some(Self { fitted: halves.into_iter().collect::<Result<_>>()? }))
    }

    /// The same for all test images.
    pub(super) fn same(fitted: T) -> Self {
        Self { fitted: vec![fitted] }
    }

    /// The one for a test image: of two halves that which the image is not in.
    pub(super) fn number(&self, image: usize) -> usize {
        (image + 1) % self.fitted.len()
    }

    /// As [`Folds::number`].
    pub(super) fn of_image(&self, image: usize) -> &T {
        &self.fitted[self.number(image)]
    }

    /// All of them.
    pub(super) fn all(&self) -> &[T] {
        &self.fitted
    }
}

/// What things are fitted to, in words.
pub(super) fn description(material: &Material<'_>, most: usize) -> String {
    match material.n_train().min(most) {
        0 => "each half of the test images, for use on the other".to_owned(),
        n => format!("{} training images", thousands(n)),
    }
}

/// Images with the task's corruption, and clean.
pub(super) fn pairs(material: &Material<'_>, images: &Images) -> Result<[FloatImages; 2]> {
    let clean = FloatImages::of(images)?;
    let inputs = material.model.corrupted(&clean, &(0..clean.len()).collect::<Vec<_>>());
    Ok([inputs, clean])
}
