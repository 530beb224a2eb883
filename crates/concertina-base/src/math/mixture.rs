//! A Gaussian mixture fitted to training codes, from which a model without a prior samples new
//! codes.
//!
//! A plain autoencoder does not regularise the distribution of its codes, so codes sampled from a
//! fixed prior decode to implausible images. Sampling from a mixture fitted after training gives
//! samples as good as those of a variational autoencoder (Ghosh et al., "From Variational to
//! Deterministic Autoencoders", 2020, table 1).

use super::Codes;
use super::cholesky::Factor;
use super::vectors::sample_index;
use crate::error::{Error, Result};
use crate::parallel;
use crate::rng::{Purpose, Seed, Stream};

/// A fitted mixture of Gaussians.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    size: usize,
    components: Vec<Component>,
}

#[derive(Clone, Debug, PartialEq)]
struct Component {
    weight: f64,
    mean: Vec<f64>,
    factor: Factor,
}

/// The number of components, as in the paper above.
const COMPONENTS: usize = 10;
/// Above this many dimensions the covariances are diagonal: a full one would have too many entries
/// for the number of codes.
const MAX_FULL: usize = 256;
const MAX_ITERATIONS: usize = 20;
/// The fit ends when the mean log-likelihood improves by less than this, in nats per code.
const MIN_GAIN: f64 = 1e-3;
/// Added to every variance, relative to the mean variance of the codes, so that constant dimensions
/// (a dead ReLU) have a positive variance.
const FLOOR: f64 = 1e-4;

impl Mixture {
    /// The maximum number of training codes that it is worth fitting to; more do not change ten
    /// components by much.
    pub const MAX_POINTS: usize = 5_000;

    /// Fits ten components to `codes` by expectation-maximisation, initialised by k-means++.
    ///
    /// # Errors
    /// If there are no codes, or a value is not finite.
    pub fn fit(codes: &Codes, seed: Seed) -> Result<Self> {
        if codes.is_empty() || codes.values().iter().any(|value| !value.is_finite()) {
            return Err(Error::failed(format!(
                "expected finite training codes to fit a mixture to, found {} codes{}",
                codes.len(),
                if codes.is_empty() { "" } else { ", some not finite" }
            )));
        }
        let mut stream = Stream::new(seed, Purpose::Fit, [1, 0, 0]);
        let points: Vec<Vec<f64>> =
            codes.rows().map(|code| code.iter().map(|&value| f64::from(value)).collect()).collect();
        let centres = k_means_plus_plus(&points, COMPONENTS.min(points.len()), &mut stream);
        let floor = FLOOR * mean_variance(&points) + 1e-9;

        // The initial responsibilities are hard: each point belongs to its nearest centre.
        let mut responsibilities: Vec<Vec<f64>> = parallel::map_indices(points.len(), |index| {
            let nearest = nearest(&points[index], &centres).0;
            (0..centres.len()).map(|k| f64::from(u8::from(k == nearest))).collect()
        });
        let mut last = f64::NEG_INFINITY;
        let mut mixture = Self { size: codes.size(), components: Vec::new() };
        for _ in 0..MAX_ITERATIONS {
            mixture.components = parallel::map(0..centres.len(), |k| {
                component(&points, &responsibilities, k, floor)
            });
            let of_points = parallel::map_indices(points.len(), |index| {
                mixture.responsibilities(&points[index])
            });
            let (new_responsibilities, likelihoods): (Vec<_>, Vec<f64>) =
                of_points.into_iter().unzip();
            responsibilities = new_responsibilities;
            let mean = likelihoods.iter().sum::<f64>() / points.len() as f64;
            if mean - last < MIN_GAIN {
                break;
            }
            last = mean;
        }
        // Rounded as in a model file, so that a model samples the same codes before and after it is
        // saved.
        let [weights, means, factors] = mixture.to_parts();
        Self::from_parts(mixture.size, [&weights, &means, &factors])
            .ok_or_else(|| Error::failed("expected training codes whose covariance fits into f32"))
    }

    /// Samples a code, `[D]`, into `code`.
    pub fn sample(&self, stream: &mut Stream, code: &mut [f32]) {
        let weights = self.components.iter().map(|component| component.weight);
        let component = &self.components[sample_index(f64::from(stream.uniform()), weights)];
        let noise: Vec<f64> = (0..self.size).map(|_| f64::from(stream.normal())).collect();
        let offsets = component.factor.times(&noise);
        for ((value, mean), offset) in code.iter_mut().zip(&component.mean).zip(offsets) {
            *value = (mean + offset) as f32;
        }
    }

    /// The responsibility of each component for `point`, and the point's log-likelihood in nats, up
    /// to a constant.
    fn responsibilities(&self, point: &[f64]) -> (Vec<f64>, f64) {
        let logs: Vec<f64> = self
            .components
            .iter()
            .map(|Component { weight, mean, factor }| {
                let mut difference: Vec<f64> = point.iter().zip(mean).map(|(x, m)| x - m).collect();
                weight.ln()
                    - factor.half_log_determinant(self.size)
                    - 0.5 * factor.squared_distance(&mut difference)
            })
            .collect();
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logs.iter().map(|log| (log - largest).exp()).sum();
        (logs.iter().map(|log| (log - largest).exp() / sum).collect(), largest + sum.ln())
    }

    /// The mixture as arrays: weights `[K]`, means `[K, D]`, Cholesky factors `[K, D, D]` or, if
    /// diagonal, `[K, D]`.
    pub fn to_parts(&self) -> [Vec<f32>; 3] {
        let collect = |values: &dyn Fn(&Component) -> Vec<f64>| {
            self.components.iter().flat_map(values).map(|value| value as f32).collect()
        };
        [
            collect(&|component| vec![component.weight]),
            collect(&|component| component.mean.clone()),
            collect(&|component| component.factor.values().to_vec()),
        ]
    }

    /// The inverse of [`Mixture::to_parts`]. `None` if the sizes do not fit together or a value is
    /// not finite.
    pub fn from_parts(size: usize, [weights, means, factors]: [&[f32]; 3]) -> Option<Self> {
        let n = weights.len();
        let all = [weights, means, factors].concat();
        if n == 0 || means.len() != n * size || all.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let wide =
            |values: &[f32]| values.iter().map(|&value| f64::from(value)).collect::<Vec<_>>();
        let factor_size = factors.len() / n;
        let components = (0..n)
            .map(|k| {
                let values = wide(&factors[k * factor_size..][..factor_size]);
                let factor = match factor_size {
                    full if full == size * size && size > 1 => Factor::Full(values),
                    diagonal if diagonal == size => Factor::Diagonal(values),
                    _ => return None,
                };
                let mean = wide(&means[k * size..][..size]);
                Some(Component { weight: f64::from(weights[k]), mean, factor })
            })
            .collect::<Option<_>>()?;
        Some(Self { size, components })
    }
}

/// Component `k`, estimated from the responsibilities.
fn component(
    points: &[Vec<f64>],
    responsibilities: &[Vec<f64>],
    k: usize,
    floor: f64,
) -> Component {
    let size = points[0].len();
    let total: f64 =
        responsibilities.iter().map(|responsibility| responsibility[k]).sum::<f64>().max(1e-12);
    let mut mean = vec![0.0; size];
    for (point, responsibility) in points.iter().zip(responsibilities) {
        mean.iter_mut().zip(point).for_each(|(mean, x)| *mean += responsibility[k] * x / total);
    }
    let members = || {
        points.iter().zip(responsibilities).filter(|(_, responsibility)| responsibility[k] > 1e-9)
    };
    let difference =
        |point: &[f64]| -> Vec<f64> { point.iter().zip(&mean).map(|(x, m)| x - m).collect() };

    let mut variances = vec![floor; size];
    for (point, responsibility) in members() {
        for (variance, d) in variances.iter_mut().zip(difference(point)) {
            *variance += responsibility[k] * d * d / total;
        }
    }
    let diagonal = || Factor::Diagonal(variances.iter().map(|variance| variance.sqrt()).collect());
    let factor = if size > MAX_FULL || size == 1 {
        diagonal()
    } else {
        let mut covariance = vec![0.0; size * size];
        for (point, responsibility) in members() {
            let difference = difference(point);
            for (row, d) in difference.iter().enumerate() {
                let scaled = responsibility[k] * d / total;
                let cells = &mut covariance[row * size..=row * size + row];
                cells.iter_mut().zip(&difference).for_each(|(cell, d)| *cell += scaled * d);
            }
        }
        for (i, variance) in variances.iter().enumerate() {
            covariance[i * size + i] = *variance;
        }
        Factor::of_full(covariance, size).unwrap_or_else(diagonal)
    };
    Component { weight: total / points.len() as f64, mean, factor }
}

/// `n` of the points, chosen by k-means++: each with a probability proportional to its squared
/// distance from the nearest one chosen before (Arthur and Vassilvitskii 2007).
fn k_means_plus_plus(points: &[Vec<f64>], n: usize, stream: &mut Stream) -> Vec<Vec<f64>> {
    let mut centres = vec![points[0].clone()];
    while centres.len() < n {
        let distances =
            parallel::map_indices(points.len(), |index| nearest(&points[index], &centres).1);
        let u = f64::from(stream.uniform()) * distances.iter().sum::<f64>();
        centres.push(points[sample_index(u, distances.iter().copied())].clone());
    }
    centres
}

/// The index of the nearest centre, and its squared distance.
fn nearest(point: &[f64], centres: &[Vec<f64>]) -> (usize, f64) {
    let squared =
        |centre: &Vec<f64>| point.iter().zip(centre).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    let distances = centres.iter().map(squared).enumerate();
    distances.fold((0, f64::INFINITY), |best, next| if next.1 < best.1 { next } else { best })
}

/// The mean over dimensions of their variances.
fn mean_variance(points: &[Vec<f64>]) -> f64 {
    let (n, size) = (points.len() as f64, points[0].len());
    let mean = |i: usize| points.iter().map(|point| point[i]).sum::<f64>() / n;
    let variance =
        |i: usize, mean: f64| points.iter().map(|point| (point[i] - mean).powi(2)).sum::<f64>() / n;
    (0..size).map(|i| variance(i, mean(i))).sum::<f64>() / size as f64
}

#[cfg(test)]
mod tests;
