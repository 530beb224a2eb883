//! What figures are drawn from.

use concertina::Result;
use concertina::data::{Data, Dataset, FloatImages};
use concertina::model::Model;
use concertina::validate::{Metrics, Validation};

use crate::plot::{Row, Theme};
use crate::report::Figure;

/// Draws the figures of a trained model, one per method: of a [`Dataset`] of images, or of a
/// [`MusicSet`](concertina::data::music::MusicSet).
///
/// Some figures need a certain kind of model: [`Figures::scatter`], [`Figures::manifold`] and
/// [`Figures::lesson_grid`] two latent dimensions, [`Figures::classes`] a conditional model.
pub struct Figures<'a, D = Dataset> {
    /// The model.
    pub model: &'a Model,
    /// What it was trained on.
    pub data: &'a D,
    /// What [`validate`](concertina::validate::validate) says of it on the validation split.
    pub validation: &'a Validation,
    /// The metrics of each epoch.
    pub history: &'a [Metrics],
}

// Not derived, which would ask the same of the data.
impl<D> Clone for Figures<'_, D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D> Copy for Figures<'_, D> {}

impl<D: Data> Figures<'_, D> {
    /// Some validation examples: clean, as the encoder sees them, and as the decoder returns them.
    ///
    /// # Errors
    /// If the model is conditional and the data has no labels.
    ///
    /// # Panics
    /// If there is no validation example of such an index.
    pub fn examples(&self, indices: &[usize]) -> Result<[FloatImages; 3]> {
        let clean = FloatImages::gather(self.data.validation().examples, indices)?;
        let inputs = self.model.corrupted(&clean, indices);
        let labels = self.labels(indices)?;
        let outputs = self.model.with_labels(labels.as_deref())?.reconstruct(&inputs)?;
        Ok([clean, inputs, outputs])
    }

    /// The classes of some validation examples.
    pub(super) fn labels(&self, indices: &[usize]) -> Result<Option<Vec<u32>>> {
        self.data.validation().labels_at(indices)
    }

    /// The class of a validation example, `n` times.
    pub(super) fn label_repeated(&self, index: usize, n: usize) -> Result<Option<Vec<u32>>> {
        let labels = self.labels(&[index])?;
        Ok(labels.and_then(|labels| labels.first().copied()).map(|label| vec![label; n]))
    }

    /// The indices of the first `n` validation examples.
    pub(super) fn first(&self, n: usize) -> Vec<usize> {
        (0..n.min(self.n_valid())).collect()
    }

    /// The number of validation examples.
    pub(super) fn n_valid(&self) -> usize {
        self.data.validation().examples.len()
    }

    /// The indices of the `n` validation examples with the largest errors, the worst first, and of
    /// as many with the smallest, the best first: of few examples, half of them.
    pub(super) fn extremes(&self, n: usize) -> [Vec<usize>; 2] {
        let errors = &self.validation.errors;
        let mut order: Vec<usize> = (0..errors.len()).collect();
        order.sort_by(|&a, &b| errors[b].total_cmp(&errors[a]).then(a.cmp(&b)));
        let n = n.min(order.len().div_ceil(2));
        [order[..n].to_vec(), order.iter().rev().take(n).copied().collect()]
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
