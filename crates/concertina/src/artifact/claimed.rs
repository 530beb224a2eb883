//! A lock on a run folder, so that only one process at a time trains in it.

use std::fs::TryLockError;
use std::io::ErrorKind;
use std::ops::Deref;
use std::path::Path;

use fs_err as fs;

use super::atomic::write_whole;
use super::run_folder::RunFolder;
use crate::error::{Error, Result};
use crate::recipe::Recipe;

/// The file that locks a folder.
pub(crate) const LOCK: &str = ".lock";

/// A locked run folder. The lock is released when this is dropped, and by the system when the
/// process ends.
#[derive(Debug)]
pub(crate) struct ClaimedFolder {
    folder: RunFolder,
    /// Open, and locked if the file system supports locks; `None` if another process of the group
    /// has locked it.
    _lock: Option<fs::File>,
}

impl RunFolder {
    /// Creates a new run folder and writes the recipe into it.
    ///
    /// # Errors
    /// If the path exists and is not an empty folder, or it cannot be written.
    pub(crate) fn create(path: &Path, recipe: &Recipe) -> Result<ClaimedFolder> {
        let folder = Self::unmarked(path)?;
        folder.write_recipe(recipe)?;
        Ok(folder)
    }

    /// Creates a new folder, which is no run folder before the recipe is written into it.
    ///
    /// # Errors
    /// As [`RunFolder::create`].
    pub(crate) fn unmarked(path: &Path) -> Result<ClaimedFolder> {
        Self::check_new(path)?;
        let folder = Self(path.to_owned()).claim()?;
        fs::create_dir_all(folder.checkpoints())?;
        Ok(folder)
    }

    /// Writes the recipe of the run.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn write_recipe(&self, recipe: &Recipe) -> Result<()> {
        write_whole(&self.config(), recipe.to_toml().as_bytes())
    }

    /// The folder at `path`, which the first process of the group claims and writes: this one never
    /// looks into it, and need not see its disk.
    pub(crate) fn of_group(path: &Path) -> ClaimedFolder {
        ClaimedFolder { folder: Self(path.to_owned()), _lock: None }
    }

    /// Locks the folder, so that no other process trains in it.
    ///
    /// # Errors
    /// If it is locked already, or it cannot be written.
    pub(crate) fn claim(self) -> Result<ClaimedFolder> {
        ClaimedFolder::new(self)
    }
}

impl ClaimedFolder {
    /// Locks `folder` by an empty file in it.
    ///
    /// # Errors
    /// If another process, or another run in this process, has locked it, or if it cannot be
    /// written.
    pub(super) fn new(folder: RunFolder) -> Result<Self> {
        let busy = "expected a run that has stopped, found one that is being trained";
        let lock = lock(folder.path(), busy)?;
        Ok(Self { folder, _lock: Some(lock) })
    }
}

/// Locks a folder, which is made if it does not exist, by an empty file in it. The lock is released
/// when the file is dropped.
///
/// # Errors
/// `busy`, if it is locked already; or if it cannot be written.
pub(crate) fn lock(folder: &Path, busy: &str) -> Result<fs::File> {
    fs::create_dir_all(folder)?;
    let lock = fs::OpenOptions::new().create(true).append(true).open(folder.join(LOCK))?;
    match lock.file().try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(Error::data(busy)
                .in_file(folder)
                .with_hint("wait until it ends, or stop it"));
        }
        // Not every file system supports locks; without them, concurrent work is not detected.
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    Ok(lock)
}

impl Deref for ClaimedFolder {
    type Target = RunFolder;

    fn deref(&self) -> &RunFolder {
        &self.folder
    }
}
