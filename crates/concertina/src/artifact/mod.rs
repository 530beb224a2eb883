//! Files on disk: model files, run folders, and atomic writes.
//!
//! ```
//! use concertina::artifact::write_whole;
//!
//! # let name = format!("concertina-doc-artifact-{}", std::process::id());
//! # let path = std::env::temp_dir().join(name);
//! write_whole(&path, b"all of it, or nothing")?;
//! assert_eq!(std::fs::read(&path)?, b"all of it, or nothing");
//! # std::fs::remove_file(path)?;
//! # Ok::<(), concertina::Error>(())
//! ```

mod atomic;
mod checksum;
mod claimed;
mod model_file;
mod picture;
mod run_folder;
mod tensors;
mod unfinished;

pub use self::atomic::{AtomicFile, AtomicFolder, publish_folder, write_whole};
pub(crate) use self::checksum::{Digest, sha256, sha256_of};
pub(crate) use self::claimed::{ClaimedFolder, LOCK, lock};
pub use self::picture::PictureFormat;
pub use self::run_folder::RunFolder;
pub use self::tensors::Precision;
pub(crate) use self::tensors::{Named, Tensors, named, pack};
pub use self::unfinished::remove_unfinished;

#[cfg(test)]
mod tests;
