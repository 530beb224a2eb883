//! `NumPy` arrays of images: one in a `.npy`, one or several by name in a `.npz`.

use std::path::Path;

use concertina_formats::npy::{self, Encoded};
use concertina_formats::npz;

use super::checked_file::read_checked;

use super::part::{Part, Source};
use super::{MAX_UNPACKED_BYTES, OpenOptions, labels};
use crate::error::{Error, Result};

mod layout;
mod scale;

use layout::Layout;
use scale::Scale;

/// The names of arrays in a `.npz`, by content; the first name that exists is taken.
const TRAIN: [&str; 6] = ["x_train", "train_images", "images", "x", "X", "data"];
const TEST: [&str; 3] = ["x_test", "test_images", "x_valid"];
const TRAIN_LABELS: [&str; 5] = ["y_train", "train_labels", "labels", "y", "Y"];
const TEST_LABELS: [&str; 3] = ["y_test", "test_labels", "y_valid"];

/// Reads a `.npy` file of images.
pub(super) fn load_npy(path: &Path, options: &OpenOptions) -> Result<Source> {
    let array = Encoded::read(read_checked(path, npy::check)?)
        .map_err(|error| Error::from(error).in_file(path))?;
    let arrays = Arrays { train: array, test: None, train_labels: None, test_labels: None };
    arrays.into_source("NumPy array", options).map_err(|error| error.in_file(path))
}

/// Reads a `.npz` file: training images, and test images and labels if it has them.
pub(super) fn load_npz(path: &Path, options: &OpenOptions) -> Result<Source> {
    let arrays = npz::read(&read_checked(path, npz::check)?, MAX_UNPACKED_BYTES);
    let arrays = arrays.map_err(|error| Error::from(error).in_file(path))?;
    let choose = || Arrays::choose(arrays)?.into_source("NumPy archive", options);
    choose().map_err(|error| error.in_file(path))
}

struct Arrays {
    train: Encoded,
    test: Option<Encoded>,
    train_labels: Option<Encoded>,
    test_labels: Option<Encoded>,
}

impl Arrays {
    fn choose(mut arrays: Vec<(String, Encoded)>) -> Result<Self> {
        let names: Vec<String> = arrays.iter().map(|(name, _)| format!("`{name}`")).collect();
        if let [(_, _)] = arrays.as_slice() {
            let (_, train) = arrays.remove(0);
            return Ok(Self { train, test: None, train_labels: None, test_labels: None });
        }
        let mut take = |wanted: &[&str]| {
            let place = wanted.iter().find_map(|w| arrays.iter().position(|(name, _)| name == w));
            place.map(|place| arrays.swap_remove(place).1)
        };
        let train = take(&TRAIN).ok_or_else(|| {
            let found = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            Error::data(format!(
                "expected one array, or one named {}; found {found}",
                TRAIN.join(", ")
            ))
        })?;
        let test = take(&TEST);
        Ok(Self { train, test, train_labels: take(&TRAIN_LABELS), test_labels: take(&TEST_LABELS) })
    }

    fn into_source(self, kind: &str, options: &OpenOptions) -> Result<Source> {
        let layout = Layout::of(&self.train.shape)?;
        let test_layout = self.test.as_ref().map(|test| Layout::of(&test.shape)).transpose()?;
        let mut notes = Vec::new();
        layout.notes(&mut notes);
        let arrays: Vec<_> =
            [Some(&self.train), self.test.as_ref()].into_iter().flatten().collect();
        let scale = Scale::choose(&arrays, options.array_range, &mut notes)?;
        let mut train_labels = class_numbers(self.train_labels, layout.n, &mut notes)?;
        let part = |array: Encoded, layout: Layout, labels| -> Result<Part> {
            Ok(Part { images: layout.images(scale.bytes(array))?, labels, names: None })
        };
        let mut valid = None;
        if let (Some(test), Some(layout)) = (self.test, test_layout) {
            let labels = class_numbers(self.test_labels, layout.n, &mut notes)?;
            // Labels are used only if all images have them.
            let labels = if train_labels.is_some() { labels } else { None };
            if labels.is_none() {
                train_labels = None;
            }
            valid = Some(part(test, layout, labels)?);
        }
        let train = part(self.train, layout, train_labels)?;
        let parts = [Some(&train), valid.as_ref()];
        let labels = parts.into_iter().flatten().filter_map(|part| part.labels.as_deref());
        let class_names = labels::numbered(labels);
        let array_range = Some(scale.range());
        Ok(Source { notes, array_range, ..Source::new(kind, train, valid, class_names) })
    }
}

/// The classes of `n` images. Labels that are not class numbers are left out, with a note.
fn class_numbers(
    array: Option<Encoded>,
    n: usize,
    notes: &mut Vec<String>,
) -> Result<Option<Vec<u32>>> {
    let Some(array) = array else { return Ok(None) };
    let shape = &array.shape;
    if shape.first() != Some(&n) {
        return Err(Error::data(format!(
            "expected one label for each of {n} images, found labels of shape {shape:?}"
        )));
    }
    let labels = (array.len() == n).then(|| labels::from_floats(array.iter_f64())).flatten();
    if labels.is_none() {
        notes.push(format!(
            "labels of shape {shape:?} and type {} are not class numbers from 0 to {}, and were \
             left out",
            array.type_name(),
            labels::MAX_CLASSES - 1
        ));
    }
    Ok(labels)
}
