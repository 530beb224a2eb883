//! What is on disk: model files, run folders, and how a file gets there whole or not at all.

mod atomic;
mod claimed;
mod model_file;
mod picture;
mod run_folder;
mod tensors;

pub(crate) use self::atomic::sha256;
pub use self::atomic::{publish_folder, write_whole};
pub(crate) use self::claimed::ClaimedFolder;
pub use self::picture::picture_png;
pub use self::run_folder::RunFolder;
pub(crate) use self::tensors::{Named, Tensors, pack};

#[cfg(test)]
mod tests;
