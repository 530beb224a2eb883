//! Points drawn together by their bonds and held apart from all others: the search for UMAP's map.

use super::curve::Curve;
use crate::latent::graph::Graph;
use crate::latent::planar::{MapProgress, Place};
use crate::rng::{Purpose, Seed, Stream};

/// Points drawn at random that a point is held apart from, each time that a bond pulls it.
const APART: usize = 5;
/// No coordinate goes farther at a time.
const LONGEST_STEP: f64 = 4.0;
/// Keeps points in nearly one place from being thrown apart.
const SOFTENING: f64 = 1e-3;

/// Stochastic descent of the fuzzy sets' cross entropy (section 3.2; algorithm 5). A bond of the strength w is gone through in
/// w / (the greatest w) of the epochs, in the order of the points; steps shrink evenly to nothing.
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
                let share = weight / strongest;
                let is_due = ((epoch + 1) as f64 * share).floor() > (epoch as f64 * share).floor();
                if !is_due {
                    continue;
                }
                let pull = step(places[i], places[j], rate, |square| curve.pull(square));
                places[i] = [places[i][0] + pull[0], places[i][1] + pull[1]];
                places[j] = [places[j][0] - pull[0], places[j][1] - pull[1]];
                for _ in 0..APART {
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

/// The way from `b` to `a`, times a factor that depends on its length squared, and the rate.
fn step(a: Place, b: Place, rate: f64, factor: impl Fn(f64) -> f64) -> Place {
    let way = [a[0] - b[0], a[1] - b[1]];
    let square = way[0] * way[0] + way[1] * way[1];
    if square == 0.0 {
        return [0.0; 2];
    }
    let factor = factor(square);
    way.map(|x| rate * (factor * x).clamp(-LONGEST_STEP, LONGEST_STEP))
}

impl Curve {
    /// The slope of ln(1 / (1 + a d^2b)) along the way, for d^2.
    pub(super) fn pull(self, square: f64) -> f64 {
        let power = square.powf(self.b);
        -2.0 * self.a * self.b * power / (square * (1.0 + self.a * power))
    }

    /// The slope of ln(1 - 1 / (1 + a d^2b)).
    pub(super) fn push(self, square: f64) -> f64 {
        2.0 * self.b / ((SOFTENING + square) * (1.0 + self.a * square.powf(self.b)))
    }
}
