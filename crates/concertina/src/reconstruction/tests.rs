//! Tests of the reconstruction errors.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::testing::fixture::{LOSSES, cases, matrix, number, numbers};
use crate::testing::{check_close, constant, gradients, leaf, values};

const ALL: [Reconstruction; 4] = [
    Reconstruction::Bernoulli { reduction: Reduction::Sum },
    Reconstruction::Bernoulli { reduction: Reduction::Mean },
    Reconstruction::Gaussian { reduction: Reduction::Sum },
    Reconstruction::Gaussian { reduction: Reduction::Mean },
];

#[test]
fn values_and_gradients_are_as_in_pytorch() {
    for (name, case) in cases(LOSSES, |case| case["kind"] != "kl") {
        let choice = json!({ "kind": case["kind"], "reduction": case["reduction"] });
        let reconstruction: Reconstruction = serde_json::from_value(choice).unwrap();
        let (shape, logits) = matrix(&case["logits"]);
        let logits = leaf(&logits, shape);
        let target = constant(&matrix(&case["target"]).1, shape);

        let errors = reconstruction.errors(logits.clone(), target);
        assert_eq!(errors.dims(), [shape[0]]);
        let loss = errors.mean();
        let [gradient] = gradients(&loss, [&logits]);
        check_close(&values(loss), &[number(&case["loss"])], &name);
        check_close(&gradient, &numbers(&case["grad_logits"]), &format!("{name}: gradient"));
    }
}

#[test]
fn each_image_has_its_own_error_and_its_own_gradient() {
    // 1/2 against 1, 1/2 against 0: ln 2 in nats, 1/4 as a square; the second image is right.
    let (logits, target) = ([0.0, 0.0, 40.0, -40.0], [1.0, 0.0, 1.0, 0.0]);
    let ln2 = std::f64::consts::LN_2;
    for (reconstruction, expected) in ALL.iter().zip([2.0 * ln2, ln2, 0.5, 0.25]) {
        let logits = leaf(&logits, [2, 2]);
        let errors = reconstruction.errors(logits.clone(), constant(&target, [2, 2]));
        // Of the second image alone, three times.
        let loss = (errors.clone() * constant(&[0.0, 3.0], [2])).sum();
        let [gradient] = gradients(&loss, [&logits]);
        check_close(&values(errors), &[expected, 0.0], reconstruction.unit());
        assert!(gradient.iter().all(|slope| slope.abs() < 1e-15), "{gradient:?}");
    }
}

#[test]
fn errors_have_units() {
    assert_eq!(
        ALL.map(|reconstruction| reconstruction.unit()),
        ["nats per image", "nats per pixel", "squared error per image", "squared error per pixel"]
    );
}

proptest! {
    #[test]
    fn nothing_overflows(pixels in prop::collection::vec((-1e4f32..=1e4, 0f32..=1.0), 12)) {
        let (logits, target): (Vec<f32>, Vec<f32>) = pixels.into_iter().unzip();
        for reconstruction in ALL {
            let logits = leaf(&logits, [3, 4]);
            let errors = reconstruction.errors(logits.clone(), constant(&target, [3, 4]));
            let [gradient] = gradients(&errors.clone().mean(), [&logits]);
            for error in values(errors) {
                prop_assert!(error.is_finite() && error >= 0.0, "{}: {error}", reconstruction.unit());
            }
            prop_assert!(gradient.iter().all(|slope| slope.is_finite()), "{gradient:?}");
        }
    }

    #[test]
    fn pictures_stay_in_their_range(logits in prop::collection::vec(-1e4f32..=1e4, 1..9)) {
        let mut picture = logits.clone();
        Reconstruction::x_hat(&mut picture);
        for (value, logit) in picture.into_iter().zip(logits) {
            prop_assert!((0.0..=1.0).contains(&value));
            prop_assert_eq!(value > 0.5, logit > 0.0);
        }
    }
}
