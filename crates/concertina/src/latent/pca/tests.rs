//! Principal components against scikit-learn's.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use serde_json::Value;

use super::*;
use crate::data::FloatImages;
use crate::data::{Dataset, OpenOptions};
use crate::testing::fixture::{METRICS, cases, clustered, number, numbers};
use crate::testing::normal;

#[track_caller]
fn check_all(found: &[f64], expected: &Value, tolerance: f64, what: &str) {
    let expected = numbers(expected);
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance * scale, "{what}: {found}, not {expected}");
    }
}

#[track_caller]
fn check_case(fit: impl Fn(Points<'_>, usize) -> Result<Pca>, tolerance: f64) {
    for (name, case) in cases(METRICS, |case| case["kind"] == "pca") {
        let ([_, size], train, _) = clustered(&case["train"]);
        let (_, test, _) = clustered(&case["test"]);
        let train = Points::new("training points", size, &train).unwrap();
        let test = Points::new("test points", size, &test).unwrap();
        let pca = fit(train, case["components"].as_u64().unwrap() as usize).unwrap();
        check_all(pca.mean(), &case["mean"], tolerance, &name);
        check_all(pca.explained_variance(), &case["explained_variance"], tolerance, &name);
        check_all(
            &pca.explained_variance_ratio(),
            &case["explained_variance_ratio"],
            tolerance,
            &name,
        );
        // An axis turns more easily than its variance changes.
        check_all(pca.axes(), &case["axes"], tolerance.sqrt(), &name);
        let expected = number(&case["reconstruction_error"]);
        let error = pca.reconstruction_error(test).unwrap();
        assert!((error - expected).abs() <= tolerance * expected + 1e-15, "{name}: {error}");

        let back = pca.decode(&pca.encode(test).unwrap()).unwrap();
        let squares = back.iter().zip(test.values()).map(|(a, b)| f64::from(a - b).powi(2));
        let by_way_of_codes = squares.sum::<f64>() / back.len() as f64;
        assert!(
            (by_way_of_codes - error).abs() <= 1e-6 * error + 1e-12,
            "{name}: {by_way_of_codes}"
        );
    }
}

#[test]
fn components_are_those_of_scikit_learn() {
    check_case(Pca::fit, 1e-9);
}

#[test]
fn searched_components_are_those_of_scikit_learn() {
    check_case(Pca::by_subspace, 1e-6);
}

#[test]
fn both_ways_agree_where_axes_are_hard_to_tell_apart() {
    let (n, size, k) = (900, 60, 12);
    let mut values = normal(n * size, 8);
    for point in values.chunks_exact_mut(size) {
        point.iter_mut().enumerate().for_each(|(i, x)| *x *= 0.97f32.powf(i as f32));
    }
    let points = Points::new("points", size, &values).unwrap();
    let [whole, searched] =
        [Pca::by_covariance(points, k).unwrap(), Pca::by_subspace(points, k).unwrap()];
    let [whole, searched] = [whole, searched].map(|pca| pca.reconstruction_error(points).unwrap());
    assert!(searched >= whole * (1.0 - 1e-9) && searched < whole * 1.0001, "{whole} {searched}");
}

#[test]
fn threads_do_not_change_a_bit() {
    let (n, size) = (3000, 130);
    let values = normal(n * size, 9);
    let points = Points::new("points", size, &values).unwrap();
    let few = Points::new("points", n, &values).unwrap();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            (
                Pca::by_covariance(points, 5).unwrap(),
                Pca::by_gram(few, 5).unwrap(),
                Pca::by_subspace(points, 5).unwrap(),
            )
        })
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(5));
}

#[test]
fn fewer_points_than_dimensions_have_the_same_components_by_the_gram_matrix() {
    let (n, size, k) = (9, 40, 9);
    let mut values = normal(n * size, 8);
    for point in values.chunks_exact_mut(size) {
        point.iter_mut().enumerate().for_each(|(i, x)| *x *= 0.5f32.powf(i as f32));
    }
    let points = Points::new("points", size, &values).unwrap();
    let [gram, whole] = [Pca::by_gram(points, k).unwrap(), Pca::by_covariance(points, k).unwrap()];
    assert_eq!(gram.mean, whole.mean);
    assert!((gram.total_variance - whole.total_variance).abs() < 1e-12 * whole.total_variance);
    for i in 0..k {
        let [variance, expected] = [&gram, &whole].map(|pca| pca.explained_variance[i]);
        assert!((variance - expected).abs() < 1e-12 * whole.total_variance, "{i}: {variance}");
        let axis = |pca: &Pca, i: usize| pca.axes[i * size..][..size].to_vec();
        for j in 0..=i {
            // Nine points leave no variance for a ninth axis.
            let expected = if i == j && i < n - 1 { 1.0 } else { 0.0 };
            let product = dot(&axis(&gram, i), &axis(&gram, j));
            assert!((product - expected).abs() < 1e-12, "{i} {j}: {product}");
        }
        if i < n - 1 {
            let cosine = dot(&axis(&gram, i), &axis(&whole, i));
            assert!((cosine - 1.0).abs() < 1e-6, "{i}: {cosine}");
        }
    }
    assert!(gram.reconstruction_error(points).unwrap() < 1e-14);
    assert_eq!(Pca::fit(points, k).unwrap(), gram);
}

#[test]
fn points_that_do_not_vary_have_components() {
    let values = [0.25; 5 * 3];
    let points = Points::new("points", 3, &values).unwrap();
    for fit in [Pca::by_covariance, Pca::by_gram, Pca::by_subspace] {
        let pca = fit(points, 2).unwrap();
        assert_eq!(pca.explained_variance(), [0.0; 2]);
        assert_eq!(pca.explained_variance_ratio(), [0.0; 2]);
        assert_eq!(pca.reconstruction_error(points).unwrap(), 0.0);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let values = normal(4 * 6, 1);
    let points = Points::new("training images", 6, &values).unwrap();
    for k in [0, 5] {
        assert_eq!(
            Pca::fit(points, k).unwrap_err().to_string(),
            format!(
                "expected 1 to 4 principal components of 4 training images of 6 numbers, found {k}"
            )
        );
    }
    let pca = Pca::fit(points, 2).unwrap();
    let narrow = Points::new("codes", 3, &values).unwrap();
    assert_eq!(
        pca.reconstruction_error(narrow).unwrap_err().to_string(),
        "expected codes of 6 numbers each, as the points of the principal components, found 3"
    );
    assert!(pca.encode(narrow).is_err());
    assert!(pca.decode(&Codes::new(3, vec![0.0; 3])).unwrap_err().is_data());
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test should be seen")]
fn mnist_is_reconstructed_as_by_scikit_learn() {
    let (Some(data), Some(_)) =
        (std::env::var_os("CONCERTINA_DATA"), std::env::var_os("CONCERTINA_SLOW_TESTS"))
    else {
        eprintln!("skipped: needs CONCERTINA_DATA with mnist, and CONCERTINA_SLOW_TESTS=1");
        return;
    };
    let [(name, case)]: [(String, Value); 1] =
        cases(METRICS, |case| case["kind"] == "mnist-pca").try_into().unwrap();
    let folder = Path::new(&data).join("mnist");
    let data = Dataset::open(folder.to_str().unwrap(), &OpenOptions::default()).unwrap();
    let [train, test] = [&data.train, &data.valid].map(|images| FloatImages::of(images).unwrap());
    let train = train.as_points("training images").unwrap();
    let test = test.as_points("test images").unwrap();
    assert_eq!((train.n_points(), test.n_points()), (60_000, 10_000));
    let start = std::time::Instant::now();
    let pca = Pca::fit(train, 32).unwrap();
    let fitted = start.elapsed();
    check_all(pca.explained_variance(), &case["explained_variance"], 1e-6, &name);
    let (error, expected) =
        (pca.reconstruction_error(test).unwrap(), number(&case["reconstruction_error"]));
    eprintln!("fitted in {fitted:?}, error {error}, expected {expected}");
    assert!((error - expected).abs() < 1e-5 * expected, "{error}, not {expected}");
    let searched = Pca::by_subspace(train, 32).unwrap().reconstruction_error(test).unwrap();
    eprintln!("searched by {:?}, error {searched}", start.elapsed());
    assert!((searched - expected).abs() < 1e-3 * expected, "{searched}, not {expected}");
}
