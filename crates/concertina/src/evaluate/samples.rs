//! The quality of samples: the distances of their features from those of test images.

use schemars::JsonSchema;
use serde::Serialize;

use super::finding::missing;
use super::memorisation::{self, Memorisation};
use super::subject::{Material, Split};
use super::{Conventions, Finding, moments};
use crate::data::FloatImages;
use crate::error::Result;
use crate::latent::Pca;
use crate::math::Codes;
use crate::math::covariance::{mean, variances};
use crate::math::{CodeMoments, Points};
use crate::memory;
use crate::metric::{Classifier, frechet_distance, kernel_distance};
use crate::rng::{Purpose, Seed, Stream};
use crate::text::thousands;

/// Maximum number of images in a kernel distance, which sums over all pairs.
const MAX_PAIRED: usize = 5000;
/// The number of features if there are no labels to train a classifier.
const COMPONENTS: usize = 64;

/// The samples section of an evaluation.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Samples {
    /// A description of the features that distances are computed from.
    pub features: String,
    /// The accuracy, on the test images, of the classifier that provides the features.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classifier_accuracy: Option<f64>,
    /// For a conditional model: the fraction of samples that the classifier assigns to the
    /// requested class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditional_accuracy: Option<f64>,
    /// The number of images in each compared set.
    pub images: usize,
    /// The distances from the test images: samples first, training images last.
    pub distances: Vec<Distance>,
    /// Comparisons of these distances, one sentence each.
    pub verdicts: Vec<String>,
    /// The moments of the test images' codes, to compare them with the prior.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codes: Option<CodeMoments>,
    /// Whether samples are near-duplicates of training images.
    pub memorisation: Memorisation,
    /// Definitions of the metrics.
    pub conventions: Conventions,
    /// The classifier that provides the features, if there is one.
    #[serde(skip)]
    pub classifier: Option<Classifier>,
}

/// The distance of a set of images from the test images.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Distance {
    /// A description of the set.
    pub of: String,
    /// The Frechet distance of the features, which are scaled to a mean variance of 1 over the test
    /// images.
    pub frechet: f64,
    /// The kernel distance of the features.
    pub kernel: f64,
}

pub(super) fn measure(material: &Material<'_>) -> Result<Finding<Samples>> {
    Finding::of(samples(material))
}

fn samples(material: &Material<'_>) -> Result<Samples> {
    let model = material.model;
    let train = material.train()?;
    let n = train.images.len().min(material.test.images.len());
    if n < 2 {
        return Err(missing("distances between sets need at least two images of each"));
    }
    // Sampled before the long computations, so that a model that cannot be sampled from fails
    // early.
    material.working("drawing samples");
    let (floor, rest) = material.part_train(n)?;
    // The classes have the frequencies of the data.
    let requested = if model.architecture.classes > 0 { floor.labels.as_deref() } else { None };
    let decode = |codes: &Codes| model.with_known_labels(requested).decode(codes);
    let samples = decode(&model.sample_codes(n, material.seed)?)?;
    let extractor = FeatureExtractor::new(material, &rest)?;
    let test = extractor.features(&FloatImages::of(&material.some_test(n)?.images)?)?;
    let scale = scale(Points::of_codes("test features", &test)?);
    let test = scaled(&test, scale);
    let distance = |of: &str, images: &FloatImages| {
        material.working(&format!("distances: {of}"));
        distance(of, &scaled(&extractor.features(images)?, scale), &test)
    };
    let prior = model.has_prior();
    let mut distances = Vec::new();
    if prior {
        distances.push(distance("samples, codes from the standard normal prior", &samples)?);
    } else {
        distances.push(distance("samples, codes from the fitted mixture", &samples)?);
        let size = model.architecture.latent_dim;
        let values = standard_normal(n, size, material.seed)?;
        let bottleneck = &model.architecture.bottleneck;
        let codes = Codes::new(size, bottleneck.quantise(values, &model.weights.bottleneck));
        distances.push(distance("samples, codes from a standard normal", &decode(&codes)?)?);
    }
    distances.push(distance("training images", &FloatImages::of(&floor.images)?)?);
    let memorisation = memorisation::measure(material, &samples)?;
    let conventions = [
        ("features", "scaled to a mean variance of 1 over the test images".to_owned()),
        (
            "frechet",
            format!(
                "between Gaussians fitted to {0} images and {0} test images; biased upwards for \
                 few images",
                thousands(n)
            ),
        ),
        (
            "kernel",
            format!(
                "squared, unbiased, kernel (xy / {} + 1)^3, between {} of each{}",
                test.size(),
                thousands(n.min(MAX_PAIRED)),
                if n > MAX_PAIRED { ", chosen at random" } else { "" }
            ),
        ),
        ("training images", floor_convention(&extractor, material.n_train(), rest.images.len())),
    ];
    Ok(Samples {
        features: extractor.description(material.n_train(), rest.images.len()),
        classifier_accuracy: extractor.accuracy(material)?,
        conditional_accuracy: extractor.conditional_accuracy(&samples, requested)?,
        images: n,
        verdicts: verdicts(&distances),
        distances,
        codes: moments::measure(material)?,
        memorisation,
        conventions: conventions.into(),
        classifier: extractor.into_classifier(),
    })
}

/// The feature extractor for comparing sets of images.
enum FeatureExtractor {
    Classifier(Box<Classifier>),
    /// For data without labels, with which no classifier can be trained.
    Components(Pca),
}

impl FeatureExtractor {
    fn new(material: &Material<'_>, train: &Split) -> Result<Self> {
        if let Some(labels) =
            train.labels.as_ref().filter(|labels| labels.iter().any(|label| *label != labels[0]))
        {
            material.working("training a classifier as the feature extractor");
            let n_classes = labels.iter().max().map_or(0, |most| *most as usize + 1);
            let (images, seed) = (&train.images, material.seed);
            let told = |done: usize, total: usize| material.at(done, total);
            let classifier = Classifier::train_with(images, labels, n_classes, seed, &told)?;
            return Ok(Self::Classifier(Box::new(classifier)));
        }
        let [pixels, _] = material.pixels()?;
        let k = COMPONENTS.min(pixels.len()).min(pixels.shape().len());
        material.working("fitting principal components as the feature extractor");
        Ok(Self::Components(Pca::fit(pixels.as_points("training images")?, k)?))
    }

    fn features(&self, images: &FloatImages) -> Result<Codes> {
        match self {
            Self::Classifier(classifier) => classifier.features(images),
            Self::Components(pca) => pca.encode(images.as_points("images")?),
        }
    }

    fn description(&self, n_train: usize, n_rest: usize) -> String {
        match self {
            Self::Classifier(_) => format!(
                "the features of a small convolutional classifier, trained on {} labelled training \
                 images in this run",
                thousands(n_rest)
            ),
            Self::Components(pca) => format!(
                "the first {} principal components of {} training images: no classifier can be \
                 trained without labels \
                 of two classes",
                pca.n_components(),
                thousands(n_train)
            ),
        }
    }

    /// The fraction of samples that the classifier assigns to their requested classes.
    fn conditional_accuracy(
        &self,
        samples: &FloatImages,
        requested: Option<&[u32]>,
    ) -> Result<Option<f64>> {
        match (self, requested) {
            (Self::Classifier(classifier), Some(labels)) => {
                classifier.accuracy(samples, labels).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn into_classifier(self) -> Option<Classifier> {
        match self {
            Self::Classifier(classifier) => Some(*classifier),
            Self::Components(_) => None,
        }
    }

    /// The accuracy of the classifier on the test images, if these have labels.
    fn accuracy(&self, material: &Material<'_>) -> Result<Option<f64>> {
        match (self, &material.test.labels) {
            (Self::Classifier(classifier), Some(labels)) => {
                let [_, test] = material.pixels()?;
                classifier.accuracy(test, labels).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// The factor that makes the mean variance of the features 1, so that distances do not depend on
/// the network's scale.
fn scale(features: Points<'_>) -> f32 {
    let variances = variances(features, &mean(features));
    let average = variances.iter().sum::<f64>() / variances.len() as f64;
    if average > 0.0 { (1.0 / average.sqrt()) as f32 } else { 1.0 }
}

fn scaled(features: &Codes, scale: f32) -> Codes {
    Codes::new(features.size(), features.values().iter().map(|value| value * scale).collect())
}

fn distance(of: &str, features: &Codes, test: &Codes) -> Result<Distance> {
    let [a, b] =
        [Points::of_codes("features", features)?, Points::of_codes("test features", test)?];
    let frechet = frechet_distance(a, b)?;
    let first = |points: Points<'_>| points.n_points().min(MAX_PAIRED) * points.size();
    let [a, b] = [
        Points::new("features", a.size(), &a.values()[..first(a)])?,
        Points::new("test features", b.size(), &b.values()[..first(b)])?,
    ];
    Ok(Distance { of: of.to_owned(), frechet, kernel: kernel_distance(a, b)? })
}

/// Samples of a standard normal, `[n, size]`, which is not the prior of a plain autoencoder, for
/// comparison.
fn standard_normal(n: usize, size: usize, seed: Seed) -> Result<Vec<f32>> {
    let mut values = memory::zeros(n, size, "codes")?;
    for (index, code) in values.chunks_exact_mut(size).enumerate() {
        Stream::new(seed, Purpose::Evaluation, [4, index as u32, 0]).fill_normal(code);
    }
    Ok(values)
}

/// The definition of the floor: the distance of training images.
fn floor_convention(extractor: &FeatureExtractor, n_train: usize, n_rest: usize) -> String {
    let what = "the floor: the distance between two sets of real images";
    match extractor {
        FeatureExtractor::Classifier(_) if n_rest < n_train => {
            format!("{what}; the classifier was not trained on these images")
        }
        FeatureExtractor::Classifier(_) => format!(
            "{what}, slightly overestimated: there are too few images to hold these out of the \
             classifier's training"
        ),
        FeatureExtractor::Components(_) => what.to_owned(),
    }
}

/// Compares the samples with the floor, and with samples of a standard normal if the model has no
/// prior.
fn verdicts(distances: &[Distance]) -> Vec<String> {
    let [samples, others @ .., floor] = distances else { return Vec::new() };
    let mut verdicts = vec![format!(
        "samples are {} times as far from the test images as training images are (Frechet)",
        times(samples.frechet / floor.frechet)
    )];
    for other in others {
        let ratio = samples.frechet / other.frechet;
        let word = if ratio < 1.0 { "closer" } else { "not closer" };
        verdicts.push(format!(
            "the fitted mixture is {word} than a standard normal: {} times its Frechet distance",
            times(ratio)
        ));
    }
    verdicts
}

/// A ratio with its significant digits.
fn times(ratio: f64) -> String {
    if ratio >= 10.0 { format!("{ratio:.0}") } else { format!("{ratio:.2}") }
}
