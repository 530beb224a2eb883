//! The textbook's gradient is the derivative of its loss, `sum(grad * y)`, by finite differences.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::models::{fitted, layer};
use super::numbers::{eighths, eighths_for, size};
use crate::layer::{Activation, Layer, Padding, Shape};
use crate::naive;
use crate::sequential::Sequential;

const STEP: f64 = 1e-6;

/// Not on the grid of eighths: no two values of a window are equal, none is zero.
fn off_the_grid(eighths: Vec<f32>) -> Vec<f64> {
    let values = eighths.into_iter().enumerate();
    values.map(|(n, x)| f64::from(x) + (n as f64 * 0.618).fract() * 0.1).collect()
}

/// A model with parameters, an image and the output's gradient.
struct Case {
    model: Sequential,
    /// The parameters, then the image.
    at: Vec<f64>,
    grad: Vec<f64>,
}

impl Case {
    fn new(model: Sequential, seed: u64) -> Case {
        let mut at = off_the_grid(eighths_for(&model, seed));
        at.extend(off_the_grid(eighths(size(model.input()), seed + 1)));
        let grad = off_the_grid(eighths(size(model.output()), seed + 2));
        Case { model, at, grad }
    }

    fn values(&self, at: &[f64]) -> Vec<Vec<f64>> {
        let (parameters, x) = at.split_at(self.model.n_parameters());
        naive::forward(&self.model, parameters, x)
    }

    fn loss(&self, at: &[f64]) -> f64 {
        self.values(at).last().unwrap().iter().zip(&self.grad).map(|(y, grad)| y * grad).sum()
    }

    fn gradient(&self) -> Vec<f64> {
        let parameters = &self.at[..self.model.n_parameters()];
        let mut gradient = vec![0.0; parameters.len()];
        let values = self.values(&self.at);
        let grad_x = naive::backward(&self.model, parameters, &values, &self.grad, &mut gradient);
        gradient.extend(grad_x);
        gradient
    }

    /// The derivative along `direction`, by a step forward and one backward.
    fn derivatives(&self, direction: &[f64]) -> [f64; 2] {
        let loss = |step: f64| {
            let moved = self.at.iter().zip(direction).map(|(x, d)| x + step * d);
            self.loss(&moved.collect::<Vec<_>>())
        };
        let here = loss(0.0);
        [(loss(STEP) - here) / STEP, (here - loss(-STEP)) / STEP]
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn any_gradient_agrees_with_finite_differences(
        input in [1..6_usize, 1..9_usize, 1..9_usize],
        layers in prop::collection::vec(layer(), 1..4),
        seed in 0..1000_u64,
    ) {
        let case = Case::new(Sequential::new(input, &fitted(input, layers)).unwrap(), seed);
        let gradient = case.gradient();
        // Uphill in all coordinates, so that no two parts of the derivative cancel.
        let lengths = off_the_grid(eighths(gradient.len(), seed + 3));
        let direction: Vec<_> =
            lengths.iter().zip(&gradient).map(|(length, g)| g.signum() * (1.5 + length)).collect();
        let expected: f64 = gradient.iter().zip(&direction).map(|(g, d)| g * d).sum();
        let [above, below] = case.derivatives(&direction);
        let tolerance = 1e-4 * expected.max(1.0);
        // The two differ where an activation has its kink between the two points.
        prop_assume!((above - below).abs() < tolerance);
        let found = f64::midpoint(above, below);
        prop_assert!((found - expected).abs() < tolerance, "expected {expected}, found {found}");
    }
}

#[test]
fn every_part_of_a_gradient_agrees_with_finite_differences() {
    let layers = [
        Layer::Conv2d {
            out_channels: 3,
            kernel: 3,
            stride: 2,
            padding: Padding::Same,
            activation: Activation::LeakyRelu(0.3),
        },
        Layer::Upsample2d,
        Layer::ConvTranspose2d {
            out_channels: 2,
            kernel: 4,
            stride: 2,
            output_size: [15, 12],
            activation: Activation::Sigmoid,
        },
        Layer::MaxPool2d,
        Layer::Conv2d {
            out_channels: 4,
            kernel: 2,
            stride: 1,
            padding: Padding::Valid,
            activation: Activation::Relu,
        },
        Layer::Dense { outputs: 5, activation: Activation::Identity },
    ];
    assert_every_part_agrees([2, 7, 6], &layers);
}

#[test]
fn every_part_of_a_sequences_gradient_agrees_with_finite_differences() {
    let layers = [
        Layer::Lstm { hidden: 3, return_sequences: true },
        Layer::Lstm { hidden: 4, return_sequences: false },
        Layer::RepeatVector { steps: 3 },
        Layer::Lstm { hidden: 2, return_sequences: true },
        Layer::TimeDistributedDense { outputs: 3, activation: Activation::Sigmoid },
    ];
    assert_every_part_agrees([2, 4, 3], &layers);
    let both = |hidden, return_sequences, segments| Layer::BidirectionalLstm {
        hidden,
        return_sequences,
        segments,
    };
    assert_every_part_agrees([2, 6, 2], &[both(2, true, 2), both(3, false, 3), both(2, false, 1)]);
}

#[track_caller]
fn assert_every_part_agrees(input: Shape, layers: &[Layer]) {
    let case = Case::new(Sequential::new(input, layers).unwrap(), 1);
    let mut direction = vec![0.0; case.at.len()];
    for (n, &expected) in case.gradient().iter().enumerate() {
        direction[n] = 1.0;
        let [above, below] = case.derivatives(&direction);
        direction[n] = 0.0;
        let found = f64::midpoint(above, below);
        let error = (found - expected).abs() / found.abs().max(1.0);
        assert!(error < 1e-6, "part {n}: expected {expected}, found {found}");
    }
}
