//! IDX files: a file of images, a pair of images and labels, or a folder of them.

use std::path::Path;

use concertina_formats::idx::Idx;
use concertina_formats::{gzip, idx};
use fs_err as fs;

use super::checked_file::read_checked;
use super::part::{Part, Source};
use super::{Images, MAX_UNPACKED_BYTES, labels};
use crate::error::{Error, Result};
use crate::shape::ImageShape;

/// Reads images, and their labels if there is a file of them.
pub(super) fn pair(images: &Path, labels: Option<&Path>) -> Result<Part> {
    let Idx { shape, values } = read(images)?;
    let &[n, height, width] = shape.as_slice() else {
        return Err(Error::data(format!(
            "expected images (3 axes: number, rows, columns), found {} axes",
            shape.len()
        ))
        .in_file(images));
    };
    if n == 0 {
        return Err(Error::data("expected at least one image, found none").in_file(images));
    }
    let shape = ImageShape::new(1, height, width);
    let images = Images::new(shape, values).map_err(|error| error.in_file(images))?;
    let labels = labels.map(|path| read_labels(path, n)).transpose()?;
    Ok(Part { images, labels, names: None })
}

/// Reads a single file of images.
pub(super) fn load_file(path: &Path) -> Result<Source> {
    Ok(source("IDX file", pair(path, None)?, None))
}

/// Reads the IDX files of a folder: `train-images-idx3-ubyte` and the like, plain or gzipped, with
/// the labels whose names have the same prefix. `t10k` or `test` in a name marks test images.
pub(super) fn load_folder(folder: &Path) -> Result<Source> {
    let names = names(folder)?;
    let images = names.iter().filter(|name| name.contains("idx3"));
    let (test, train): (Vec<_>, Vec<_>) =
        images.partition(|name| name.contains("t10k") || name.contains("test"));
    // Test images alone are treated as training images.
    let (train, test) = if train.is_empty() { (test, train) } else { (train, test) };
    let read = |files: &[&String]| match files {
        [] => Ok(None),
        [file] => {
            let labels = labels_of(file, &names).map(|name| folder.join(name));
            pair(&folder.join(file), labels.as_deref()).map(Some)
        }
        [first, second, ..] => Err(Error::data(format!(
            "expected one file of training images and one of test images, found `{first}` and \
             `{second}`"
        ))
        .in_file(folder)
        .with_hint("move the files that you want into a folder of their own")),
    };
    let train = read(&train)?.ok_or_else(|| {
        Error::data("expected a file of images (`train-images-idx3-ubyte` or the like), found none")
            .in_file(folder)
    })?;
    Ok(source("folder of IDX files", train, read(&test)?))
}

/// True for the name of an IDX file, plain or gzipped.
pub(super) fn is_name(name: &str) -> bool {
    name.contains("idx1") || name.contains("idx3")
}

fn source(kind: &str, train: Part, valid: Option<Part>) -> Source {
    let all = [Some(&train), valid.as_ref()].into_iter().flatten();
    let class_names = labels::numbered(all.filter_map(|part| part.labels.as_deref()));
    Source::new(kind, train, valid, class_names)
}

/// The IDX files of a folder, sorted. If a file exists both gzipped and plain, the plain one is
/// taken.
fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if is_name(&name) && !name.starts_with('.') && folder.join(&name).is_file() {
            names.push(name);
        }
    }
    names.sort();
    // After sorting, the plain file comes right before the gzipped one.
    names.dedup_by(|later, earlier| later.strip_suffix(".gz") == Some(earlier));
    Ok(names)
}

/// The labels of a file of images: the name is the same up to the word `images`.
fn labels_of<'a>(images: &str, names: &'a [String]) -> Option<&'a String> {
    let beginning = images.split("images").next()?;
    names.iter().find(|name| {
        name.strip_prefix(beginning)
            .is_some_and(|rest| rest.starts_with("labels") && rest.contains("idx1"))
    })
}

fn read(path: &Path) -> Result<Idx> {
    let bytes = read_checked(path, |beginning, length| {
        if gzip::is_gzip(beginning) { Ok(()) } else { idx::check(beginning, length) }
    })?;
    let parse = || {
        if gzip::is_gzip(&bytes) {
            let unpacked = gzip::unpack_as_told(&bytes, MAX_UNPACKED_BYTES, idx::length)?;
            idx::read(unpacked)
        } else {
            idx::read(bytes)
        }
    };
    parse().map_err(|error| Error::from(error).in_file(path))
}

fn read_labels(path: &Path, n: usize) -> Result<Vec<u32>> {
    let Idx { shape, values } = read(path)?;
    if shape != [n] {
        let shape: Vec<String> = shape.iter().map(ToString::to_string).collect();
        return Err(Error::data(format!(
            "expected one label for each of {n} images, found labels of shape {}",
            shape.join("x")
        ))
        .in_file(path));
    }
    Ok(values.into_iter().map(u32::from).collect())
}
