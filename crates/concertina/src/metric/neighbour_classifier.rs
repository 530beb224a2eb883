//! The k-nearest-neighbours classifier.

use super::labelled::{Labelled, accuracy};
use crate::error::Result;
use crate::math::{Neighbour, Points, nearest};

/// The majority class of the `k` nearest training points, for each test point; the smallest label
/// in a tie, as in scikit-learn.
///
/// # Errors
/// As [`nearest`], or if the training points have only one class.
pub fn neighbour_classes(train: Labelled<'_>, test: Points<'_>, k: usize) -> Result<Vec<u32>> {
    train.expect_classes("nearest neighbours")?;
    let vote = |neighbours: Vec<Neighbour>| {
        let mut labels: Vec<u32> = neighbours.iter().map(|n| train.labels()[n.index]).collect();
        labels.sort_unstable();
        let mut most: &[u32] = &[];
        for group in labels.chunk_by(|a, b| a == b) {
            if group.len() > most.len() {
                most = group;
            }
        }
        most[0]
    };
    Ok(nearest(train.points(), test, k)?.into_iter().map(vote).collect())
}

/// The fraction of test points that [`neighbour_classes`] classifies correctly.
///
/// # Errors
/// As [`neighbour_classes`].
pub fn neighbour_accuracy(train: Labelled<'_>, test: Labelled<'_>, k: usize) -> Result<f64> {
    let found = neighbour_classes(train, test.points(), k)?;
    Ok(accuracy(&found, test.labels()))
}

#[cfg(test)]
mod tests;
