//! The maximum mean discrepancy (MMD), a distance between the distributions of two sets of points.

use burn::tensor::Tensor;

use super::kernel::SCALES;
use super::operations;
use crate::autodiff::{Floats, Node, Value, apply, runs_at};

/// The unbiased estimate of the squared MMD between `points` and `others`, each `[B, D]` (Gretton
/// et al. 2012, equation 3): `[1]`, with mean 0 if both are samples of one distribution, so that it
/// can be negative. 0 if B is 1. Differentiable with respect to `points` only.
pub(in crate::bottleneck) fn discrepancy(points: Tensor<2>, others: Tensor<2>) -> Tensor<1> {
    if runs_at(&points) {
        let [_, size] = points.dims();
        apply(Discrepancy { size }, points, others)
    } else {
        operations::discrepancy(&points, &others)
    }
}

/// The squared MMD as a function of points and others.
#[derive(Clone, Debug)]
struct Discrepancy {
    /// D.
    size: usize,
}

impl Discrepancy {
    /// The value, and its gradient with respect to the points, summed in f64 in the order of the
    /// points.
    fn evaluate(&self, points: &[f32], others: &[f32]) -> (Value, Vec<f32>) {
        let size = self.size;
        let [points, others]: [Vec<&[f32]>; 2] =
            [points, others].map(|all| all.chunks_exact(size).collect());
        let n = points.len() as f64;
        let mut gradients = vec![0.0; points.len() * size];
        let mut value = 0.0;
        if points.len() > 1 {
            let (within, between) = (2.0 / (n * (n - 1.0)), -2.0 / (n * n));
            for (i, point) in points.iter().enumerate() {
                for (j, other) in points.iter().enumerate().skip(i + 1) {
                    let (kernel, derivative) = kernel(point, other);
                    value += within * kernel;
                    for d in 0..size {
                        let gradient = within * derivative * f64::from(point[d] - other[d]);
                        gradients[i * size + d] += gradient;
                        gradients[j * size + d] -= gradient;
                    }
                }
                for other in &others {
                    let (kernel, derivative) = kernel(point, other);
                    value += between * kernel;
                    for d in 0..size {
                        gradients[i * size + d] +=
                            between * derivative * f64::from(point[d] - other[d]);
                    }
                }
            }
            for (i, a) in others.iter().enumerate() {
                value += within * others[i + 1..].iter().map(|b| kernel(a, b).0).sum::<f64>();
            }
        }
        let value = Value { values: vec![value as f32], shape: vec![1] };
        (value, gradients.into_iter().map(|gradient| gradient as f32).collect())
    }
}

/// The kernel of two points, and the factor by which its gradient with respect to `a` is a multiple
/// of `a - b`.
fn kernel(a: &[f32], b: &[f32]) -> (f64, f64) {
    let squares = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2));
    let squared_distance: f64 = squares.sum();
    let (mut value, mut derivative) = (0.0, 0.0);
    for scale in SCALES {
        let c = 2.0 * a.len() as f64 * scale;
        let term = c / (c + squared_distance);
        value += term;
        derivative -= 2.0 * term * term / c;
    }
    (value, derivative)
}

impl Node for Discrepancy {
    /// The gradient with respect to the points.
    type Saved = Vec<f32>;

    fn forward(&self, [points, others]: [Floats; 2]) -> Value {
        self.evaluate(&points, &others).0
    }

    fn forward_saved(&self, [points, others]: [Floats; 2]) -> (Value, Vec<f32>) {
        self.evaluate(&points, &others)
    }

    fn backward(
        &self,
        gradients: &Vec<f32>,
        gradient: &[f32],
        _wanted: [bool; 2],
    ) -> [Option<Vec<f32>>; 2] {
        [Some(gradients.iter().map(|value| value * gradient[0]).collect()), None]
    }
}

#[cfg(test)]
mod tests;
