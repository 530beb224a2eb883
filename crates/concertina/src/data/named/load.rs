//! Reads a named set from its folder, and checks its files against the published checksums.

use std::path::{Path, PathBuf};

use fs_err as fs;
use sha2::{Digest, Sha256};

use super::set::{Layout, NamedFile, NamedSet};
use super::{batches, idx_path};
use crate::data::part::{Part, Source};
use crate::data::{Images, OpenOptions, cifar, digits, idx, split};
use crate::error::Result;
use crate::rng::Seed;

/// Reads `set` from the first data folder that has all of its files.
pub(in crate::data) fn load(set: &'static NamedSet, options: &OpenOptions) -> Result<Source> {
    let mut notes = Vec::new();
    let (train, valid) = match set.layout {
        Layout::Digits => draw(set, options),
        Layout::Idx => {
            let folder = place(set, options)?;
            load_idx(set, &folder, options, &mut notes)?
        }
        Layout::Cifar => {
            let folder = place(set, options)?;
            load_cifar(set, &folder, options, &mut notes)?
        }
    };
    let class_names = set.class_names.iter().map(ToString::to_string).collect();
    let kind = if set.layout == Layout::Digits { "built-in set" } else { "named set" };
    Ok(Source { notes, ..Source::new(kind, train, valid, class_names) })
}

fn place(set: &NamedSet, options: &OpenOptions) -> Result<PathBuf> {
    super::folder(set, &options.data_dirs).ok_or_else(|| super::missing(set, &options.data_dirs))
}

/// The seed of the built-in digits. They are the same for every seed of a run, so that results of
/// different seeds can be compared.
const DIGITS_SEED: Seed = Seed(0);

/// Generates the built-in digits, no more than the limit allows.
fn draw(set: &NamedSet, options: &OpenOptions) -> (Part, Option<Part>) {
    // So many of one class are among as many times more, with some to hold out.
    let more = if options.classes.is_empty() { 1 } else { 2 * set.class_names.len() };
    let limit = options.limit.map(|limit| limit.saturating_mul(more));
    let options = &OpenOptions { limit, ..options.clone() };
    let [n_train, n_valid] = split::limited(set.train, set.valid, options);
    let (train, train_labels, valid, valid_labels) = digits::dataset(n_train, n_valid, DIGITS_SEED);
    let part = |images: Images, labels| Part { images, labels: Some(labels), names: None };
    (part(train, train_labels), Some(part(valid, valid_labels)))
}

fn load_idx(
    set: &NamedSet,
    folder: &Path,
    options: &OpenOptions,
    notes: &mut Vec<String>,
) -> Result<(Part, Option<Part>)> {
    let mut paths = Vec::new();
    for (done, file) in set.files.iter().enumerate() {
        options.report("reading files", done, set.files.len());
        if let Some(path) = idx_path(folder, file) {
            compare(file, &path, notes)?;
            paths.push(path);
        }
    }
    options.report("reading files", set.files.len(), set.files.len());
    // The table lists images before labels and the training pair before the test pair. No file is
    // missing here.
    let [train, train_labels, valid, valid_labels] =
        paths.try_into().map_err(|_| super::missing(set, &options.data_dirs))?;
    let train = idx::pair(&train, Some(&train_labels))?;
    let valid = idx::pair(&valid, Some(&valid_labels))?;
    Ok((train, Some(valid)))
}

fn load_cifar(
    set: &NamedSet,
    folder: &Path,
    options: &OpenOptions,
    notes: &mut Vec<String>,
) -> Result<(Part, Option<Part>)> {
    let archive = &set.files[0];
    let path = folder.join(archive.name);
    let (train, valid) = if path.is_file() {
        compare(archive, &path, notes)?;
        cifar::archive(&path)?
    } else {
        let (train, test) = batches(folder)?;
        cifar::batches(&train, &test, options)?
    };
    let found = (train.images.len(), valid.as_ref().map_or(0, |valid| valid.images.len()));
    if found != (set.train, set.valid) {
        notes.push(format!(
            "only a part of the set is here: {} of {} training images and {} of {} test images",
            found.0, set.train, found.1, set.valid
        ));
    }
    Ok((train, valid))
}

/// Adds a note if the file's content is not the published one.
fn compare(file: &NamedFile, path: &Path, notes: &mut Vec<String>) -> Result<()> {
    if path.file_name().is_none_or(|name| name != file.name) {
        notes.push(format!("`{}` is here unpacked and could not be checked", file.name));
        return Ok(());
    }
    let found = hex(&Sha256::digest(fs::read(path)?));
    if found != file.sha256 {
        notes.push(format!(
            "`{}` is not the published file (its SHA-256 begins with {}, the published one with \
             {}) and was taken as it is",
            file.name,
            &found[..8],
            &file.sha256[..8]
        ));
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
