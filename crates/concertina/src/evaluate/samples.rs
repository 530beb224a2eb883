//! How far samples are from images: the distances of their features.

use serde::Serialize;

use super::memorisation::{self, Memorisation};
use super::finding::missing;
use super::subject::{Split, Material};
use super::{Conventions, Finding, moments};
use crate::error::Result;
use crate::math::covariance::{mean, variances};
use crate::latent::Pca;
use crate::math::{CodeMoments, Points};
use crate::metric::{Classifier, frechet_distance, kernel_distance};
use crate::data::FloatImages;
use crate::math::Codes;
use crate::rng::{Purpose, Seed, Stream};
use crate::text::thousands;

/// Pictures at most whose kernels are summed over all pairs.
const MOST_PAIRED: usize = 5000;
/// Features, where there are no labels to train a classifier by.
const COMPONENTS: usize = 64;

/// What a model makes of new codes.
#[derive(Clone, Debug, Serialize)]
pub struct Samples {
    /// What the distances are taken between, in words.
    pub features: String,
    /// Share of the test images that the classifier whose features they are tells rightly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classifier_accuracy: Option<f64>,
    /// Of a conditional model: share of the samples that the classifier takes for the class that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditional_accuracy: Option<f64>,
    /// Pictures of each kind.
    pub pictures: usize,
    /// From the test images: samples first, training images last.
    pub distances: Vec<Distance>,
    /// How the samples do, a sentence each.
    pub verdicts: Vec<String>,
    /// Where the codes of the test images lie, which samples are drawn to lie like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codes: Option<CodeMoments>,
    /// Whether samples are copies of training images.
    pub memorisation: Memorisation,
    /// How the figures came about.
    pub conventions: Conventions,
}

/// How far some pictures are from the test images.
#[derive(Clone, Debug, Serialize)]
pub struct Distance {
    /// Which pictures.
    pub of: String,
    /// By the Gaussians that fit their features, which vary by 1 over the test images on average.
    pub frechet: f64,
    /// By the kernels of all pairs.
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
        return Err(missing("distances between sets take two pictures of each at least"));
    }
    // Before the long work: a model that cannot be sampled from says so.
    material.working("drawing samples");
    let (floor, rest) = material.part_train(n)?;
    // Classes as often as the data has them.
    let asked = if model.architecture.classes > 0 { floor.labels.as_deref() } else { None };
    let drawn = |codes: &Codes| model.with_known_labels(asked).decode(codes);
    let samples = drawn(&model.sample_codes(n, material.seed)?)?;
    let eye = FeatureExtractor::new(material, &rest)?;
    let test = eye.features(&FloatImages::from(&material.some_test(n).images))?;
    let scale = scale(Points::of_codes("test features", &test)?);
    let test = scaled(&test, scale);
    let distance = |of: &str, pictures: &FloatImages| {
        material.working(&format!("distances: {of}"));
        distance(of, &scaled(&eye.features(pictures)?, scale), &test)
    };
    let prior = model.has_prior();
    let mut distances = Vec::new();
    if prior {
        distances.push(distance("samples, codes from the standard normal prior", &samples)?);
    } else {
        distances.push(distance("samples, codes from the fitted mixture", &samples)?);
        let size = model.architecture.latent_dim;
        let values = standard_normal(n, size, material.seed);
        let bottleneck = &model.architecture.bottleneck;
        let codes = Codes::new(size, bottleneck.quantise(values, &model.weights.bottleneck));
        distances.push(distance("samples, codes from a standard normal", &drawn(&codes)?)?);
    }
    distances.push(distance("training images", &FloatImages::from(&floor.images))?);
    let memorisation = memorisation::measure(material, &samples)?;
    let conventions = [
        ("features", "scaled so that one varies by 1 over the test images, on average".to_owned()),
        (
            "frechet",
            format!(
                "between the Gaussians that fit {0} pictures and {0} test images; biased upwards for few pictures",
                thousands(n)
            ),
        ),
        (
            "kernel",
            format!(
                "squared, without bias, kernel (xy / {} + 1)^3, between {} of each",
                test.size(),
                thousands(n.min(MOST_PAIRED))
            ),
        ),
        ("training images", floor_convention(&eye, material.n_train(), rest.images.len())),
    ];
    Ok(Samples {
        features: eye.told(material.n_train(), rest.images.len()),
        classifier_accuracy: eye.accuracy(material)?,
        conditional_accuracy: eye.conditional_accuracy(&samples, asked)?,
        pictures: n,
        verdicts: verdicts(&distances),
        distances,
        codes: moments::measure(material)?,
        memorisation,
        conventions: conventions.into(),
    })
}

/// What sees what pictures have in common.
enum FeatureExtractor {
    Classifier(Box<Classifier>),
    /// Without labels there is none to train.
    Components(Pca),
}

impl FeatureExtractor {
    fn new(material: &Material<'_>, train: &Split) -> Result<Self> {
        if let Some(labels) =
            train.labels.as_ref().filter(|labels| labels.iter().any(|label| *label != labels[0]))
        {
            material.working("training a classifier whose features pictures are compared by");
            let n_classes = labels.iter().max().map_or(0, |most| *most as usize + 1);
            let classifier = Classifier::train(&train.images, labels, n_classes, material.seed)?;
            return Ok(Self::Classifier(Box::new(classifier)));
        }
        let [pixels, _] = material.pixels()?;
        let k = COMPONENTS.min(pixels.len()).min(pixels.shape().len());
        material.working("fitting principal components that pictures are compared by");
        Ok(Self::Components(Pca::fit(pixels.as_points("training images")?, k)?))
    }

    fn features(&self, pictures: &FloatImages) -> Result<Codes> {
        match self {
            Self::Classifier(classifier) => classifier.features(pictures),
            Self::Components(pca) => pca.encode(pictures.as_points("pictures")?),
        }
    }

    fn told(&self, n_train: usize, n_rest: usize) -> String {
        match self {
            Self::Classifier(_) => format!(
                "the features of a small convolutional classifier, trained on {} labelled training images in this run",
                thousands(n_rest)
            ),
            Self::Components(pca) => format!(
                "the first {} principal components of {} training images: without labels of two classes there is no \
                 classifier to train",
                pca.n_components(),
                thousands(n_train)
            ),
        }
    }

    /// The share of the pictures that a classifier takes for what they are meant to be.
    fn conditional_accuracy(&self, pictures: &FloatImages, meant: Option<&[u32]>) -> Result<Option<f64>> {
        match (self, meant) {
            (Self::Classifier(classifier), Some(labels)) => {
                classifier.accuracy(pictures, labels).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Of a classifier, where there are labels to know it by.
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

/// What makes the variance of the features 1 on average: distances are then of the same size whatever the network's scale.
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
    let first = |points: Points<'_>| points.n_points().min(MOST_PAIRED) * points.size();
    let [a, b] = [
        Points::new("features", a.size(), &a.values()[..first(a)])?,
        Points::new("test features", b.size(), &b.values()[..first(b)])?,
    ];
    Ok(Distance { of: of.to_owned(), frechet, kernel: kernel_distance(a, b)? })
}

/// Codes as a plain autoencoder does not have them: what a prior that it was not trained for makes of it.
fn standard_normal(n: usize, size: usize, seed: Seed) -> Vec<f32> {
    let mut values = vec![0.0; n * size];
    for (index, code) in values.chunks_exact_mut(size).enumerate() {
        Stream::new(seed, Purpose::Evaluation, [4, index as u32, 0]).fill_normal(code);
    }
    values
}

/// What the distance of training images is worth.
fn floor_convention(eye: &FeatureExtractor, n_train: usize, n_rest: usize) -> String {
    let what = "the floor: how far two sets of real images are apart";
    match eye {
        FeatureExtractor::Classifier(_) if n_rest < n_train => {
            format!("{what}; these are not among those that the classifier was trained on")
        }
        FeatureExtractor::Classifier(_) => format!(
            "{what}, and a little more: there are too few to keep these from the classifier, which knows them"
        ),
        FeatureExtractor::Components(_) => what.to_owned(),
    }
}

/// Samples beside the floor, and beside the prior that a plain autoencoder does not have.
fn verdicts(distances: &[Distance]) -> Vec<String> {
    let [samples, others @ .., floor] = distances else { return Vec::new() };
    let mut verdicts = vec![format!(
        "samples are {} times as far from the test images as training images are (Frechet)",
        times(samples.frechet / floor.frechet)
    )];
    for other in others {
        let ratio = samples.frechet / other.frechet;
        let word = if ratio < 1.0 { "nearer" } else { "not nearer" };
        verdicts.push(format!(
            "the fitted mixture is {word} than a standard normal: {} times its Frechet distance",
            times(ratio)
        ));
    }
    verdicts
}

/// A ratio with the digits that say something.
fn times(ratio: f64) -> String {
    if ratio >= 10.0 { format!("{ratio:.0}") } else { format!("{ratio:.2}") }
}
