//! `NumPy` arrays of images: one in a `.npy`, one or several by name in a `.npz`.

use std::path::Path;

use concertina_formats::npy::{self, Array};
use concertina_formats::npz::{self, Named};
use fs_err as fs;

use super::part::{Part, Source};
use super::{MAX_UNPACKED_BYTES, labels};
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
pub(super) fn load_npy(path: &Path) -> Result<Source> {
    let array = npy::parse(&fs::read(path)?).map_err(|error| Error::from(error).in_file(path))?;
    let arrays = Arrays { train: array, test: None, train_labels: None, test_labels: None };
    arrays.into_source("NumPy array").map_err(|error| error.in_file(path))
}

/// Reads a `.npz` file: training images, and test images and labels if it has them.
pub(super) fn load_npz(path: &Path) -> Result<Source> {
    let arrays = npz::parse(&fs::read(path)?, MAX_UNPACKED_BYTES);
    let arrays = arrays.map_err(|error| Error::from(error).in_file(path))?;
    let choose = || Arrays::choose(arrays)?.into_source("NumPy archive");
    choose().map_err(|error| error.in_file(path))
}

struct Arrays {
    train: Array,
    test: Option<Array>,
    train_labels: Option<Array>,
    test_labels: Option<Array>,
}

impl Arrays {
    fn choose(mut arrays: Vec<Named>) -> Result<Self> {
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

    fn into_source(self, kind: &str) -> Result<Source> {
        let layout = Layout::of(&self.train.shape)?;
        let test_layout = self.test.as_ref().map(|test| Layout::of(&test.shape)).transpose()?;
        let mut notes = Vec::new();
        layout.notes(&mut notes);
        let values: Vec<_> = [Some(&self.train), self.test.as_ref()]
            .into_iter()
            .flatten()
            .map(|a| &a.values)
            .collect();
        let scale = Scale::choose(&values, &mut notes)?;
        let mut train_labels = class_numbers(self.train_labels, layout.n, &mut notes)?;
        let part = |array: &Array, layout: Layout, labels| -> Result<Part> {
            Ok(Part { images: layout.images(scale.bytes(&array.values))?, labels, names: None })
        };
        let mut valid = None;
        if let (Some(test), Some(layout)) = (&self.test, test_layout) {
            let labels = class_numbers(self.test_labels, layout.n, &mut notes)?;
            // Labels are used only if all images have them.
            let labels = if train_labels.is_some() { labels } else { None };
            if labels.is_none() {
                train_labels = None;
            }
            valid = Some(part(test, layout, labels)?);
        }
        let train = part(&self.train, layout, train_labels)?;
        let parts = [Some(&train), valid.as_ref()];
        let labels = parts.into_iter().flatten().filter_map(|part| part.labels.as_deref());
        let class_names = labels::numbered(labels);
        Ok(Source { kind: kind.to_owned(), train, valid, class_names, notes })
    }
}

/// The classes of `n` images. Labels that are not class numbers are left out, with a note.
fn class_numbers(
    array: Option<Array>,
    n: usize,
    notes: &mut Vec<String>,
) -> Result<Option<Vec<u32>>> {
    let Some(Array { shape, values }) = array else { return Ok(None) };
    if shape.first() != Some(&n) {
        return Err(Error::data(format!(
            "expected one label for each of {n} images, found labels of shape {shape:?}"
        )));
    }
    let labels = (values.len() == n).then(|| labels::from_floats(values.iter_f64())).flatten();
    if labels.is_none() {
        notes.push(format!(
            "labels of shape {shape:?} and type {} are not class numbers from 0 to {}, and were \
             left out",
            values.type_name(),
            labels::MAX_CLASSES - 1
        ));
    }
    Ok(labels)
}
