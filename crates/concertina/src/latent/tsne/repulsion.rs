//! The repulsive forces of t-SNE, by the Barnes-Hut approximation: distant points act as one point
//! at their mean.
//!
//! Cells are squares of a quadtree. In the order of a Z curve (Morton, 1966) the points of every
//! cell are adjacent, so that a cell is a range of points. The tree is a list of cells in
//! depth-first order, each with the index of the cell that follows its subtree.

use crate::latent::planar::Place;
use crate::parallel;

/// A cell is summarised if its side is shorter than this fraction of its distance (van der Maaten,
/// 2014, equation 9). Below sqrt(1/2) a point never summarises its own cell.
const THETA: f64 = 0.5;
/// Cells with at most this many points are leaves.
const LEAF: usize = 8;
/// The maximum depth of the tree.
const DEPTH: u32 = 32;

/// The sums of equation 8 over all other points.
#[derive(Clone, Debug)]
pub(super) struct Repulsion {
    /// For each point i the sum of `q_ij^2 (y_i - y_j)`, where `q_ij = 1 / (1 + |y_i - y_j|^2)` is
    /// not normalised.
    pub(super) forces: Vec<Place>,
    /// The sum of all `q_ij`, which normalises them.
    pub(super) normaliser: f64,
}

/// The repulsive forces on all points. All sums run in the order of the tree.
pub(super) fn repulsion(places: &[Place]) -> Repulsion {
    let tree = Tree::new(places);
    let sums = parallel::map_indices(places.len(), |index| tree.sum(tree.places[index]));
    let mut forces = vec![[0.0; 2]; places.len()];
    for (&(_, point), (force, _)) in tree.order.iter().zip(&sums) {
        forces[point as usize] = *force;
    }
    // Each sum includes the point itself, at distance 0.
    let normaliser = sums.iter().map(|(_, sum)| sum).sum::<f64>() - places.len() as f64;
    Repulsion { forces, normaliser }
}

/// A cell of the quadtree.
struct Cell {
    middle: Place,
    n: f64,
    /// The squared distance above which it is summarised.
    far: f64,
    /// The index of the cell after its subtree.
    next: usize,
    /// The range of points of a leaf.
    leaf: Option<(usize, usize)>,
}

struct Tree {
    /// The Morton code and the index of each point, sorted.
    order: Vec<(u64, u32)>,
    /// The positions of the points, in the same order.
    places: Vec<Place>,
    cells: Vec<Cell>,
    /// The side of the root.
    side: f64,
}

impl Tree {
    fn new(places: &[Place]) -> Self {
        let bounds = |axis: usize| {
            let values = places.iter().map(|place| place[axis]);
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
                (low.min(x), high.max(x))
            })
        };
        let (across, up) = (bounds(0), bounds(1));
        let side = (across.1 - across.0).max(up.1 - up.0);
        let scale = if side > 0.0 { f64::from(u32::MAX) / side } else { 0.0 };
        // Casts saturate, and NaN becomes 0: this affects the quality of the approximation only.
        let code = |place: &Place| {
            interleave(((place[0] - across.0) * scale) as u32)
                | interleave(((place[1] - up.0) * scale) as u32) << 1
        };
        let mut order =
            parallel::map_indices(places.len(), |point| (code(&places[point]), point as u32));
        // On one thread: the forces take a hundred times as long.
        order.sort_unstable();
        let places: Vec<Place> = order.iter().map(|&(_, point)| places[point as usize]).collect();
        let mut tree = Self { order, places, cells: Vec::new(), side };
        tree.add_cell(0, tree.places.len());
        tree
    }

    /// Adds the smallest cell that contains the points `first..end`, and its subtree; returns its
    /// index.
    fn add_cell(&mut self, first: usize, end: usize) -> usize {
        let codes = [self.order[first].0, self.order[end - 1].0];
        // The depth down to which all of these points are in the same cell.
        let depth = ((codes[0] ^ codes[1]).leading_zeros() / 2).min(DEPTH);
        let side = self.side / f64::from(depth).exp2();
        let cell = self.cells.len();
        let (far, n) = ((side / THETA).powi(2), (end - first) as f64);
        self.cells.push(Cell { middle: [0.0; 2], n, far, next: 0, leaf: None });
        let mut sum = [0.0; 2];
        if end - first <= LEAF || depth == DEPTH {
            for place in &self.places[first..end] {
                sum = [sum[0] + place[0], sum[1] + place[1]];
            }
            self.cells[cell].leaf = Some((first, end));
        } else {
            let shift = 2 * (DEPTH - 1 - depth);
            let mut from = first;
            for quarter in 0..4 {
                let is_in = |&(code, _): &(u64, u32)| code >> shift & 3 <= quarter;
                let to = from + self.order[from..end].partition_point(is_in);
                if to > from {
                    let within = self.add_cell(from, to);
                    let Cell { middle, n, .. } = &self.cells[within];
                    sum = [sum[0] + n * middle[0], sum[1] + n * middle[1]];
                }
                from = to;
            }
        }
        self.cells[cell].middle = sum.map(|sum| sum / n);
        self.cells[cell].next = self.cells.len();
        cell
    }

    /// The force on a point at `place`, and the sum of its q including itself.
    fn sum(&self, place: Place) -> (Place, f64) {
        let (mut force, mut sum) = ([0.0; 2], 0.0);
        let mut at = 0;
        while let Some(cell) = self.cells.get(at) {
            let (offset, square) = offset(place, cell.middle);
            if square > cell.far {
                let q = 1.0 / (1.0 + square);
                sum += cell.n * q;
                force[0] += cell.n * q * q * offset[0];
                force[1] += cell.n * q * q * offset[1];
                at = cell.next;
            } else if let Some((first, end)) = cell.leaf {
                for &other in &self.places[first..end] {
                    let (offset, square) = self::offset(place, other);
                    let q = 1.0 / (1.0 + square);
                    sum += q;
                    force[0] += q * q * offset[0];
                    force[1] += q * q * offset[1];
                }
                at = cell.next;
            } else {
                at += 1;
            }
        }
        (force, sum)
    }
}

/// The vector from `b` to `a`, and its squared length.
pub(super) fn offset(a: Place, b: Place) -> (Place, f64) {
    let offset = [a[0] - b[0], a[1] - b[1]];
    (offset, offset[0] * offset[0] + offset[1] * offset[1])
}

/// The bits of `x`, with a zero bit inserted above each, for a Morton code.
fn interleave(x: u32) -> u64 {
    let mut bits = u64::from(x);
    for (shift, mask) in [
        (16, 0x0000_FFFF_0000_FFFF),
        (8, 0x00FF_00FF_00FF_00FF),
        (4, 0x0F0F_0F0F_0F0F_0F0F),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}
