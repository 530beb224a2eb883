//! The data sets known by name: their descriptions, their files, and where these are on this
//! machine.
//!
//! ```
//! use concertina::data::named;
//!
//! let names: Vec<&str> = named::all().iter().map(|set| set.name).collect();
//! assert!(names.contains(&"mnist") && named::find("mnist").is_some());
//! ```

mod load;
mod set;
mod sets;

pub(super) use load::load;
pub use set::{NamedFile, NamedSet};

use std::path::{Path, PathBuf};

use fs_err as fs;

use self::set::Layout;
use crate::error::{Error, Result};

/// All known sets, the built-in one first.
pub fn all() -> &'static [NamedSet] {
    sets::ALL
}

/// The set of this name.
pub fn find(name: &str) -> Option<&'static NamedSet> {
    sets::ALL.iter().find(|set| set.name == name)
}

/// The files of `set` that `folder` (the set's own folder) does not contain, neither as published
/// nor unpacked. For CIFAR-10 any training batch counts as the archive. A built-in set has no
/// missing files.
pub fn missing_files(set: &NamedSet, folder: &Path) -> Vec<&'static NamedFile> {
    let here = |file: &&NamedFile| match set.layout {
        Layout::Digits => true,
        Layout::Idx => idx_path(folder, file).is_some(),
        Layout::Cifar => {
            folder.join(file.name).is_file()
                || batches(folder).is_ok_and(|(train, _)| !train.is_empty())
        }
    };
    set.files.iter().filter(|file| !here(file)).collect()
}

/// The first folder `<dir>/<name>` that contains all files of the set.
pub fn folder(set: &NamedSet, data_dirs: &[PathBuf]) -> Option<PathBuf> {
    let folders = data_dirs.iter().map(|dir| dir.join(set.name));
    folders.into_iter().find(|folder| missing_files(set, folder).is_empty())
}

/// The error for a set that is not on this machine; its hint names the missing files and their
/// folder.
#[cold]
pub fn missing(set: &NamedSet, data_dirs: &[PathBuf]) -> Error {
    let folders: Vec<PathBuf> = data_dirs.iter().map(|dir| dir.join(set.name)).collect();
    let Some(first) = folders.first() else {
        return Error::data(format!(
            "`{}` is not on this machine: no data folder was given",
            set.name
        ))
        .with_hint("name a folder in which data sets are kept");
    };
    // Of several folders, the hint names the one with the fewest missing files.
    let lacking = |folder: &PathBuf| missing_files(set, folder);
    let target = folders.iter().min_by_key(|folder| lacking(folder).len()).unwrap_or(first);
    let wanted: Vec<&str> = lacking(target).iter().map(|file| file.name).collect();
    let looked: Vec<String> =
        folders.iter().map(|folder| format!("`{}`", folder.display())).collect();
    Error::data(format!(
        "`{}` is not complete on this machine: found {} of {} files in {}",
        set.name,
        set.files.len() - wanted.len(),
        set.files.len(),
        looked.join(" or ")
    ))
    .with_hint(format!(
        "put {} from {} into `{}`",
        wanted.join(", "),
        set.mirrors[0],
        target.display()
    ))
}

/// The path of an IDX file, as published or unpacked, if it exists.
fn idx_path(folder: &Path, file: &NamedFile) -> Option<PathBuf> {
    let unpacked = file.name.strip_suffix(".gz").unwrap_or(file.name);
    [file.name, unpacked].map(|name| folder.join(name)).into_iter().find(|path| path.is_file())
}

/// The CIFAR batches in `folder`, or in the sub-folder that the published archive unpacks to:
/// training batches, then test batches, each sorted.
pub(super) fn batches(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let unpacked = folder.join(sets::CIFAR_FOLDER);
    let folder = if unpacked.is_dir() { &unpacked } else { folder };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "bin") && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    let is_test = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("test"))
    };
    let (test, train) = paths.into_iter().partition(is_test);
    Ok((train, test))
}
