//! Tests of the optimisers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::testing::fixture::{OPTIMISERS, cases, number, numbers, tensor};

/// The first `at` values are the encoder's.
fn split(values: &[f32], at: usize) -> Weights {
    let [encoder, decoder] = [&values[..at], &values[at..]].map(<[f32]>::to_vec);
    Weights { encoder, decoder, ..Weights::default() }
}

/// The gradients of both; the other components have none.
fn both(weights: Weights) -> Gradients {
    Gradients {
        encoder: Some(weights.encoder),
        decoder: Some(weights.decoder),
        ..Gradients::default()
    }
}

fn joined(weights: &Weights) -> Vec<f32> {
    [&weights.encoder[..], &weights.decoder].concat()
}

#[track_caller]
fn check_within(found: &[f32], expected: &[f64], most: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}: the number of values");
    for (found, expected) in found.iter().zip(expected) {
        assert!((f64::from(*found) - expected).abs() <= most, "{what}: {found}, not {expected}");
    }
}

#[test]
fn steps_are_those_of_keras() {
    for (name, case) in cases(OPTIMISERS, |case| case["kind"].as_str().unwrap().contains("keras")) {
        let option = |key: &str| number(&case[key]) as f32;
        let optimiser = if name.starts_with("adam") {
            Optimiser::Adam {
                beta1: option("beta1"),
                beta2: option("beta2"),
                epsilon: option("epsilon"),
            }
        } else if name.starts_with("adadelta") {
            Optimiser::Adadelta { rho: option("rho"), epsilon: option("epsilon") }
        } else {
            Optimiser::Rmsprop { rho: option("rho"), epsilon: option("epsilon") }
        };
        let [start, goal, curvature] =
            ["start", "goal", "curvature"].map(|key| tensor(&case[key]).1);
        let mut weights = split(&start, 4);
        let all = Components::<bool> { encoder: true, decoder: true, ..Components::default() };
        let mut moments = Moments::zero(&weights, all);
        for step in 1..=20 {
            let place = joined(&weights).into_iter().zip(&goal).zip(&curvature);
            let gradients: Vec<f32> = place.map(|((p, goal), c)| c * (p - goal)).collect();
            let gradients = both(split(&gradients, 4));
            update(
                &optimiser,
                option("learning_rate"),
                step,
                &mut weights,
                &gradients,
                &mut moments,
            );
            if let Some(expected) = case["after"].get(step.to_string()) {
                let what = format!("{name}, after {step}");
                // A recipe's 0.999 is a number of 32 bits, which alone makes a difference of 1e-6
                // here.
                check_within(&joined(&weights), &numbers(expected), 2e-6, &what);
            }
        }
    }
}

#[test]
fn gradients_are_clipped_by_their_common_norm() {
    for (name, case) in cases(OPTIMISERS, |case| case["kind"] == "clip") {
        let [encoder, decoder] = [0, 1].map(|i| tensor(&case["gradients"][i]).1);
        let weights = Weights { encoder, decoder, ..Weights::default() };
        let mut gradients = both(weights);
        assert_eq!(clip(&mut gradients.clone(), 0.0), norm(&gradients));
        let norm = clip(&mut gradients, number(&case["max_norm"]) as f32);
        check_within(&[norm], &[number(&case["norm"])], 1e-6, &name);
        for (part, found) in [gradients.encoder, gradients.decoder].into_iter().enumerate() {
            check_within(&found.unwrap(), &numbers(&case["clipped"][part]), 1e-6, &name);
        }
    }
}

#[test]
fn a_norm_beyond_the_range_of_f32_is_infinite() {
    assert_eq!(norm(&both(split(&[3e38, 3e38], 1))), f32::INFINITY);
    assert_eq!(norm(&both(split(&[3e30, 4e30], 1))), 5e30);
}
