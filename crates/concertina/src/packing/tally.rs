//! What is counted over images that come piece by piece.

use crate::data::{Histogram, Piece, Skipped};
use crate::shape::ImageShape;

/// Images that are decoded at a time, at most, and their bytes.
const PIECE_IMAGES: usize = 512;
const PIECE_BYTES: usize = 64 << 20;

/// How many images of a shape are decoded at a time.
pub(super) fn at_once(shape: ImageShape) -> usize {
    PIECE_IMAGES.min(PIECE_BYTES / shape.len()).max(1)
}

/// Counts over some images.
pub(super) struct Tally {
    /// The values of all pixels.
    pub(super) histogram: Histogram,
    /// How many images of each class there are.
    pub(super) classes: Vec<usize>,
    /// Files that are animations.
    pub(super) animated: usize,
    /// Files that could not be decoded.
    pub(super) skipped: Skipped,
}

impl Tally {
    /// Of no image, where there are so many classes.
    pub(super) fn new(n_classes: usize) -> Self {
        Self {
            histogram: Histogram::EMPTY,
            classes: vec![0; n_classes],
            animated: 0,
            skipped: Skipped::default(),
        }
    }

    /// Adds the images of a piece.
    pub(super) fn add(&mut self, piece: &Piece) {
        self.histogram.add(&Histogram::of(&piece.pixels));
        for &label in piece.labels.iter().flatten() {
            self.classes[label as usize] += 1;
        }
        self.animated += piece.animated;
        self.skipped.append(piece.skipped.clone());
    }
}
