//! Detects the kind of a source, and splits, limits and fits sources that are arrays.

use std::io::Read;
use std::path::Path;

use fs_err as fs;

use super::part::{Ready, Source};
use super::{
    OpenOptions, SizeRange, Skipped, archive, array, chosen, cifar, fit, folder, idx, music, named,
    pack, picture, split,
};
use crate::error::{Error, Result};

/// Larger sides are rejected: such images are too large to train on.
const MAX_SIDE: usize = 16_384;

/// A source whose path is absolute, so that a run can be resumed from anywhere; a named set by its
/// name, even where a folder has the same.
pub fn absolute_source(source: &str) -> String {
    let path = Path::new(source);
    let is_named = named::find(source).is_some() || music::named::find(source).is_some();
    let is_path = !is_named && path.exists();
    match is_path.then(|| std::path::absolute(path)) {
        Some(Ok(path)) => path.display().to_string(),
        _ => source.to_owned(),
    }
}

/// Reads the given source, a name or a path.
pub(super) fn load(source: &str, options: &OpenOptions) -> Result<Ready> {
    if let Some(set) = named::find(source) {
        return arrange(named::load(set, options)?, options);
    }
    let path = Path::new(source);
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => load_folder(path, options),
        Ok(metadata) if metadata.is_file() => load_file(path, options),
        Ok(_) => Err(Error::data("expected a file or a folder, found neither").in_file(path)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(unknown(source)),
        Err(error) => Err(error.into()),
    }
}

fn load_folder(path: &Path, options: &OpenOptions) -> Result<Ready> {
    match FolderKind::of(path)? {
        FolderKind::Pack => pack::sample(&path.to_string_lossy(), options),
        FolderKind::Idx => arrange(idx::load_folder(path)?, options),
        FolderKind::Cifar => arrange(cifar::load_folder(path, options)?, options),
        FolderKind::Pictures => folder::load(path, options),
    }
}

/// What a folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FolderKind {
    Pack,
    Idx,
    Cifar,
    Pictures,
}

/// Whether a source is image files: a folder of them, or tar archives.
///
/// # Errors
/// If it is a folder that cannot be read.
pub fn is_files_of_pictures(source: &str) -> Result<bool> {
    let path = Path::new(source);
    if named::find(source).is_some() {
        Ok(false)
    } else if path.is_dir() {
        Ok(FolderKind::of(path)? == FolderKind::Pictures)
    } else {
        Ok(path.is_file() && archive::is_name(source))
    }
}

impl FolderKind {
    fn of(path: &Path) -> Result<Self> {
        if pack::is_pack(path) {
            return Ok(Self::Pack);
        }
        let (mut has_idx, mut has_batches) = (false, false);
        for entry in fs::read_dir(path)? {
            let name = entry?.file_name().to_string_lossy().to_lowercase();
            has_idx |= name.contains("idx3") && !picture::is_name(&name);
            has_batches |= Path::new(&name).extension().is_some_and(|ending| ending == "bin");
        }
        Ok(match (has_idx, has_batches) {
            (true, _) => Self::Idx,
            (_, true) => Self::Cifar,
            _ => Self::Pictures,
        })
    }
}

fn load_file(path: &Path, options: &OpenOptions) -> Result<Ready> {
    let mut start = Vec::new();
    fs::File::open(path)?.take(8).read_to_end(&mut start)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    // By its name, as everywhere: what an archive begins with is the name of a file in it.
    if archive::is_name(&name) {
        return folder::load(path, options);
    }
    let source = if start.starts_with(b"\x93NUMPY") || ends(&[".npy"]) {
        array::load_npy(path, options)?
    } else if start.starts_with(b"PK\x03\x04") || ends(&[".npz"]) {
        array::load_npz(path, options)?
    } else if ends(&[".tar.gz", ".tgz"]) {
        cifar::load_archive(path)?
    } else if start.starts_with(&[0, 0, 8])
        || start.starts_with(&[0x1f, 0x8b])
        || idx::is_name(&name)
    {
        idx::load_file(path)?
    } else if ends(&[".bin"]) {
        cifar::load_file(path, options)?
    } else {
        return folder::load_file(path, options);
    };
    arrange(source, options)
}

/// Splits, limits and fits a source of images that are all of one size.
pub(super) fn arrange(source: Source, options: &OpenOptions) -> Result<Ready> {
    let Source { kind, mut train, valid, class_names, notes, array_range } =
        chosen::of_classes(source, &options.classes)?;
    if options.patch.is_some() {
        return Err(Error::config(format!(
            "`data.patch`: expected a folder of image files, or one, found a {kind}"
        )));
    }
    let shape = train.images.shape();
    if shape.height > MAX_SIDE || shape.width > MAX_SIDE {
        return Err(Error::data(format!(
            "expected images of at most {MAX_SIDE} pixels a side, found {} x {}",
            shape.width, shape.height
        )));
    }
    let (train, mut valid, split) = match valid {
        Some(valid) if valid.images.shape() != shape => {
            return Err(Error::data(format!(
                "expected test images of the training images' shape {shape}, found {}",
                valid.images.shape()
            )));
        }
        Some(valid) => {
            let split = split::provided(train.images.len(), valid.images.len(), options);
            // All of them are in their order: a copy would take their memory again.
            let is_whole = split.valid.len() == valid.images.len();
            let valid = if is_whole { valid } else { valid.select(&split.valid)? };
            (train.take(split.train.len()), valid, split.description)
        }
        None => {
            let split = split::random(train.images.len(), options);
            let valid = train.select(&split.valid)?;
            // A split of all images is in their order: a copy would take their memory again.
            if split.train.len() < train.images.len() {
                train = train.select(&split.train)?;
            }
            (train, valid, split.description)
        }
    };
    let mut train = train;
    train.images = fit::refit(train.images, options)?;
    valid.images = fit::refit(valid.images, options)?;
    let side = options.size.filter(|_| train.images.shape() != shape);
    let fitted =
        fit::Fit { side, channels: train.images.shape().channels }.describe(shape.channels == 3);
    let sizes = SizeRange::one(shape.width, shape.height);
    let skipped = Skipped::default();
    Ok(Ready {
        kind,
        train,
        valid,
        class_names,
        notes,
        array_range,
        split,
        fitted,
        sizes,
        skipped,
        patches: None,
    })
}

/// The error for a source that is neither a known set nor an existing path.
#[cold]
fn unknown(source: &str) -> Error {
    let names: Vec<&str> = named::all().iter().map(|set| set.name).collect();
    let error = Error::data(format!(
        "`{source}` is neither a known data set ({}) nor a path that exists",
        names.join(", ")
    ));
    let letters = |text: &str| -> Vec<char> {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = letters(source);
    let near = names.into_iter().map(|name| (edit_distance(&wanted, &letters(name)), name)).min();
    match near {
        Some((0..=2, name)) => error.with_hint(format!("did you mean `{name}`?")),
        _ => error,
    }
}

/// The Levenshtein distance between `a` and `b`.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
