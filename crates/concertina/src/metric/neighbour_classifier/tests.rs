//! Nearest neighbours as a classifier against scikit-learn's.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::testing::fixture::{METRICS, cases, clustered, number, numbers};

#[test]
fn classes_are_those_of_scikit_learn() {
    for (name, case) in cases(METRICS, |case| case["kind"] == "neighbours") {
        let ([_, size], train, train_labels) = clustered(&case["train"]);
        let (_, test, test_labels) = clustered(&case["test"]);
        let train = Points::new("training points", size, &train).unwrap();
        let train = Labelled::new(train, &train_labels).unwrap();
        let test = Points::new("test points", size, &test).unwrap();
        let test = Labelled::new(test, &test_labels).unwrap();
        let k = case["k"].as_u64().unwrap() as usize;
        let found = neighbour_classes(train, test.points(), k).unwrap();
        let expected: Vec<u32> = numbers(&case["classes"]).iter().map(|&x| x as u32).collect();
        assert_eq!(found, expected, "{name}");
        let accuracy = neighbour_accuracy(train, test, k).unwrap();
        assert!((accuracy - number(&case["accuracy"])).abs() < 1e-9, "{name}: {accuracy}");
    }
}

#[test]
fn equal_votes_go_to_the_smallest_class() {
    let points = Points::new("points", 1, &[1.0, 2.0, 3.0, 4.0]).unwrap();
    let train = Labelled::new(points, &[9, 9, 5, 5]).unwrap();
    assert_eq!(neighbour_classes(train, points, 4).unwrap(), [5; 4]);
    assert_eq!(neighbour_classes(train, points, 1).unwrap(), [9, 9, 5, 5]);
    assert_eq!(neighbour_classes(train, points, 3).unwrap(), [9, 9, 5, 5]);
}

#[test]
fn one_class_alone_is_refused() {
    let points = Points::new("training codes", 2, &[0.0; 8]).unwrap();
    let alike = Labelled::new(points, &[1; 4]).unwrap();
    assert!(neighbour_accuracy(alike, alike, 1).unwrap_err().is_data());
}
