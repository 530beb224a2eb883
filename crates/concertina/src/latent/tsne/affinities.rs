//! How much points belong together, by their distances: the p of t-SNE.

use rayon::prelude::*;

use crate::latent::graph::{Graph, Row};
use crate::math::Neighbour;

/// How near the logarithm of the perplexity must come to the wanted one.
const TOLERANCE: f64 = 1e-9;
/// Where many neighbours are equally near no bandwidth gives a small perplexity; the search ends all the same.
const MOST_STEPS: usize = 120;

/// `p_ij = (p_j|i + p_i|j) / 2N`, which add up to 1 (van der Maaten and Hinton, 2008, section 3.1), of the nearest neighbours
/// alone (van der Maaten, 2014, equation 5).
pub(super) fn affinities(neighbours: &[Vec<Neighbour>], perplexity: f64) -> Graph {
    let row = |neighbours: &Vec<Neighbour>| -> Row {
        let squares: Vec<f64> = neighbours.iter().map(|n| n.distance * n.distance).collect();
        let others = neighbours.iter().map(|n| n.index as u32);
        others.zip(conditional(&squares, perplexity)).collect()
    };
    let rows: Vec<Row> = neighbours.par_iter().map(row).collect();
    let divisor = 2.0 * neighbours.len() as f64;
    Graph::symmetric(&rows, |there, back| (there + back) / divisor)
}

/// `p_j|i = exp(-beta d_j) / sum over k of exp(-beta d_k)` for the squared distances d, rising, of a point's neighbours (equation 1), with
/// the beta whose entropy is the logarithm of `perplexity`.
pub(super) fn conditional(squares: &[f64], perplexity: f64) -> Vec<f64> {
    let wanted = perplexity.ln();
    // To measure from the nearest changes no probability, and keeps all from vanishing.
    let beyond: Vec<f64> = squares.iter().map(|square| square - squares[0]).collect();
    let mean = beyond.iter().sum::<f64>() / beyond.len() as f64;
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut beta = if mean > 0.0 { 1.0 / mean } else { 0.0 };
    let mut weights = vec![0.0; beyond.len()];
    for _ in 0..MOST_STEPS {
        let (mut sum, mut moment) = (0.0, 0.0);
        for (weight, beyond) in weights.iter_mut().zip(&beyond) {
            *weight = (-beta * beyond).exp();
            sum += *weight;
            moment += *weight * beyond;
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
