//! Gradient descent of t-SNE's KL divergence, with momentum and gains.

use super::repulsion::{Repulsion, offset, repulsion};
use crate::latent::graph::Graph;
use crate::latent::planar::Place;
use crate::parallel;

/// The momentum of the steps.
const MOMENTUM: f64 = 0.8;
/// The increment of a coordinate's gain if its step is downhill, and the factor otherwise (Jacobs,
/// 1988).
const GAIN: (f64, f64) = (0.2, 0.8);
const MIN_GAIN: f64 = 0.01;
/// The maximum length of a point's step.
const MAX_STEP: f64 = 5.0;
/// The number of steps between two computations of the KL divergence, which costs a logarithm per
/// pair.
const KL_INTERVAL: usize = 50;

/// The state of the descent.
pub(super) struct Descent<'a> {
    p: &'a Graph,
    places: Vec<Place>,
    last_step: Vec<Place>,
    gains: Vec<Place>,
    done: usize,
}

impl<'a> Descent<'a> {
    pub(super) fn new(p: &'a Graph, places: Vec<Place>) -> Self {
        let n = places.len();
        assert_eq!(p.n_points(), n, "there is a row for every point");
        Self { p, places, last_step: vec![[0.0; 2]; n], gains: vec![[1.0; 2]; n], done: 0 }
    }

    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// The KL divergence, the sum of p ln(p / q) over all pairs of neighbours (van der Maaten and
    /// Hinton, 2008, equation 2).
    pub(super) fn kl_nats(&self) -> f64 {
        self.kl_divergence(repulsion(&self.places).normaliser)
    }

    /// Takes a step, with p multiplied by `exaggeration`. Every [`KL_INTERVAL`] steps returns the
    /// KL divergence before it.
    pub(super) fn step(&mut self, exaggeration: f64) -> Option<f64> {
        let repulsion = repulsion(&self.places);
        let is_due = self.done.is_multiple_of(KL_INTERVAL);
        let kl = is_due.then(|| self.kl_divergence(repulsion.normaliser));
        let gradient = self.gradient(&repulsion, exaggeration);
        self.done += 1;
        // Also for few points: the common minimum of 200 gives worse minima for some hundred
        // points.
        let rate = self.places.len() as f64 / exaggeration;
        let moving = self.last_step.iter_mut().zip(&mut self.gains).zip(&gradient);
        for ((step, gains), gradient) in moving {
            for axis in 0..2 {
                let (gain, derivative) = (&mut gains[axis], gradient[axis]);
                let is_downhill = step[axis] * derivative <= 0.0;
                *gain = if is_downhill { *gain + GAIN.0 } else { (*gain * GAIN.1).max(MIN_GAIN) };
                step[axis] = MOMENTUM * step[axis] - rate * *gain * derivative;
            }
            let length = step[0].hypot(step[1]);
            if length > MAX_STEP {
                *step = step.map(|x| x * MAX_STEP / length);
            }
        }
        for (place, step) in self.places.iter_mut().zip(&self.last_step) {
            *place = [place[0] + step[0], place[1] + step[1]];
        }
        self.centre();
        kl
    }

    /// A quarter of the KL divergence's gradient:
    /// `sum over j of (p_ij - q_ij / sum q) q_ij (y_i - y_j)`, for each point i (van der Maaten,
    /// 2014, equation 8, without its factor 4, as learning rates are commonly given).
    pub(super) fn gradient(&self, repulsion: &Repulsion, exaggeration: f64) -> Vec<Place> {
        let attraction = |i: usize| {
            let mut force = [0.0; 2];
            for (other, p) in self.p.row(i) {
                let (offset, square) = offset(self.places[i], self.places[other]);
                let pq = p / (1.0 + square);
                force = [force[0] + pq * offset[0], force[1] + pq * offset[1]];
            }
            force
        };
        let total = |i: usize| {
            let (pull, push) = (attraction(i), repulsion.forces[i]);
            let on = |axis: usize| exaggeration * pull[axis] - push[axis] / repulsion.normaliser;
            [on(0), on(1)]
        };
        parallel::map_indices(self.places.len(), total)
    }

    /// The KL divergence for a known sum of all q.
    pub(super) fn kl_divergence(&self, normaliser: f64) -> f64 {
        let one = |i: usize| -> f64 {
            let terms = self.p.row(i).filter(|(_, p)| *p > 0.0).map(|(other, p)| {
                let (_, square) = offset(self.places[i], self.places[other]);
                // ln(p / q), q being 1 / (1 + square) / normaliser.
                p * (p * (1.0 + square) * normaliser).ln()
            });
            terms.sum()
        };
        parallel::map_indices(self.places.len(), one).iter().sum()
    }

    /// Moves the mean of all points to the origin.
    fn centre(&mut self) {
        let n = self.places.len() as f64;
        let sums = self.places.iter().fold([0.0; 2], |sum, x| [sum[0] + x[0], sum[1] + x[1]]);
        for place in &mut self.places {
            *place = [place[0] - sums[0] / n, place[1] - sums[1] / n];
        }
    }
}
