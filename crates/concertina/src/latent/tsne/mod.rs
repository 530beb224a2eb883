//! t-SNE: a map on which the neighbours of each point are its neighbours in the space of the codes.
//!
//! Van der Maaten and Hinton, "Visualizing Data using t-SNE", 2008, with the approximations of van der Maaten, "Accelerating
//! t-SNE using Tree-Based Algorithms", 2014. Settings are those of openTSNE: the start from principal components, a learning
//! rate of N over the exaggeration (Belkina et al., 2019), momentum 0.8.

mod affinities;
mod descent;
mod repulsion;

use self::affinities::affinities;
use self::descent::Descent;
use crate::math::Points;
use super::planar::{MapProgress, expect_a_map, finished, start};
use crate::error::{Error, Result};
use crate::math::nearest_others;
use crate::math::Codes;
use crate::rng::Seed;

/// The perplexity that most maps are made with.
const USUAL_PERPLEXITY: f64 = 30.0;
/// Neighbours looked for, as a multiple of the perplexity: those farther off have next to no weight.
const REACH: f64 = 3.0;
/// In the first steps neighbours attract so many times as strongly: clusters form before the map is crowded.
const EXAGGERATION: f64 = 12.0;
/// The standard deviation of the first places: so near to each other, all are pulled by all.
const FIRST_SPREAD: f64 = 1e-4;
/// Fewer points have no perplexity of at least 1.
const LEAST_POINTS: usize = 4;

/// How a map is made. The same settings and points give the same bits for any number of threads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tsne {
    /// About how many neighbours each point has: 1 to a third of the other points; 5 to 50 are usual.
    pub perplexity: f64,
    /// Steps in which neighbours attract twelve times as strongly; 250 is usual.
    pub early_steps: usize,
    /// Steps after them; 500 is usual.
    pub steps: usize,
    /// Decides over the last digits of where points start.
    pub seed: Seed,
}

/// What t-SNE makes.
#[derive(Clone, Debug, PartialEq)]
pub struct TsneMap {
    /// A place for each point, `[N, 2]`, about the origin. Distances have no unit.
    pub places: Codes,
    /// The divergence of the map's neighbours from the points' (equation 2), what was made small, in nats.
    pub kl_nats: f64,
}

impl Tsne {
    /// The usual settings for `n` points: a perplexity of 30, or a third of the other points where they are fewer.
    pub fn suited_to(n: usize, seed: Seed) -> Self {
        let most = largest_perplexity(n).max(1.0);
        Self { perplexity: USUAL_PERPLEXITY.min(most), early_steps: 250, steps: 500, seed }
    }

    /// Makes the map. `on_progress` is told of every step.
    ///
    /// Neighbours are compared all with all, so time grows with the square of the points at first, and then, step by step, with
    /// N log N.
    ///
    /// # Errors
    /// If there are fewer than 4 points, they are all equal, or the perplexity is below 1 or above a third of the other points.
    pub fn map(
        &self,
        points: Points<'_>,
        mut on_progress: impl FnMut(MapProgress),
    ) -> Result<TsneMap> {
        expect_a_map(points, LEAST_POINTS)?;
        let n = points.n_points();
        let most = largest_perplexity(n);
        // Written so that NaN is refused.
        if !(self.perplexity >= 1.0 && self.perplexity <= most) {
            // Rounded down: what is named here is not refused.
            let most = (10.0 * most).floor() / 10.0;
            return Err(Error::config(format!(
                "expected a perplexity of 1 to {most:.1}, a third of the others, for {n} {}, found {}",
                points.name(),
                self.perplexity
            )));
        }
        let neighbours = nearest_others(points, (REACH * self.perplexity) as usize)?;
        let p = affinities(&neighbours, self.perplexity);
        drop(neighbours);
        let mut descent = Descent::new(&p, start(points, FIRST_SPREAD, self.seed)?);
        let total = self.early_steps + self.steps;
        let mut kl_nats = None;
        for done in 0..total {
            on_progress(MapProgress { done, total, kl_nats });
            let exaggeration = if done < self.early_steps { EXAGGERATION } else { 1.0 };
            if let Some(kl) = descent.step(exaggeration) {
                kl_nats = Some(kl);
            }
        }
        let kl_nats = descent.kl_nats();
        on_progress(MapProgress { done: total, total, kl_nats: Some(kl_nats) });
        Ok(TsneMap { places: finished(descent.places())?, kl_nats })
    }
}

/// A third of the other points.
fn largest_perplexity(n: usize) -> f64 {
    n.saturating_sub(1) as f64 / REACH
}

#[cfg(test)]
mod tests;
