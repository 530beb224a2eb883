//! Tests of the Gaussian latent.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;
use crate::testing::fixture::{LOSSES, OBJECTIVES, cases, matrix, number, numbers, tensor};
use crate::testing::{check_close, constant, gradients, leaf, none, normal, values};

const PARAMETERISATIONS: [VarianceParameterisation; 2] =
    [VarianceParameterisation::LogVariance, VarianceParameterisation::Lesson];

/// For codes of two numbers.
fn of(variance_parameterisation: VarianceParameterisation) -> Arc<dyn Latent> {
    Gaussian { variance_parameterisation, ..Gaussian::default() }.build(2).unwrap()
}

/// A code of which only the KL divergence counts.
fn with_kl(kl: &Tensor<2>) -> Code {
    Code::of(kl.clone()).with_dimensions(KL.name, kl.clone())
}

fn kl_of(code: &Code) -> Tensor<2> {
    code.dimensions(KL.name).unwrap()
}

/// `[B, 2 D]` features of `[B, D]` means and log-variances, and the like of their gradients.
fn side_by_side<T: Copy>(mean: &[T], s: &[T], latent_dim: usize) -> Vec<T> {
    let rows = mean.chunks(latent_dim).zip(s.chunks(latent_dim));
    rows.flat_map(|(mean, s)| [mean, s].concat()).collect()
}

#[test]
fn kl_divergences_and_codes_are_as_in_pytorch() {
    // The form `log_sigma` is not offered.
    for (name, case) in cases(LOSSES, |case| case["kind"] == "kl" && case["form"] != "log_sigma") {
        let ([batch, latent_dim], mean) = matrix(&case["mean"]);
        let settings = Gaussian {
            beta: number(&case["beta"]) as f32,
            free_bits_nats: number(&case["free_nats"]) as f32,
            variance_parameterisation: PARAMETERISATIONS[usize::from(case["form"] == "lesson")],
            ..Gaussian::default()
        };
        let latent = settings.build(latent_dim).unwrap();
        let features = side_by_side(&mean, &matrix(&case["spread"]).1, latent_dim);
        let sampled = || {
            let features = leaf(&features, [batch, 2 * latent_dim]);
            let noise = constant(&matrix(&case["eps"]).1, [batch, latent_dim]);
            (features.clone(), latent.sample(features, noise, none()))
        };
        let code_weights = constant(&matrix(&case["code_weights"]).1, [batch, latent_dim]);
        let expected = |key: &str| numbers(&case[key]);
        let expected_gradient =
            |mean: &str, s: &str| side_by_side(&expected(mean), &expected(s), latent_dim);

        let (features, code) = sampled();
        check_close(&values(code.z.clone()), &expected("z"), &format!("{name}: code"));
        let [gradient] = gradients(&(code.z * code_weights).sum(), [&features]);
        let expected_z = expected_gradient("z_grad_mean", "z_grad_spread");
        check_close(&gradient, &expected_z, &format!("{name}: gradient of the code"));

        let (features, code) = sampled();
        let per_dimension = values(kl_of(&code).mean_dim(0));
        check_close(&per_dimension, &expected("kl_per_dimension"), &format!("{name}: KL"));
        let penalty = latent.penalty(&code, &none(), f32::INFINITY).unwrap();
        let [gradient] = gradients(&penalty, [&features]);
        check_close(&values(penalty), &[number(&case["loss"])], &format!("{name}: penalty"));
        let expected_penalty = expected_gradient("grad_mean", "grad_spread");
        check_close(&gradient, &expected_penalty, &format!("{name}: gradient of the penalty"));

        assert_eq!(latent.encode(values(features), &[]), mean, "{name}: the mean is the code");
    }
}

#[test]
fn free_bits_weight_and_warm_up_make_the_penalty() {
    // Averages over the batch: 0.2, 3 and 1 nats.
    let kl = constant(&[0.1, 2.0, 0.0, 0.3, 4.0, 2.0], [2, 3]);
    for (beta, warm_up_epochs, free_bits_nats, epochs, expected) in [
        (1.0, 0.0, 0.0, 0.0, 4.2),
        (0.5, 0.0, 0.0, 7.0, 2.1),
        (0.0, 0.0, 0.0, 7.0, 0.0),
        (1.0, 0.0, 0.5, 0.0, 4.5),
        (1.0, 0.0, 2.0, 0.0, 7.0),
        (2.0, 4.0, 0.0, 0.0, 0.0),
        (2.0, 4.0, 0.0, 1.0, 2.1),
        (2.0, 4.0, 0.5, 1.0, 2.25),
        (2.0, 4.0, 0.0, 4.0, 8.4),
        (2.0, 4.0, 0.0, f32::INFINITY, 8.4),
    ] {
        let settings = Gaussian { beta, warm_up_epochs, free_bits_nats, ..Gaussian::default() };
        let latent = settings.build(3).unwrap();
        let penalty = values(latent.penalty(&with_kl(&kl), &none(), epochs).unwrap())[0];
        let case = format!("{settings:?} after {epochs} epochs: {penalty}");
        assert!((penalty - expected).abs() < 1e-5, "{case}");
    }
}

#[test]
fn with_a_capacity_the_distance_from_it_is_penalised() {
    // 4.2 nats, averaged over the batch. Below the capacity, more divergence makes the penalty
    // smaller.
    let kl = [0.1, 2.0, 0.0, 0.3, 4.0, 2.0];
    for (capacity_nats, capacity_epochs, epochs, expected, derivative) in [
        (4.0, 0.0, 0.0, 2.0 * 0.2, 1.0),
        (5.0, 0.0, 3.0, 2.0 * 0.8, -1.0),
        (6.0, 10.0, 0.0, 2.0 * 4.2, 1.0),
        (6.0, 10.0, 5.0, 2.0 * 1.2, 1.0),
        (6.0, 10.0, f32::INFINITY, 2.0 * 1.8, -1.0),
    ] {
        let settings =
            Gaussian { beta: 2.0, capacity_nats, capacity_epochs, ..Gaussian::default() };
        let kl = leaf(&kl, [2, 3]);
        let latent = settings.build(3).unwrap();
        let penalty = latent.penalty(&with_kl(&kl), &none(), epochs).unwrap();
        let [gradient] = gradients(&penalty, [&kl]);
        assert!((values(penalty)[0] - expected).abs() < 1e-5);
        assert_eq!(gradient, [derivative; 6]);
    }
}

#[test]
fn an_mmd_is_added_with_its_weight() {
    let (batch, latent_dim) = (5, 2);
    let settings = Gaussian { beta: 0.5, mmd_weight: 3.0, ..Gaussian::default() };
    let latent = settings.build(latent_dim).unwrap();
    // Each row: the noise of the code, then a sample of the prior.
    assert_eq!(latent.noise_len(), 2 * latent_dim);
    let (features, noise) = (normal(batch * 4, 1), normal(batch * 4, 2));
    let code = latent.sample(constant(&features, [batch, 4]), constant(&noise, [batch, 4]), none());
    let half = |from: usize| -> Vec<f32> {
        noise.chunks(4).flat_map(|row| row[from..from + 2].to_vec()).collect()
    };
    let alone = of(VarianceParameterisation::LogVariance);
    let alone =
        alone.sample(constant(&features, [batch, 4]), constant(&half(0), [batch, 2]), none());
    assert_eq!(values(code.z.clone()), values(alone.z.clone()));
    let mmd = values(discrepancy(alone.z.clone(), constant(&half(2), [batch, 2])))[0];
    assert_eq!(values(code.batch_term(MMD.name).unwrap()), [mmd]);
    let kl = values(kl_of(&alone).mean_dim(0).sum())[0];
    let penalty = values(latent.penalty(&code, &none(), 0.0).unwrap());
    check_close(&penalty, &[f64::from(0.5 * kl + 3.0 * mmd)], "penalty");
}

#[test]
fn the_importance_weighted_bound_and_its_gradients_are_pytorchs() {
    for (name, case) in cases(OBJECTIVES, |case| case["kind"] == "bound") {
        let importance_samples = case["codes"].as_u64().unwrap() as usize;
        let variance_parameterisation = PARAMETERISATIONS[usize::from(case["form"] == "lesson")];
        let settings =
            Gaussian { importance_samples, variance_parameterisation, ..Gaussian::default() };
        let ([batch, width], features) = matrix(&case["features"]);
        let (axes, noise) = matrix(&case["noise"]);
        let features = leaf(&features, [batch, width]);
        let errors = tensor(&case["errors"]).1;
        let errors = leaf(&errors, [batch, importance_samples]);
        let latent = settings.build(width / 2).unwrap();
        let code = latent.sample(features.clone(), constant(&noise, axes), none());
        let of_codes = errors.clone().reshape([batch * importance_samples]);
        let loss = latent.loss(of_codes, &code, &none(), f32::INFINITY);
        check_close(&values(loss.clone()), &[number(&case["loss"])], &name);
        let [of_features, of_errors] = gradients(&loss, [&features, &errors]);
        check_close(&of_features, &numbers(&case["grad_features"]), &format!("{name}: features"));
        check_close(&of_errors, &numbers(&case["grad_errors"]), &format!("{name}: errors"));
    }
}

/// Two examples with three codes each, in f64.
#[test]
fn the_importance_weighted_bound_is_that_of_the_paper() {
    let (batch, latent_dim, k) = (2, 2, 3);
    let annealed = [(0.0, f32::INFINITY, 1.0), (4.0, 1.0, 0.25), (4.0, 9.0, 1.0)];
    let cases = PARAMETERISATIONS
        .into_iter()
        .flat_map(|parameterisation| annealed.map(|annealed| (parameterisation, annealed)));
    for (variance_parameterisation, (warm_up_epochs, epochs, share)) in cases {
        let settings = Gaussian {
            importance_samples: k,
            variance_parameterisation,
            warm_up_epochs,
            ..Gaussian::default()
        };
        assert!(settings.check().is_ok());
        let latent = settings.build(latent_dim).unwrap();
        let features = [0.5, -1.0, 0.3, -0.7, 1.5, 0.0, -0.4, 0.2];
        let noise = normal(batch * k * latent_dim, 3);
        let errors = [3.0, 1.0, 2.5, 700.0, 703.0, 701.0];
        let code = latent.sample(
            constant(&features, [batch, 2 * latent_dim]),
            constant(&noise, [batch, k * latent_dim]),
            none(),
        );
        let z = values(code.z.clone());
        let mut expected = 0.0;
        for example in 0..batch {
            let log_normal = |x: f64, mean: f64, sigma: f64| {
                -0.5 * ((x - mean) / sigma).powi(2) - sigma.ln() - 0.5 * std::f64::consts::TAU.ln()
            };
            let weights = (0..k).map(|j| {
                let row = example * k + j;
                let mut log_weight = -f64::from(errors[row]);
                for d in 0..latent_dim {
                    let [mean, s] =
                        [d, latent_dim + d].map(|d| f64::from(features[example * 4 + d]));
                    let sigma = (f64::from(variance_parameterisation.scale()) * s).exp();
                    let z = f64::from(z[row * latent_dim + d]);
                    let sampled = mean + sigma * f64::from(noise[row * latent_dim + d]);
                    assert!((z - sampled).abs() < 1e-6, "{z}, not {sampled}");
                    let ratio = log_normal(z, 0.0, 1.0) - log_normal(z, mean, sigma);
                    log_weight += share * ratio;
                }
                log_weight
            });
            let weights: Vec<f64> = weights.collect();
            let most = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = weights.iter().map(|weight| (weight - most).exp()).sum();
            expected -= (most + (sum / k as f64).ln()) / batch as f64;
        }
        let errors = constant(&errors, [batch * k]);
        let loss = latent.loss(errors, &code, &none(), epochs);
        check_close(&values(loss), &[expected], "bound");
    }
}

#[test]
fn more_codes_than_one_are_refused_where_there_is_no_bound() {
    let gaussian =
        |beta, importance_samples| Gaussian { beta, importance_samples, ..Gaussian::default() };
    assert!(gaussian(2.0, 1).check().is_ok() && gaussian(1.0, 5).check().is_ok());
    for (settings, message) in [
        (gaussian(1.0, 0), "`bottleneck.importance-samples`: expected 1 to 1000, found 0"),
        (gaussian(1.0, 1001), "`bottleneck.importance-samples`: expected 1 to 1000, found 1001"),
        (
            gaussian(2.0, 5),
            "`bottleneck.importance-samples`: expected 1 beside a weight, free bits or a capacity \
             of the KL divergence, or an MMD, found 5",
        ),
    ] {
        assert_eq!(settings.check().unwrap_err().to_string(), message);
    }
}

#[test]
fn a_collapsed_posterior_is_warned_of() {
    let latent = of(VarianceParameterisation::LogVariance);
    // The second dimension's variance is 1/4, or 1/400.
    for (value, active, warned) in [(1.0, 1.0, false), (0.1, 0.0, true)] {
        let codes = Codes::new(2, vec![0.5, 0.0, 0.5, value]);
        let statistics = latent.statistics(&codes, &[]);
        assert_eq!(statistics.get("active_units"), Some(active));
        let warning = latent.warning(&statistics, &codes);
        assert_eq!(warning.is_some(), warned);
        if let Some(warning) = warning {
            assert!(warning.message.starts_with("posterior collapse: none of the 2 latent"));
        }
    }
}

proptest! {
    #[test]
    fn kl_divergences_are_never_negative(features in prop::collection::vec(-30f32..30.0, 12)) {
        for parameterisation in PARAMETERISATIONS {
            let features = constant(&features, [3, 4]);
            let code = of(parameterisation).sample(features, constant(&[0.0; 6], [3, 2]), none());
            for kl in values(kl_of(&code)) {
                // Near the prior the terms cancel to the last bit of 1.
                prop_assert!(kl.is_finite() && kl >= -f32::EPSILON, "{kl}");
            }
        }
    }

    #[test]
    fn at_the_prior_the_kl_divergence_is_zero_and_the_code_the_noise(
        noise in prop::collection::vec(-5f32..5.0, 6)
    ) {
        for parameterisation in PARAMETERISATIONS {
            let features = constant(&[0.0; 12], [3, 4]);
            let code = of(parameterisation).sample(features, constant(&noise, [3, 2]), none());
            prop_assert_eq!(values(kl_of(&code)), [0.0; 6]);
            prop_assert_eq!(values(code.z), noise.clone());
        }
    }

    #[test]
    fn no_feature_makes_code_or_penalty_infinite(
        features in prop::collection::vec(-1e6f32..1e6, 12)
    ) {
        for parameterisation in PARAMETERISATIONS {
            let latent = of(parameterisation);
            let features = leaf(&features, [3, 4]);
            let code = latent.sample(features.clone(), constant(&[4.0; 6], [3, 2]), none());
            let penalty = latent.penalty(&code, &none(), 0.0).unwrap() + code.z.clone().sum();
            let [gradient] = gradients(&penalty, [&features]);
            let all = [values(code.z), values(penalty), gradient].concat();
            prop_assert!(all.iter().all(|value| value.is_finite()), "{all:?}");
        }
    }
}
