//! Data sources: whatever holds images becomes a [`Dataset`] of bytes, with a [`DataCard`] that says what was done to it.
//!
//! [`Dataset::open`] takes the name of a known set ([`named`]) or a path. Each kind of source has its file here:
//! `folder` (pictures), `array` (`NumPy`), `idx`, `cifar`, `named`, [`digits`]; `source` tells them apart. What they all
//! share comes after: `split` decides what is held out, `fit` brings images to their shape, `card` keeps the account.

mod array;
mod card;
mod cifar;
mod dataset;
pub mod digits;
mod examples;
mod fit;
mod float_images;
mod folder;
mod idx;
mod images;
mod jpeg;
mod labels;
pub mod named;
mod options;
mod part;
mod picture;
mod source;
mod split;
#[cfg(test)]
mod tests;
mod walk;

pub use card::{ClassCount, DataCard, SizeRange, Skip, Skipped, source_name};
pub use dataset::Dataset;
pub use examples::{Examples, Split};
pub use float_images::FloatImages;
pub(crate) use float_images::unit;
pub use images::Images;
pub use options::{OnProgress, OpenOptions, Progress};

/// A packed file that unpacks to more than this is refused.
const MAX_UNPACKED_BYTES: usize = 1 << 31;
