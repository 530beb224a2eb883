//! A linear probe: multinomial logistic regression on codes.

use concertina_kernels::{Matrix, addmm, matmul};

use super::labelled::{Labelled, accuracy};
use super::minimise::{Limits, minimise};
use super::softmax::softmax;
use crate::error::Result;
use crate::math::Points;
use crate::math::covariance::{mean, variances};
use crate::math::vectors::{add_scaled, argmax, dot};
use crate::parallel;

/// The number of shards of the points. Their sums are added in order, for any number of threads.
const SHARDS: usize = 16;
/// Points per matrix product.
const BLOCK: usize = 256;
/// The maximum number of steps is scikit-learn's. Codes need fewer; on raw pixels the accuracy has
/// converged by then.
const LIMITS: Limits = Limits { max_steps: LinearProbe::MAX_STEPS, min_gradient: 1e-7 };

/// A linear probe: multinomial logistic regression.
///
/// Inputs are standardised by the training points' means and standard deviations. The loss is the
/// cross-entropy summed over the training points plus half the sum of all squared weights, without
/// biases: scikit-learn's `make_pipeline(StandardScaler(), LogisticRegression(C=1))`, except that
/// two classes have two weight vectors, as more classes do. The loss is minimised by L-BFGS, from
/// zero, over all points at once. No random number is involved, and the same points give the same
/// bits for any number of threads. Products are computed in f32, which affects the sixth digit of
/// probabilities.
#[derive(Clone, Debug)]
pub struct LinearProbe {
    name: String,
    classes: Vec<u32>,
    scaling: Scaling,
    /// Weights `[K, D]`, then biases `[K]`.
    parameters: Vec<f32>,
}

/// (x - centre) * factor.
#[derive(Clone, Debug)]
struct Scaling {
    centre: Vec<f32>,
    factor: Vec<f32>,
}

impl Scaling {
    fn of(points: Points<'_>) -> Self {
        let mean = mean(points);
        let n = points.n_points() as f64;
        let factor = |variance: f64| {
            let deviation = (variance * (n - 1.0) / n).sqrt();
            if deviation > 0.0 { (1.0 / deviation) as f32 } else { 1.0 }
        };
        Self {
            factor: variances(points, &mean).into_iter().map(factor).collect(),
            centre: mean.into_iter().map(|mean| mean as f32).collect(),
        }
    }

    fn apply(&self, points: &[f32]) -> Vec<f32> {
        let mut scaled = points.to_vec();
        for point in scaled.chunks_exact_mut(self.centre.len()) {
            for ((x, centre), factor) in point.iter_mut().zip(&self.centre).zip(&self.factor) {
                *x = (*x - centre) * factor;
            }
        }
        scaled
    }
}

impl LinearProbe {
    /// The maximum number of steps of its fit.
    pub const MAX_STEPS: usize = 100;

    /// Fits a probe to training points.
    ///
    /// # Errors
    /// If there are fewer than two classes.
    pub fn fit(train: Labelled<'_>) -> Result<Self> {
        train.expect_classes("a linear probe")?;
        let (points, classes) = (train.points(), train.classes());
        let place = |label: &u32| classes.partition_point(|class| class < label);
        let targets: Vec<usize> = train.labels().iter().map(place).collect();
        let mut probe = Self {
            name: points.name().to_owned(),
            scaling: Scaling::of(points),
            parameters: vec![0.0; (points.size() + 1) * classes.len()],
            classes,
        };
        let start = vec![0.0; probe.parameters.len()];
        let found = minimise(start, LIMITS, |x| probe.objective(x, points, &targets));
        probe.parameters = narrow(&found);
        Ok(probe)
    }

    /// The classes, in ascending order.
    pub fn classes(&self) -> &[u32] {
        &self.classes
    }

    /// The probability of each class for each point, `[N, K]`.
    ///
    /// # Errors
    /// If the points do not have the dimensions of the training points.
    pub fn probabilities(&self, points: Points<'_>) -> Result<Vec<f32>> {
        points.expect_size(self.scaling.centre.len(), &self.name)?;
        let blocks = parallel::map(points.values().chunks(BLOCK * points.size()), |block| {
            let mut values = self.logits(&self.parameters, &self.scaling.apply(block));
            for logits in values.chunks_exact_mut(self.classes.len()) {
                softmax(logits);
            }
            values
        });
        Ok(blocks.concat())
    }

    /// The most probable class of each point; the smallest one in a tie.
    ///
    /// # Errors
    /// As [`LinearProbe::probabilities`].
    pub fn classify(&self, points: Points<'_>) -> Result<Vec<u32>> {
        let probabilities = self.probabilities(points)?;
        let rows = probabilities.chunks_exact(self.classes.len());
        Ok(rows.map(|row| self.classes[argmax(row)]).collect())
    }

    /// The fraction of points that it classifies correctly.
    ///
    /// # Errors
    /// As [`LinearProbe::probabilities`].
    pub fn accuracy(&self, test: Labelled<'_>) -> Result<f64> {
        Ok(accuracy(&self.classify(test.points())?, test.labels()))
    }

    /// The logits of scaled points: `[N, K]` from `[N, D]`.
    fn logits(&self, parameters: &[f32], points: &[f32]) -> Vec<f32> {
        let (k, size) = (self.classes.len(), self.scaling.centre.len());
        let (weights, biases) = parameters.split_at(k * size);
        let points = Matrix::new(points, points.len() / size, size);
        addmm(biases, points, Matrix::new(weights, k, size).transposed())
    }

    /// The loss divided by the number of points, and its gradient.
    fn objective(&self, x: &[f64], points: Points<'_>, targets: &[usize]) -> (f64, Vec<f64>) {
        let n = points.n_points() as f64;
        let parameters = narrow(x);
        let shard = points.n_points().div_ceil(SHARDS);
        let shards = points.values().chunks(shard * points.size()).zip(targets.chunks(shard));
        let sums =
            parallel::map(shards, |(points, targets)| self.shard(&parameters, points, targets));
        let (mut value, mut gradient) = (0.0, vec![0.0; x.len()]);
        for (loss, shard) in &sums {
            value += loss / n;
            add_scaled(&mut gradient, 1.0 / n, shard);
        }
        let weights = &x[..x.len() - self.classes.len()];
        add_scaled(&mut gradient[..weights.len()], 1.0 / n, weights);
        (value + 0.5 * dot(weights, weights) / n, gradient)
    }

    /// The cross-entropy of some points, in nats, and its gradient.
    fn shard(&self, parameters: &[f32], points: &[f32], targets: &[usize]) -> (f64, Vec<f64>) {
        let size = self.scaling.centre.len();
        let (mut loss, mut sum) = (0.0, vec![0.0; parameters.len()]);
        for (points, targets) in points.chunks(BLOCK * size).zip(targets.chunks(BLOCK)) {
            let points = self.scaling.apply(points);
            let mut logits = self.logits(parameters, &points);
            for (logits, &target) in logits.chunks_exact_mut(self.classes.len()).zip(targets) {
                let wanted = f64::from(logits[target]);
                loss += softmax(logits) - wanted;
                logits[target] -= 1.0;
            }
            let (n, k) = (targets.len(), self.classes.len());
            let to_logits = Matrix::new(&logits, n, k);
            let mut gradient = matmul(to_logits.transposed(), Matrix::new(&points, n, size));
            let mut of_biases = vec![0.0_f32; k];
            for row in logits.chunks_exact(k) {
                of_biases.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            }
            gradient.extend(of_biases);
            sum.iter_mut().zip(&gradient).for_each(|(sum, x)| *sum += f64::from(*x));
        }
        (loss, sum)
    }
}

fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|value| *value as f32).collect()
}

#[cfg(test)]
mod tests;
