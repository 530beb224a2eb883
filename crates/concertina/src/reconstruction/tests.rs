//! Tests of the reconstruction errors.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::math::similarity::ssim;
use crate::shape::ImageShape;
use crate::testing::fixture::{LOSSES, OBJECTIVES, cases, matrix, number, numbers};
use crate::testing::{check_close, constant, gradients, leaf, none, values};

const ALL: [Reconstruction; 6] = [
    Reconstruction::Bernoulli(Bernoulli { reduction: Reduction::Sum }),
    Reconstruction::Bernoulli(Bernoulli { reduction: Reduction::Mean }),
    squared(Reduction::Sum),
    squared(Reduction::Mean),
    absolute(Reduction::Sum),
    absolute(Reduction::Mean),
];

const fn squared(reduction: Reduction) -> Reconstruction {
    Reconstruction::Gaussian(Gaussian { reduction, sigma: None, output: Output::Sigmoid })
}

const fn absolute(reduction: Reduction) -> Reconstruction {
    Reconstruction::Laplace(Laplace { reduction, output: Output::Sigmoid })
}

#[test]
fn values_and_gradients_are_as_in_pytorch() {
    for (name, case) in cases(LOSSES, |case| case["kind"] != "kl") {
        let choice = json!({ "kind": case["kind"], "reduction": case["reduction"] });
        let reconstruction: Reconstruction = serde_json::from_value(choice).unwrap();
        let (shape, logits) = matrix(&case["logits"]);
        let logits = leaf(&logits, shape);
        let target = constant(&matrix(&case["target"]).1, shape);

        let errors =
            reconstruction.errors(logits.clone(), target, none(), Values::numbers(shape[1]));
        assert_eq!(errors.dims(), [shape[0]]);
        let loss = errors.mean();
        let [gradient] = gradients(&loss, [&logits]);
        check_close(&values(loss), &[number(&case["loss"])], &name);
        check_close(&gradient, &numbers(&case["grad_logits"]), &format!("{name}: gradient"));
    }
}

#[test]
fn each_image_has_its_own_error_and_its_own_gradient() {
    // 1/2 against 1, 1/2 against 0: ln 2 in nats, 1/4 as a square, 1/2 as a magnitude; the second
    // image is right.
    let (logits, target) = ([0.0, 0.0, 40.0, -40.0], [1.0, 0.0, 1.0, 0.0]);
    let ln2 = std::f64::consts::LN_2;
    for (reconstruction, expected) in ALL.iter().zip([2.0 * ln2, ln2, 0.5, 0.25, 1.0, 0.5]) {
        let logits = leaf(&logits, [2, 2]);
        let errors = reconstruction.errors(
            logits.clone(),
            constant(&target, [2, 2]),
            none(),
            Values::numbers(2),
        );
        // Of the second image alone, three times.
        let loss = (errors.clone() * constant(&[0.0, 3.0], [2])).sum();
        let [gradient] = gradients(&loss, [&logits]);
        check_close(&values(errors), &[expected, 0.0], &reconstruction.unit());
        assert!(gradient.iter().all(|derivative| derivative.abs() < 1e-15), "{gradient:?}");
    }
}

#[test]
fn errors_have_units() {
    assert_eq!(
        ALL.map(|reconstruction| reconstruction.unit()),
        [
            "nats per image",
            "nats per pixel",
            "squared error per image",
            "squared error per pixel",
            "absolute error per image",
            "absolute error per pixel"
        ]
    );
    assert_eq!(Reconstruction::from(Categorical::default()).unit(), "nats per window");
}

/// Two examples of two steps, of a voice of two classes and one of three.
#[test]
fn tokens_cost_the_nats_of_their_probabilities() {
    let steps = [
        ([0.25, 0.75], [0.5, 0.25, 0.25], [1, 0]),
        ([0.5, 0.5], [0.125, 0.125, 0.75], [0, 2]),
        ([0.125, 0.875], [0.25, 0.5, 0.25], [0, 0]),
        ([0.75, 0.25], [0.0625, 0.75, 0.1875], [0, 1]),
    ];
    let probabilities: Vec<f64> =
        steps.iter().flat_map(|step| [&step.0[..], &step.1].concat()).collect();
    // Logits are defined up to a constant.
    let logits: Vec<f32> = probabilities.iter().map(|p| (p.ln() + 3.0) as f32).collect();
    let tokens: Vec<f32> = steps.iter().flat_map(|step| step.2.map(|token| token as f32)).collect();
    let nats: Vec<f64> =
        steps.iter().map(|(first, second, [a, b])| -(first[*a] * second[*b]).ln()).collect();
    let sums = [nats[0] + nats[1], nats[2] + nats[3]];
    let is_token =
        steps.iter().flat_map(|(_, _, [a, b])| [0, 1, 2, 3, 4].map(|i| i == *a || i == 2 + *b));
    let slopes: Vec<f64> = probabilities
        .iter()
        .zip(is_token)
        .map(|(p, is_token)| p - f64::from(u8::from(is_token)))
        .collect();
    let values_of = Values { classes: &[2, 3], ..Values::numbers(4) };
    for (reduction, share) in [(Reduction::Sum, 1.0), (Reduction::Mean, 0.25)] {
        let reconstruction = Reconstruction::from(Categorical { reduction });
        assert!(reconstruction.kind().takes_tokens());
        let expected = sums.map(|nats| nats * share);
        let plain = reconstruction.plain_errors(&logits, &tokens, &[], values_of);
        check_close(&plain, &expected, "without a gradient");
        let logits = leaf(&logits, [2, 10]);
        let target = constant(&tokens, [2, 4]);
        let errors = reconstruction.errors(logits.clone(), target, none(), values_of);
        let weights = [0.5, 3.0];
        let loss = (errors.clone() * constant(&weights, [2])).sum();
        let [gradient] = gradients(&loss, [&logits]);
        check_close(&values(errors), &expected, "errors");
        let weighted: Vec<f64> = slopes
            .iter()
            .enumerate()
            .map(|(i, slope)| slope * share * f64::from(weights[i / 10]))
            .collect();
        check_close(&gradient, &weighted, "gradient");
        let likelihoods = expected.map(|error| reconstruction.log_likelihood(error, 4).unwrap());
        check_close(&likelihoods.map(|nats| nats as f32), &sums.map(|nats| -nats), "likelihood");
    }
    let most_probable = Categorical::default().x_hat(logits, values_of);
    assert_eq!(most_probable[..4], [1.0, 0.0, 0.0, 2.0], "the first of equal ones");
    assert_eq!(most_probable[4..], [1.0, 1.0, 0.0, 1.0]);
    for kind in ALL.iter().map(Reconstruction::kind) {
        assert!(!kind.takes_tokens() && kind.parameters().is_empty(), "{kind:?}");
    }
}

#[test]
fn the_standard_deviation_is_told_where_there_is_one() {
    for (sigma, own, expected) in [
        (None, vec![], None),
        (Some(Sigma::Fixed(0.25)), vec![], Some(0.25)),
        (Some(Sigma::Learned), vec![0.1f32.ln()], Some(0.1)),
        (Some(Sigma::Learned), vec![9.0], Some(4.0)),
    ] {
        let reconstruction = Reconstruction::from(Gaussian { sigma, ..Gaussian::default() });
        let found = reconstruction.statistics(&own).get("sigma");
        assert_eq!(found.is_some(), expected.is_some(), "{sigma:?}");
        let difference = found.unwrap_or_default() - expected.unwrap_or_default();
        assert!(difference.abs() < 1e-6, "{sigma:?}: {found:?}");
    }
}

#[test]
fn errors_with_a_standard_deviation_are_log_likelihoods_as_in_pytorch() {
    for (name, case) in cases(OBJECTIVES, |case| case["kind"] == "spread") {
        let sigma = number(&case["sigma"]);
        let (shape, logits) = matrix(&case["logits"]);
        let target = matrix(&case["target"]).1;
        for learned in [false, true] {
            let written = if learned { json!("learned") } else { json!(sigma) };
            let choice =
                json!({ "kind": "gaussian", "reduction": case["reduction"], "sigma": written });
            let reconstruction: Reconstruction = serde_json::from_value(choice).unwrap();
            let own = if learned { vec![sigma.ln() as f32] } else { Vec::new() };
            assert_eq!(reconstruction.kind().parameters().len(), own.len());
            let (x, log_sigma) = (leaf(&logits, shape), leaf(&own, [own.len()]));
            let errors = reconstruction.errors(
                x.clone(),
                constant(&target, shape),
                log_sigma.clone(),
                Values::numbers(shape[1]),
            );
            let expected = numbers(&case["errors"]);
            let mut tape = errors.clone().mean().backward();
            check_close(&values(errors), &expected, &name);
            let gradient = values(x.grad_remove(&mut tape).unwrap());
            check_close(&gradient, &numbers(&case["grad_logits"]), &format!("{name}: to logits"));
            if learned {
                let gradient = values(log_sigma.grad_remove(&mut tape).unwrap());
                check_close(&gradient, &[number(&case["grad_log_sigma"])], &name);
            }
            let plain =
                reconstruction.plain_errors(&logits, &target, &own, Values::numbers(shape[1]));
            check_close(&plain, &expected, &format!("{name}: without a gradient"));
            assert!(reconstruction.unit().starts_with("nats"));
        }
    }
}

#[test]
fn log_likelihoods_of_errors_are_those_of_their_distributions() {
    let (logits, target) = ([0.3f32, -1.0, 2.0], [1.0, 0.0, 0.5]);
    let normal = |x_hat: f64, x: f64, sigma: f64| {
        -0.5 * ((x - x_hat) / sigma).powi(2) - sigma.ln() - 0.5 * std::f64::consts::TAU.ln()
    };
    let pairs =
        || logits.iter().zip(target).map(|(l, x)| (1.0 / (1.0 + (-f64::from(*l)).exp()), x));
    let by_sigma = |sigma: f64| -> f64 { pairs().map(|(p, x)| normal(p, x, sigma)).sum() };
    let black_or_white: f64 = pairs().map(|(p, x)| x * p.ln() + (1.0 - x) * (1.0 - p).ln()).sum();
    for (text, learned, expected) in [
        (r#"{"kind": "bernoulli"}"#, None, black_or_white),
        (r#"{"kind": "bernoulli", "reduction": "mean"}"#, None, black_or_white),
        (r#"{"kind": "gaussian"}"#, None, by_sigma(0.5f64.sqrt())),
        (r#"{"kind": "gaussian", "reduction": "mean", "sigma": 0.2}"#, None, by_sigma(0.2)),
        (r#"{"kind": "gaussian", "sigma": "learned"}"#, Some(0.1f32.ln()), by_sigma(0.1)),
        // Below the bound.
        (r#"{"kind": "gaussian", "sigma": "learned"}"#, Some(-50.0), by_sigma(1.0 / 1024.0)),
    ] {
        let reconstruction: Reconstruction = serde_json::from_str(text).unwrap();
        let target = target.map(|x| x as f32);
        let own: Vec<f32> = learned.into_iter().collect();
        let error = reconstruction.plain_errors(&logits, &target, &own, Values::numbers(3))[0];
        let found = reconstruction.log_likelihood(f64::from(error), 3).unwrap();
        let close = |found: f64| (found - expected).abs() < 1e-4 * expected.abs().max(1.0);
        assert!(close(found), "{text}: {found}, not {expected}");
        let Likelihood { loss, scale, constant } =
            reconstruction.kind().likelihood(&own, 3).unwrap();
        let mut sum = [0.0];
        loss.evaluate(&logits, &target, 3, &mut sum, None);
        let found = -(f64::from(sum[0]) * scale + constant);
        assert!(close(found), "{text}: {found}, not {expected}");
    }
}

#[test]
fn a_standard_deviation_is_a_number_above_zero_or_learned() {
    for (text, expected) in [
        ("0.5", Ok(Sigma::Fixed(0.5))),
        ("1", Ok(Sigma::Fixed(1.0))),
        ("\"learned\"", Ok(Sigma::Learned)),
        ("0", Err("a number above 0, or \"learned\"")),
        ("-1.0", Err("a number above 0, or \"learned\"")),
        ("1e-60", Err("a number above 0, or \"learned\"")),
        ("\"large\"", Err("a number above 0, or \"learned\"")),
        ("true", Err("a number above 0, or \"learned\"")),
    ] {
        let found: std::result::Result<Sigma, _> = serde_json::from_str(text);
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected),
            (Err(found), Err(part)) => assert!(found.to_string().contains(part), "{found}"),
            (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
        }
    }
}

proptest! {
    #[test]
    fn nothing_overflows(pixels in prop::collection::vec((-1e4f32..=1e4, 0f32..=1.0), 12)) {
        let (logits, target): (Vec<f32>, Vec<f32>) = pixels.into_iter().unzip();
        for reconstruction in ALL {
            let logits = leaf(&logits, [3, 4]);
            let target = constant(&target, [3, 4]);
            let four = Values::numbers(4);
            let errors = reconstruction.errors(logits.clone(), target, none(), four);
            let [gradient] = gradients(&errors.clone().mean(), [&logits]);
            for error in values(errors) {
                let unit = reconstruction.unit();
                prop_assert!(error.is_finite() && error >= 0.0, "{unit}: {error}");
            }
            prop_assert!(gradient.iter().all(|derivative| derivative.is_finite()), "{gradient:?}");
        }
    }

    #[test]
    fn pictures_stay_in_their_range(logits in prop::collection::vec(-1e4f32..=1e4, 1..9)) {
        for reconstruction in ALL {
            let picture = logits.clone();
            let picture = reconstruction.kind().x_hat(picture, Values::numbers(1));
            prop_assert_eq!(picture.len(), logits.len());
            for (value, logit) in picture.into_iter().zip(&logits) {
                prop_assert!((0.0..=1.0).contains(&value));
                prop_assert_eq!(value > 0.5, *logit > 0.0);
            }
        }
    }
}

#[test]
fn a_linear_output_is_the_value() {
    let choice = |kind| json!({ "kind": kind, "reduction": "sum", "output": "linear" });
    for (kind, expected, slopes) in [
        ("gaussian", [0.25 + 2.25, 1.0], [1.0, -3.0, -2.0, 0.0]),
        ("laplace", [0.5 + 1.5, 1.0], [1.0, -1.0, -1.0, 0.0]),
    ] {
        let reconstruction: Reconstruction = serde_json::from_value(choice(kind)).unwrap();
        let (output, target) = ([0.5, -0.5, -1.0, 0.75], [0.0, 1.0, 0.0, 0.75]);
        let plain = reconstruction.plain_errors(&output, &target, &[], Values::numbers(2));
        check_close(&plain, &expected, kind);
        let leaf = leaf(&output, [2, 2]);
        let target = constant(&target, [2, 2]);
        let errors = reconstruction.errors(leaf.clone(), target, none(), Values::numbers(2));
        let [gradient] = gradients(&errors.clone().sum(), [&leaf]);
        check_close(&values(errors), &expected, kind);
        check_close(&gradient, &slopes, kind);
        let shown = reconstruction.kind().x_hat(output.to_vec(), Values::numbers(2));
        assert_eq!(shown, [0.5, 0.0, 0.0, 0.75]);
    }
    // The density of a Laplace distribution at its middle is 1/2.
    let laplace = Reconstruction::from(Laplace::default());
    for (error, nats) in [(0.0, 0.0), (1.0, -1.0)] {
        let found = laplace.log_likelihood(error, 3).unwrap();
        assert!((found - (nats - 3.0 * 2f64.ln())).abs() < 1e-12, "{found}");
    }
}

#[test]
fn structure_and_absolute_error_are_weighed() {
    let shape = ImageShape::new(2, 12, 13);
    let target: Vec<f32> = (0..shape.len()).map(|i| (i * 7 % 11) as f32 / 10.0).collect();
    let output: Vec<f32> = target.iter().map(|value| 0.8 * value - 0.1).collect();
    let similarity = ssim(shape, &target, &output);
    let absolute = target.iter().zip(&output).map(|(x, y)| f64::from((x - y).abs()));
    let absolute = absolute.sum::<f64>() / shape.len() as f64;
    for (reduction, n, weight) in [("mean", 1, 0.84), ("sum", shape.len(), 0.5), ("mean", 1, 1.0)] {
        let choice = json!({
            "kind": "ssim", "output": "linear", "reduction": reduction, "weight": weight,
        });
        let reconstruction: Reconstruction = serde_json::from_value(choice).unwrap();
        let expected = n as f64 * (weight * (1.0 - similarity) + (1.0 - weight) * absolute);
        let values_of = Values { shape, classes: &[] };
        let plain = reconstruction.plain_errors(&output, &target, &[], values_of);
        check_close(&plain, &[expected], reduction);
        let leaf = leaf(&output, [1, shape.len()]);
        let target = constant(&target, [1, shape.len()]);
        let errors = reconstruction.errors(leaf.clone(), target.clone(), none(), values_of);
        let [gradient] = gradients(&errors.clone().sum(), [&leaf]);
        check_close(&values(errors), &[expected], reduction);
        // A step down the slope.
        let slope: f32 = gradient.iter().map(|slope| slope * slope).sum();
        let step = 1e-3 * expected as f32 / slope;
        let moved: Vec<f32> =
            output.iter().zip(&gradient).map(|(value, slope)| value - step * slope).collect();
        let error = reconstruction.plain_errors(&moved, &values(target), &[], values_of)[0];
        let less = (expected - f64::from(error)) / expected;
        assert!((less - 1e-3).abs() < 2e-4, "{reduction}: {less}");
        assert!(reconstruction.unit().starts_with("structural error per"));
        assert_eq!(reconstruction.log_likelihood(expected, shape.len()), None);
    }
    let paper: Reconstruction = serde_json::from_value(json!({ "kind": "ssim" })).unwrap();
    assert_eq!(paper, Ssim::default().into());
    for (weight, is_good) in
        [(1.0, true), (0.01, true), (0.0, false), (1.5, false), (f32::NAN, false)]
    {
        assert_eq!(Ssim { weight, ..Ssim::default() }.check().is_ok(), is_good, "{weight}");
    }
}
