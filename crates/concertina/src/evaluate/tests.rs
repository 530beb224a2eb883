//! Whole evaluations: of every kind of model, on data that lacks this or that.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::data::{Dataset, Images, OpenOptions};
use crate::math::CodeMoments;
use crate::math::Mixture;
use crate::model::HeldOutErrors;
use crate::data::FloatImages;
use crate::model::{Architecture, Model};
use crate::recipe::Recipe;
use crate::rng::Seed;
use crate::shape::ImageShape;
use crate::testing::{digits, plain, quantised, shades, spread, variational, wasserstein};

/// An untrained model as training would leave it.
fn untrained(recipe: &Recipe, data: &Dataset) -> Model {
    let classes = data.class_names.len();
    let architecture = Architecture::new(recipe, data.train.shape(), classes).unwrap();
    let weights = architecture.initial_weights(Seed(7));
    let (recipe, card) = (recipe.clone(), data.card.clone());
    let mut model = Model { recipe, architecture, weights, card, mixture: None, held_out: None };
    let (train, valid) = (data.train_labels.clone(), data.valid_labels.clone());
    if !model.recipe.bottleneck.has_prior() {
        let codes = model.with_known_labels(train.as_deref()).encode(&data.train).unwrap();
        model.mixture = Some(Mixture::fit(&codes, Seed(7)).unwrap());
    }
    let errors = model.with_known_labels(valid.as_deref()).reconstruction_errors(&data.valid).unwrap();
    model.held_out = HeldOutErrors::of(&errors);
    model
}

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

fn judged(subject: &Subject<'_>) -> Evaluation {
    evaluate(subject, &Options::default(), &|_| ()).unwrap()
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
        let model = untrained(&recipe, &data);
        let subject = own(&model, &data);
        let json = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let options = Options { figures: true, ..Options::default() };
            let found = pool.install(|| evaluate(&subject, &options, &|_| ()).unwrap());
            (serde_json::to_value(&found).unwrap(), found.figures)
        };
        let (found, figures) = json(1);
        assert_eq!((found.clone(), figures.clone()), json(3));
        assert!(figures[0].1.starts_with(b"\x89PNG"));
        let number = |path: &str| found.pointer(path).unwrap().as_f64().unwrap();
        assert_eq!([number("/images"), number("/train_images")], [30.0, 270.0]);
        // An untrained model is worse than what is fitted or needs no training.
        assert!(number("/reconstruction/mse") > number("/baselines/rivals/1/mse"));
        assert!(found["baselines"]["verdict"].as_str().unwrap().starts_with("worse than"));
        assert_eq!(found["embedding"]["spaces"]["compared"].as_array().unwrap().len(), 3);
        let kinds = if recipe.bottleneck.is_variational() { 2 } else { 3 };
        let distances = found["generator"]["distances"].as_array().unwrap();
        assert_eq!(distances.len(), kinds);
        // Real images are nearer than what an untrained model makes.
        let frechet = |n: usize| distances[n]["frechet"].as_f64().unwrap();
        assert!(frechet(kinds - 1) < 0.5 * frechet(0));
        assert!(number("/generator/classifier_accuracy") > 0.8);
        assert!(number("/specificity/larger") > 0.4 && number("/specificity/larger") < 0.6);
        for part in ["reconstruction", "baselines", "embedding", "generator", "specificity"] {
            assert!(found[part]["conventions"].as_object().unwrap().len() > 1, "{part}");
        }
    }
}

fn found_of_generator(model: &Model, data: &Dataset) -> Option<CodeMoments> {
    judged(&own(model, data)).generator?.measured()?.codes
}

#[test]
fn what_only_some_models_have_is_measured() {
    let data = labelled(60);
    for recipe in [plain(), wasserstein(), quantised(), spread()] {
        let mut model = untrained(&recipe, &data);
        model.weights.reconstruction.fill(-1.0);
        let found = judged(&own(&model, &data)).reconstruction.unwrap();
        let bottleneck = &recipe.bottleneck;
        assert_eq!(found.distance.is_some(), bottleneck.has_distance(), "{bottleneck:?}");
        assert_eq!(found.conventions.contains_key("distance"), bottleneck.has_distance());
        let codes = found_of_generator(&model, &data);
        assert_eq!(codes.is_some(), bottleneck.has_points_like_the_prior());
        assert_eq!(found.sigma.map(f64::ln), recipe.reconstruction.sigma().map(|_| -1.0));
        match found.codebook {
            // Untrained, all entries are the same: the first is the nearest of each.
            Some(Codebook { entries: 12, used: 1, perplexity: 1.0, bits_per_image }) => {
                assert_eq!(bits_per_image, 3.0 * 12f64.log2());
            }
            found => assert!(found.is_none() && bottleneck.codebook().is_none(), "{found:?}"),
        }
    }
}

#[test]
fn a_map_is_trusted_if_the_code_has_two_numbers() {
    let data = shades(200);
    let flat = untrained(&plain(), &data);
    let found = judged(&own(&flat, &data)).embedding.unwrap();
    assert_eq!(why(&found.spaces), "the data has no labels");
    let trust = found.trustworthiness.measured().unwrap();
    // The slopes are a plane, nearly, that two components show.
    let pca = *trust.pca.measured().unwrap();
    assert!(trust.images == 20 && pca > 0.9 && trust.codes <= pca + 0.05, "{trust:?}");
    let deep = untrained(&variational(), &data);
    let found = judged(&own(&deep, &data)).embedding.unwrap();
    assert!(why(&found.trustworthiness).contains("not of two numbers"));
}

#[test]
fn without_labels_features_are_principal_components() {
    let data = shades(200);
    let model = untrained(&variational(), &data);
    let generator = judged(&own(&model, &data)).generator.unwrap();
    let generator = generator.measured().unwrap();
    assert!(generator.features.starts_with("the first 64 principal components of 180 training"));
    assert_eq!(generator.classifier_accuracy, None);
}

#[test]
fn a_model_that_returns_its_training_images_is_found_out() {
    let data = shades(200);
    let model = untrained(&plain(), &data);
    let subject = own(&model, &data);
    let material = subject.choose(&Options::default(), &|_| ());
    let [train, test] = [&data.train, &data.valid].map(FloatImages::from);
    let copied = memorisation::measure(&material, &train).unwrap();
    assert_eq!((copied.near_copies, copied.median_distance), (1.0, 0.0));
    let honest = memorisation::measure(&material, &test).unwrap();
    assert_eq!(honest.near_copies, 0.0, "the nearest of twenty is the threshold itself");
    assert_eq!(honest.median_distance, honest.median_distance_of_test_images);
}

#[test]
fn what_the_data_lacks_is_left_out_and_said() {
    let data = labelled(60);
    let model = untrained(&plain(), &data);
    let whole = own(&model, &data);

    let found = judged(&Subject { train: None, ..whole.clone() });
    let none = "the data has no training half to compare with";
    assert_eq!(why(found.baselines.as_ref().unwrap()), none);
    assert_eq!(why(found.generator.as_ref().unwrap()), none);
    assert_eq!(why(&found.embedding.as_ref().unwrap().spaces), none);
    assert!(found.reconstruction.is_some() && found.specificity.unwrap().measured().is_some());

    let mut alike = whole.clone();
    alike.test.labels = alike.test.labels.map(|labels| vec![3; labels.len()]);
    let train = alike.train.as_mut().unwrap();
    train.labels = Some(vec![3; train.images.len()]);
    let found = judged(&alike);
    assert_eq!(why(&found.embedding.unwrap().spaces), "the training images are of one class only");
    let generator = found.generator.unwrap();
    assert!(generator.measured().unwrap().features.contains("principal components"));

    // Three images, fewer than neighbours and components.
    let few = |half: &Split| Split {
        images: half.images.take(3),
        labels: half.labels.as_ref().map(|labels| labels[..3].to_vec()),
    };
    let train = few(whole.train.as_ref().unwrap());
    let found = judged(&Subject { train: Some(train), ..whole.clone() });
    assert_eq!(
        why(&found.embedding.unwrap().spaces),
        "expected at least 5 training codes for 5 nearest neighbours, found 3"
    );

    // One image.
    let one = Split {
        images: whole.test.images.take(1),
        labels: whole.test.labels.as_ref().map(|labels| labels[..1].to_vec()),
    };
    let found = judged(&Subject { test: one, ..whole.clone() });
    assert!(found.reconstruction.unwrap().quality.mse > 0.0);
    assert!(why(&found.generator.unwrap()).contains("two pictures of each"));
    assert!(why(&found.embedding.unwrap().spaces).contains("found 1"));
}

#[test]
fn a_model_without_mixture_or_own_errors_says_so() {
    let data = shades(60);
    let mut old = untrained(&plain(), &data);
    (old.mixture, old.held_out) = (None, None);
    let found = judged(&own(&old, &data));
    assert!(why(&found.generator.unwrap()).contains("no mixture"));
    assert!(why(&found.specificity.unwrap()).contains("earlier version"));
    let scores = Scores::of(&old, &data.valid, None, 0.99).unwrap();
    assert_eq!((scores.threshold, scores.n_outliers), (None, None));
    assert_eq!(scores.scores[0].percentile, None);
}

#[test]
fn each_task_has_its_rivals() {
    let data = digits(60);
    let names = |recipe: &Recipe| {
        let model = untrained(recipe, &data);
        let found = judged(&own(&model, &data)).baselines.unwrap();
        let found = found.measured().unwrap().clone();
        let rivals: Vec<String> = found.rivals.iter().map(|rival| rival.name.clone()).collect();
        (rivals, found)
    };
    let (rivals, found) = names(&Recipe::named("super-resolution").unwrap());
    assert_eq!(rivals, ["this model", "nearest", "bilinear", "bicubic"]);
    let mse = |number: usize| found.rivals[number].quality.mse;
    assert!(mse(3) < mse(2) && mse(2) < mse(1) && mse(1) < mse(0), "{found:?}");

    let noise = plain().with("task.kind", "salt-and-pepper").unwrap();
    let (rivals, found) = names(&noise);
    assert_eq!(rivals, ["this model", "the noisy input", "median 3x3", "Gaussian, sigma 1"]);
    let mse = |number: usize| found.rivals[number].quality.mse;
    // The median is made for such noise.
    assert!(mse(2) < mse(3) && mse(3) < mse(1), "{found:?}");

    // Noise that brightens is taken back: without that no filter would help.
    let (_, found) = names(&Recipe::named("denoise").unwrap());
    assert!(found.rivals[3].quality.mse < 0.2 * found.rivals[1].quality.mse, "{found:?}");
    assert!(found.conventions["rivals"].contains(" training images best"));
}

#[test]
fn the_evidence_bound_is_the_sum_of_its_parts() {
    let data = shades(100);
    let model = untrained(&variational(), &data);
    let reconstruction = judged(&own(&model, &data)).reconstruction.unwrap();
    let found = reconstruction.variational.unwrap();
    let elbo = *found.elbo_nats.measured().unwrap();
    assert!((elbo - (found.log_likelihood_given_code_nats - found.kl_nats)).abs() < 1e-9);
    // A Gaussian of variance 1/2 for each of 64 values.
    let constant = 32.0 * std::f64::consts::PI.ln();
    assert!((found.log_likelihood_given_code_nats + reconstruction.error + constant).abs() < 1e-9);
    assert_eq!(found.kl_per_dimension_nats.len(), 3);
    let sum: f64 = found.kl_per_dimension_nats.iter().sum();
    assert!((sum - found.kl_nats).abs() < 1e-6 * found.kl_nats);
    assert!(found.kl_per_dimension_nats.iter().all(|kl| *kl >= 0.0));

    let lesson = variational().with("bottleneck.variance-parameterisation", "lesson").unwrap();
    let lesson = untrained(&lesson, &data);
    let found = judged(&own(&lesson, &data)).reconstruction.unwrap().variational.unwrap();
    assert!(why(&found.elbo_nats).contains("not a bound"));
}

#[test]
fn other_data_lies_outside() {
    let data = shades(300);
    let model = untrained(&variational(), &data);
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
    let found = judged(&other).specificity.unwrap();
    let found = found.measured().unwrap();
    assert_eq!([found.larger, found.beyond], [1.0, 1.0]);
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
    let model = untrained(&plain(), &data);
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
    let model = untrained(&plain(), &data);
    let sections = vec![Section::Reconstruction];
    let options = Options { most_test: 5, most_train: 7, sections, ..Options::default() };
    let found = evaluate(&own(&model, &data), &options, &|_| ()).unwrap();
    assert_eq!([found.images, found.images_there], [5, 9]);
    assert_eq!([found.train_images, found.train_images_there], [7, 81]);
    assert!(found.baselines.is_none() && found.generator.is_none());
}

#[test]
fn conditional_models_are_told_the_labels() {
    let data = digits(120);
    let gaussian = "{ kind = \"gaussian\", latent-dim = 2, condition = \"label\" }";
    for recipe in [
        plain().with("bottleneck.condition", "label").unwrap(),
        plain().with("bottleneck", gaussian).unwrap(),
    ] {
        let model = untrained(&recipe, &data);
        let found = judged(&own(&model, &data));
        assert!(found.reconstruction.is_some());
        let embedding = found.embedding.unwrap();
        assert!(why(&embedding.spaces).contains("the model is told the classes"));
        let generator = found.generator.unwrap();
        let conditional_accuracy = generator.measured().unwrap().conditional_accuracy;
        assert!(conditional_accuracy.is_some_and(|share| (0.0..=1.0).contains(&share)), "{conditional_accuracy:?}");
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
