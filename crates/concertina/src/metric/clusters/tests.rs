//! Clusters against scikit-learn's best of a hundred searches.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::testing::fixture::{METRICS, cases, clustered, number};
use crate::testing::normal;

#[test]
fn clusters_are_as_tight_as_those_of_scikit_learn() {
    for (name, case) in cases(METRICS, |case| case["kind"] == "clusters") {
        let ([_, size], values, labels) = clustered(&case["points"]);
        let points = Points::new("points", size, &values).unwrap();
        let k = case["k"].as_u64().unwrap() as usize;
        let clusters = k_means(points, k, Seed(42)).unwrap();
        let expected = number(&case["inertia"]);
        assert!((clusters.inertia / expected - 1.0).abs() < 1e-5, "{name}: {}", clusters.inertia);
        let purity = purity(&clusters.members, &labels).unwrap();
        assert!((purity - number(&case["purity"])).abs() < 1e-9, "{name}: {purity}");
    }
}

#[test]
fn first_centres_are_spread_out() {
    // Sorted by cluster: neither the first points nor a few drawn evenly come from all twelve.
    let noise = normal(120 * 2, 7);
    let values: Vec<f32> = noise
        .iter()
        .enumerate()
        .map(|(i, x)| (i / 20 * (1 + i % 2)) as f32 * 10.0 + 0.1 * x)
        .collect();
    let labels: Vec<u32> = (0..120).map(|i| i / 10).collect();
    let points = Points::new("points", 2, &values).unwrap();
    for seed in 0..20 {
        let clusters = k_means(points, 12, Seed(seed)).unwrap();
        assert_eq!(purity(&clusters.members, &labels).unwrap(), 1.0);
        assert!(clusters.inertia < 5.0, "{}", clusters.inertia);
    }
}

#[test]
fn seeds_repeat_whatever_the_number_of_threads() {
    let values = normal(1000 * 5, 6);
    let points = Points::new("points", 5, &values).unwrap();
    let with = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| k_means(points, 7, Seed(seed)).unwrap())
    };
    assert_eq!(with(1, 1), with(3, 1));
    assert_ne!(with(1, 1).members, with(1, 2).members);
}

#[test]
fn points_in_one_place_are_one_cluster() {
    let points = Points::new("points", 2, &[0.5; 12]).unwrap();
    let clusters = k_means(points, 3, Seed(1)).unwrap();
    assert_eq!((clusters.inertia, clusters.members), (0.0, vec![0; 6]));
    assert_eq!(clusters.centres, [0.5; 6], "a cluster without points keeps its centre");
}

#[test]
fn the_tightest_of_ten_runs_is_kept() {
    let values = normal(300 * 2, 8);
    let points = Points::new("points", 2, &values).unwrap();
    let search = Search { points, k: 12, mean: mean(points) };
    for seed in (0..5).map(Seed) {
        let run = |restart| search.run(&mut Stream::new(seed, Purpose::Fit, [3, restart, 0]));
        let inertias: Vec<f64> = (0..RESTARTS).map(|restart| run(restart).inertia).collect();
        let least = inertias.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(inertias.iter().any(|&inertia| inertia > least), "{inertias:?}");
        assert_eq!(k_means(points, 12, seed).unwrap().inertia, least);
    }
}

#[test]
fn purity_counts_the_most_frequent_class_of_each_cluster() {
    assert_eq!(purity(&[0, 0, 0, 9, 9, 9], &[1, 1, 2, 2, 2, 2]).unwrap(), 5.0 / 6.0);
    assert_eq!(purity(&[0, 0, 0, 0], &[1, 2, 3, 4]).unwrap(), 0.25);
}

#[test]
fn what_cannot_be_clustered_is_refused() {
    let points = Points::new("codes", 2, &[0.0; 4]).unwrap();
    assert_eq!(
        k_means(points, 3, Seed(1)).unwrap_err().to_string(),
        "expected at least 3 codes for 3 clusters, found 2"
    );
    assert!(k_means(points, 0, Seed(1)).unwrap_err().is_config());
    assert!(purity(&[], &[]).unwrap_err().is_data());
    assert!(purity(&[1], &[1, 2]).unwrap_err().is_data());
}
