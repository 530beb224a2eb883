//! What every loader returns: images with labels and names, and a description of the source.

use super::{Histogram, Images, Patches, SizeRange, Skipped};
use crate::error::Result;

/// Images, with a label and a name for each if the source has them.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) images: Images,
    pub(super) labels: Option<Vec<u32>>,
    pub(super) names: Option<Vec<String>>,
}

impl Part {
    pub(super) fn select(&self, indices: &[usize]) -> Result<Self> {
        Ok(Self {
            images: self.images.select(indices)?,
            labels: self.labels.as_ref().map(|l| indices.iter().map(|&i| l[i]).collect()),
            names: self.names.as_ref().map(|n| indices.iter().map(|&i| n[i].clone()).collect()),
        })
    }

    /// The first `n` images, or all if there are fewer.
    pub(super) fn take(mut self, n: usize) -> Self {
        self.images.truncate(n);
        self.labels.iter_mut().for_each(|labels| labels.truncate(n));
        self.names.iter_mut().for_each(|names| names.truncate(n));
        self
    }
}

/// A source as it was read, before it is split, limited and fitted.
pub(super) struct Source {
    pub(super) kind: String,
    pub(super) train: Part,
    /// The source's own test images.
    pub(super) valid: Option<Part>,
    /// Empty if there are no labels; otherwise longer than the largest label.
    pub(super) class_names: Vec<String>,
    pub(super) notes: Vec<String>,
    /// The values of arrays that became black and white.
    pub(super) array_range: Option<[f64; 2]>,
}

impl Source {
    /// A source that nothing is to be said about.
    pub(super) fn new(
        kind: &str,
        train: Part,
        valid: Option<Part>,
        class_names: Vec<String>,
    ) -> Self {
        let kind = kind.to_owned();
        Self { kind, train, valid, class_names, notes: Vec::new(), array_range: None }
    }
}

/// A source after it was split, limited and fitted.
pub(super) struct Ready {
    pub(super) kind: String,
    pub(super) train: Part,
    pub(super) valid: Part,
    pub(super) class_names: Vec<String>,
    pub(super) notes: Vec<String>,
    /// The values of arrays that became black and white.
    pub(super) array_range: Option<[f64; 2]>,
    pub(super) split: String,
    pub(super) fitted: String,
    pub(super) sizes: SizeRange,
    pub(super) skipped: Skipped,
    /// What the training images are patches of, if they are.
    pub(super) patches: Option<Patches>,
}

/// What was counted over images that are not all in memory.
pub(crate) struct Whole {
    /// The numbers of training and validation images.
    pub(crate) counts: [usize; 2],
    /// The values of all training pixels.
    pub(crate) histogram: Histogram,
    /// The numbers of training and validation images of each class.
    pub(crate) classes: [Vec<usize>; 2],
    /// Files that are animations.
    pub(crate) animated: usize,
    /// Files that could not be decoded.
    pub(crate) skipped: Skipped,
}
