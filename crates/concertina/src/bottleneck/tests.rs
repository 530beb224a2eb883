//! What every kind of bottleneck promises, and which cannot be.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use super::*;
use crate::math::Codes;
use crate::rng::Seed;
use crate::testing::{constant, normal, values};

/// One of each kind, and of the Gaussian one without and with further terms.
fn kinds() -> [Kind; 7] {
    let gaussian = Gaussian::default;
    [
        Plain { l1: 0.1, ..Plain::default() }.into(),
        gaussian().into(),
        Gaussian { importance_samples: 3, ..gaussian() }.into(),
        Gaussian { mmd_weight: 2.0, ..gaussian() }.into(),
        Adversarial { discriminator: vec![5], ..Adversarial::default() }.into(),
        Mmd::default().into(),
        VectorQuantised { num_embeddings: 6, ..VectorQuantised::new(2) }.into(),
    ]
}

/// Terms, losses of phases and statistics come under the names that tables and figures ask for.
#[test]
fn a_kind_tells_of_all_that_it_lists_and_nothing_else() {
    let (batch, latent_dim) = (4, 6);
    for kind in kinds() {
        let settings = kind.settings();
        let latent = settings.build(latent_dim).unwrap();
        let own = normal(n_parameters(&latent.parameters()), 3);
        let tensor = |width, seed| constant(&normal(batch * width, seed), [batch, width]);
        let features = tensor(settings.heads() * latent_dim, 1);
        let noise = tensor(latent.noise_len(), 2);
        let code = latent.sample(features.clone(), noise.clone(), constant(&own, [own.len()]));
        let k = settings.codes_per_example();
        assert_eq!(code.z.dims(), [batch * k, latent_dim], "{kind:?}");
        assert_eq!(code.importance.is_some(), k > 1, "{kind:?}");

        let mut names: Vec<&str> = code.terms.iter().map(|term| term.name).collect();
        for phase in latent.phases() {
            let loss = (phase.loss)(features.clone(), noise.clone(), constant(&own, [own.len()]));
            assert!(values(loss)[0].is_finite(), "{kind:?}: {}", phase.name);
            names.push(phase.name);
        }
        let codes = latent.encode(values(features), &own);
        assert_eq!(codes.len(), batch * latent_dim, "{kind:?}");
        assert_eq!(latent.quantise(codes.clone(), &own), codes, "{kind:?}: codes stay as they are");
        let statistics = latent.statistics(&Codes::new(latent_dim, codes), &own);
        names.extend(statistics.iter().map(|(name, _)| name));
        let listed: BTreeSet<&str> = latent.metrics().iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), latent.metrics().len(), "{kind:?}");
        assert_eq!(names.into_iter().collect::<BTreeSet<_>>(), listed, "{kind:?}");
        assert!(!latent.description().is_empty());
    }
}

#[test]
fn first_parameters_are_as_many_as_are_named_and_follow_from_the_seed() {
    for kind in kinds() {
        let latent = kind.settings().build(6).unwrap();
        let [first, again] = [1, 1].map(|seed| latent.initialise(Seed(seed)));
        assert_eq!(first.len(), n_parameters(&latent.parameters()), "{kind:?}");
        assert_eq!(first, again);
    }
}

#[test]
fn keys_that_are_left_out_have_the_documented_values() {
    let read = |kind: &str| serde_json::from_value::<Kind>(serde_json::json!({ "kind": kind }));
    let Kind::Gaussian(gaussian) = read("gaussian").unwrap() else { panic!("another kind") };
    assert_eq!(gaussian, Gaussian::default());
    assert_eq!((gaussian.beta, gaussian.importance_samples), (1.0, 1));
    let Kind::Adversarial(adversarial) = read("adversarial").unwrap() else {
        panic!("another kind")
    };
    assert_eq!(adversarial, Adversarial::default());
    let scale = adversarial.learning_rate_scale;
    assert_eq!((adversarial.discriminator, scale), (vec![500; 4], 0.5));
    let Kind::Mmd(mmd) = read("mmd").unwrap() else { panic!("another kind") };
    assert_eq!((&mmd, mmd.weight), (&Mmd::default(), 100.0));
    let quantised = serde_json::json!({ "kind": "vector-quantised", "embedding-dim": 3 });
    let Kind::VectorQuantised(quantised) = serde_json::from_value::<Kind>(quantised).unwrap()
    else {
        panic!("another kind")
    };
    assert_eq!(quantised, VectorQuantised::new(3));
    assert_eq!((quantised.num_embeddings, quantised.commitment), (512, 0.25));
}

#[test]
fn the_loss_is_the_mean_error_and_the_penalty() {
    let (batch, latent_dim) = (4, 6);
    for kind in kinds() {
        let settings = kind.settings();
        if settings.codes_per_example() > 1 {
            continue;
        }
        let latent = settings.build(latent_dim).unwrap();
        let own = normal(n_parameters(&latent.parameters()), 3);
        let tensor = |width, seed| constant(&normal(batch * width, seed), [batch, width]);
        let features = tensor(settings.heads() * latent_dim, 1);
        let noise = tensor(latent.noise_len(), 2);
        let code = latent.sample(features, noise, constant(&own, [own.len()]));
        let decoder = constant(&[1.0, 2.0], [2]);
        let penalty = latent.penalty(&code, &decoder, f32::INFINITY);
        // The adversarial one has phases instead.
        assert_eq!(penalty.is_none(), !latent.phases().is_empty(), "{kind:?}");
        let penalty = penalty.map_or(0.0, |penalty| values(penalty)[0]);
        let errors = constant(&[1.0, 2.0, 3.0, 6.0], [batch]);
        let loss = values(latent.loss(errors, &code, &decoder, f32::INFINITY))[0];
        assert!((loss - (3.0 + penalty)).abs() < 1e-5, "{kind:?}: {loss}, {penalty}");
    }
}

#[test]
fn what_a_metric_is_stands_where_its_name_does_not_say_it() {
    let names = [None, None, None, Some("mmd"), None, Some("mmd"), Some("vq_loss")];
    for (kind, expected) in kinds().into_iter().zip(names) {
        let latent = kind.settings().build(6).unwrap();
        let told = |name: &str| latent.convention(name).is_some_and(|text| text.contains(' '));
        let listed = latent.metrics().iter().map(|metric| metric.name);
        let found: Vec<&str> = listed.filter(|name| told(name)).collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{kind:?}");
        assert_eq!(latent.convention("speed"), None, "{kind:?}");
    }
}

#[test]
fn codes_that_vary_are_not_warned_of() {
    for kind in kinds() {
        let latent = kind.settings().build(6).unwrap();
        let own = normal(n_parameters(&latent.parameters()), 3);
        let codes = Codes::new(6, normal(20 * 6, 1));
        let statistics = latent.statistics(&codes, &own);
        assert!(latent.warning(&statistics, &codes).is_none(), "{kind:?}");
    }
}

#[test]
fn kinds_differ_in_what_they_are() {
    // Features for each latent dimension; a prior; a posterior; a codebook, for which examples are
    // read before an epoch.
    let expected = [
        (1, false, false, false, 0),
        (2, true, true, false, 0),
        (2, true, true, false, 0),
        (2, true, true, false, 0),
        (1, true, false, false, 0),
        (1, true, false, false, 0),
        (1, false, false, true, 1024),
    ];
    for (kind, expected) in kinds().into_iter().zip(expected) {
        let latent = kind.settings().build(6).unwrap();
        let found = (
            kind.settings().heads(),
            latent.has_prior(),
            latent.posterior().is_some(),
            latent.discrete().is_some(),
            latent.examples_at_epoch(),
        );
        assert_eq!(found, expected, "{kind:?}");
    }
}

#[test]
fn impossible_bottlenecks_are_refused() {
    let gaussian = |latent_dim, beta, warm_up_epochs, free_bits_nats| {
        let settings = Gaussian { beta, warm_up_epochs, free_bits_nats, ..Gaussian::default() };
        Bottleneck::new(LatentDim::Number(latent_dim), settings)
    };
    let of = |kind: Kind| Bottleneck::new(LatentDim::FeatureMap, kind);
    let finite = "expected a finite number of at least 0, found";
    for (bottleneck, message) in [
        (
            Bottleneck::new(LatentDim::Number(0), Plain::default()),
            "`bottleneck.latent-dim`: expected at least 1, found 0".to_owned(),
        ),
        (
            of(Plain { l1: -1.0, ..Plain::default() }.into()),
            format!("`bottleneck.l1`: {finite} -1"),
        ),
        (
            of(Plain { decoder_l2: f32::NAN, ..Plain::default() }.into()),
            format!("`bottleneck.decoder-l2`: {finite} NaN"),
        ),
        (
            gaussian(0, 1.0, 0.0, 0.0),
            "`bottleneck.latent-dim`: expected at least 1, found 0".to_owned(),
        ),
        (gaussian(2, -1.0, 0.0, 0.0), format!("`bottleneck.beta`: {finite} -1")),
        (gaussian(2, f32::NAN, 0.0, 0.0), format!("`bottleneck.beta`: {finite} NaN")),
        (
            gaussian(2, 1.0, f32::INFINITY, 0.0),
            format!("`bottleneck.warm-up-epochs`: {finite} inf"),
        ),
        (gaussian(2, 1.0, 0.0, -0.5), format!("`bottleneck.free-bits-nats`: {finite} -0.5")),
        (of(Mmd { weight: -2.0 }.into()), format!("`bottleneck.weight`: {finite} -2")),
        (
            of(Adversarial { learning_rate_scale: -1.0, ..Adversarial::default() }.into()),
            format!("`bottleneck.learning-rate-scale`: {finite} -1"),
        ),
        (
            of(Adversarial { discriminator: vec![8, 0], ..Adversarial::default() }.into()),
            "`bottleneck.discriminator`: expected sizes of at least 1, found [8, 0]".to_owned(),
        ),
        (
            of(VectorQuantised::new(0).into()),
            "`bottleneck.embedding-dim`: expected at least 1, found 0".to_owned(),
        ),
        (
            of(VectorQuantised { num_embeddings: 1, ..VectorQuantised::new(2) }.into()),
            "`bottleneck.num-embeddings`: expected at least 2, found 1".to_owned(),
        ),
    ] {
        let error = bottleneck.check().unwrap_err();
        assert!(error.is_config());
        assert_eq!(error.to_string(), message);
    }
    assert!(gaussian(2, 0.0, 0.0, 0.0).check().is_ok());
    let fewest = VectorQuantised { num_embeddings: 2, ..VectorQuantised::new(1) };
    assert!(of(fewest.into()).check().is_ok());
    let error = VectorQuantised::new(4).build(6).unwrap_err();
    assert!(error.is_config());
    assert_eq!(
        error.to_string(),
        "`bottleneck.embedding-dim`: expected a divisor of the 6 latent dimensions, found 4"
    );
}
