//! What is fitted to images for use on others.

use crate::data::{FloatImages, Images};
use crate::error::Result;
use crate::evaluate::subject::Material;

/// Something fitted to the training images; if there are none, to each half of the test images, for
/// use on the other half. So nothing is ever applied to an image that it was fitted to.
pub(super) struct Folds<T> {
    fitted: Vec<T>,
}

impl<T> Folds<T> {
    /// Fits to the images, and to at most so many of them.
    pub(super) fn fit(
        material: &Material<'_>,
        most: usize,
        fit: impl FnMut(&Images) -> Result<T>,
    ) -> Result<Self> {
        let images = if material.n_train() > 0 {
            vec![material.some_train(most)?]
        } else {
            let test = &material.test.images;
            let half = |first: usize| -> Vec<usize> {
                (first..test.len()).step_by(2).take(most).collect()
            };
            // A single image has no other half.
            let halves = [half(0), half(1)];
            halves.into_iter().filter(|half| !half.is_empty()).map(|h| test.select(&h)).collect()
        };
        Ok(Self { fitted: images.iter().map(fit).collect::<Result<_>>()? })
    }

    /// What was fitted once, to the training images.
    pub(super) fn of_training(fitted: T) -> Self {
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
    use crate::text::thousands;
    match material.n_train().min(most) {
        0 => "each half of the test images, for use on the other".to_owned(),
        n => format!("{} training images", thousands(n)),
    }
}

/// Images with the task's corruption, and clean.
pub(super) fn pairs(material: &Material<'_>, images: &Images) -> [FloatImages; 2] {
    let clean = FloatImages::from(images);
    let inputs = material.model.corrupted(&clean, &(0..clean.len()).collect::<Vec<_>>());
    [inputs, clean]
}
