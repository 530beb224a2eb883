//! How much points belong to each other's neighbourhoods: UMAP's fuzzy simplicial set.

use rayon::prelude::*;

use crate::latent::graph::{Graph, Row};
use crate::math::Neighbour;

/// How near the sum of the memberships must come to the wanted one.
const TOLERANCE: f64 = 1e-9;
/// Where many neighbours are equally near no scale gives the wanted sum; the search ends all the same.
const MOST_STEPS: usize = 120;
/// The least scale, as a share of the mean distance of the neighbours, as the authors' program has it.
const LEAST_SCALE: f64 = 1e-3;

/// The distances in which a point measures its neighbourhood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    /// rho: how far the nearest neighbour in another place is. It belongs to the neighbourhood entirely.
    pub(super) nearest: f64,
    /// sigma: how much farther membership falls to 1/e.
    pub(super) decay: f64,
}

impl Scale {
    /// For the distances, rising, of a point's k neighbours: the decay at which their memberships add up to log2 k (section 3.1;
    /// algorithm 3).
    pub(super) fn of(distances: &[f64]) -> Self {
        let k = distances.len() as f64;
        let nearest = distances.iter().copied().find(|&d| d > 0.0).unwrap_or(0.0);
        let mean = distances.iter().sum::<f64>() / k;
        let (mut low, mut high) = (0.0, f64::INFINITY);
        let mut decay = mean;
        for _ in 0..MOST_STEPS {
            let scale = Self { nearest, decay };
            let excess = distances.iter().map(|&d| scale.membership(d)).sum::<f64>() - k.log2();
            if excess.abs() <= TOLERANCE {
                break;
            }
            (low, high) = if excess > 0.0 { (low, decay) } else { (decay, high) };
            decay = if high.is_finite() { f64::midpoint(low, high) } else { 2.0 * decay };
        }
        Self { nearest, decay: decay.max(LEAST_SCALE * mean) }
    }

    /// exp(-(d - rho) / sigma), and 1 for those not farther than rho.
    pub(super) fn membership(self, distance: f64) -> f64 {
        if distance <= self.nearest { 1.0 } else { ((self.nearest - distance) / self.decay).exp() }
    }
}

/// The membership of each pair: that at least one of two is in the other's neighbourhood, a + b - ab (section 3.1).
pub(super) fn memberships(neighbours: &[Vec<Neighbour>]) -> Graph {
    let row = |neighbours: &Vec<Neighbour>| -> Row {
        let distances: Vec<f64> = neighbours.iter().map(|n| n.distance).collect();
        let scale = Scale::of(&distances);
        neighbours.iter().map(|n| (n.index as u32, scale.membership(n.distance))).collect()
    };
    let rows: Vec<Row> = neighbours.par_iter().map(row).collect();
    Graph::symmetric(&rows, |there, back| there + back - there * back)
}
