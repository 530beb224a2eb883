//! Data sources: images from any source become a [`Dataset`] of bytes, with a [`DataCard`] that
//! records how.
//!
//! ```
//! use concertina::data::{Dataset, OpenOptions};
//!
//! let options = OpenOptions { limit: Some(60), ..OpenOptions::default() };
//! let data = Dataset::open("digits", &options)?; // or "mnist", "photos/", "images.npy"
//! assert_eq!((data.train.len(), data.valid.len()), (60, 10));
//! assert_eq!(data.train.shape().to_string(), "1x28x28");
//! # Ok::<(), concertina::Error>(())
//! ```
//!
//! [`Dataset::open`] takes the name of a known set ([`named`]) or a path. Each kind of source has
//! its file here: `folder` (image files), `archive` (image files in tar archives), `array`
//! (`NumPy`), `idx`, `cifar`, `named`, [`digits`]; `pack` (data larger than memory); `source` tells
//! them apart. The steps that they share are `split` (which images are held out), `fit` (resizing
//! and cropping) and `card` (the record of it all).

mod archive;
mod array;
mod card;
mod checked_file;
mod chosen;
mod cifar;
mod data_set;
mod dataset;
pub mod digits;
mod duplicates;
mod examples;
mod fit;
mod float_images;
mod float_set;
mod folder;
mod histogram;
mod idx;
mod images;
mod jpeg;
mod labels;
pub mod music;
pub mod named;
mod options;
mod pack;
mod part;
mod patches;
pub(crate) mod picture;
mod picture_bytes;
mod resize;
mod section;
mod source;
mod split;
mod stored;
#[cfg(test)]
mod tests;
pub(crate) mod walk;

pub use card::{
    ClassCount, Content, DataCard, ImageCard, MusicCard, SizeRange, Skip, Skipped, Unused,
    source_name,
};
pub(crate) use checked_file::read_checked;
pub use data_set::Data;
pub use dataset::Dataset;
pub use duplicates::Duplicates;
pub(crate) use examples::draw;
pub use examples::{Examples, ReadingCost, Split, Stored};
pub use float_images::FloatImages;
pub use float_set::FloatSet;
pub use folder::{PatchSet, PicturePatches, PictureSet, PictureSplit, Pictures, is_for_inspection};
pub(crate) use histogram::Histogram;
pub use images::Images;
pub(crate) use images::unit;
pub use options::{OnProgress, OpenOptions, Progress};
pub(crate) use pack::{FileEntry, INDEX, Index, Piece, ShardEntry, Supply, UNFINISHED};
pub use pack::{PackedSet, Shards, is_pack};
pub(crate) use part::Whole;
pub use patches::Patches;
pub use picture_bytes::PictureBytes;
pub use source::{absolute_source, is_files_of_pictures};
pub use split::part_of;
pub use stored::StoredSet;
pub(crate) use stored::in_memory;

/// A compressed file that unpacks to more than this is rejected.
const MAX_UNPACKED_BYTES: usize = 1 << 31;
