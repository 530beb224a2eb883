//! Labels: numbers of classes, and names for them.

/// More classes than this are no classes: the labels are something else.
pub(super) const MAX_CLASSES: u32 = 10_000;

/// The names 0, 1, 2 .. for labels without names; none if there are no labels.
pub(super) fn numbered<'a>(labels: impl Iterator<Item = &'a [u32]>) -> Vec<String> {
    let largest = labels.flatten().max();
    largest.map_or_else(Vec::new, |&largest| (0..=largest).map(|label| label.to_string()).collect())
}

/// Numbers as labels: whole, from 0, and below [`MAX_CLASSES`]; else nothing.
pub(super) fn from_numbers(numbers: impl Iterator<Item = f64>) -> Option<Vec<u32>> {
    let label = |number: f64| {
        let fits = number.fract() == 0.0 && (0.0..f64::from(MAX_CLASSES)).contains(&number);
        fits.then_some(number as u32)
    };
    numbers.map(label).collect()
}

/// How many labels there are of each of `classes` classes.
pub(super) fn count(labels: Option<&[u32]>, classes: usize) -> Vec<usize> {
    let mut counts = vec![0; classes];
    for &label in labels.unwrap_or_default() {
        counts[label as usize] += 1;
    }
    counts
}
