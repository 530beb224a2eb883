//! What figures are drawn from.

use concertina::Result;
use concertina::data::{Dataset, FloatImages};
use concertina::model::Model;
use concertina::validate::{Metrics, Validation};

use crate::plot::{Row, Theme};
use crate::report::Figure;

/// Draws the figures of a trained model, one per method.
///
/// Some figures need a certain kind of model: [`Figures::scatter`], [`Figures::manifold`] and
/// [`Figures::lesson_grid`] two latent dimensions, [`Figures::classes`] a conditional model.
#[derive(Clone, Copy)]
pub struct Figures<'a> {
    /// The model.
    pub model: &'a Model,
    /// What it was trained on.
    pub data: &'a Dataset,
    /// What [`validate`](concertina::validate::validate) says of it on the validation split.
    pub validation: &'a Validation,
    /// The metrics of each epoch.
    pub history: &'a [Metrics],
}

impl Figures<'_> {
    /// Some validation images: clean, as the encoder sees them, and as the decoder returns them.
    ///
    /// # Errors
    /// If the model is conditional and the data has no labels.
    ///
    /// # Panics
    /// If there is no validation image of such an index.
    pub fn examples(&self, indices: &[usize]) -> Result<[FloatImages; 3]> {
        let clean = FloatImages::gather(self.data.validation().examples, indices);
        let inputs = self.model.corrupted(&clean, indices);
        let labels = self.labels(indices);
        let outputs = self.model.with_labels(labels.as_deref())?.reconstruct(&inputs)?;
        Ok([clean, inputs, outputs])
    }

    /// The classes of some validation images.
    pub(super) fn labels(&self, indices: &[usize]) -> Option<Vec<u32>> {
        self.data.validation().labels_at(indices)
    }

    /// The class of a validation image, `n` times.
    pub(super) fn label_repeated(&self, image: usize, n: usize) -> Option<Vec<u32>> {
        Some(vec![*self.labels(&[image])?.first()?; n])
    }

    /// The indices of the first `n` validation images.
    pub(super) fn first(&self, n: usize) -> Vec<usize> {
        (0..n.min(self.data.valid.len())).collect()
    }
}

/// A figure for light and dark screens, whose caption also serves those who cannot see it.
///
/// # Errors
/// What `draw` returns.
pub fn figure(
    draw: impl Fn(Theme) -> Result<Vec<u8>>,
    caption: impl Into<String>,
) -> Result<Figure> {
    let caption = caption.into();
    Figure::themed(draw, caption.clone(), caption)
}

/// A labelled row of images.
///
/// # Errors
/// As [`Row::new`].
pub fn row(label: &str, images: &FloatImages) -> Result<Row> {
    Row::new(label, images.shape(), images.values())
}
