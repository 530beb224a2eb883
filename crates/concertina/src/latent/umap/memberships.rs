//! UMAP's fuzzy simplicial set: the membership strengths of neighbouring points.

use crate::error::Result;
use crate::latent::graph::{Graph, Row};
use crate::math::Neighbour;
use crate::parallel;

/// The tolerance of the sum of the memberships.
const TOLERANCE: f64 = 1e-9;
/// The maximum number of bisection steps: with many equidistant neighbours no scale gives the
/// wanted sum.
const MAX_STEPS: usize = 120;
/// The minimum scale as a fraction of the neighbours' mean distance, as in the authors' code.
const MIN_SCALE: f64 = 1e-3;

/// The local distance scale of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    /// rho: the smallest positive distance of a neighbour, up to which the membership is 1.
    pub(super) nearest: f64,
    /// sigma: the additional distance at which the membership falls to 1/e.
    pub(super) decay: f64,
}

impl Scale {
    /// The scale for the ascending distances of a point's k neighbours, with the decay for which
    /// their memberships sum to log2 k (section 3.1; algorithm 3).
    pub(super) fn of(distances: &[f64]) -> Self {
        let k = distances.len() as f64;
        let nearest = distances.iter().copied().find(|&d| d > 0.0).unwrap_or(0.0);
        let mean = distances.iter().sum::<f64>() / k;
        let (mut low, mut high) = (0.0, f64::INFINITY);
        let mut decay = mean;
        for _ in 0..MAX_STEPS {
            let scale = Self { nearest, decay };
            let excess = distances.iter().map(|&d| scale.membership(d)).sum::<f64>() - k.log2();
            if excess.abs() <= TOLERANCE {
                break;
            }
            (low, high) = if excess > 0.0 { (low, decay) } else { (decay, high) };
            decay = if high.is_finite() { f64::midpoint(low, high) } else { 2.0 * decay };
        }
        Self { nearest, decay: decay.max(MIN_SCALE * mean) }
    }

    /// exp(-(d - rho) / sigma), and 1 for distances up to rho.
    pub(super) fn membership(self, distance: f64) -> f64 {
        if distance <= self.nearest { 1.0 } else { ((self.nearest - distance) / self.decay).exp() }
    }
}

/// The membership of each pair, a + b - ab: the fuzzy union of both directions (section 3.1).
///
/// # Errors
/// If there is not as much memory.
pub(super) fn memberships(neighbours: &[Vec<Neighbour>]) -> Result<Graph> {
    let row = |neighbours: &Vec<Neighbour>| -> Row {
        let distances: Vec<f64> = neighbours.iter().map(|n| n.distance).collect();
        let scale = Scale::of(&distances);
        neighbours.iter().map(|n| (n.index as u32, scale.membership(n.distance))).collect()
    };
    let rows = parallel::map(neighbours, row);
    Graph::symmetric(&rows, |there, back| there + back - there * back)
}
