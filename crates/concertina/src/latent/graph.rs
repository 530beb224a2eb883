//! A sparse symmetric matrix of weights between neighbouring points.

use crate::error::Result;
use crate::memory;
use crate::parallel;

/// The neighbours of a point: their indices and weights.
pub(super) type Row = Vec<(u32, f64)>;

/// Bytes that a pair takes on the way to the graph: reversed, then both joined and in the graph.
const PAIR_BYTES: usize = (1 + 2 + 2) * size_of::<(u32, f64)>();

/// Symmetric weights between points, in compressed sparse row format.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Graph {
    /// The start of each point's row, and the end of the last.
    starts: Vec<usize>,
    others: Vec<u32>,
    weights: Vec<f64>,
}

impl Graph {
    /// Symmetrises `rows`: the weight of each pair is `join` of the weights in both directions,
    /// where a missing one is 0. `join` must be symmetric.
    ///
    /// # Errors
    /// If there is not as much memory.
    pub(super) fn symmetric(rows: &[Row], join: impl Fn(f64, f64) -> f64 + Sync) -> Result<Self> {
        // Each pair may come twice, in the rows that are reversed, in those that are joined, and in
        // the columns of the result.
        let pairs: usize = rows.iter().map(Vec::len).sum();
        memory::expect_room(pairs, PAIR_BYTES, "pairs of neighbours")?;
        let mut reversed: Vec<Row> = vec![Row::new(); rows.len()];
        for (own, row) in (0..).zip(rows) {
            for &(other, weight) in row {
                reversed[other as usize].push((own, weight));
            }
        }
        let joined: Vec<Row> = parallel::map(rows.iter().zip(&reversed), |(row, reversed)| {
            let there = row.iter().map(|&(other, weight)| (other, weight, 0.0));
            let back = reversed.iter().map(|&(other, weight)| (other, 0.0, weight));
            let mut all: Vec<(u32, f64, f64)> = there.chain(back).collect();
            all.sort_by_key(|&(other, ..)| other);
            let pairs = all.chunk_by(|a, b| a.0 == b.0);
            pairs
                .map(|pair| {
                    let sum = |part: fn(&(u32, f64, f64)) -> f64| pair.iter().map(part).sum();
                    (pair[0].0, join(sum(|one| one.1), sum(|one| one.2)))
                })
                .collect()
        });
        let mut starts = vec![0];
        for row in &joined {
            starts.push(starts[starts.len() - 1] + row.len());
        }
        let (others, weights) = joined.into_iter().flatten().unzip();
        Ok(Self { starts, others, weights })
    }

    /// The number of points.
    pub(super) fn n_points(&self) -> usize {
        self.starts.len() - 1
    }

    /// The neighbours of a point, and their weights.
    pub(super) fn row(&self, point: usize) -> impl Iterator<Item = (usize, f64)> {
        let range = self.starts[point]..self.starts[point + 1];
        let others = self.others[range.clone()].iter().map(|&other| other as usize);
        others.zip(self.weights[range].iter().copied())
    }

    /// All weights, row by row.
    pub(super) fn weights(&self) -> &[f64] {
        &self.weights
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn weights_are_joined_from_both_sides() {
        // 0 knows 2 and 1, 1 knows 0, 2 knows nobody, nobody knows 3.
        let rows = [vec![(2, 0.5), (1, 0.25)], vec![(0, 1.0)], vec![], vec![]];
        let graph = Graph::symmetric(&rows, |a, b| a + b - a * b).unwrap();
        let row = |point| graph.row(point).collect::<Vec<_>>();
        assert_eq!(row(0), [(1, 1.0), (2, 0.5)]);
        assert_eq!(row(1), [(0, 1.0)]);
        assert_eq!(row(2), [(0, 0.5)]);
        assert_eq!(row(3), []);
        assert_eq!((graph.n_points(), graph.weights()), (4, &[1.0, 0.5, 1.0, 0.5][..]));
    }
}
