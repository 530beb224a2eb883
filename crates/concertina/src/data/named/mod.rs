//! The data sets known by name: what they are, which files they consist of, and where those are on this machine.

mod load;
mod sets;

pub(super) use load::load;

use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::error::{Error, Result};
use crate::shape::ImageShape;

/// A data set known by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedSet {
    /// The name by which it is asked for, and of its folder.
    pub name: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// Images to train on.
    pub train: usize,
    /// Test images.
    pub valid: usize,
    /// The shape of each image.
    pub shape: ImageShape,
    /// Authors and licence.
    pub credit: &'static str,
    /// The names of the classes in the order of their labels.
    pub class_names: &'static [&'static str],
    /// Places that have the files, the best first; see [`NamedSet::urls`].
    pub mirrors: &'static [&'static str],
    /// The files it consists of, as published; none for a built-in set.
    pub files: &'static [NamedFile],
    layout: Layout,
}

/// A published file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedFile {
    /// Its name, also on this machine.
    pub name: &'static str,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: &'static str,
    /// Its size.
    pub bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// Drawn by the program.
    Digits,
    /// Four IDX files: images and labels, to train on and to test with.
    Idx,
    /// A tar archive of CIFAR batches, or the batches unpacked.
    Cifar,
}

impl NamedSet {
    /// Where `file` can be had, the best place first.
    pub fn urls(&self, file: &NamedFile) -> Vec<String> {
        self.mirrors.iter().map(|mirror| format!("{mirror}{}", file.name)).collect()
    }
}

/// All known sets, the built-in one first.
pub fn all() -> &'static [NamedSet] {
    sets::ALL
}

/// The set of that name.
pub fn find(name: &str) -> Option<&'static NamedSet> {
    sets::ALL.iter().find(|set| set.name == name)
}

/// The files of `set` that are not in `folder` (the set's own folder), in their published or their unpacked form. For
/// CIFAR-10 any of the batches will do in place of the archive. Nothing is ever missing of a built-in set.
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

/// The first folder `<dir>/<name>` that has all files of the set.
pub fn folder(set: &NamedSet, data_dirs: &[PathBuf]) -> Option<PathBuf> {
    let folders = data_dirs.iter().map(|dir| dir.join(set.name));
    folders.into_iter().find(|folder| missing_files(set, folder).is_empty())
}

/// The error for a set that is not on this machine; its hint says which files go where.
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
    // Of several folders the one is completed that lacks the least.
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

/// Where one of the four IDX files is: as published, or unpacked.
fn idx_path(folder: &Path, file: &NamedFile) -> Option<PathBuf> {
    let unpacked = file.name.strip_suffix(".gz").unwrap_or(file.name);
    [file.name, unpacked].map(|name| folder.join(name)).into_iter().find(|path| path.is_file())
}

/// The CIFAR batches in `folder`, or in the folder that the published archive unpacks to: those to train on, sorted,
/// and those to test with.
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
