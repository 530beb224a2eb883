//! How the rows of sequences lie in memory: a few of them at a time, with all their steps.
//!
//! Rows do not meet in a recurrent layer, so that a thread takes some of them through all steps
//! without waiting for another. Their number is fixed: the sums over rows have one order.

use std::ops::Range;

/// The most rows of a block.
const MOST_ROWS: usize = 32;

/// Values of sequences, `[N, ...]` with N the sum of all blocks' rows x steps: block by block, in a
/// block step by step, in a step row by row.
#[derive(Clone, Debug)]
pub(crate) struct Blocks {
    pub(crate) rows: usize,
    all: Vec<Block>,
}

/// Some rows that go through their steps together.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) rows: Range<usize>,
    pub(crate) steps: usize,
    /// Where it begins among N.
    pub(crate) first: usize,
}

impl Blocks {
    /// Of `rows` sequences of `steps` steps.
    pub(crate) fn even(rows: usize, steps: usize) -> Self {
        Self::new(rows, |_| steps)
    }

    /// Of a sequence of each of these lengths, none longer than the one before: a block has the
    /// steps of its longest.
    pub(crate) fn of_lengths(lengths: &[usize]) -> Self {
        Self::new(lengths.len(), |row| lengths[row])
    }

    fn new(rows: usize, steps: impl Fn(usize) -> usize) -> Self {
        let mut first = 0;
        let all = (0..rows).step_by(MOST_ROWS).map(|row| {
            let block = Block { rows: row..rows.min(row + MOST_ROWS), steps: steps(row), first };
            first += block.len();
            block
        });
        let all = all.collect();
        Blocks { rows, all }
    }

    /// Rows and steps of all: N.
    pub(crate) fn len(&self) -> usize {
        self.all.last().map_or(0, |last| last.first + last.len())
    }

    pub(crate) fn all(&self) -> &[Block] {
        &self.all
    }

    /// Where a step of a row lies among N; `None` if its block has fewer steps.
    pub(crate) fn place(&self, row: usize, step: usize) -> Option<usize> {
        let Block { rows, steps, first } = &self.all[row / MOST_ROWS];
        (step < *steps).then(|| first + step * rows.len() + row - rows.start)
    }

    /// The part of each block, of values `[N, W]`.
    pub(crate) fn parts_mut<'v>(
        &self,
        mut values: &'v mut [f32],
    ) -> impl Iterator<Item = &'v mut [f32]> {
        let width = values.len() / self.len().max(1);
        self.all.iter().map(move |block| {
            let (part, rest) = std::mem::take(&mut values).split_at_mut(block.len() * width);
            values = rest;
            part
        })
    }

    /// The part of each block, of values of rows, `[rows, W]`.
    pub(crate) fn rows_mut<'v>(
        &self,
        mut values: &'v mut [f32],
    ) -> impl Iterator<Item = &'v mut [f32]> {
        let width = values.len() / self.rows.max(1);
        self.all.iter().map(move |block| {
            let (part, rest) = std::mem::take(&mut values).split_at_mut(block.rows.len() * width);
            values = rest;
            part
        })
    }
}

impl Block {
    /// Rows and steps.
    pub(crate) fn len(&self) -> usize {
        self.rows.len() * self.steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_of_each_row_has_a_place_of_its_own() {
        for (rows, steps) in [(1, 5), (32, 3), (33, 2), (100, 4)] {
            check(&Blocks::even(rows, steps), &vec![steps; rows]);
        }
        let lengths: Vec<usize> = (0..70).map(|row| (75 - row) / 3 - 1).collect();
        check(&Blocks::of_lengths(&lengths), &lengths);
        check(&Blocks::of_lengths(&[0; 40]), &[0; 40]);
    }

    fn check(blocks: &Blocks, lengths: &[usize]) {
        let rows = blocks.rows;
        let places = |row| (0..100).map_while(move |step| blocks.place(row, step));
        let mut all: Vec<_> = (0..rows).flat_map(places).collect();
        assert!((0..rows).all(|row| places(row).count() >= lengths[row]));
        all.sort_unstable();
        assert_eq!(all, (0..blocks.len()).collect::<Vec<_>>());
        assert_eq!(blocks.all().iter().map(|block| block.rows.len()).sum::<usize>(), rows);
        let mut values = vec![0.0; 2 * blocks.len()];
        let lens = blocks.parts_mut(&mut values).map(|part| part.len()).collect::<Vec<_>>();
        assert_eq!(lens, blocks.all().iter().map(|block| 2 * block.len()).collect::<Vec<_>>());
    }
}
