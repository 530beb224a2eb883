//! UMAP against formulas of the paper in numpy, against SciPy, and against itself.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::memberships::Scale;
use super::*;
use crate::metric::trustworthiness;
use crate::testing::fixture::{MAPS, cases, clustered, number, numbers};
use crate::testing::normal;

#[test]
fn memberships_are_those_of_the_paper() {
    for (name, case) in cases(MAPS, |case| case["kind"] == "memberships") {
        let ([_, size], values, _) = clustered(&case["points"]);
        let points = Points::new("points", size, &values).unwrap();
        let k = case["neighbours"].as_u64().unwrap() as usize;
        let neighbours = nearest_others(points, k).unwrap();
        let [rho, sigma] = ["rho", "sigma"].map(|key| numbers(&case[key]));
        for (i, row) in neighbours.iter().enumerate() {
            let distances: Vec<f64> = row.iter().map(|n| n.distance).collect();
            let scale = Scale::of(&distances);
            assert!((scale.nearest - rho[i]).abs() < 1e-8 * rho[i], "{name}: {scale:?}");
            assert!((scale.decay - sigma[i]).abs() < 1e-7 * sigma[i], "{name}: {scale:?}");
        }
        let graph = memberships(&neighbours).unwrap();
        let first: Vec<f64> = graph.row(0).map(|(_, weight)| weight).collect();
        let expected = numbers(&case["first_row"]);
        assert_eq!(first.len(), expected.len(), "{name}");
        for (found, expected) in first.iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-8, "{name}: {found}, not {expected}");
        }
        let total: f64 = graph.weights().iter().sum();
        assert!((total / number(&case["total"]) - 1.0).abs() < 1e-8, "{name}: {total}");
    }
}

#[test]
fn curves_are_those_of_scipy() {
    for (name, case) in cases(MAPS, |case| case["kind"] == "curve") {
        let curve = Curve::fit(number(&case["min_dist"]));
        for (found, key) in [(curve.a, "a"), (curve.b, "b")] {
            let expected = number(&case[key]);
            assert!((found - expected).abs() < 1e-5 * expected, "{name}: {key} {found}");
        }
    }
}

#[test]
fn scales_of_equal_distances_are_found() {
    // Each by itself, and the first of which belong entirely.
    for distances in [&[0.0; 5][..], &[2.0; 5], &[0.0, 0.0, 0.0, 0.0, 1e-30], &[1e30, 1e31]] {
        let scale = Scale::of(distances);
        let memberships: Vec<f64> = distances.iter().map(|&d| scale.membership(d)).collect();
        assert!(memberships.iter().all(|m| (0.0..=1.0).contains(m)), "{memberships:?}");
        assert_eq!(memberships[0], 1.0);
    }
}

#[test]
fn pulls_and_pushes_are_slopes_of_the_cross_entropy() {
    let curve = Curve::fit(0.1);
    let membership = |d: f64| 1.0 / (1.0 + curve.a * d.powf(2.0 * curve.b));
    for d in [0.5, 1.0, 4.0] {
        let h = 1e-6;
        let slope =
            |f: &dyn Fn(f64) -> f64| (f(membership(d + h)) - f(membership(d - h))) / (2.0 * h);
        assert!((curve.pull(d * d) * d - slope(&f64::ln)).abs() < 1e-8);
        // It is softened by a thousandth.
        let push = slope(&|m: f64| (1.0 - m).ln());
        assert!((curve.push(d * d) * d / push - 1.0).abs() < 5e-3);
    }
}

#[test]
fn clusters_stay_apart() {
    let mut values = normal(200 * 10, 3);
    for (i, point) in values.chunks_exact_mut(10).enumerate() {
        point[i % 4] += 12.0;
    }
    let points = Points::new("codes", 10, &values).unwrap();
    let mut told = Vec::new();
    let map = Umap::suited_to(200, Seed(0)).map(points, |progress| told.push(progress)).unwrap();
    for (i, place) in map.rows().enumerate() {
        let square = |j: usize| {
            let other = map.row(j);
            (place[0] - other[0]).powi(2) + (place[1] - other[1]).powi(2)
        };
        let nearest = (0..200).filter(|&j| j != i).min_by(|&a, &b| square(a).total_cmp(&square(b)));
        assert_eq!(nearest.unwrap() % 4, i % 4);
    }
    assert_eq!(told.len(), 501);
    assert_eq!((told[0].done, told[500].done, told[9].total), (0, 500, 500));
    let places = Points::of_codes("places", &map).unwrap();
    let trust = trustworthiness(points, places, 12).unwrap();
    assert!(trust > 0.95, "{trust}");
}

#[test]
fn the_same_seed_gives_the_same_bits_for_any_number_of_threads() {
    let values = normal(300 * 5, 2);
    let points = Points::new("codes", 5, &values).unwrap();
    let settings = Umap { epochs: 50, ..Umap::suited_to(300, Seed(5)) };
    let on = |threads: usize, settings: Umap| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| settings.map(points, |_| ()).unwrap())
    };
    let one = on(1, settings);
    assert_eq!(one, on(2, settings));
    assert_ne!(one, on(2, Umap { seed: Seed(6), ..settings }));
}

#[test]
fn the_fewest_points_and_points_in_one_place_have_a_map() {
    for (n, size) in [(3, 1), (4, 2), (16, 1)] {
        let values = normal(n * size, 9);
        let points = Points::new("codes", size, &values).unwrap();
        let map = Umap::suited_to(n, Seed(0)).map(points, |_| ()).unwrap();
        assert!(map.values().iter().all(|x| x.abs() < 1e3), "{map:?}");
    }
    let mut values = normal(100, 9);
    values[..50].fill(1.0);
    let points = Points::new("codes", 1, &values).unwrap();
    Umap::suited_to(100, Seed(0)).map(points, |_| ()).unwrap();
    for scale in [1e37, 1e-38] {
        let values: Vec<f32> = normal(60, 9).iter().map(|x| x * scale).collect();
        let points = Points::new("codes", 2, &values).unwrap();
        Umap::suited_to(30, Seed(0)).map(points, |_| ()).unwrap();
    }
}

#[test]
fn what_has_no_map_is_refused() {
    let values = normal(20, 1);
    let ten = Points::new("codes", 2, &values).unwrap();
    let usual = Umap::suited_to(10, Seed(0));
    for neighbours in [0, 1, 10, usize::MAX] {
        let error = Umap { neighbours, ..usual }.map(ten, |_| ()).unwrap_err();
        assert!(error.is_config());
        assert_eq!(
            error.to_string(),
            format!("expected 2 to 9 neighbours, all the others, for 10 codes, found {neighbours}")
        );
    }
    for min_dist in [-0.1, 1.5, f64::NAN] {
        let error = Umap { min_dist, ..usual }.map(ten, |_| ()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("expected a least distance of 0 to 1 on the map, found {min_dist}")
        );
    }
    for (values, words) in [
        (&[1.0, 2.0][..], "expected at least 3 codes for a map, found 2"),
        (&[0.5; 6], "expected codes that differ to make a map of, found 6 equal ones"),
    ] {
        let points = Points::new("codes", 1, values).unwrap();
        assert_eq!(usual.map(points, |_| ()).unwrap_err().to_string(), words);
    }
}
