//! The probe against scikit-learn's logistic regression.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::testing::fixture::{METRICS, cases, clustered, number, numbers};
use crate::testing::normal;

#[test]
fn probabilities_are_those_of_scikit_learn() {
    for (name, case) in cases(METRICS, |case| case["kind"] == "probe") {
        let ([_, size], train, train_labels) = clustered(&case["train"]);
        let (_, test, test_labels) = clustered(&case["test"]);
        let train = Points::new("training points", size, &train).unwrap();
        let test = Points::new("test points", size, &test).unwrap();
        let probe = LinearProbe::fit(Labelled::new(train, &train_labels).unwrap()).unwrap();
        let found = probe.probabilities(test).unwrap();
        for (found, expected) in found.iter().zip(numbers(&case["probabilities"])) {
            let difference = f64::from(*found) - expected;
            assert!(difference.abs() < 5e-6, "{name}: {found}, not {expected}");
        }
        // A point that lies on the border may fall to either side.
        let accuracy = probe.accuracy(Labelled::new(test, &test_labels).unwrap()).unwrap();
        let off = (accuracy - number(&case["accuracy"])).abs() * test_labels.len() as f64;
        assert!(off < 1.5, "{name}: {accuracy}");
    }
}

#[test]
fn classes_may_have_any_numbers_and_dimensions_may_be_dead() {
    let values: Vec<f32> = normal(90, 2)
        .iter()
        .enumerate()
        .flat_map(|(i, x)| [(i % 3) as f32 * 9.0 + x, 7.0])
        .collect();
    let labels: Vec<u32> = (0..90).map(|i| [40, 7, 9000][i % 3]).collect();
    let points = Points::new("codes", 2, &values).unwrap();
    let labelled = Labelled::new(points, &labels).unwrap();
    let probe = LinearProbe::fit(labelled).unwrap();
    assert_eq!(probe.classes(), [7, 40, 9000]);
    assert_eq!(probe.accuracy(labelled).unwrap(), 1.0);
}

#[test]
fn inputs_are_standardised_by_the_training_points() {
    // Mean 2 and variance 8/3, divided by N; one dimension is dead.
    let values = [0.0, 7.0, 2.0, 7.0, 4.0, 7.0];
    let scaling = Scaling::of(Points::new("codes", 2, &values).unwrap());
    let unit = 1.5f32.sqrt();
    let found = scaling.apply(&[0.0, 7.0, 2.0, 8.0, 6.0, 6.5]);
    let expected = [-unit, 0.0, 0.0, 1.0, 2.0 * unit, -0.5];
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let values = normal(2000 * 20, 3);
    let labels: Vec<u32> = values.chunks_exact(20).map(|x| u32::from(x[0] + x[1] > 0.3)).collect();
    let points = Points::new("codes", 20, &values).unwrap();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            LinearProbe::fit(Labelled::new(points, &labels).unwrap()).unwrap().parameters
        })
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn what_cannot_be_probed_is_refused() {
    let points = Points::new("training codes", 2, &[0.0; 6]).unwrap();
    let error = LinearProbe::fit(Labelled::new(points, &[3; 3]).unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected training codes of at least two classes for a linear probe, found class 3 alone"
    );
    let probe = LinearProbe::fit(Labelled::new(points, &[3, 4, 4]).unwrap()).unwrap();
    let wide = Points::new("test codes", 3, &[0.0; 3]).unwrap();
    assert_eq!(
        probe.classify(wide).unwrap_err().to_string(),
        "expected test codes of 2 numbers each, as the training codes, found 3"
    );
}
