//! The reference values of `fixtures/`; its `README.md` says what stands in them.

#[path = "../../../../fixtures/reader.rs"]
mod reader;

use serde_json::Value;

pub(crate) use self::reader::{joined, layers, numbers};
use super::{CLOSE, check_close};
use crate::shape::ImageShape;

pub(crate) const LOSSES: &str = include_str!("../../../../fixtures/losses.json");
pub(crate) const MAPS: &str = include_str!("../../../../fixtures/maps.json");
pub(crate) const METRICS: &str = include_str!("../../../../fixtures/metrics.json");
pub(crate) const OBJECTIVES: &str = include_str!("../../../../fixtures/objectives.json");
pub(crate) const OPTIMISERS: &str = include_str!("../../../../fixtures/optimisers.json");
pub(crate) const RESIZE: &str = include_str!("../../../../fixtures/resize.json");
pub(crate) const RECIPES: &str = include_str!("../../../../fixtures/recipes.json");

/// The cases of a file with their names, those of which `wanted` is true.
pub(crate) fn cases(file: &str, wanted: impl Fn(&Value) -> bool) -> Vec<(String, Value)> {
    let cases: Vec<_> = reader::cases(file)
        .into_iter()
        .filter(wanted)
        .map(|case| (case["name"].as_str().unwrap().to_owned(), case))
        .collect();
    assert!(!cases.is_empty(), "the file has no such case");
    cases
}

/// The cases of `metrics.json` about a picture: its shape, and its values.
pub(crate) fn pictures(kind: &str) -> Vec<(String, Value, ImageShape, Vec<f32>)> {
    let with_picture = |(name, case): (String, Value)| {
        let (axes, values) = tensor(&case["picture"]);
        let [channels, height, width] = axes.try_into().unwrap();
        (name, case, ImageShape::new(channels, height, width), values)
    };
    cases(METRICS, |case| case["kind"] == kind).into_iter().map(with_picture).collect()
}

/// Each of `found` is within `most` of what it should be.
#[track_caller]
pub(crate) fn check_within(found: &[f32], expected: &Value, most: f64, what: &str) {
    let expected = numbers(expected);
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(&expected) {
        let error = (f64::from(*found) - expected).abs();
        assert!(error < most, "{what}: {found}, not {expected}");
    }
}

pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// The shape and the values of a tensor.
pub(crate) fn tensor(description: &Value) -> (Vec<usize>, Vec<f32>) {
    let reader::Tensor { shape, values } = reader::tensor(description);
    (shape, values)
}

/// As a matrix: the first axis, and all the others as one.
pub(crate) fn matrix(description: &Value) -> ([usize; 2], Vec<f32>) {
    let (shape, values) = tensor(description);
    ([shape[0], values.len() / shape[0]], values)
}

/// Points around some centres, `[N, D]`, and the class of each: point i is noise[i] + centres[i %
/// classes].
pub(crate) fn clustered(description: &Value) -> ([usize; 2], Vec<f32>, Vec<u32>) {
    let ([classes, size], centres) = matrix(&description["centres"]);
    let ([n, _], mut values) = matrix(&description["noise"]);
    let labels: Vec<u32> = (0..n).map(|i| (i % classes) as u32).collect();
    for (point, label) in values.chunks_exact_mut(size).zip(&labels) {
        let centre = &centres[*label as usize * size..][..size];
        point.iter_mut().zip(centre).for_each(|(value, centre)| *value += centre);
    }
    ([n, size], values, labels)
}

/// `found` has the sum, the norm and the first values that a fixture keeps of a long tensor.
#[track_caller]
pub(crate) fn check_summary(found: &[f32], expected: &Value, what: &str) {
    let first = numbers(&expected["first"]);
    check_close(&found[..first.len()], &first, what);
    let norm = found.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt();
    let sum: f64 = found.iter().map(|&v| f64::from(v)).sum();
    let [expected_norm, expected_sum] = ["norm", "sum"].map(|key| number(&expected[key]));
    let root = (found.len() as f64).sqrt();
    assert!(
        (norm - expected_norm).abs() <= CLOSE * expected_norm,
        "{what}: norm {norm}, expected {expected_norm}"
    );
    // Rounding errors of the terms add up as their number's root.
    assert!(
        (sum - expected_sum).abs() <= CLOSE * expected_norm * root,
        "{what}: sum {sum}, expected {expected_sum}"
    );
}
