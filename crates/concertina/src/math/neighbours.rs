//! Nearest neighbours: which points lie closest, and whether they are of the same class.

use rayon::prelude::*;

use super::distances::{Distances, Row};
use crate::error::{Error, Result};
use super::Points;

/// Queries whose distances to all references are in memory at a time, for each thread.
const BLOCK: usize = 64;

/// A point near another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// Its number among the references.
    pub index: usize,
    /// How far it is, by Euclid.
    pub distance: f64,
}

/// The `k` references closest to each query, the closest first; at equal distances the one that comes first.
///
/// Every pair is compared, with distances exact to f64, so the answer is the true one and does not depend on the
/// number of threads.
///
/// # Errors
/// If there are fewer than `k` references, `k` is 0, or the two are not of one size.
pub fn nearest(
    references: Points<'_>,
    queries: Points<'_>,
    k: usize,
) -> Result<Vec<Vec<Neighbour>>> {
    if k == 0 {
        return Err(Error::config("expected at least 1 nearest neighbour, found 0"));
    }
    references.expect_at_least(k, &format!("{k} nearest neighbours"))?;
    queries.expect_size(references.size(), references.name())?;
    let distances = Distances::to(references)?;
    let blocks: Vec<Vec<Vec<Neighbour>>> = queries
        .values()
        .par_chunks(BLOCK * queries.size())
        .map(|block| {
            let points = block.chunks_exact(queries.size());
            let rows = distances.rows(block).zip(points);
            rows.map(|(row, point)| closest(&distances, &row, point, k)).collect()
        })
        .collect();
    Ok(blocks.into_iter().flatten().collect())
}

/// The `k` other points closest to each point, as [`nearest`] has it. A point in the same place is another one.
///
/// # Errors
/// If there are not more than `k` points, or `k` is 0.
pub(crate) fn nearest_others(points: Points<'_>, k: usize) -> Result<Vec<Vec<Neighbour>>> {
    // A point is its own first neighbour, unless others share its place.
    let mut found = nearest(points, points, k + 1)?;
    for (own, neighbours) in found.iter_mut().enumerate() {
        neighbours.retain(|neighbour| neighbour.index != own);
        neighbours.truncate(k);
    }
    Ok(found)
}

/// The `k` closest to a point.
fn closest(distances: &Distances<'_>, row: &Row, point: &[f32], k: usize) -> Vec<Neighbour> {
    let mut sorted = row.squares.clone();
    let (_, kth, _) = sorted.select_nth_unstable_by(k - 1, f64::total_cmp);
    // k points are truly within `kth` and the error; one that looks farther than that by another error is none of them.
    let limit = *kth + 2.0 * row.error;
    let mut candidates: Vec<Neighbour> = (0..row.squares.len())
        .filter(|&index| row.squares[index] <= limit)
        .map(|index| Neighbour { index, distance: distances.exact(point, index) })
        .collect();
    // Stable: those that come first stay before their equals.
    candidates.sort_by(|a, b| a.distance.total_cmp(&b.distance));
    candidates.truncate(k);
    for neighbour in &mut candidates {
        neighbour.distance = neighbour.distance.sqrt();
    }
    candidates
}

#[cfg(test)]
mod tests;
