//! CIFAR-10's binary batches, as files or as the published archive.

use std::path::{Path, PathBuf};

use concertina_formats::cifar::{self, Batch};
use concertina_formats::{gzip, tar};
use fs_err as fs;

use super::checked_file::read_checked;
use super::part::{Part, Source};
use super::{Images, OpenOptions, named};
use crate::error::{Error, Result};
use crate::shape::ImageShape;

/// More than twice the size of the published archive, unpacked.
const MAX_ARCHIVE_BYTES: usize = 1 << 29;
const SHAPE: ImageShape = ImageShape::new(3, 32, 32);

/// Training images, and test images if there are test batches.
type Parts = (Part, Option<Part>);

/// Reads one batch file.
pub(super) fn load_file(path: &Path, options: &OpenOptions) -> Result<Source> {
    Ok(source("CIFAR-10 batch", batches(&[path.to_owned()], &[], options)?))
}

/// Reads the archive of batches as a source.
pub(super) fn load_archive(path: &Path) -> Result<Source> {
    Ok(source("CIFAR-10 archive", archive(path)?))
}

/// Reads the batch files of a folder; those whose names begin with `test` are test images.
pub(super) fn load_folder(folder: &Path, options: &OpenOptions) -> Result<Source> {
    let (train, test) = named::batches(folder)?;
    // Test batches alone are treated as training batches.
    let (train, test) = if train.is_empty() { (test, train) } else { (train, test) };
    Ok(source("folder of CIFAR-10 batches", batches(&train, &test, options)?))
}

fn source(kind: &str, (train, valid): Parts) -> Source {
    let names = named::find("cifar10").map_or(&[][..], |set| set.class_names);
    let class_names = names.iter().map(ToString::to_string).collect();
    Source::new(kind, train, valid, class_names)
}

/// Reads the batch files `train` and `test`.
pub(super) fn batches(train: &[PathBuf], test: &[PathBuf], options: &OpenOptions) -> Result<Parts> {
    let total = train.len() + test.len();
    let mut done = 0;
    let mut read = |paths: &[PathBuf]| {
        let mut all = Batch::default();
        for path in paths {
            options.report("reading files", done, total);
            let batch = cifar::parse(&read_checked(path, cifar::check)?)
                .map_err(|error| Error::from(error).in_file(path))?;
            append(&mut all, batch);
            done += 1;
        }
        part(all)
    };
    let parts = (read(train)?, if test.is_empty() { None } else { Some(read(test)?) });
    options.report("reading files", total, total);
    Ok(parts)
}

/// Reads the published archive, without unpacking it to files.
pub(super) fn archive(path: &Path) -> Result<Parts> {
    let in_file = |error: concertina_formats::Error| Error::from(error).in_file(path);
    let bytes = gzip::unpack(&fs::read(path)?, MAX_ARCHIVE_BYTES).map_err(in_file)?;
    let (mut train, mut test) = (Batch::default(), Batch::default());
    for entry in tar::entries(&bytes).map_err(in_file)? {
        let name = entry.name.rsplit('/').next().unwrap_or_default();
        if Path::new(name).extension().is_some_and(|ending| ending == "bin") {
            let content = &bytes[entry.place.start as usize..entry.place.end as usize];
            let batch = cifar::parse(content).map_err(in_file)?;
            append(if name.starts_with("test") { &mut test } else { &mut train }, batch);
        }
    }
    if train.labels.is_empty() {
        return Err(Error::data("expected CIFAR-10 batches (`data_batch_1.bin` ..), found none")
            .in_file(path)
            .with_hint(
                "pictures are read from archives that are not compressed: unpack it to .tar",
            ));
    }
    let test = if test.labels.is_empty() { None } else { Some(part(test)?) };
    Ok((part(train)?, test))
}

fn append(all: &mut Batch, batch: Batch) {
    all.labels.extend(batch.labels);
    all.pixels.extend(batch.pixels);
}

fn part(batch: Batch) -> Result<Part> {
    let labels = batch.labels.into_iter().map(u32::from).collect();
    Ok(Part { images: Images::new(SHAPE, batch.pixels)?, labels: Some(labels), names: None })
}
