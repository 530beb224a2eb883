//! Which sequences a core decodes, for how many steps, and in which order.

use crate::run::lstm::Blocks;

/// Sequences in the order of their lengths, longest first, so that those that go through their
/// steps together end about together, and nothing is computed behind their ends.
#[derive(Clone, Debug)]
pub(super) struct Sequences {
    pub(super) blocks: Blocks,
    /// The row at each place.
    rows: Vec<usize>,
    /// The place of each row.
    places: Vec<usize>,
    /// The steps of each row; its block may have more.
    lengths: Vec<usize>,
}

impl Sequences {
    /// Of the lengths of the rows. Those of equal length keep their order.
    pub(super) fn of(lengths: Vec<usize>) -> Self {
        let mut rows: Vec<usize> = (0..lengths.len()).collect();
        rows.sort_by_key(|&row| std::cmp::Reverse(lengths[row]));
        let mut places = vec![0; rows.len()];
        for (place, &row) in rows.iter().enumerate() {
            places[row] = place;
        }
        let sorted: Vec<usize> = rows.iter().map(|&row| lengths[row]).collect();
        Sequences { blocks: Blocks::of_lengths(&sorted), rows, places, lengths }
    }

    /// The row at a place.
    #[inline(always)]
    pub(super) fn row(&self, place: usize) -> usize {
        self.rows[place]
    }

    /// Where a step of a row lies; `None` behind its end.
    pub(super) fn find(&self, row: usize, step: usize) -> Option<usize> {
        let is_own = step < self.lengths[row];
        self.blocks.place(self.places[row], step).filter(|_| is_own)
    }

    /// The row at a place; `None` if this step is behind its end.
    pub(super) fn row_at(&self, place: usize, step: usize) -> Option<usize> {
        let row = self.row(place);
        (step < self.lengths[row]).then_some(row)
    }

    /// Values of rows, `[rows, W]`, in the order of places.
    pub(super) fn by_place(&self, values: &[f32]) -> Vec<f32> {
        picked(values, &self.rows)
    }

    /// The way back.
    pub(super) fn by_row(&self, values: &[f32]) -> Vec<f32> {
        picked(values, &self.places)
    }
}

fn picked(values: &[f32], rows: &[usize]) -> Vec<f32> {
    let width = values.len() / rows.len().max(1);
    rows.iter().flat_map(|row| &values[row * width..][..width]).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_come_first_and_rows_are_found_again() {
        let sequences = Sequences::of(vec![2, 7, 0, 7, 3]);
        let rows: Vec<usize> = (0..5).map(|place| sequences.row(place)).collect();
        assert_eq!(rows, [1, 3, 4, 0, 2]);
        let values: Vec<f32> = (0..10_u8).map(f32::from).collect();
        let moved = sequences.by_place(&values);
        assert_eq!(moved[..4], [2.0, 3.0, 6.0, 7.0]);
        assert_eq!(sequences.by_row(&moved), values);
        assert_eq!([2, 3].map(|step| sequences.find(4, step)), [Some(12), None]);
        assert_eq!([2, 3].map(|step| sequences.row_at(2, step)), [Some(4), None]);
        assert_eq!(Sequences::of(vec![4; 6]).rows, [0, 1, 2, 3, 4, 5]);
    }
}
