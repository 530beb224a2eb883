//! What a run needs of its data, of whatever kind they are.

use std::borrow::Cow;

use super::{DataCard, Split};

/// Training and validation examples: [`Dataset`](super::Dataset) for images,
/// [`MusicSet`](super::music::MusicSet) for music. Training does not know which.
pub trait Data: Sync {
    /// The training split.
    fn training(&self) -> Split<'_>;

    /// The validation split.
    fn validation(&self) -> Split<'_>;

    /// The names of the classes; empty if there are no labels.
    fn class_names(&self) -> &[String];

    /// Where the examples came from and how they were processed.
    fn card(&self) -> &DataCard;

    /// The bytes of all training and of all validation examples, piece by piece, by which a run
    /// knows its data again.
    fn content(&self) -> [Vec<Cow<'_, [u8]>>; 2];
}
