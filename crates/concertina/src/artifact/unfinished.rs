//! Temporary files and folders, and their removal when what they are for does not come about.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fs_err as fs;

use super::checksum::sha256;
use crate::error::{Error, Result};

/// The longest name of a file on common file systems, in bytes.
const MAX_NAME: usize = 255;

/// What is written at a temporary path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
}

impl Kind {
    /// Removes what is at `path`, if it is of this kind: anything else is not ours.
    fn remove(self, path: &Path) -> std::io::Result<()> {
        match (self, fs::symlink_metadata(path)) {
            (Self::File, Ok(metadata)) if !metadata.is_dir() => fs::remove_file(path),
            (Self::Folder, Ok(metadata)) if metadata.is_dir() => fs::remove_dir_all(path),
            _ => Ok(()),
        }
    }
}

/// All that exist in this process.
static UNFINISHED: Mutex<BTreeMap<PathBuf, Kind>> = Mutex::new(BTreeMap::new());

/// The temporary path of a file or folder that is being written. What is there is removed when this
/// is dropped.
#[derive(Debug)]
pub(super) struct Unfinished {
    path: PathBuf,
    target: PathBuf,
    kind: Kind,
}

impl Unfinished {
    /// A path beside `target`. What an earlier attempt left there is removed.
    pub(super) fn beside(target: &Path, kind: Kind) -> Result<Self> {
        let name = target.file_name().ok_or_else(|| {
            Error::data(format!(
                "expected the name of a file to write, found `{}`",
                target.display()
            ))
        })?;
        let mut part = OsString::from(".");
        part.push(name);
        part.push(".part");
        if part.len() > MAX_NAME {
            part = format!(".{}.part", &sha256(name.as_encoded_bytes())[..32]).into();
        }
        let path = target.with_file_name(part);
        kind.remove(&path)?;
        all().insert(path.clone(), kind);
        Ok(Self { path, target: target.to_owned(), kind })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    /// Gives it its name.
    pub(super) fn publish(self) -> std::io::Result<()> {
        fs::rename(&self.path, &self.target)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // The error that led here is the one to report, and what was published is no longer here.
        let _ = self.kind.remove(&self.path);
        all().remove(&self.path);
    }
}

/// Removes all temporary files and folders of this process, for a process that ends at once: who
/// writes one afterwards waits for ever.
pub fn remove_unfinished() {
    let all = all();
    for (path, kind) in all.iter() {
        let _ = kind.remove(path);
    }
    std::mem::forget(all);
}

fn all() -> MutexGuard<'static, BTreeMap<PathBuf, Kind>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}
