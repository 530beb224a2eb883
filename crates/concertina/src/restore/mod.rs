//! Pictures at their own size: denoised and enlarged by models that treat every part of a picture
//! alike.
//!
//! A model is trained on patches of one size. If its layers are convolutions and the like, and its
//! code is a feature map, it can be run on a picture of any size: in tiles, which overlap by as
//! much as the layers see, so that the result is that of the whole picture, to the bit. Memory is
//! bounded, and all cores are busy.
//!
//! - [`Restorer`]: the model on pictures of floats.
//! - [`PictureFile`]: a picture as it is in its file, with all its bits, its alpha channel and its
//!   colour profile, read row by row.
//! - [`Restorer::restore_file`]: from one to another.
//! - [`built_in`]: models that ship with the library.

mod blind_spots;
mod built_in;
mod colour;
mod file;
mod network;
mod noise;
mod pixels;
mod plan;
mod reader;
mod restorer;
mod writer;

pub use self::built_in::{BUILT_IN, built_in};
pub use self::colour::enlarge_bicubic;
pub(crate) use self::colour::luma;
pub use self::file::Progress;
pub use self::pixels::Layout;
pub use self::reader::{PictureFile, is_picture_name, picture_files};
pub use self::restorer::Restorer;

#[cfg(test)]
mod tests;
