//! t-SNE against the definitions, against scikit-learn, and against itself.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::affinities::conditional;
use super::repulsion::{Repulsion, offset, repulsion};
use super::*;
use crate::latent::planar::Place;
use crate::metric::trustworthiness;
use crate::rng::{Purpose, Stream};
use crate::testing::fixture::{MAPS, cases, clustered, number, numbers};
use crate::testing::normal;

fn places(n: usize, scale: f32) -> Vec<Place> {
    let values = normal(2 * n, 8);
    values.chunks_exact(2).map(|p| [f64::from(p[0] * scale), f64::from(p[1] * scale)]).collect()
}

/// Points around four corners.
fn corners(n: usize, size: usize) -> Vec<f32> {
    let mut values = normal(n * size, 3);
    for (i, point) in values.chunks_exact_mut(size).enumerate() {
        point[0] += [0.0, 12.0][i % 2];
        point[1] += [0.0, 12.0][i / 2 % 2];
    }
    values
}

/// By the definition.
fn exact(places: &[Place]) -> Repulsion {
    let mut exact = Repulsion { forces: vec![[0.0; 2]; places.len()], normaliser: 0.0 };
    for (i, &place) in places.iter().enumerate() {
        for (_, &other) in places.iter().enumerate().filter(|(j, _)| i != *j) {
            let (away, square) = offset(place, other);
            let q = 1.0 / (1.0 + square);
            exact.normaliser += q;
            exact.forces[i] = [0, 1].map(|axis| exact.forces[i][axis] + q * q * away[axis]);
        }
    }
    exact
}

#[test]
fn far_points_act_nearly_as_one_by_one() {
    for (n, scale) in [(1, 1.0), (7, 1.0), (100, 1e-4), (3000, 1.0), (3000, 30.0)] {
        let places = places(n, scale);
        let (found, exact) = (repulsion(&places), exact(&places));
        let difference = (found.normaliser - exact.normaliser).abs();
        assert!(difference <= 0.02 * exact.normaliser, "{n}, {scale}: {difference}");
        let squares = |forces: &[Place], others: &[Place]| -> f64 {
            forces.iter().zip(others).map(|(a, b)| offset(*a, *b).1).sum()
        };
        let size = squares(&exact.forces, &vec![[0.0; 2]; n]);
        let error = squares(&exact.forces, &found.forces);
        assert!(error <= 1e-3 * size, "{n}, {scale}: {error} of {size}");
    }
}

#[test]
fn forces_do_not_depend_on_the_order_of_the_points() {
    let places = places(500, 5.0);
    let order = Stream::new(Seed(1), Purpose::Figure, [0; 3]).permutation(500);
    let shuffled: Vec<Place> = order.iter().map(|&i| places[i as usize]).collect();
    let (a, b) = (repulsion(&places), repulsion(&shuffled));
    assert_eq!(a.normaliser, b.normaliser);
    for (new, &old) in order.iter().enumerate() {
        assert_eq!(b.forces[new], a.forces[old as usize]);
    }
}

#[test]
fn points_in_one_place_do_not_part_and_do_no_harm() {
    let mut places = places(40, 1.0);
    places[..30].fill([0.5, -0.5]);
    let found = repulsion(&places);
    assert!(found.forces.iter().flatten().all(|x| x.is_finite()));
    assert_eq!(found.forces[0], found.forces[29]);
    let one = repulsion(&vec![[3.0; 2]; 40]);
    assert_eq!((one.normaliser, one.forces[7]), (40.0 * 39.0, [0.0; 2]));
}

#[test]
fn probabilities_are_those_of_scikit_learn() {
    for (name, case) in cases(MAPS, |case| case["kind"] == "perplexity") {
        let ([_, size], values, _) = clustered(&case["points"]);
        let points = Points::new("points", size, &values).unwrap();
        let perplexity = number(&case["perplexity"]);
        let expected = numbers(&case["conditional"]);
        let k = expected.len() / 10;
        for (row, expected) in
            nearest_others(points, k).unwrap().iter().zip(expected.chunks_exact(k))
        {
            let squares: Vec<f64> = row.iter().map(|n| n.distance.powi(2)).collect();
            for (found, expected) in conditional(&squares, perplexity).iter().zip(expected) {
                // Its distances are f32, and its search ends at an entropy that is right to 1e-5.
                assert!(
                    (found - expected).abs() < 1e-4 * expected.max(0.01),
                    "{name}: {found}, not {expected}"
                );
            }
        }
    }
}

#[test]
fn maps_are_as_good_as_those_of_scikit_learn() {
    for (name, case) in cases(MAPS, |case| case["kind"] == "tsne") {
        let ([n, size], values, _) = clustered(&case["points"]);
        let points = Points::new("points", size, &values).unwrap();
        let perplexity = number(&case["perplexity"]);
        let map = Tsne { perplexity, ..Tsne::suited_to(n, Seed(0)) }.map(points, |_| ()).unwrap();
        let (kl, expected) = (map.kl_nats, number(&case["kl_nats"]));
        assert!(kl < 1.05 * expected && kl > 0.9 * expected, "{name}: {kl}, not {expected}");
        let places = Points::of_codes("places", &map.places).unwrap();
        let trust = trustworthiness(points, places, 12).unwrap();
        assert!(trust > number(&case["trustworthiness"]) - 0.01, "{name}: {trust}");
    }
}

#[test]
fn each_point_has_the_wanted_perplexity() {
    for (scale, perplexity) in [(1.0, 5.0), (1e-30, 12.5), (1e15, 1.0), (1.0, 29.0)] {
        let mut squares: Vec<f64> =
            normal(90, 4).iter().map(|x| (f64::from(*x) * scale).powi(2)).collect();
        squares.sort_by(f64::total_cmp);
        let p = conditional(&squares, perplexity);
        let entropy: f64 = p.iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum();
        assert!((entropy - perplexity.ln()).abs() < 1e-8, "{scale}, {perplexity}: {entropy}");
        assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12 && p.is_sorted_by(|a, b| a >= b));
    }
    // More equally near neighbours than the perplexity: they share all.
    let mut squares = vec![2.0; 20];
    squares.extend([5.0; 70]);
    let p = conditional(&squares, 10.0);
    assert!((p[0] - 0.05).abs() < 1e-12 && p[20] < 1e-12);
    assert_eq!(conditional(&[0.0; 4], 2.0), [0.25; 4]);
}

#[test]
fn the_gradient_is_that_of_the_divergence() {
    let values = corners(40, 3);
    let points = Points::new("codes", 3, &values).unwrap();
    let p = affinities(&nearest_others(points, 15).unwrap(), 5.0).unwrap();
    let total: f64 = p.weights().iter().sum();
    assert!((total - 1.0).abs() < 1e-12, "{total}");
    let start = places(40, 1.0);
    let kl = |places: &[Place]| {
        Descent::new(&p, places.to_vec()).kl_divergence(exact(places).normaliser)
    };
    let gradient = Descent::new(&p, start.clone()).gradient(&exact(&start), 1.0);
    let step = 1e-5;
    for i in [0, 7, 39] {
        for axis in 0..2 {
            let moved = |by: f64| {
                let mut places = start.clone();
                places[i][axis] += by;
                kl(&places)
            };
            let slope = (moved(step) - moved(-step)) / (2.0 * step);
            let gradient = 4.0 * gradient[i][axis];
            assert!((slope - gradient).abs() < 1e-8, "{slope}, not {gradient}");
        }
    }
}

#[test]
fn clusters_stay_apart_and_the_divergence_falls() {
    let values = corners(200, 10);
    let points = Points::new("codes", 10, &values).unwrap();
    let mut told = Vec::new();
    let map = Tsne::suited_to(200, Seed(0)).map(points, |progress| told.push(progress)).unwrap();
    for (i, place) in map.places.rows().enumerate() {
        let square = |j: usize| {
            let other = map.places.row(j);
            (place[0] - other[0]).powi(2) + (place[1] - other[1]).powi(2)
        };
        let nearest = (0..200).filter(|&j| j != i).min_by(|&a, &b| square(a).total_cmp(&square(b)));
        assert_eq!(nearest.unwrap() % 4, i % 4);
    }
    assert_eq!(told.len(), 751);
    assert_eq!((told[0].done, told[750].done, told[9].total), (0, 750, 750));
    let at = |step: usize| told[step].kl_nats.unwrap();
    assert!(at(1) > at(251) && at(251) > at(401) && at(401) > at(750) && at(750) > 0.0);
    assert_eq!(at(750), map.kl_nats);
}

#[test]
fn the_same_seed_gives_the_same_bits_for_any_number_of_threads() {
    let values = corners(300, 5);
    let points = Points::new("codes", 5, &values).unwrap();
    let settings = Tsne { early_steps: 60, steps: 60, ..Tsne::suited_to(300, Seed(5)) };
    let on = |threads: usize, settings: Tsne| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| settings.map(points, |_| ()).unwrap())
    };
    let one = on(1, settings);
    assert_eq!(one, on(2, settings));
    assert_eq!(one, on(3, settings));
    assert_ne!(one, on(2, Tsne { seed: Seed(6), ..settings }));
}

#[test]
fn the_fewest_points_and_points_of_one_number_have_a_map() {
    for (n, size) in [(4, 1), (5, 3), (31, 1)] {
        let values = normal(n * size, 9);
        let points = Points::new("codes", size, &values).unwrap();
        let map = Tsne::suited_to(n, Seed(0)).map(points, |_| ()).unwrap();
        assert_eq!(map.places.len(), n);
        assert!(map.places.values().iter().all(|x| x.abs() < 1e4), "{:?}", map.places);
    }
    // Half of them in one place.
    let mut values = normal(100, 9);
    values[..50].fill(1.0);
    let points = Points::new("codes", 1, &values).unwrap();
    assert!(Tsne::suited_to(100, Seed(0)).map(points, |_| ()).unwrap().kl_nats.is_finite());
    // Very far apart, and hardly apart.
    for scale in [1e37, 1e-38] {
        let values: Vec<f32> = normal(60, 9).iter().map(|x| x * scale).collect();
        let points = Points::new("codes", 2, &values).unwrap();
        Tsne::suited_to(30, Seed(0)).map(points, |_| ()).unwrap();
    }
}

#[test]
fn what_has_no_map_is_refused() {
    let values = normal(20, 1);
    let codes = |n: usize| Points::new("codes", 2, &values[..2 * n]).unwrap();
    let refusal = |points: Points<'_>, perplexity: f64| {
        let settings = Tsne { perplexity, ..Tsne::suited_to(points.n_points(), Seed(0)) };
        settings.map(points, |_| ()).unwrap_err()
    };
    for perplexity in [0.5, 3.01, f64::NAN, f64::INFINITY, -1.0] {
        let error = refusal(codes(10), perplexity);
        assert!(error.is_config());
        assert_eq!(
            error.to_string(),
            format!(
                "expected a perplexity of 1 to 3.0, a third of the others, for 10 codes, found \
                 {perplexity}"
            )
        );
    }
    for n in [1, 3] {
        let error = refusal(codes(n), 1.0);
        assert!(error.is_data());
        assert_eq!(error.to_string(), format!("expected at least 4 codes for a map, found {n}"));
    }
    let equal = Points::new("codes", 2, &[0.5; 12]).unwrap();
    assert_eq!(
        refusal(equal, 1.0).to_string(),
        "expected codes that differ to make a map of, found 6 equal ones"
    );
}
