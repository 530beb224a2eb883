//! Tests of the bottlenecks.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;
use crate::testing::fixture::{LOSSES, cases, matrix, number, numbers};
use crate::testing::{check_close, constant, gradients, leaf, none, values};

const FORMS: [VarianceParameterisation; 2] = [VarianceParameterisation::LogVariance, VarianceParameterisation::Lesson];

fn gaussian(form: VarianceParameterisation) -> Bottleneck {
    Bottleneck::Gaussian(Gaussian { form, ..Gaussian::new(LatentDim::Number(2)) })
}

/// `[B, 2 D]` features of `[B, D]` means and spreads, and the like of their gradients.
fn side_by_side<T: Copy>(mean: &[T], spread: &[T], size: usize) -> Vec<T> {
    let rows = mean.chunks(size).zip(spread.chunks(size));
    rows.flat_map(|(mean, spread)| [mean, spread].concat()).collect()
}

#[test]
fn divergences_and_codes_are_as_in_pytorch() {
    // The form `log_sigma` is not offered.
    for (name, case) in cases(LOSSES, |case| case["kind"] == "kl" && case["form"] != "log_sigma") {
        let bottleneck = Bottleneck::Gaussian(Gaussian {
            beta: number(&case["beta"]) as f32,
            free_bits_nats: number(&case["free_nats"]) as f32,
            form: if case["form"] == "lesson" { VarianceParameterisation::Lesson } else { VarianceParameterisation::LogVariance },
            ..Gaussian::new(LatentDim::Number(4))
        });
        let ([batch, size], mean) = matrix(&case["mean"]);
        let features = side_by_side(&mean, &matrix(&case["spread"]).1, size);
        let drawn = || {
            let features = leaf(&features, [batch, 2 * size]);
            let noise = constant(&matrix(&case["eps"]).1, [batch, size]);
            (features.clone(), bottleneck.draw(features, noise, none()))
        };
        let code_weights = constant(&matrix(&case["code_weights"]).1, [batch, size]);
        let expected = |key: &str| numbers(&case[key]);
        let expected_gradient =
            |mean: &str, spread: &str| side_by_side(&expected(mean), &expected(spread), size);

        let (features, code) = drawn();
        check_close(&values(code.z.clone()), &expected("z"), &format!("{name}: code"));
        let [gradient] = gradients(&(code.z * code_weights).sum(), [&features]);
        let expected_z = expected_gradient("z_grad_mean", "z_grad_spread");
        check_close(&gradient, &expected_z, &format!("{name}: gradient of the code"));

        let (features, code) = drawn();
        let kl = code.kl.unwrap();
        let per_dimension = values(kl.clone().mean_dim(0));
        check_close(&per_dimension, &expected("kl_per_dimension"), &format!("{name}: divergence"));
        let code = Code { kl: Some(kl), ..code };
        let price = bottleneck.price(&code, &none(), f32::INFINITY).unwrap();
        let [gradient] = gradients(&price, [&features]);
        check_close(&values(price), &[number(&case["loss"])], &format!("{name}: price"));
        let expected_price = expected_gradient("grad_mean", "grad_spread");
        check_close(&gradient, &expected_price, &format!("{name}: gradient of the price"));

        assert_eq!(
            bottleneck.mean(values(features), &[], size),
            mean,
            "{name}: the mean is the code"
        );
    }
}

#[test]
fn a_plain_bottleneck_changes_nothing_and_costs_nothing() {
    let plain = Bottleneck::plain(LatentDim::Full);
    let features = [0.5, -1.0, 3.0, 0.0];
    let code = plain.draw(constant(&features, [2, 2]), constant(&[9.0; 4], [2, 2]), none());
    assert!(plain.price(&code, &none(), 1.0).is_none() && code.kl.is_none());
    assert_eq!(values(code.z), features);
    assert_eq!(plain.mean(features.to_vec(), &[], 2), features);
    assert_eq!((plain.heads(), plain.is_variational()), (1, false));
    assert_eq!(
        (gaussian(VarianceParameterisation::Lesson).heads(), gaussian(VarianceParameterisation::Lesson).is_variational()),
        (2, true)
    );
}

#[test]
fn the_price_of_a_plain_code_is_its_size() {
    let z = [1.0, -2.0, 0.0, 3.0, 0.0, 0.5];
    // Sums of absolute values 3 and 3.5; of squares 5 and 9.25.
    for (l1, l2, expected, slopes) in [
        (0.5, 0.0, 0.25 * 6.5, [0.25, -0.25, 0.0, 0.25, 0.0, 0.25]),
        (0.0, 2.0, 0.5 * 14.25, [1.0, -2.0, 0.0, 3.0, 0.0, 0.5]),
        (0.5, 2.0, 0.25 * 6.5 + 0.5 * 14.25, [1.25, -2.25, 0.0, 3.25, 0.0, 0.75]),
    ] {
        let bottleneck = Bottleneck::Plain(Plain { l1, l2, ..Plain::new(LatentDim::Full) });
        let features = leaf(&z, [2, 3]);
        let code = bottleneck.draw(features.clone(), constant(&[0.0; 6], [2, 3]), none());
        let price = bottleneck.price(&code, &none(), 0.0).unwrap();
        let [gradient] = gradients(&price, [&features]);
        assert_eq!((values(price), gradient), (vec![expected], slopes.to_vec()));
    }
}

#[test]
fn the_price_of_a_decoder_is_half_its_squares() {
    let bottleneck = Bottleneck::Plain(Plain { decoder_l2: 0.5, ..Plain::new(LatentDim::Full) });
    let decoder = leaf(&[1.0, -2.0, 0.0, 3.0], [4]);
    let code = bottleneck.draw(constant(&[9.0; 4], [2, 2]), constant(&[], [2, 0]), none());
    let price = bottleneck.price(&code, &decoder, 0.0).unwrap();
    let [gradient] = gradients(&price, [&decoder]);
    check_close(&values(price), &[3.5], "price");
    assert_eq!(gradient, [0.5, -1.0, 0.0, 1.5]);
}

#[test]
fn free_bits_weight_and_warm_up_make_the_price() {
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
        let bottleneck = Bottleneck::Gaussian(Gaussian {
            beta,
            warm_up_epochs,
            free_bits_nats,
            ..Gaussian::new(LatentDim::Number(3))
        });
        let code = Code { kl: Some(kl.clone()), ..Code::of(kl.clone()) };
        let price = values(bottleneck.price(&code, &none(), epochs).unwrap())[0];
        let case = format!("{bottleneck:?} after {epochs} epochs: {price}");
        assert!((price - expected).abs() < 1e-5, "{case}");
    }
}

#[test]
fn with_a_capacity_the_distance_from_it_is_charged() {
    // 4.2 nats, averaged over the batch.
    let kl = [0.1, 2.0, 0.0, 0.3, 4.0, 2.0];
    for (capacity_nats, capacity_epochs, epochs, expected) in [
        (4.0, 0.0, 0.0, 2.0 * 0.2),
        (5.0, 0.0, 3.0, 2.0 * 0.8),
        (6.0, 10.0, 0.0, 2.0 * 4.2),
        (6.0, 10.0, 5.0, 2.0 * 1.2),
        (6.0, 10.0, f32::INFINITY, 2.0 * 1.8),
    ] {
        let bottleneck = Bottleneck::Gaussian(Gaussian {
            beta: 2.0,
            capacity_nats,
            capacity_epochs,
            ..Gaussian::new(LatentDim::Number(3))
        });
        let kl = leaf(&kl, [2, 3]);
        let code = Code { kl: Some(kl.clone()), ..Code::of(kl.clone()) };
        let price = bottleneck.price(&code, &none(), epochs).unwrap();
        // Below the capacity, more divergence makes it cheaper.
        let slope = if capacity_nats * grown(epochs, capacity_epochs) > 4.2 { -1.0 } else { 1.0 };
        let [gradient] = gradients(&price, [&kl]);
        assert!((values(price)[0] - expected).abs() < 1e-5);
        assert_eq!(gradient, [slope; 6]);
    }
}

#[test]
fn impossible_bottlenecks_are_refused() {
    let base = |size, beta, warm_up_epochs, free_bits_nats| {
        Bottleneck::Gaussian(Gaussian {
            beta,
            warm_up_epochs,
            free_bits_nats,
            ..Gaussian::new(LatentDim::Number(size))
        })
    };
    for (bottleneck, message) in [
        (Bottleneck::plain(LatentDim::Number(0)), "`bottleneck.latent-dim`: expected at least 1, found 0"),
        (
            Bottleneck::Plain(Plain { l1: -1.0, ..Plain::new(LatentDim::Full) }),
            "`bottleneck.l1`: expected a finite number of at least 0, found -1",
        ),
        (base(0, 1.0, 0.0, 0.0), "`bottleneck.latent-dim`: expected at least 1, found 0"),
        (
            base(2, -1.0, 0.0, 0.0),
            "`bottleneck.beta`: expected a finite number of at least 0, found -1",
        ),
        (
            base(2, f32::NAN, 0.0, 0.0),
            "`bottleneck.beta`: expected a finite number of at least 0, found NaN",
        ),
        (
            base(2, 1.0, f32::INFINITY, 0.0),
            "`bottleneck.warm-up-epochs`: expected a finite number of at least 0, found inf",
        ),
        (
            base(2, 1.0, 0.0, -0.5),
            "`bottleneck.free-bits-nats`: expected a finite number of at least 0, found -0.5",
        ),
    ] {
        let error = bottleneck.check().unwrap_err();
        assert!(error.is_config());
        assert_eq!(error.to_string(), message);
    }
    assert!(base(2, 0.0, 0.0, 0.0).check().is_ok());
}

proptest! {
    #[test]
    fn divergences_are_never_negative(features in prop::collection::vec(-30f32..30.0, 12)) {
        for form in FORMS {
            let features = constant(&features, [3, 4]);
            let kl = gaussian(form).draw(features, constant(&[0.0; 6], [3, 2]), none()).kl.unwrap();
            for kl in values(kl) {
                // Near the prior the terms cancel to the last bit of 1.
                prop_assert!(kl.is_finite() && kl >= -f32::EPSILON, "{kl}");
            }
        }
    }

    #[test]
    fn at_the_prior_the_divergence_is_zero_and_the_code_the_noise(
        noise in prop::collection::vec(-5f32..5.0, 6)
    ) {
        for form in FORMS {
            let code = gaussian(form).draw(constant(&[0.0; 12], [3, 4]), constant(&noise, [3, 2]), none());
            prop_assert_eq!(values(code.z), noise.clone());
            prop_assert_eq!(values(code.kl.unwrap()), [0.0; 6]);
        }
    }

    #[test]
    fn no_feature_makes_code_or_price_infinite(features in prop::collection::vec(-1e6f32..1e6, 12)) {
        for form in FORMS {
            let bottleneck = gaussian(form);
            let features = leaf(&features, [3, 4]);
            let code = bottleneck.draw(features.clone(), constant(&[4.0; 6], [3, 2]), none());
            let price = bottleneck.price(&code, &none(), 0.0).unwrap() + code.z.clone().sum();
            let [gradient] = gradients(&price, [&features]);
            let all = [values(code.z), values(price), gradient].concat();
            prop_assert!(all.iter().all(|value| value.is_finite()), "{all:?}");
        }
    }
}

/// Two images with three codes each, in f64.
#[test]
fn the_importance_weighted_bound_is_that_of_the_paper() {
    let (batch, size, k) = (2, 2, 3);
    for form in FORMS {
        let bottleneck =
            Bottleneck::Gaussian(Gaussian { samples: k, form, ..Gaussian::new(LatentDim::Number(2)) });
        assert!(bottleneck.check().is_ok());
        let features = [0.5, -1.0, 0.3, -0.7, 1.5, 0.0, -0.4, 0.2];
        let noise = crate::testing::normal(batch * k * size, 3);
        let errors = [3.0, 1.0, 2.5, 700.0, 703.0, 701.0];
        let code = bottleneck.draw(
            constant(&features, [batch, 2 * size]),
            constant(&noise, [batch * k, size]),
            none(),
        );
        let z = values(code.z.clone());
        let mut expected = 0.0;
        for image in 0..batch {
            let log_normal = |x: f64, mean: f64, sigma: f64| {
                -0.5 * ((x - mean) / sigma).powi(2) - sigma.ln() - 0.5 * std::f64::consts::TAU.ln()
            };
            let weights = (0..k).map(|j| {
                let row = image * k + j;
                let mut log_weight = -f64::from(errors[row]);
                for d in 0..size {
                    let [mean, s] = [d, size + d].map(|d| f64::from(features[image * 4 + d]));
                    let sigma = (f64::from(form.scale()) * s).exp();
                    let z = f64::from(z[row * size + d]);
                    let drawn = mean + sigma * f64::from(noise[row * size + d]);
                    assert!((z - drawn).abs() < 1e-6, "{z}, not {drawn}");
                    log_weight += log_normal(z, 0.0, 1.0) - log_normal(z, mean, sigma);
                }
                log_weight
            });
            let weights: Vec<f64> = weights.collect();
            let most = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = weights.iter().map(|weight| (weight - most).exp()).sum();
            expected -= (most + (sum / k as f64).ln()) / batch as f64;
        }
        let loss = bottleneck.loss(constant(&errors, [batch * k]), &code, &none(), f32::INFINITY);
        check_close(&values(loss), &[expected], "bound");
    }
}

#[test]
fn more_codes_than_one_are_refused_where_there_is_no_bound() {
    let gaussian = |beta, samples| {
        Bottleneck::Gaussian(Gaussian { beta, samples, ..Gaussian::new(LatentDim::Number(2)) })
    };
    assert!(gaussian(2.0, 1).check().is_ok() && gaussian(1.0, 5).check().is_ok());
    for (bottleneck, message) in [
        (gaussian(1.0, 0), "`bottleneck.importance-samples`: expected 1 to 1000, found 0"),
        (gaussian(1.0, 1001), "`bottleneck.importance-samples`: expected 1 to 1000, found 1001"),
        (
            gaussian(2.0, 5),
            "`bottleneck.importance-samples`: expected 1 beside a weight, free bits, a capacity of the divergence or a discrepancy, found 5",
        ),
    ] {
        assert_eq!(bottleneck.check().unwrap_err().to_string(), message);
    }
}
