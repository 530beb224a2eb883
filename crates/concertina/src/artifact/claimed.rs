//! One process at a time writes a run.

use std::fs::TryLockError;
use std::io::ErrorKind;
use std::ops::Deref;

use fs_err as fs;

use super::run_folder::RunFolder;
use crate::error::{Error, Result};

/// A run folder that nobody else writes, for as long as this lives. The system frees it when a process is killed.
#[derive(Debug)]
pub(crate) struct ClaimedFolder {
    folder: RunFolder,
    /// Open, and locked where the file system knows locks.
    _lock: fs::File,
}

impl ClaimedFolder {
    /// Claims `folder`, by a lock on an empty file in it.
    ///
    /// # Errors
    /// If another process, or another run in this one, has it, or if it cannot be written.
    pub(super) fn new(folder: RunFolder) -> Result<Self> {
        fs::create_dir_all(folder.path())?;
        let path = folder.path().join(".lock");
        let lock = fs::OpenOptions::new().create(true).append(true).open(path)?;
        match lock.file().try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::data(format!(
                    "`{}`: expected a run that has stopped, found one that is being trained",
                    folder.path().display()
                ))
                .with_hint("wait until it ends, or stop it"));
            }
            // Not every file system has locks: there, nobody is kept from training a run twice at once.
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        Ok(Self { folder, _lock: lock })
    }
}

impl Deref for ClaimedFolder {
    type Target = RunFolder;

    fn deref(&self) -> &RunFolder {
        &self.folder
    }
}
