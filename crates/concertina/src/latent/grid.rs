//! Grids over a two-dimensional latent space.

use crate::math::Codes;

/// The codes of a grid, `[up * across, 2]`, row by row from the top as in a plot: the first
/// coordinate takes the values of `across` from left to right, the second those of `up` from bottom
/// to top. Both lists are ascending.
pub fn grid(across: &[f32], up: &[f32]) -> Codes {
    let pairs = up.iter().rev().flat_map(|&up| across.iter().flat_map(move |&right| [right, up]));
    Codes::new(2, pairs.collect())
}

/// The quantiles of the standard normal at `n` equal steps of probability, (i + 1/2) / n: a grid of
/// these is equally spaced in probability under a variational autoencoder's prior.
pub fn gaussian_quantiles(n: usize) -> Vec<f32> {
    (0..n).map(|i| normal_quantile((i as f64 + 0.5) / n as f64) as f32).collect()
}

/// The inverse of the standard normal's cumulative distribution function, by bisection; 0 < p < 1.
fn normal_quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-10.0, 10.0);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if normal_distribution(middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// P(Z < z), by Marsaglia's series ("Evaluating the Normal Distribution", 2004), exact to double
/// precision for |z| below 7.
fn normal_distribution(z: f64) -> f64 {
    if z.abs() > 8.0 {
        return if z > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut sum, mut term, mut n) = (z, z, 1.0);
    while term.abs() > 1e-18 * sum.abs() {
        n += 2.0;
        term *= z * z / n;
        sum += term;
    }
    0.5 + sum * (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (p, z) in
            [(0.5, 0.0), (0.841_344_746, 1.0), (0.975, 1.959_963_985), (0.001, -3.090_232)]
        {
            assert!((normal_quantile(p) - z).abs() < 1e-6, "{p}");
        }
    }

    #[test]
    fn the_grid_begins_at_the_upper_left() {
        let codes = grid(&[-1.0, 0.0, 1.0], &[-1.0, 0.0, 1.0]);
        assert_eq!(codes.row(0), [-1.0, 1.0]);
        assert_eq!(codes.row(1), [0.0, 1.0]);
        assert_eq!(codes.row(8), [1.0, -1.0]);
    }
}
