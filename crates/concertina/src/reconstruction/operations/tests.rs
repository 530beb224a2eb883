//! Burn's operations compute what the kernels compute.

use proptest::prelude::*;

use super::*;
use crate::reconstruction::measure::Measure;
use crate::shape::ImageShape;
use crate::testing::{check_close, constant, gradients, leaf, values};

/// Zero, where the two halves of the stable form meet; numbers as in training; and huge ones.
fn logit() -> impl Strategy<Value = f32> {
    prop_oneof![Just(0.0), -8f32..8.0, -1e4f32..=1e4]
}

/// A pixel, or none that is asked for.
fn target() -> impl Strategy<Value = f32> {
    prop_oneof![4 => 0f32..=1.0, 1 => Just(f32::NAN)]
}

/// Gradients with respect to logits are differences of numbers up to 1, times the weight of their
/// example: small ones have the rounding errors of large ones.
fn check_gradient(found: &[f32], expected: &[f64], weights: &[f32], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let width = found.len() / weights.len();
    for (i, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let difference = (f64::from(found) - expected).abs();
        let close = difference <= 1e-6 * f64::from(weights[i / width]);
        assert!(close, "{what}[{i}]: expected {expected}, found {found}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn errors_and_gradients_agree_with_the_kernels(
        pixels in prop::collection::vec((logit(), target()), 12),
        weights in [0f32..2.0, 0f32..2.0, 0f32..2.0],
    ) {
        let (logits, target): (Vec<f32>, Vec<f32>) = pixels.into_iter().unzip();
        for loss in [
            Loss::CrossEntropy,
            Loss::SquaredError,
            Loss::AbsoluteError,
            Loss::LinearSquaredError,
            Loss::LinearAbsoluteError,
        ] {
            let (mut errors, mut derivatives) = ([0.0; 3], [0.0; 12]);
            loss.evaluate(&logits, &target, 4, &mut errors, Some(&mut derivatives));
            let expected_errors = errors.map(f64::from);
            let expected_gradient: Vec<f64> =
                derivatives.iter().zip(0..).map(|(d, i)| f64::from(d * weights[i / 4])).collect();

            let logits = leaf(&logits, [3, 4]);
            let errors = summed(loss, logits.clone(), constant(&target, [3, 4]));
            let weighted = errors.clone() * constant(&weights, [3]);
            let [gradient] = gradients(&weighted.sum(), [&logits]);
            check_close(&values(errors), &expected_errors, &format!("{loss:?}"));
            check_gradient(&gradient, &expected_gradient, &weights, &format!("{loss:?}"));
        }
    }

    #[test]
    fn structure_agrees_with_what_the_cpu_computes(
        pixels in prop::collection::vec((-3f32..3.0, 0f32..=1.0), 2 * 2 * 13 * 12),
        weights in [0f32..2.0, 0f32..2.0],
        weight in 0.1f32..=1.0,
    ) {
        let (outputs, target): (Vec<f32>, Vec<f32>) = pixels.into_iter().unzip();
        let shape = ImageShape::new(2, 13, 12);
        for output in [Output::Sigmoid, Output::Linear] {
            let structure = Structure { shape, output, weight };
            let (mut errors, mut derivatives) = ([0.0; 2], vec![0.0; outputs.len()]);
            structure.evaluate(
                &outputs, &target, shape.len(), &mut errors, Some(&mut derivatives),
            );
            let expected: Vec<f32> = derivatives
                .iter()
                .enumerate()
                .map(|(i, derivative)| derivative * weights[i / shape.len()])
                .collect();
            let leaf = leaf(&outputs, [2, shape.len()]);
            let found = structural(structure, leaf.clone(), constant(&target, [2, shape.len()]));
            let [gradient] = gradients(&(found.clone() * constant(&weights, [2])).sum(), [&leaf]);
            for (found, expected) in values(found).into_iter().zip(errors) {
                prop_assert!((found - expected).abs() < 1e-3, "{found} not {expected}");
            }
            for (found, expected) in gradient.into_iter().zip(expected) {
                prop_assert!((found - expected).abs() < 1e-3, "{found} not {expected}");
            }
        }
    }

    #[test]
    fn tokens_agree_with_the_kernels(
        logits in prop::collection::vec(-8f32..8.0, 30),
        tokens in prop::collection::vec(0..4_u8, 12),
        weights in [0f32..2.0, 0f32..2.0, 0f32..2.0],
    ) {
        // Two steps of a voice of three classes and one of two.
        let (classes, tokens) = ([3, 2], tokens.into_iter().map(f32::from).collect::<Vec<_>>());
        let (mut errors, mut derivatives) = ([0.0; 3], [0.0; 30]);
        concertina_kernels::categorical_cross_entropy(
            &logits, &tokens, &classes, &mut errors, Some(&mut derivatives),
        );
        let expected_errors = errors.map(f64::from);
        let expected_gradient: Vec<f64> =
            derivatives.iter().zip(0..).map(|(d, i)| f64::from(d * weights[i / 10])).collect();

        let logits = leaf(&logits, [3, 10]);
        let errors = categorical(logits.clone(), constant(&tokens, [3, 4]), &classes);
        let weighted = errors.clone() * constant(&weights, [3]);
        let [gradient] = gradients(&weighted.sum(), [&logits]);
        // A logarithm of a sum of exponentials less the logit, both up to 8 or a little more: small
        // errors have the rounding errors of those.
        for (found, expected) in values(errors).into_iter().zip(expected_errors) {
            let is_close = (f64::from(found) - expected).abs() <= 4e-6 + 1e-6 * expected;
            prop_assert!(is_close, "expected {expected}, found {found}");
        }
        check_gradient(&gradient, &expected_gradient, &weights, "tokens");
    }
}
