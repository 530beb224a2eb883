//! Nearest neighbours against the definition.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::math::vectors::squared_distance;
use crate::testing::normal;

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
}
