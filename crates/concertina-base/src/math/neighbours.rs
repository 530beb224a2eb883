//! Exact nearest neighbours by brute force.

use super::Points;
use super::distances::{Distances, Row};
use crate::error::{Error, Result};
use crate::memory;
use crate::parallel;

/// Queries per block; each thread holds the distances of one block to all references in memory.
const BLOCK: usize = 64;

/// A neighbour of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// Its index among the references.
    pub index: usize,
    /// Its Euclidean distance.
    pub distance: f64,
}

/// The `k` references nearest to each query, nearest first; of equal distances the smaller index.
///
/// All pairs are compared with distances exact to f64, so the result is exact and does not depend
/// on the number of threads.
///
/// # Errors
/// If there are fewer than `k` references, `k` is 0, or references and queries differ in their
/// dimensions.
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
    let list = size_of::<Vec<Neighbour>>() + k * size_of::<Neighbour>();
    memory::expect_room(queries.n_points(), list, "lists of neighbours")?;
    let blocks = queries.values().chunks(BLOCK * queries.size());
    let blocks: Vec<Vec<Vec<Neighbour>>> = parallel::map(blocks, |block| {
        let points = block.chunks_exact(queries.size());
        let rows = distances.rows(block).zip(points);
        rows.map(|(row, point)| closest(&distances, &row, point, k)).collect()
    });
    Ok(blocks.into_iter().flatten().collect())
}

/// The `k` nearest neighbours of each point among the other points, as [`nearest`]. Duplicates of a
/// point are neighbours.
///
/// # Errors
/// If there are at most `k` points, or `k` is 0.
pub fn nearest_others(points: Points<'_>, k: usize) -> Result<Vec<Vec<Neighbour>>> {
    let mut found = nearest(points, points, k + 1)?;
    for (own, neighbours) in found.iter_mut().enumerate() {
        keep_others(neighbours, own, k);
    }
    Ok(found)
}

/// As [`nearest_others`], of the points at `chosen` alone, among all.
pub fn nearest_others_of(
    points: Points<'_>,
    chosen: &[usize],
    k: usize,
) -> Result<Vec<Vec<Neighbour>>> {
    let mut values = memory::room_for(chosen.len(), points.size(), points.name())?;
    for &index in chosen {
        values.extend_from_slice(points.row(index));
    }
    let queries = Points::new(points.name(), points.size(), &values)?;
    let mut found = nearest(points, queries, k + 1)?;
    for (&own, neighbours) in chosen.iter().zip(&mut found) {
        keep_others(neighbours, own, k);
    }
    Ok(found)
}

/// Of k + 1 neighbours the k that are not the point itself, which is the first of them unless it
/// has duplicates.
fn keep_others(neighbours: &mut Vec<Neighbour>, own: usize, k: usize) {
    neighbours.retain(|neighbour| neighbour.index != own);
    neighbours.truncate(k);
}

/// The `k` references nearest to a point.
fn closest(distances: &Distances<'_>, row: &Row, point: &[f32], k: usize) -> Vec<Neighbour> {
    let mut sorted = row.squares.clone();
    let (_, kth, _) = sorted.select_nth_unstable_by(k - 1, f64::total_cmp);
    // k points lie within `kth` plus the error; a point whose approximate distance exceeds that by
    // the error is not one.
    let limit = *kth + 2.0 * row.error;
    let mut candidates: Vec<Neighbour> = (0..row.squares.len())
        .filter(|&index| row.squares[index] <= limit)
        .map(|index| Neighbour { index, distance: distances.exact(point, index) })
        .collect();
    // The sort is stable: of equal distances the smaller index comes first.
    candidates.sort_by(|a, b| a.distance.total_cmp(&b.distance));
    candidates.truncate(k);
    for neighbour in &mut candidates {
        neighbour.distance = neighbour.distance.sqrt();
    }
    candidates
}

#[cfg(test)]
mod tests;
