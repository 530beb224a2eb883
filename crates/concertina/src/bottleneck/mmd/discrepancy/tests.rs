//! Tests of the discrepancy.

use proptest::prelude::*;

use super::*;
use crate::testing::fixture::{OBJECTIVES, cases, matrix, number, numbers};
use crate::testing::{check_close, constant, gradients, leaf, normal, values};

#[test]
fn values_and_gradients_are_as_in_pytorch() {
    for (name, case) in cases(OBJECTIVES, |case| case["kind"] == "discrepancy") {
        let (shape, points) = matrix(&case["points"]);
        for function in [discrepancy as fn(Tensor<2>, Tensor<2>) -> Tensor<1>, |points, others| {
            operations::discrepancy(&points, &others)
        }] {
            let points = leaf(&points, shape);
            let value = function(points.clone(), constant(&matrix(&case["others"]).1, shape));
            let [gradient] = gradients(&(value.clone() * 3.0), [&points]);
            check_close(&values(value), &[number(&case["value"])], &name);
            let expected: Vec<f64> = numbers(&case["grad"]).iter().map(|x| 3.0 * x).collect();
            check_close(&gradient, &expected, &format!("{name}: gradient"));
        }
    }
}

#[test]
fn it_tells_draws_of_one_distribution_from_draws_of_another() {
    let (n, size) = (400, 3);
    let draws = |seed, mean: f32, spread: f32| {
        let numbers = normal(n * size, seed).iter().map(|x| mean + spread * x).collect::<Vec<_>>();
        constant(&numbers, [n, size])
    };
    let far = |mean, spread| values(discrepancy(draws(1, mean, spread), draws(2, 0.0, 1.0)))[0];
    let same = far(0.0, 1.0);
    assert!(same.abs() < 0.01, "{same}");
    // A mean, a spread, and more of both.
    let [shifted, narrow, further] = [far(0.3, 1.0), far(0.0, 0.6), far(1.0, 1.0)];
    assert!(
        shifted > 0.03 && narrow > 0.03 && further > 3.0 * shifted,
        "{shifted} {narrow} {further}"
    );
}

proptest! {
    #[test]
    fn it_is_bounded_and_finite(
        points in prop::collection::vec(-1e18f32..1e18, 6),
        others in prop::collection::vec(-9f32..9.0, 6),
    ) {
        let points = leaf(&points, [3, 2]);
        let value = discrepancy(points.clone(), constant(&others, [3, 2]));
        let [gradient] = gradients(&value, [&points]);
        let value = values(value)[0];
        prop_assert!((-14.0..=14.0).contains(&value), "{}", value);
        prop_assert!(gradient.iter().all(|slope| slope.is_finite()), "{:?}", gradient);
    }
}

#[test]
fn one_point_is_near_enough() {
    let points = leaf(&[3.0, 4.0], [1, 2]);
    for value in [
        discrepancy(points.clone(), constant(&[0.0, 0.0], [1, 2])),
        operations::discrepancy(&points, &constant(&[0.0, 0.0], [1, 2])),
    ] {
        assert_eq!(gradients(&value, [&points]), [[0.0, 0.0]]);
        assert_eq!(values(value), [0.0]);
    }
}
