//! Class labels and class names.

use super::ClassCount;
use crate::error::{Error, Result};

/// Values from here on are not accepted as class labels.
pub(super) const MAX_CLASSES: u32 = 10_000;

/// The class names "0", "1", "2" .. for labels without names; empty if there are no labels.
pub(super) fn numbered<'a>(labels: impl Iterator<Item = &'a [u32]>) -> Vec<String> {
    let largest = labels.flatten().max();
    largest.map_or_else(Vec::new, |&largest| (0..=largest).map(|label| label.to_string()).collect())
}

/// Converts floats to labels. `None` unless all are whole numbers from 0 to below [`MAX_CLASSES`].
pub(super) fn from_floats(values: impl Iterator<Item = f64>) -> Option<Vec<u32>> {
    let label = |value: f64| {
        let fits = value.fract() == 0.0 && (0.0..f64::from(MAX_CLASSES)).contains(&value);
        fits.then_some(value as u32)
    };
    values.map(label).collect()
}

/// An error unless there is a label for each of `n` images, and each is accepted.
pub(super) fn check(labels: &[u32], n: usize) -> Result<()> {
    if labels.len() != n {
        return Err(Error::data(format!(
            "expected one label for each of {n} images, found {} labels",
            labels.len()
        )));
    }
    match labels.iter().find(|&&label| label >= MAX_CLASSES) {
        Some(label) => {
            Err(Error::data(format!("expected labels below {MAX_CLASSES}, found {label}")))
        }
        None => Ok(()),
    }
}

/// How many examples of each class are trained on and held out, for the data card. Labels are below
/// the number of names.
pub(super) fn class_counts(
    names: &[String],
    train: Option<&[u32]>,
    valid: Option<&[u32]>,
) -> Vec<ClassCount> {
    named_counts(names, [train, valid].map(|labels| count(labels, names.len())))
}

/// The same of examples that were counted already.
pub(super) fn named_counts(names: &[String], [train, valid]: [Vec<usize>; 2]) -> Vec<ClassCount> {
    let counts = train.into_iter().zip(valid);
    let named =
        |(name, (train, valid)): (&String, _)| ClassCount { name: name.clone(), train, valid };
    names.iter().zip(counts).map(named).collect()
}

/// The number of labels of each of `classes` classes.
pub(super) fn count(labels: Option<&[u32]>, classes: usize) -> Vec<usize> {
    let mut counts = vec![0; classes];
    for &label in labels.unwrap_or_default() {
        counts[label as usize] += 1;
    }
    counts
}
