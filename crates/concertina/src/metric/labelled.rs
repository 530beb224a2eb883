//! Labelled points, as the input of classifiers and probes.

use crate::error::{Error, Result};
use crate::math::Points;

/// Points and a label for each.
#[derive(Clone, Copy, Debug)]
pub struct Labelled<'a> {
    points: Points<'a>,
    labels: &'a [u32],
}

impl<'a> Labelled<'a> {
    /// Pairs `points` with their `labels`.
    ///
    /// # Errors
    /// If the number of labels is not that of the points.
    pub fn new(points: Points<'a>, labels: &'a [u32]) -> Result<Self> {
        if labels.len() != points.n_points() {
            return Err(Error::data(format!(
                "expected a label for each of {} {}, found {} labels",
                points.n_points(),
                points.name(),
                labels.len()
            )));
        }
        Ok(Self { points, labels })
    }

    /// The points.
    pub fn points(self) -> Points<'a> {
        self.points
    }

    /// The label of each point.
    pub fn labels(self) -> &'a [u32] {
        self.labels
    }

    /// The classes that occur, in ascending order.
    pub fn classes(self) -> Vec<u32> {
        let mut classes = self.labels.to_vec();
        classes.sort_unstable();
        classes.dedup();
        classes
    }

    /// Checks that there is more than one class, for `purpose`.
    pub(super) fn expect_classes(self, purpose: &str) -> Result<()> {
        let classes = self.classes();
        if let [only] = classes[..] {
            return Err(Error::insufficient(format!(
                "expected {} of at least two classes for {purpose}, found class {only} alone",
                self.points.name()
            )));
        }
        Ok(())
    }
}

/// The fraction of equal labels.
pub(super) fn accuracy(found: &[u32], expected: &[u32]) -> f64 {
    let right = found.iter().zip(expected).filter(|(found, expected)| found == expected).count();
    right as f64 / expected.len() as f64
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn labels_and_points_go_together() {
        let points = Points::new("test codes", 2, &[0.0; 6]).unwrap();
        assert_eq!(Labelled::new(points, &[7, 3, 7]).unwrap().classes(), [3, 7]);
        assert_eq!(
            Labelled::new(points, &[1]).unwrap_err().to_string(),
            "expected a label for each of 3 test codes, found 1 labels"
        );
        let alike = Labelled::new(points, &[4; 3]).unwrap();
        assert_eq!(
            alike.expect_classes("a linear probe").unwrap_err().to_string(),
            "expected test codes of at least two classes for a linear probe, found class 4 alone"
        );
        assert_eq!(accuracy(&[1, 2, 3, 4], &[1, 2, 0, 4]), 0.75);
    }
}
