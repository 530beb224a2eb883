//! Whole evaluations: of every kind of model, on data that lacks this or that.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::data::{Dataset, FloatImages, Images, OpenOptions};
use crate::model::Model;
use crate::recipe::Recipe;
use crate::shape::ImageShape;
use crate::testing::{
    adversarial, as_trained, digits, info_vae, plain, quantised, shades, variational, wasserstein,
};

fn own<'a>(model: &'a Model, data: &Dataset) -> Subject<'a> {
    let half = |images: &Images, labels: &Option<Vec<u32>>| Split {
        images: images.clone(),
        labels: labels.clone(),
    };
    Subject {
        model,
        name: data.card.name(),
        test: half(&data.valid, &data.valid_labels),
        train: Some(half(&data.train, &data.train_labels)),
        own: true,
    }
}

/// Of all sections.
fn evaluated(subject: &Subject<'_>) -> Evaluation {
    evaluate(subject, &few_codes(Section::ALL.to_vec()), &|_| ()).unwrap()
}

/// Of one section alone: samples are judged by a classifier, whose training takes seconds.
fn only(section: Section, subject: &Subject<'_>) -> Evaluation {
    evaluate(subject, &few_codes(vec![section]), &|_| ()).unwrap()
}

/// As usual, but with few codes for a likelihood: thousands take seconds.
fn few_codes(sections: Vec<Section>) -> Options {
    Options { importance_samples: 100, sections, ..Options::default() }
}

fn why<T: std::fmt::Debug>(finding: &Finding<T>) -> &str {
    match finding {
        Finding::LeftOut { left_out } => left_out,
        Finding::Measured(found) => panic!("measured: {found:?}"),
    }
}

/// Slopes in four classes, by which of two corners are light.
fn labelled(n: usize) -> Dataset {
    let mut data = shades(n);
    let labels = |images: &Images| -> Option<Vec<u32>> {
        let label = |image: &[u8]| u32::from(image[0] > 128) + 2 * u32::from(image[7] > 128);
        Some(images.iter().map(label).collect())
    };
    (data.train_labels, data.valid_labels) = (labels(&data.train), labels(&data.valid));
    data
}

#[test]
fn everything_is_measured_of_labelled_data_the_same_for_any_number_of_threads() {
    let data = labelled(300);
    for recipe in [plain(), variational()] {
        let model = as_trained(&recipe, &data);
        let subject = own(&model, &data);
        let json = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found = pool.install(|| evaluated(&subject));
            serde_json::to_value(&found).unwrap()
        };
        let found = json(1);
        assert_eq!(found, json(3));
        let number = |path: &str| found.pointer(path).unwrap().as_f64().unwrap();
        assert_eq!([number("/images"), number("/train_images")], [30.0, 270.0]);
        // An untrained model is worse than what is fitted or needs no training.
        assert!(number("/reconstruction/mse") > number("/baselines/compared/1/mse"));
        assert!(found["baselines"]["verdict"].as_str().unwrap().starts_with("worse than"));
        assert_eq!(found["embedding"]["spaces"]["compared"].as_array().unwrap().len(), 3);
        let kinds = if model.has_prior() { 2 } else { 3 };
        let distances = found["samples"]["distances"].as_array().unwrap();
        assert_eq!(distances.len(), kinds);
        // Real images are nearer than what an untrained model makes.
        let frechet = |n: usize| distances[n]["frechet"].as_f64().unwrap();
        assert!(frechet(kinds - 1) < 0.5 * frechet(0));
        assert!(number("/samples/classifier_accuracy") > 0.8);
        assert!((0.4..0.6).contains(&number("/out_of_distribution/larger")));
        for (part, expected) in conventions(&model) {
            let told = found[part]["conventions"].as_object().unwrap();
            let names: Vec<&str> = told.keys().map(String::as_str).collect();
            assert_eq!(names, expected, "{part}");
            assert!(told.values().all(|text| text.as_str().unwrap().len() > 10), "{part}");
        }
    }
}

/// Every figure whose name does not say how it came about has a convention, part by part, in the
/// order of the alphabet.
fn conventions(model: &Model) -> [(&'static str, Vec<&'static str>); 5] {
    let mut embedding = vec!["codes", "neighbour_accuracy", "probe_accuracy", "purity"];
    if model.architecture.latent_dim == 2 {
        embedding.push("trustworthiness");
    }
    [
        ("reconstruction", vec!["error", "loss", "mse", "psnr_db", "ssim"]),
        ("baselines", vec!["compared", "model_better_fraction", "mse", "psnr_db", "ssim"]),
        ("embedding", embedding),
        ("samples", vec!["features", "frechet", "kernel", "training images"]),
        ("out_of_distribution", vec!["errors", "larger", "outliers"]),
    ]
}

#[test]
fn what_only_some_models_have_is_measured() {
    let data = labelled(60);
    // The terms of each, and which of them have a convention.
    let moments = ["code_mean", "code_std"];
    for (recipe, terms, told, has_code_moments) in [
        (plain(), vec![], &[][..], false),
        (variational(), vec!["kl", "active_units"], &[], false),
        (wasserstein(), [&["mmd"], &moments[..]].concat(), &["mmd"], true),
        (adversarial(), [&["discriminator", "generator"], &moments[..]].concat(), &[], true),
        (
            quantised(),
            vec!["vq_loss", "used_embeddings", "perplexity"],
            &["vq_loss", "codebook"],
            false,
        ),
        (info_vae(), vec!["kl", "mmd", "active_units", "sigma"], &["mmd", "sigma"], false),
    ] {
        let mut model = as_trained(&recipe, &data);
        model.weights.reconstruction.fill(-1.0);
        let found = evaluated(&own(&model, &data));
        let reconstruction = found.reconstruction.unwrap();
        let names: Vec<&str> = reconstruction.terms.iter().map(|(name, _)| name).collect();
        assert_eq!(names, terms, "{:?}", recipe.bottleneck);
        let special = ["mmd", "vq_loss", "codebook", "sigma"];
        let conventions = reconstruction.conventions.keys().filter(|key| special.contains(key));
        assert_eq!(
            conventions.collect::<std::collections::BTreeSet<_>>(),
            told.iter().collect(),
            "{:?}",
            recipe.bottleneck
        );
        let codes = found.samples.unwrap().measured().unwrap().codes;
        assert_eq!(codes.is_some(), has_code_moments, "{:?}", recipe.bottleneck);
        let log_sigma = reconstruction.terms.get("sigma").map(f64::ln);
        assert_eq!(log_sigma, terms.contains(&"sigma").then_some(-1.0));
        match reconstruction.codebook {
            // Untrained, all embeddings are the same: the first is the nearest of each.
            Some(Codebook { num_embeddings: 12, used: 1, perplexity: 1.0, bits_per_image }) => {
                assert_eq!(bits_per_image, 3.0 * 12f64.log2());
            }
            found => assert!(found.is_none() && recipe != quantised(), "{found:?}"),
        }
        assert_eq!(reconstruction.variational.is_some(), model.is_variational());
    }
}

#[test]
fn a_map_is_trusted_if_the_code_has_two_numbers() {
    let data = shades(200);
    let flat = as_trained(&plain(), &data);
    let found = only(Section::Embedding, &own(&flat, &data)).embedding.unwrap();
    assert_eq!(why(&found.spaces), "the data has no labels");
    let trust = found.trustworthiness.measured().unwrap();
    // The slopes are a plane, nearly, that two components show.
    let pca = *trust.pca.measured().unwrap();
    assert!(trust.images == 20 && pca > 0.9 && trust.codes <= pca + 0.05, "{trust:?}");
    let deep = as_trained(&variational(), &data);
    let found = only(Section::Embedding, &own(&deep, &data)).embedding.unwrap();
    assert!(why(&found.trustworthiness).contains("do not have two dimensions"));
}

#[test]
fn without_labels_features_are_principal_components() {
    let data = shades(200);
    let model = as_trained(&variational(), &data);
    let samples = only(Section::Samples, &own(&model, &data)).samples.unwrap();
    let samples = samples.measured().unwrap();
    assert!(samples.features.starts_with("the first 64 principal components of 180 training"));
    assert_eq!(samples.classifier_accuracy, None);
}

#[test]
fn a_model_that_returns_its_training_images_is_found_out() {
    let data = shades(200);
    let model = as_trained(&plain(), &data);
    let subject = own(&model, &data);
    let material = subject.choose(&Options::default(), &|_| ()).unwrap();
    let [train, test] = [&data.train, &data.valid].map(|images| FloatImages::of(images).unwrap());
    let copied = memorisation::measure(&material, &train).unwrap();
    assert_eq!((copied.near_duplicates, copied.median_distance), (1.0, 0.0));
    let honest = memorisation::measure(&material, &test).unwrap();
    assert_eq!(honest.near_duplicates, 0.0, "the nearest of twenty is the threshold itself");
    assert_eq!(honest.median_distance, honest.median_distance_of_test_images);
}

#[test]
fn what_the_data_lacks_is_left_out_and_said() {
    let data = labelled(60);
    let model = as_trained(&plain(), &data);
    let whole = own(&model, &data);

    let found = evaluated(&Subject { train: None, ..whole.clone() });
    let none = "the data has no training split to compare with";
    // Fitted to each half of the test images, for the other.
    let baselines = found.baselines.unwrap().measured().unwrap().clone();
    assert!(baselines.what.contains("each half of the test images"), "{baselines:?}");
    assert!(baselines.compared[1].quality.mse > 0.0);
    assert_eq!(why(found.samples.as_ref().unwrap()), none);
    assert_eq!(why(&found.embedding.as_ref().unwrap().spaces), none);
    assert!(
        found.reconstruction.is_some() && found.out_of_distribution.unwrap().measured().is_some()
    );

    let mut alike = whole.clone();
    alike.test.labels = alike.test.labels.map(|labels| vec![3; labels.len()]);
    let train = alike.train.as_mut().unwrap();
    train.labels = Some(vec![3; train.images.len()]);
    let found = evaluated(&alike);
    assert_eq!(why(&found.embedding.unwrap().spaces), "the training images are of one class only");
    let samples = found.samples.unwrap();
    assert!(samples.measured().unwrap().features.contains("principal components"));

    // Three images, fewer than neighbours and components.
    let few = |half: &Split| Split {
        images: half.images.take(3),
        labels: half.labels.as_ref().map(|labels| labels[..3].to_vec()),
    };
    let train = few(whole.train.as_ref().unwrap());
    let found = evaluated(&Subject { train: Some(train), ..whole.clone() });
    assert_eq!(
        why(&found.embedding.unwrap().spaces),
        "expected at least 5 training codes for 5 nearest neighbours, found 3"
    );

    // One image.
    let one = Split {
        images: whole.test.images.take(1),
        labels: whole.test.labels.as_ref().map(|labels| labels[..1].to_vec()),
    };
    let found = evaluated(&Subject { test: one, ..whole.clone() });
    assert!(found.reconstruction.unwrap().quality.mse > 0.0);
    assert!(why(&found.samples.unwrap()).contains("at least two images of each"));
    assert!(why(&found.embedding.unwrap().spaces).contains("found 1"));
}

#[test]
fn a_model_without_mixture_or_own_errors_says_so() {
    let data = shades(60);
    let mut old = as_trained(&plain(), &data);
    (old.mixture, old.held_out) = (None, None);
    let found = evaluated(&own(&old, &data));
    assert!(why(&found.samples.unwrap()).contains("no mixture"));
    assert!(why(&found.out_of_distribution.unwrap()).contains("earlier version"));
    let scores = Scores::of(&old, &data.valid, None, 0.99).unwrap();
    assert_eq!((scores.threshold, scores.n_outliers), (None, None));
    assert_eq!(scores.scores[0].percentile, None);
}

#[test]
fn each_task_has_its_baselines() {
    let data = digits(30);
    let names = |recipe: &Recipe| {
        let model = as_trained(recipe, &data);
        let found = only(Section::Baselines, &own(&model, &data)).baselines.unwrap();
        let found = found.measured().unwrap().clone();
        let compared = found.compared.iter().map(|baseline| baseline.name.clone());
        (compared.collect::<Vec<String>>(), found)
    };
    let (compared, found) = names(&Recipe::named("super-resolution").unwrap());
    let linear = "linear filter 7x7";
    assert_eq!(compared, ["this model", "nearest", "bilinear", "bicubic", linear]);
    let mse = |number: usize| found.compared[number].quality.mse;
    assert!(mse(4) < mse(3), "{found:?}");
    assert_eq!(found.compared[0].model_better_fraction, None);
    // Untrained.
    assert_eq!(found.compared[4].model_better_fraction, Some(0.0));
    assert!(mse(3) < mse(2) && mse(2) < mse(1) && mse(1) < mse(0), "{found:?}");

    let noise = plain().with("task.kind", "salt-and-pepper").unwrap();
    let (compared, found) = names(&noise);
    let [median, gaussian] = ["median 3x3", "Gaussian, sigma 1"];
    let strong = ["total variation", "non-local means", linear];
    assert_eq!(
        compared,
        [&["this model", "the noisy input", median, gaussian], &strong[..]].concat()
    );
    let mse = |number: usize| found.compared[number].quality.mse;
    // The median is made for such noise.
    assert!(mse(2) < mse(3) && mse(3) < mse(1), "{found:?}");
    // A filter of more pixels can do all that a linear one of fewer does.
    assert!(mse(6) < mse(3), "{found:?}");
    // Each is better than nothing.
    assert!(mse(4) < mse(1) && mse(5) < mse(1), "{found:?}");

    // Noise that brightens is taken back: without that no filter would help.
    let (_, found) = names(&Recipe::named("denoise").unwrap());
    assert!(found.compared[3].quality.mse < 0.2 * found.compared[1].quality.mse, "{found:?}");
    assert!(found.conventions["compared"].contains("fitted to 30 training images"));
}

#[test]
fn what_is_fitted_to_halves_is_not_fitted_to_what_it_is_measured_on() {
    let mut data = digits(60);
    data.valid = data.train.take(9);
    data.valid_labels = data.train_labels.as_ref().map(|labels| labels[..9].to_vec());
    let model = as_trained(&plain(), &data);
    let error = |train: bool| {
        let mut subject = own(&model, &data);
        subject.train = subject.train.filter(|_| train);
        let found = only(Section::Baselines, &subject).baselines.unwrap();
        found.measured().unwrap().compared[1].quality.mse
    };
    // The training images hold them all, the halves do not.
    assert!(error(false) > error(true), "{} {}", error(false), error(true));
}

#[test]
fn nothing_is_fitted_to_the_only_image_there_is() {
    let data = digits(30);
    let named = |recipe: &Recipe| {
        let model = as_trained(recipe, &data);
        let test = Split { images: data.valid.take(1), labels: None };
        let subject = Subject { train: None, test, ..own(&model, &data) };
        let found = only(Section::Baselines, &subject).baselines.unwrap();
        let names = |found: &Baselines| -> Vec<String> {
            found.compared.iter().map(|baseline| baseline.name.clone()).collect()
        };
        found.measured().map(names)
    };
    let noise = plain().with("task.kind", "salt-and-pepper").unwrap();
    let unfitted = ["this model", "the noisy input", "median 3x3", "Gaussian, sigma 1"];
    assert_eq!(named(&noise).unwrap(), unfitted);
    assert_eq!(named(&plain()), None);
}

#[test]
fn a_discrete_code_is_compared_with_components_of_as_many_bits() {
    let data = shades(200);
    let model = as_trained(&quantised(), &data);
    let found = only(Section::Baselines, &own(&model, &data)).baselines.unwrap();
    let found = found.measured().unwrap();
    let last = found.compared.last().unwrap();
    // Three vectors of twelve embeddings.
    assert_eq!(last.name, "PCA, 10 bits, clipped to 0..1");
    assert!(last.quality.mse > found.compared[1].quality.mse, "{found:?}");
    assert!(last.quality.mse < found.compared[0].quality.mse, "{found:?}");
}

#[test]
fn the_evidence_bound_is_the_sum_of_its_parts() {
    let data = shades(100);
    let model = as_trained(&variational(), &data);
    let of = |model: &Model| {
        let found = only(Section::Reconstruction, &own(model, &data));
        found.reconstruction.unwrap()
    };
    let reconstruction = of(&model);
    let found = reconstruction.variational.unwrap();
    assert_eq!(found.penalty_nats, None);
    let elbo = found.elbo_nats;
    assert!((elbo - (found.log_likelihood_given_code_nats - found.kl_nats)).abs() < 1e-9);
    // A Gaussian of variance 1/2 for each of 64 values.
    let constant = 32.0 * std::f64::consts::PI.ln();
    assert!((found.log_likelihood_given_code_nats + reconstruction.error + constant).abs() < 1e-9);
    assert_eq!(found.kl_per_dimension_nats.len(), 3);
    let sum: f64 = found.kl_per_dimension_nats.iter().sum();
    assert!((sum - found.kl_nats).abs() < 1e-6 * found.kl_nats);
    assert!(found.kl_per_dimension_nats.iter().all(|kl| *kl >= 0.0));

    let lesson = variational().with("bottleneck.variance-parameterisation", "lesson").unwrap();
    let lesson = as_trained(&lesson, &data);
    let found = of(&lesson).variational.unwrap();
    // Of an untrained model exp(log_var), the deviation, is near 1, which the two forms differ at.
    let penalty = found.penalty_nats.unwrap();
    assert!((penalty - found.kl_nats).abs() > 1e-6 && found.kl_nats > 0.0, "{found:?}");
    // As tight a bound as any of the same codes, on average.
    let tighter = found.log_likelihood.measured().unwrap().nats;
    assert!(found.elbo_nats < tighter && found.elbo_nats > tighter - 5.0, "{found:?}");
}

#[test]
fn other_data_lies_outside() {
    let data = shades(300);
    let model = as_trained(&variational(), &data);
    // An untrained model returns grey, which black and white are farther from than shades are.
    let pixel = |i: u32| if i.wrapping_mul(2_654_435_761) >> 31 == 0 { 0 } else { 255 };
    let noise = Images::new(data.train.shape(), (0..100 * 64).map(pixel).collect()).unwrap();
    let other = Subject {
        model: &model,
        name: "noise".to_owned(),
        test: Split { images: noise.clone(), labels: None },
        train: None,
        own: false,
    };
    let found = only(Section::OutOfDistribution, &other).out_of_distribution.unwrap();
    let found = found.measured().unwrap();
    assert_eq!([found.larger, found.outliers], [1.0, 1.0]);
    assert!(found.verdict.starts_with("noise lies far outside"), "{}", found.verdict);
    let scores = Scores::of(&model, &noise, None, 0.99).unwrap();
    assert_eq!(scores.n_outliers, Some(100));
    let worst: Vec<f32> = scores.worst(9).iter().map(|&i| scores.scores[i].error).collect();
    assert!(worst.is_sorted_by(|a, b| a >= b) && worst.len() == 9);
    // A third of thirty is beyond what two thirds are not.
    let own_scores = Scores::of(&model, &data.valid, None, 2.0 / 3.0).unwrap();
    assert_eq!(own_scores.n_outliers, Some(10));
}

#[test]
fn wrong_images_and_quantiles_are_refused() {
    let data = shades(40);
    let model = as_trained(&plain(), &data);
    let images =
        |n: usize, shape: ImageShape| Images::new(shape, vec![0; n * shape.len()]).unwrap();
    let message = |images: Images| {
        let test = Split { images, labels: None };
        let subject = Subject { test, ..own(&model, &data) };
        evaluate(&subject, &Options::default(), &|_| ()).unwrap_err().to_string()
    };
    let shape = ImageShape::new(1, 8, 8);
    assert_eq!(message(images(0, shape)), "expected images to evaluate on, found none");
    assert_eq!(
        message(images(2, ImageShape::new(3, 8, 8))),
        "expected images of 1x8x8, as this model's are, found 3x8x8"
    );
    for quantile in [0.0, 1.0, -3.0, f64::NAN] {
        assert!(Scores::of(&model, &data.valid, None, quantile).unwrap_err().is_config());
    }
    assert!(Scores::of(&model, &images(0, shape), None, 0.9).unwrap_err().is_data());
}

#[test]
fn few_are_chosen_at_random_and_counted() {
    let data = Dataset::from_images(shades(100).train, None, &OpenOptions::default()).unwrap();
    let model = as_trained(&plain(), &data);
    let sections = vec![Section::Reconstruction];
    let options =
        Options { max_test_images: 5, max_train_images: 7, sections, ..Options::default() };
    let found = evaluate(&own(&model, &data), &options, &|_| ()).unwrap();
    assert_eq!([found.images, found.available_images], [5, 9]);
    assert_eq!([found.train_images, found.available_train_images], [7, 81]);
    assert!(found.baselines.is_none() && found.samples.is_none());
}

#[test]
fn conditional_models_are_told_the_labels() {
    let data = digits(120);
    let gaussian = "{ kind = \"gaussian\", latent-dim = 2, condition = \"label\" }";
    for recipe in [
        plain().with("bottleneck.condition", "label").unwrap(),
        plain().with("bottleneck", gaussian).unwrap(),
    ] {
        let model = as_trained(&recipe, &data);
        let found = evaluated(&own(&model, &data));
        assert!(found.reconstruction.is_some());
        let embedding = found.embedding.unwrap();
        assert!(why(&embedding.spaces).contains("the model is conditioned on the classes"));
        let samples = found.samples.unwrap();
        let conditional_accuracy = samples.measured().unwrap().conditional_accuracy;
        assert!(
            conditional_accuracy.is_some_and(|share| (0.0..=1.0).contains(&share)),
            "{conditional_accuracy:?}"
        );
        let without = Subject {
            test: Split { images: data.valid.clone(), labels: None },
            ..own(&model, &data)
        };
        let error = evaluate(&without, &Options::quick(), &|_| ()).unwrap_err();
        assert!(error.to_string().contains("expected labels"), "{error}");
        let labels = data.valid_labels.as_deref();
        assert!(Scores::of(&model, &data.valid, labels, 0.9).is_ok());
        assert!(Scores::of(&model, &data.valid, None, 0.9).unwrap_err().is_data());
    }
}
