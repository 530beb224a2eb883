//! Class labels and class names.

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

/// The number of labels of each of `classes` classes.
pub(super) fn count(labels: Option<&[u32]>, classes: usize) -> Vec<usize> {
    let mut counts = vec![0; classes];
    for &label in labels.unwrap_or_default() {
        counts[label as usize] += 1;
    }
    counts
}
