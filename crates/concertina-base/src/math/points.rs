//! Points: codes, pixels or features, as the input of measures.

use super::Codes;
use crate::error::{Error, Result};

/// N points of D dimensions, `[N, D]`, borrowed. There is at least one point, and all values are
/// finite.
#[derive(Clone, Copy, Debug)]
pub struct Points<'a> {
    name: &'a str,
    size: usize,
    values: &'a [f32],
}

impl<'a> Points<'a> {
    /// Interprets `values` as points of `size` dimensions. `name` describes them in errors, for
    /// instance "test codes".
    ///
    /// # Errors
    /// If there is no point, the number of values is not a multiple of `size`, or a value is not
    /// finite.
    pub fn new(name: &'a str, size: usize, values: &'a [f32]) -> Result<Self> {
        if values.is_empty() || size == 0 {
            return Err(Error::data(format!("expected at least one of the {name}, found none")));
        }
        if !values.len().is_multiple_of(size) {
            return Err(Error::data(format!(
                "expected {name} of {size} numbers each, found {} numbers",
                values.len()
            )));
        }
        if let Some(place) = values.iter().position(|value| !value.is_finite()) {
            return Err(Error::data(format!(
                "expected {name} of finite numbers, found {} in number {} of {}",
                values[place],
                place / size + 1,
                values.len() / size
            )));
        }
        Ok(Self { name, size, values })
    }

    /// Codes as points.
    ///
    /// # Errors
    /// As [`Points::new`].
    pub fn of_codes(name: &'a str, codes: &'a Codes) -> Result<Self> {
        Self::new(name, codes.size(), codes.values())
    }

    /// The description of the points.
    pub fn name(self) -> &'a str {
        self.name
    }

    /// The number of dimensions, D.
    pub fn size(self) -> usize {
        self.size
    }

    /// The number of points, N; at least 1.
    pub fn n_points(self) -> usize {
        self.values.len() / self.size
    }

    /// All values, `[N, D]`.
    pub fn values(self) -> &'a [f32] {
        self.values
    }

    /// Iterates over the points.
    pub fn rows(self) -> std::slice::ChunksExact<'a, f32> {
        self.values.chunks_exact(self.size)
    }

    /// The point at `index`.
    ///
    /// # Panics
    /// If `index` is not below [`Points::n_points`].
    pub fn row(self, index: usize) -> &'a [f32] {
        &self.values[index * self.size..][..self.size]
    }

    /// Checks that there are at least `n` points for `purpose`.
    pub fn expect_at_least(self, n: usize, purpose: &str) -> Result<()> {
        if self.n_points() >= n {
            return Ok(());
        }
        Err(Error::insufficient(format!(
            "expected at least {n} {} for {purpose}, found {}",
            self.name,
            self.n_points()
        )))
    }

    /// Checks that the points have `size` dimensions, as those described by `others`.
    pub fn expect_size(self, size: usize, others: &str) -> Result<()> {
        if self.size == size {
            return Ok(());
        }
        Err(Error::data(format!(
            "expected {} of {size} numbers each, as the {others}, found {}",
            self.name, self.size
        )))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn what_cannot_be_points_is_refused() {
        let message = |size, values: &[f32]| Points::new("test codes", size, values).unwrap_err();
        for (size, values, expected) in [
            (2, &[][..], "expected at least one of the test codes, found none"),
            (0, &[1.0], "expected at least one of the test codes, found none"),
            (2, &[1.0; 3], "expected test codes of 2 numbers each, found 3 numbers"),
            (
                2,
                &[1.0, 2.0, f32::NAN, 0.0],
                "expected test codes of finite numbers, found NaN in number 2 of 2",
            ),
        ] {
            let error = message(size, values);
            assert!(error.is_data());
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn points_know_what_is_asked_of_them() {
        let points = Points::new("codes", 2, &[1.0, 2.0, 3.0, 4.0]).unwrap();
        assert_eq!((points.n_points(), points.size(), points.row(1)), (2, 2, &[3.0, 4.0][..]));
        points.expect_at_least(2, "nothing").unwrap();
        assert_eq!(
            points.expect_at_least(3, "3 clusters").unwrap_err().to_string(),
            "expected at least 3 codes for 3 clusters, found 2"
        );
        assert_eq!(
            points.expect_size(5, "training codes").unwrap_err().to_string(),
            "expected codes of 5 numbers each, as the training codes, found 2"
        );
    }
}
