//! Nearest neighbours against scikit-learn's and against the definition.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::latent::vectors::squared_distance;
use crate::testing::fixture::{METRICS, cases, clustered, number, numbers};
use crate::testing::normal;

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
fn neighbours_are_exact_where_f32_products_are_not() {
    // Far from the origin, and closer together than f32 products can tell.
    let (n, size) = (400, 3);
    let values: Vec<f32> =
        normal(n * size, 5).into_iter().map(|x| (x * 8.0).round() / 64.0 + 100.0).collect();
    let mut values = values;
    values[0] = -1e4;
    let points = Points::new("points", size, &values).unwrap();
    let found = nearest(points, points, 6).unwrap();
    for (point, found) in points.rows().zip(&found) {
        let mut expected: Vec<(f64, usize)> =
            points.rows().map(|other| squared_distance(point, other)).zip(0..).collect();
        expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let indices: Vec<usize> = expected[..6].iter().map(|(_, index)| *index).collect();
        assert_eq!(found.iter().map(|n| n.index).collect::<Vec<_>>(), indices);
        assert_eq!(found[5].distance, expected[5].0.sqrt());
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
fn what_has_no_neighbours_is_refused() {
    let points = Points::new("training codes", 2, &[0.0; 8]).unwrap();
    let narrow = Points::new("test codes", 1, &[0.0; 2]).unwrap();
    let message = |references, queries, k| nearest(references, queries, k).unwrap_err().to_string();
    assert_eq!(message(points, points, 0), "expected at least 1 nearest neighbour, found 0");
    assert_eq!(
        message(points, points, 5),
        "expected at least 5 training codes for 5 nearest neighbours, found 4"
    );
    assert_eq!(
        message(points, narrow, 1),
        "expected test codes of 2 numbers each, as the training codes, found 1"
    );
    let alike = Labelled::new(points, &[1; 4]).unwrap();
    assert!(neighbour_accuracy(alike, alike, 1).unwrap_err().is_data());
}
