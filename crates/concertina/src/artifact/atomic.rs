//! Atomic writes: files and folders appear under their names only when they are complete.

use std::io::{BufWriter, IntoInnerError, Seek, SeekFrom, Write};
use std::path::Path;

use fs_err as fs;

use super::unfinished::{Kind, Unfinished};
use crate::error::Result;

/// A file that is written piece by piece, to a temporary file beside its place, and appears there
/// when it is complete. Dropped before that, it leaves nothing, and an existing file is kept.
#[derive(Debug)]
pub struct AtomicFile {
    file: fs::File,
    place: Unfinished,
}

impl AtomicFile {
    /// Begins a file that is to be called `path`.
    ///
    /// # Errors
    /// If the folder is missing or read-only.
    pub fn create(path: &Path) -> Result<Self> {
        let place = Unfinished::beside(path, Kind::File)?;
        Ok(Self { file: fs::File::create(place.path())?, place })
    }

    /// Writes `bytes` over the first bytes of what was written.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn write_beginning(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(bytes)?;
        self.file.seek(SeekFrom::End(0))?;
        Ok(())
    }

    /// Where the bytes are until the file appears.
    pub(crate) fn temporary_path(&self) -> &Path {
        self.place.path()
    }

    /// Makes the file appear. It is on the disk by then.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn finish(self) -> Result<()> {
        self.file.sync_all()?;
        drop(self.file);
        let path = self.place.target().to_owned();
        self.place.publish()?;
        sync_parent(&path);
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// A new folder whose files are written one by one, and which appears when all of them are on the
/// disk. Dropped before that, it leaves nothing.
#[derive(Debug)]
pub struct AtomicFolder {
    place: Unfinished,
}

impl AtomicFolder {
    /// Begins a folder that is to be called `path`.
    ///
    /// # Errors
    /// If the parent folder is missing or read-only.
    pub fn create(path: &Path) -> Result<Self> {
        let place = Unfinished::beside(path, Kind::Folder)?;
        fs::create_dir(place.path())?;
        Ok(Self { place })
    }

    /// Writes a file of the folder; with `/` in its name, in folders within it.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.write_by(name, |file| Ok(file.write_all(bytes)?))
    }

    /// As `write`, of what `write` writes. If it fails, there is no such file.
    ///
    /// # Errors
    /// As `write`, or its own.
    pub fn write_by<E: From<std::io::Error>>(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<fs::File>) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Some((folder, _)) = name.rsplit_once('/') {
            fs::create_dir_all(self.place.path().join(folder))?;
        }
        let path = self.place.path().join(name);
        let mut file = BufWriter::new(fs::File::create(&path)?);
        if let Err(error) = write(&mut file) {
            drop(file);
            fs::remove_file(path)?;
            return Err(error);
        }
        file.into_inner().map_err(IntoInnerError::into_error)?.sync_all()?;
        Ok(())
    }

    /// Makes the folder appear. An existing folder is replaced.
    ///
    /// # Errors
    /// If the existing folder cannot be removed.
    pub fn finish(self) -> Result<()> {
        let path = self.place.target().to_owned();
        sync_folder(self.place.path());
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        self.place.publish()?;
        sync_parent(&path);
        Ok(())
    }
}

/// Writes `bytes` to `path` atomically: to a temporary file beside it, which is synced and renamed.
/// On failure an existing file is kept and the temporary file is removed.
///
/// # Errors
/// If the folder is missing, read-only or full.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes)?;
    file.finish()
}

/// Writes `files`, by name, into a new folder that appears as `path` when all of them are on the
/// disk. An existing folder is replaced.
///
/// # Errors
/// If the parent folder is missing, read-only or full; the temporary folder is then removed.
pub fn publish_folder(path: &Path, files: &[(&str, Vec<u8>)]) -> Result<()> {
    let mut folder = AtomicFolder::create(path)?;
    for (name, bytes) in files {
        folder.write(name, bytes)?;
    }
    folder.finish()
}

/// Makes a rename in the folder of `path` durable. Not every file system supports this; the data is
/// safe in any case.
fn sync_parent(path: &Path) {
    if let Some(parent) = path.parent() {
        sync_folder(if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
    }
}

fn sync_folder(path: &Path) {
    if let Ok(folder) = fs::File::open(path) {
        let _ = folder.sync_all();
    }
}
