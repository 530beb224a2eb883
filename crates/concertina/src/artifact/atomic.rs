//! Atomic writes: files and folders appear under their names only when they are complete.

use std::io::Write;
use std::path::{Path, PathBuf};

use fs_err as fs;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::text::hexadecimal;

/// Writes `bytes` to `path` atomically: to a temporary file beside it, which is synced and renamed.
/// On failure an existing file is kept and the temporary file is removed.
///
/// # Errors
/// If the folder is missing, read-only or full.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = beside(path)?;
    let written = write_and_sync(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&beside);
    }
    written?;
    sync_parent(path);
    Ok(())
}

/// Writes `files`, by name, into a new folder that appears as `path` when all of them are on the
/// disk. An existing folder is replaced.
///
/// # Errors
/// If the parent folder is missing, read-only or full; the temporary folder is then removed.
pub fn publish_folder(path: &Path, files: &[(&str, Vec<u8>)]) -> Result<()> {
    let beside = beside(path)?;
    let write = || -> std::io::Result<()> {
        if beside.exists() {
            fs::remove_dir_all(&beside)?;
        }
        fs::create_dir(&beside)?;
        for (name, bytes) in files {
            write_and_sync(&beside.join(name), bytes)?;
        }
        sync_folder(&beside);
        if path.exists() {
            fs::remove_dir_all(path)?;
        }
        fs::rename(&beside, path)
    };
    let written = write();
    if written.is_err() {
        let _ = fs::remove_dir_all(&beside);
    }
    written?;
    sync_parent(path);
    Ok(())
}

/// The temporary path for `path`. Files left there by an earlier attempt are overwritten.
fn beside(path: &Path) -> Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| {
        Error::data(format!("expected the name of a file to write, found `{}`", path.display()))
    })?;
    Ok(path.with_file_name(format!(".{}.part", name.to_string_lossy())))
}

fn write_and_sync(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
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

/// The SHA-256 of `bytes`, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}
