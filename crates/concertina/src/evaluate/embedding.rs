//! The information about classes in codes that were learned without labels, compared with pixels
//! and principal components.

use schemars::JsonSchema;
use serde::Serialize;

use super::finding::missing;
use super::subject::{Material, Split};
use super::{Conventions, Finding};
use crate::data::FloatImages;
use crate::error::Result;
use crate::math::Codes;
use crate::math::Points;
use crate::metric::{Labelled, LinearProbe, k_means, neighbour_accuracy, purity, trustworthiness};
use crate::text::thousands;

/// Neighbours of the nearest-neighbour classifier.
const NEIGHBOURS: usize = 5;
/// Neighbours for the trustworthiness of a map.
const MAP_NEIGHBOURS: usize = 5;
/// Maximum number of test images for the trustworthiness, whose time grows with the square.
const MAX_ON_MAP: usize = 3000;

/// The embedding section of an evaluation.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Embedding {
    /// The information about classes, in codes and in other spaces.
    pub spaces: Finding<Spaces>,
    /// For two latent dimensions: whether neighbours in latent space are neighbours as images.
    pub trustworthiness: Finding<Trust>,
    /// Definitions of the metrics.
    pub conventions: Conventions,
}

/// The information about classes in several representations of the images.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Spaces {
    /// The number of classes.
    pub classes: usize,
    /// The model's codes, then the other representations.
    pub compared: Vec<Space>,
    /// Comparisons of the codes with the other representations, one sentence each.
    pub verdicts: Vec<String>,
    /// Representations that could not be compared, with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

/// One representation of the images.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Space {
    /// Its name.
    pub name: String,
    /// The number of dimensions.
    pub size: usize,
    /// The accuracy of a nearest-neighbour classifier on the test images.
    pub neighbour_accuracy: f64,
    /// The accuracy of a linear probe on the test images.
    pub probe_accuracy: f64,
    /// The purity of k-means clusters.
    pub purity: f64,
}

/// The trustworthiness of a two-dimensional map.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Trust {
    /// That of the model's codes.
    pub codes: f64,
    /// That of the first two principal components, fitted to the training images.
    pub pca: Finding<f64>,
    /// The number of test images on the map.
    pub images: usize,
}

pub(super) fn measure(material: &Material<'_>) -> Result<Embedding> {
    let spaces = Finding::of(spaces(material))?;
    let trustworthiness = Finding::of(trust(material))?;
    let mut conventions = Conventions::new();
    conventions.insert("codes", "of clean images; the means if codes are sampled".to_owned());
    if spaces.measured().is_some() {
        conventions.insert(
            "neighbour_accuracy",
            format!(
                "majority of the {NEIGHBOURS} nearest training images by Euclidean distance, the \
                 smallest class in a \
                 tie; accuracy on test images"
            ),
        );
        conventions.insert(
            "probe_accuracy",
            format!(
                "multinomial logistic regression on standardised training images, L2 penalty with \
                 C = 1, {} steps of L-BFGS at most; accuracy on test images",
                LinearProbe::MAX_STEPS
            ),
        );
        conventions.insert(
            "purity",
            "k-means on the test images, as many clusters as classes, best of 10 runs; fraction of \
             images in their \
             cluster's majority class"
                .to_owned(),
        );
    }
    if trustworthiness.measured().is_some() {
        let text = format!(
            "of the {MAP_NEIGHBOURS} nearest neighbours on the map, by pixels, of at most {} test \
             images, chosen at random; 1 if none is false",
            thousands(MAX_ON_MAP)
        );
        conventions.insert("trustworthiness", text);
    }
    Ok(Embedding { spaces, trustworthiness, conventions })
}

fn spaces(material: &Material<'_>) -> Result<Spaces> {
    if material.model.architecture.classes > 0 {
        return Err(missing(
            "the model is conditioned on the classes, so its codes cannot be evaluated by them",
        ));
    }
    let probes = Probes::new(material)?;
    let codes = [material.train_codes()?, material.test_codes()?];
    let mut compared = vec![probes.measure("this model's codes", points(codes)?)?];
    let mut left_out = Vec::new();
    match components(material) {
        Ok(codes) => compared.push(probes.measure("PCA codes", points(codes.each_ref())?)?),
        Err(error) if error.is_insufficient() => left_out.push(format!("PCA codes: {error}")),
        Err(error) => return Err(error),
    }
    let [train, test] = material.pixels()?;
    let pixels = [train.as_points("training images")?, test.as_points("test images")?];
    compared.push(probes.measure("raw pixels", pixels)?);
    let verdicts = compared[1..].iter().map(|other| verdict(&compared[0], other)).collect();
    Ok(Spaces { classes: probes.classes, compared, verdicts, left_out })
}

/// Codes of as many principal components as the model has latent dimensions.
fn components(material: &Material<'_>) -> Result<[Codes; 2]> {
    let pca = material.pca()?;
    let [train, test] = material.pixels()?;
    let encode = |images: &FloatImages| pca.encode(images.as_points("images")?);
    Ok([encode(train)?, encode(test)?])
}

fn points([train, test]: [&Codes; 2]) -> Result<[Points<'_>; 2]> {
    Ok([Points::of_codes("training codes", train)?, Points::of_codes("test codes", test)?])
}

/// The probes of a representation, and the labels of the training and test images.
struct Probes<'a> {
    material: &'a Material<'a>,
    labels: [&'a [u32]; 2],
    classes: usize,
}

impl<'a> Probes<'a> {
    fn new(material: &'a Material<'a>) -> Result<Self> {
        let of = |split: &'a Split| {
            split.labels.as_deref().ok_or_else(|| missing("the data has no labels"))
        };
        let test = of(&material.test)?;
        let train = of(material.train()?)?;
        let mut classes = train.to_vec();
        classes.sort_unstable();
        classes.dedup();
        if classes.len() < 2 {
            return Err(missing("the training images are of one class only"));
        }
        Ok(Self { material, labels: [train, test], classes: classes.len() })
    }

    fn measure(&self, name: &str, [train, test]: [Points<'_>; 2]) -> Result<Space> {
        let working = |what: &str| self.material.working(&format!("{name}: {what}"));
        let train = Labelled::new(train, self.labels[0])?;
        let test = Labelled::new(test, self.labels[1])?;
        working("nearest neighbours");
        let neighbour_accuracy = neighbour_accuracy(train, test, NEIGHBOURS)?;
        working("linear probe");
        let probe_accuracy = LinearProbe::fit(train)?.accuracy(test)?;
        working("clusters");
        let clusters = k_means(test.points(), self.classes, self.material.seed)?;
        let purity = purity(&clusters.members, test.labels())?;
        let size = test.points().size();
        Ok(Space { name: name.to_owned(), size, neighbour_accuracy, probe_accuracy, purity })
    }
}

/// A comparison of the codes with another representation, in a sentence.
fn verdict(codes: &Space, other: &Space) -> String {
    let points = |ours: f64, theirs: f64| {
        let points = 100.0 * (ours - theirs);
        match points {
            points if points >= 0.05 => format!("{points:.1} points better"),
            points if points <= -0.05 => format!("{:.1} points worse", -points),
            _ => "equal".to_owned(),
        }
    };
    format!(
        "beside {}: neighbours {}, probe {}, purity {}",
        other.name,
        points(codes.neighbour_accuracy, other.neighbour_accuracy),
        points(codes.probe_accuracy, other.probe_accuracy),
        points(codes.purity, other.purity),
    )
}

fn trust(material: &Material<'_>) -> Result<Trust> {
    if material.model.architecture.latent_dim != 2 {
        return Err(missing("codes are not a map: they do not have two dimensions"));
    }
    material.working("trustworthiness of the map");
    let split = material.some_test(MAX_ON_MAP)?;
    let pixels = FloatImages::of(&split.images)?;
    let pixels = pixels.as_points("test images")?;
    let trust_in = |codes: &Codes| {
        trustworthiness(pixels, Points::of_codes("places on the map", codes)?, MAP_NEIGHBOURS)
    };
    let codes = trust_in(&split.given(material.model)?.encode(&split.images)?)?;
    let pca = material.pca().and_then(|pca| trust_in(&pca.encode(pixels)?));
    Ok(Trust { codes, pca: Finding::of(pca)?, images: split.images.len() })
}
