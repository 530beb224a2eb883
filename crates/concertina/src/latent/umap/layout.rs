//! The optimisation of UMAP's layout: attraction along the edges of the graph, and repulsion by
//! negative sampling.

use super::curve::Curve;
use crate::latent::graph::Graph;
use crate::latent::planar::{MapProgress, Place};
use crate::rng::{Purpose, Seed, Stream};

/// Negative samples for each update along an edge.
const NEGATIVE_SAMPLES: usize = 5;
/// The maximum update of a coordinate.
const MAX_STEP: f64 = 4.0;
/// Limits the repulsion of points at almost the same position.
const SOFTENING: f64 = 1e-3;

/// Stochastic gradient descent of the cross-entropy of the fuzzy sets (section 3.2; algorithm 5).
/// An edge of weight w is updated in a fraction w / (the largest w) of the epochs, in the order of
/// the points; the learning rate falls linearly to zero.
pub(super) fn lay_out(
    places: &mut [Place],
    graph: &Graph,
    curve: Curve,
    epochs: usize,
    seed: Seed,
    mut on_progress: impl FnMut(MapProgress),
) {
    let strongest = graph.weights().iter().copied().fold(0.0, f64::max);
    let n = places.len() as u32;
    for epoch in 0..epochs {
        on_progress(MapProgress { done: epoch, total: epochs, kl_nats: None });
        let rate = 1.0 - epoch as f64 / epochs as f64;
        let mut stream = Stream::new(seed, Purpose::Map, [1, epoch as u32, 0]);
        for i in 0..places.len() {
            for (j, weight) in graph.row(i) {
                let frequency = weight / strongest;
                let is_due =
                    ((epoch + 1) as f64 * frequency).floor() > (epoch as f64 * frequency).floor();
                if !is_due {
                    continue;
                }
                let pull = step(places[i], places[j], rate, |square| curve.pull(square));
                places[i] = [places[i][0] + pull[0], places[i][1] + pull[1]];
                places[j] = [places[j][0] - pull[0], places[j][1] - pull[1]];
                for _ in 0..NEGATIVE_SAMPLES {
                    let other = stream.below(n) as usize;
                    if other != i {
                        let push =
                            step(places[i], places[other], rate, |square| curve.push(square));
                        places[i] = [places[i][0] + push[0], places[i][1] + push[1]];
                    }
                }
            }
        }
    }
    on_progress(MapProgress { done: epochs, total: epochs, kl_nats: None });
}

/// The vector from `b` to `a`, times a factor of its squared length, clipped, and times the
/// learning rate.
fn step(a: Place, b: Place, rate: f64, factor: impl Fn(f64) -> f64) -> Place {
    let offset = [a[0] - b[0], a[1] - b[1]];
    let square = offset[0] * offset[0] + offset[1] * offset[1];
    if square == 0.0 {
        return [0.0; 2];
    }
    let factor = factor(square);
    offset.map(|x| rate * (factor * x).clamp(-MAX_STEP, MAX_STEP))
}

impl Curve {
    /// The gradient of ln(1 / (1 + a d^2b)) as a multiple of the offset, from d^2.
    pub(super) fn pull(self, square: f64) -> f64 {
        let power = square.powf(self.b);
        -2.0 * self.a * self.b * power / (square * (1.0 + self.a * power))
    }

    /// The gradient of ln(1 - 1 / (1 + a d^2b)) as a multiple of the offset, from d^2.
    pub(super) fn push(self, square: f64) -> f64 {
        2.0 * self.b / ((SOFTENING + square) * (1.0 + self.a * square.powf(self.b)))
    }
}
