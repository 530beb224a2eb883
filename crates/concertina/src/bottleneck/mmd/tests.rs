//! Tests of the latent of a Wasserstein autoencoder.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::testing::{check_close, constant, none, normal, values};

#[test]
fn codes_are_the_features_and_the_penalty_their_weighted_discrepancy() {
    let [features, prior] = [1, 2].map(|seed| normal(6 * 3, seed));
    let latent = Mmd { weight: 7.0 }.build(3).unwrap();
    assert_eq!(latent.noise_len(), 3);
    let [x, y] = [&features, &prior].map(|values| constant(values, [6, 3]));
    let code = latent.sample(x.clone(), y.clone(), none());
    assert_eq!(values(code.z.clone()), features);
    let mmd = values(discrepancy(x, y))[0];
    assert_eq!(values(code.batch_term("mmd").unwrap()), [mmd]);
    let penalty = values(latent.penalty(&code, &none(), 0.0).unwrap());
    check_close(&penalty, &[7.0 * f64::from(mmd)], "penalty");
}

#[test]
fn mean_and_standard_deviation_are_those_of_all_numbers() {
    let latent = Mmd::default().build(2).unwrap();
    let statistics = latent.statistics(&Codes::new(2, vec![1.0, 3.0, -1.0, 1.0]), &[]);
    assert_eq!(statistics.get("code_mean"), Some(1.0));
    // Squares 4 + 4 over 3.
    assert!((statistics.get("code_std").unwrap() - (8f64 / 3.0).sqrt()).abs() < 1e-6);
}
