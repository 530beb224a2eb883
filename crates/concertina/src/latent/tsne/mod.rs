//! t-SNE: a two-dimensional map that preserves the neighbourhoods of the codes.
//!
//! Van der Maaten and Hinton, "Visualizing Data using t-SNE", 2008, with the approximations of van
//! der Maaten, "Accelerating t-SNE using Tree-Based Algorithms", 2014. The settings are those of
//! openTSNE: initialisation from principal components, a learning rate of N divided by the
//! exaggeration (Belkina et al., 2019), momentum 0.8.

mod affinities;
mod descent;
mod repulsion;

use self::affinities::affinities;
use self::descent::Descent;
use super::planar::{MapProgress, expect_a_map, finished, start};
use crate::error::{Error, Result};
use crate::math::Codes;
use crate::math::Points;
use crate::math::nearest_others;
use crate::rng::Seed;

/// The default perplexity.
const DEFAULT_PERPLEXITY: f64 = 30.0;
/// The number of neighbours as a multiple of the perplexity; farther points have almost no weight.
const REACH: f64 = 3.0;
/// The early exaggeration: the factor of the attraction in the first steps, which lets clusters
/// form.
const EXAGGERATION: f64 = 12.0;
/// The standard deviation of the initial positions.
const INITIAL_STD: f64 = 1e-4;
/// The minimum number of points: fewer do not allow a perplexity of 1.
const MIN_POINTS: usize = 4;

/// The settings of t-SNE. The same settings and points give the same bits for any number of
/// threads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tsne {
    /// The effective number of neighbours: 1 to a third of the other points; typically 5 to 50.
    pub perplexity: f64,
    /// Steps with early exaggeration, by a factor of 12; typically 250.
    pub early_steps: usize,
    /// Steps after them; typically 500.
    pub steps: usize,
    /// Seed of the noise in the initial positions.
    pub seed: Seed,
}

/// The result of t-SNE.
#[derive(Clone, Debug, PartialEq)]
pub struct TsneMap {
    /// The position of each point, `[N, 2]`, centred at the origin. Distances have no unit.
    pub places: Codes,
    /// The minimised KL divergence between the similarities of the points and of the map (equation
    /// 2), in nats.
    pub kl_nats: f64,
}

impl Tsne {
    /// The default settings for `n` points: a perplexity of 30, or a third of the other points if
    /// that is less.
    pub fn suited_to(n: usize, seed: Seed) -> Self {
        let most = largest_perplexity(n).max(1.0);
        Self { perplexity: DEFAULT_PERPLEXITY.min(most), early_steps: 250, steps: 500, seed }
    }

    /// Fits the map. `on_progress` is called before every step and at the end.
    ///
    /// The search for neighbours compares all pairs, so its time grows with N^2; the time of each
    /// step grows with N log N.
    ///
    /// # Errors
    /// If there are fewer than 4 points, they are all equal, or the perplexity is below 1 or above
    /// a third of the other points.
    pub fn map(
        &self,
        points: Points<'_>,
        mut on_progress: impl FnMut(MapProgress),
    ) -> Result<TsneMap> {
        expect_a_map(points, MIN_POINTS)?;
        let n = points.n_points();
        let most = largest_perplexity(n);
        // Written so that NaN is rejected.
        if !(self.perplexity >= 1.0 && self.perplexity <= most) {
            // Rounded down, so that the value in the message is accepted.
            let most = (10.0 * most).floor() / 10.0;
            return Err(Error::config(format!(
                "expected a perplexity of 1 to {most:.1}, a third of the others, for {n} {}, found \
                 {}",
                points.name(),
                self.perplexity
            )));
        }
        let neighbours = nearest_others(points, (REACH * self.perplexity) as usize)?;
        let p = affinities(&neighbours, self.perplexity)?;
        drop(neighbours);
        let mut descent = Descent::new(&p, start(points, INITIAL_STD, self.seed)?);
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
