//! The affinities p of t-SNE: similarities of neighbouring points.

use crate::error::Result;
use crate::latent::graph::{Graph, Row};
use crate::math::Neighbour;
use crate::parallel;

/// The tolerance of the logarithm of the perplexity.
const TOLERANCE: f64 = 1e-9;
/// The maximum number of bisection steps: with many equidistant neighbours no bandwidth gives a
/// small perplexity.
const MAX_STEPS: usize = 120;

/// `p_ij = (p_j|i + p_i|j) / 2N`, which sum to 1 (van der Maaten and Hinton, 2008, section 3.1),
/// for the nearest neighbours only (van der Maaten, 2014, equation 5).
///
/// # Errors
/// If there is not as much memory.
pub(super) fn affinities(neighbours: &[Vec<Neighbour>], perplexity: f64) -> Result<Graph> {
    let row = |neighbours: &Vec<Neighbour>| -> Row {
        let squares: Vec<f64> = neighbours.iter().map(|n| n.distance * n.distance).collect();
        let others = neighbours.iter().map(|n| n.index as u32);
        others.zip(conditional(&squares, perplexity)).collect()
    };
    let rows = parallel::map(neighbours, row);
    let divisor = 2.0 * neighbours.len() as f64;
    Graph::symmetric(&rows, |there, back| (there + back) / divisor)
}

/// `p_j|i = exp(-beta d_j) / sum over k of exp(-beta d_k)` (equation 1) for the ascending squared
/// distances d of a point's neighbours, with beta such that the entropy is the logarithm of
/// `perplexity`.
pub(super) fn conditional(squares: &[f64], perplexity: f64) -> Vec<f64> {
    let wanted = perplexity.ln();
    // Subtracting the smallest distance does not change the probabilities and avoids underflow.
    let shifted: Vec<f64> = squares.iter().map(|square| square - squares[0]).collect();
    let mean = shifted.iter().sum::<f64>() / shifted.len() as f64;
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut beta = if mean > 0.0 { 1.0 / mean } else { 0.0 };
    let mut weights = vec![0.0; shifted.len()];
    for _ in 0..MAX_STEPS {
        let (mut sum, mut moment) = (0.0, 0.0);
        for (weight, square) in weights.iter_mut().zip(&shifted) {
            *weight = (-beta * square).exp();
            sum += *weight;
            moment += *weight * square;
        }
        for weight in &mut weights {
            *weight /= sum;
        }
        let excess = sum.ln() + beta * moment / sum - wanted;
        if excess.abs() <= TOLERANCE {
            break;
        }
        (low, high) = if excess > 0.0 { (beta, high) } else { (low, beta) };
        beta = if high.is_finite() { f64::midpoint(low, high) } else { 2.0 * beta };
    }
    weights
}
