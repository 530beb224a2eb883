//! UMAP: a map whose neighbours agree with those of the codes, as fuzzy sets agree.
//!
//! McInnes, Healy and Melville, "UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction", 2018
//! (arXiv 1802.03426v3). Two things differ from the paper's algorithm 1: neighbours are exact, and the map starts from principal
//! components rather than from eigenvectors of the graph.

mod curve;
mod layout;
mod memberships;

use self::curve::Curve;
use self::layout::lay_out;
use self::memberships::memberships;
use crate::math::Points;
use super::planar::{MapProgress, expect_a_map, finished, start};
use crate::error::{Error, Result};
use crate::math::nearest_others;
use crate::math::Codes;
use crate::rng::Seed;

/// Neighbours that most maps are made with.
const USUAL_NEIGHBOURS: usize = 15;
/// Up to so many points get more epochs.
const FEW_POINTS: usize = 10_000;
/// The standard deviation of the first places: the whole is then about as wide as it stays.
const FIRST_SPREAD: f64 = 4.0;
/// Fewer points have no two neighbours each.
const LEAST_POINTS: usize = 3;

/// How a map is made. The same settings and points give the same bits for any number of threads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Umap {
    /// How many neighbours each point is told of: at least 2, and at most all others; 5 to 50 are usual.
    pub neighbours: usize,
    /// How near to each other points may lie on the map, 0 to 1: the less, the denser are the clusters; 0.1 is usual.
    pub min_dist: f64,
    /// How often the strongest bonds are gone through; 200 to 500 are usual.
    pub epochs: usize,
    /// Decides over where points start, and from which ones each is held apart.
    pub seed: Seed,
}

impl Umap {
    /// The usual settings for `n` points: 15 neighbours, or all others where they are fewer.
    pub fn suited_to(n: usize, seed: Seed) -> Self {
        Self {
            neighbours: USUAL_NEIGHBOURS.min(n.saturating_sub(1)),
            min_dist: 0.1,
            epochs: if n <= FEW_POINTS { 500 } else { 200 },
            seed,
        }
    }

    /// Makes the map: a place for each point, `[N, 2]`. `on_progress` is told of every epoch.
    ///
    /// Neighbours are compared all with all, so time grows with the square of the points at first, and then in proportion to
    /// them. The search for the map goes from pair to pair, each from where the last has left the points; it runs on one
    /// thread.
    ///
    /// # Errors
    /// If there are fewer than 3 points, they are all equal, or a setting is out of its range.
    pub fn map(&self, points: Points<'_>, on_progress: impl FnMut(MapProgress)) -> Result<Codes> {
        expect_a_map(points, LEAST_POINTS)?;
        let n = points.n_points();
        if self.neighbours < 2 || self.neighbours >= n {
            return Err(Error::config(format!(
                "expected 2 to {} neighbours, all the others, for {n} {}, found {}",
                n - 1,
                points.name(),
                self.neighbours
            )));
        }
        if !(0.0..=1.0).contains(&self.min_dist) {
            return Err(Error::config(format!(
                "expected a least distance of 0 to 1 on the map, found {}",
                self.min_dist
            )));
        }
        let graph = memberships(&nearest_others(points, self.neighbours)?);
        let curve = Curve::fit(self.min_dist);
        let mut places = start(points, FIRST_SPREAD, self.seed)?;
        lay_out(&mut places, &graph, curve, self.epochs, self.seed, on_progress);
        finished(&places)
    }
}

#[cfg(test)]
mod tests;
