//! Sequences that read the same: they are computed once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Which of some sequences are the same. A bar of music has tracks where nobody plays, and all of
/// them are alike.
#[derive(Debug)]
pub(super) struct Distinct {
    /// The first row of each that differs from those before it.
    pub(super) firsts: Vec<usize>,
    /// Which of these each row is.
    pub(super) of_rows: Vec<usize>,
}

impl Distinct {
    /// Of rows of values; `None` if all differ.
    pub(super) fn of<'v>(rows: impl Iterator<Item = &'v [f32]>) -> Option<Self> {
        let (mut known, mut firsts, mut of_rows) = (HashMap::new(), Vec::new(), Vec::new());
        for (row, values) in rows.enumerate() {
            let bits: Vec<u32> = values.iter().map(|value| value.to_bits()).collect();
            let place = match known.entry(bits) {
                Entry::Occupied(entry) => *entry.get(),
                Entry::Vacant(entry) => {
                    firsts.push(row);
                    *entry.insert(firsts.len() - 1)
                }
            };
            of_rows.push(place);
        }
        (firsts.len() < of_rows.len()).then_some(Self { firsts, of_rows })
    }

    /// The sums over the rows that are the same, in their order: `[firsts, W]` of `[rows, W]`.
    pub(super) fn sums(&self, values: &[f32]) -> Vec<f32> {
        let width = values.len() / self.of_rows.len();
        let mut sums = vec![0.0; self.firsts.len() * width];
        for (values, place) in values.chunks_exact(width).zip(&self.of_rows) {
            super::add(&mut sums[place * width..][..width], values);
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn equal_rows_are_one_and_their_gradients_add_up() {
        let rows = [[1.0, 2.0], [3.0, 4.0], [1.0, 2.0], [5.0, 0.0], [1.0, 2.0]];
        let distinct = Distinct::of(rows.iter().map(|row| &row[..])).unwrap();
        assert_eq!(distinct.firsts, [0, 1, 3]);
        assert_eq!(distinct.of_rows, [0, 1, 0, 2, 0]);
        assert_eq!(distinct.sums(rows.as_flattened()), [3.0, 6.0, 3.0, 4.0, 5.0, 0.0]);
        assert!(Distinct::of(rows[..2].iter().map(|row| &row[..])).is_none());
        assert!(Distinct::of(std::iter::empty()).is_none());
    }
}
