//! UMAP: a two-dimensional map that preserves the neighbourhoods of the codes, compared as fuzzy
//! sets.
//!
//! McInnes, Healy and Melville, "UMAP: Uniform Manifold Approximation and Projection for Dimension
//! Reduction", 2018 (arXiv 1802.03426v3). There are two differences from the paper's algorithm 1:
//! neighbours are exact, and the map is initialised from principal components rather than from
//! eigenvectors of the graph.

mod curve;
mod layout;
mod memberships;

use self::curve::Curve;
use self::layout::lay_out;
use self::memberships::memberships;
use super::planar::{MapProgress, expect_a_map, finished, start};
use crate::error::{Error, Result};
use crate::math::Codes;
use crate::math::Points;
use crate::math::nearest_others;
use crate::rng::Seed;

/// The default number of neighbours.
const DEFAULT_NEIGHBOURS: usize = 15;
/// Up to this many points the default number of epochs is larger.
const FEW_POINTS: usize = 10_000;
/// The standard deviation of the initial positions, which is roughly that of the result.
const INITIAL_STD: f64 = 4.0;
/// The minimum number of points: each needs two neighbours.
const MIN_POINTS: usize = 3;

/// The settings of UMAP. The same settings and points give the same bits for any number of threads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Umap {
    /// The number of neighbours of each point: at least 2, and at most all other points; typically
    /// 5 to 50.
    pub neighbours: usize,
    /// The minimum distance between points on the map, 0 to 1: smaller values give denser clusters;
    /// typically 0.1.
    pub min_dist: f64,
    /// The number of passes over the edges of largest weight; typically 200 to 500.
    pub epochs: usize,
    /// Seed of the noise in the initial positions, and of negative sampling.
    pub seed: Seed,
}

impl Umap {
    /// The default settings for `n` points: 15 neighbours, or all other points if they are fewer.
    pub fn suited_to(n: usize, seed: Seed) -> Self {
        Self {
            neighbours: DEFAULT_NEIGHBOURS.min(n.saturating_sub(1)),
            min_dist: 0.1,
            epochs: if n <= FEW_POINTS { 500 } else { 200 },
            seed,
        }
    }

    /// Fits the map: the position of each point, `[N, 2]`. `on_progress` is called before every
    /// epoch and at the end.
    ///
    /// The search for neighbours compares all pairs, so its time grows with N^2; the time of an
    /// epoch grows with N. Each update depends on the previous ones, so the optimisation runs on
    /// one thread.
    ///
    /// # Errors
    /// If there are fewer than 3 points, they are all equal, or a setting is out of range.
    pub fn map(&self, points: Points<'_>, on_progress: impl FnMut(MapProgress)) -> Result<Codes> {
        expect_a_map(points, MIN_POINTS)?;
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
        let graph = memberships(&nearest_others(points, self.neighbours)?)?;
        let curve = Curve::fit(self.min_dist);
        let mut places = start(points, INITIAL_STD, self.seed)?;
        lay_out(&mut places, &graph, curve, self.epochs, self.seed, on_progress);
        finished(&places)
    }
}

#[cfg(test)]
mod tests;
