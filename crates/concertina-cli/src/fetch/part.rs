//! The file in which a download gathers until it is complete.

use std::fs::TryLockError;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use concertina::text::hexadecimal;
use sha2::{Digest as _, Sha256};

/// `<name>.part`, held by one process at a time.
pub(super) struct Part {
    file: fs_err::File,
    length: u64,
}

impl Part {
    /// Opens the part of the file `to` with what an earlier download left in it; `None` if another
    /// process has just completed the file.
    ///
    /// # Errors
    /// The part cannot be opened, or another process is writing it.
    pub(super) fn open(to: &Path) -> anyhow::Result<Option<Self>> {
        let name =
            to.file_name().context("expected the path of a file to download to, found none")?;
        let mut part_name = name.to_owned();
        part_name.push(".part");
        let path = to.with_file_name(part_name);

        let had_file = to.exists();
        loop {
            let file = fs_err::OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)?;
            match file.file().try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    bail!("another process is downloading to `{}`", path.display())
                }
                Err(TryLockError::Error(error)) => {
                    return Err(error).context(format!("failed to lock `{}`", path.display()));
                }
            }
            // Between opening and locking, another process may have renamed or removed the file.
            if path.exists() {
                let length = file.metadata()?.len();
                return Ok(Some(Self { file, length }));
            }
            if to.exists() && !had_file {
                return Ok(None);
            }
        }
    }

    /// Bytes gathered so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Starts over.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.length = 0;
        Ok(())
    }

    /// Adds bytes at the end.
    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// The checksum of all bytes, in lower-case hexadecimal.
    pub(super) fn sha256(&mut self) -> io::Result<String> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut hasher = Hasher(Sha256::new());
        io::copy(&mut self.file, &mut hasher)?;
        Ok(hexadecimal(&hasher.0.finalize()))
    }

    /// Gives the complete part its name, durably.
    pub(super) fn install(self, to: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        fs_err::rename(self.file.path(), to)?;
        sync_folder(to)
    }

    /// Leaves nothing behind.
    pub(super) fn remove(self) -> io::Result<()> {
        let path: PathBuf = self.file.path().to_owned();
        fs_err::remove_file(path)
    }
}

/// A sink for `io::copy` that keeps only the checksum.
struct Hasher(Sha256);

impl io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes down the file's name; only Unix lets a folder be opened for that.
fn sync_folder(file: &Path) -> io::Result<()> {
    if cfg!(unix)
        && let Some(folder) = file.parent()
    {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        fs_err::File::open(folder)?.sync_all()?;
    }
    Ok(())
}
