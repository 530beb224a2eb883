//! How the rows of sequences lie in memory: a few of them at a time, with all their steps.
//!
//! Rows do not meet in a recurrent layer, so that a thread takes some of them through all steps
//! without waiting for another. Their number is fixed: the sums over rows have one order.

use std::ops::Range;

/// The most rows of a block.
const MOST_ROWS: usize = 32;

/// Values of `rows` sequences of `steps` steps, `[N, ...]` with N = rows x steps: block by block,
/// in a block step by step, in a step row by row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocks {
    pub(crate) rows: usize,
    pub(crate) steps: usize,
}

impl Blocks {
    /// Rows and steps of all: N.
    pub(crate) fn len(self) -> usize {
        self.rows * self.steps
    }

    /// Rows and steps of a block that is full; the last one may have fewer rows.
    pub(crate) fn full(self) -> usize {
        MOST_ROWS * self.steps
    }

    /// The rows of each block.
    pub(crate) fn all(self) -> impl Iterator<Item = Range<usize>> {
        (0..self.rows).step_by(MOST_ROWS).map(move |first| first..self.rows.min(first + MOST_ROWS))
    }

    /// Where a step of a row lies among N.
    pub(crate) fn place(self, row: usize, step: usize) -> usize {
        let first = row / MOST_ROWS * MOST_ROWS;
        let n = MOST_ROWS.min(self.rows - first);
        first * self.steps + step * n + row - first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_of_each_row_has_a_place_of_its_own() {
        for (rows, steps) in [(1, 5), (32, 3), (33, 2), (100, 4)] {
            let blocks = Blocks { rows, steps };
            let mut places: Vec<_> = (0..rows)
                .flat_map(|row| (0..steps).map(move |step| blocks.place(row, step)))
                .collect();
            places.sort_unstable();
            assert_eq!(places, (0..blocks.len()).collect::<Vec<_>>());
            assert_eq!(blocks.all().map(|rows| rows.len()).sum::<usize>(), rows);
        }
    }
}
