//! What codes tell of classes that they were learned without, beside what pixels and principal components tell.

use serde::Serialize;

use super::finding::missing;
use super::subject::{Split, Material};
use super::{Conventions, Finding};
use crate::error::Result;
use crate::math::Points;
use crate::metric::{Labelled, LinearProbe, k_means, neighbour_accuracy, purity, trustworthiness};
use crate::data::FloatImages;
use crate::math::Codes;

/// Neighbours that vote on a class.
const NEIGHBOURS: usize = 5;
/// Neighbours that a map must keep.
const KEPT: usize = 5;
/// Test images at most whose places on a map are compared with their images: time grows with the square.
const MOST_ON_MAP: usize = 3000;

/// What codes are good for.
#[derive(Clone, Debug, Serialize)]
pub struct Embedding {
    /// What they tell of classes.
    pub spaces: Finding<Spaces>,
    /// For a code of two numbers: whether neighbours on its map are neighbours as images.
    pub trustworthiness: Finding<Trust>,
    /// How the figures came about.
    pub conventions: Conventions,
}

/// What several ways to see an image tell of its class.
#[derive(Clone, Debug, Serialize)]
pub struct Spaces {
    /// The number of classes.
    pub classes: usize,
    /// The model's codes, then what they are compared with.
    pub compared: Vec<Space>,
    /// How the codes do beside pixels and principal components, a sentence each.
    pub verdicts: Vec<String>,
    /// What could not be compared with, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

/// One way to see an image: so many numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Space {
    /// What the numbers are.
    pub name: String,
    /// How many.
    pub size: usize,
    /// Share of test images whose class most of their nearest training images have.
    pub neighbour_accuracy: f64,
    /// Share of test images that planes between training images tell the class of.
    pub probe_accuracy: f64,
    /// How far clusters found without labels are of one class each.
    pub purity: f64,
}

/// A map's trustworthiness.
#[derive(Clone, Debug, Serialize)]
pub struct Trust {
    /// Of the model's codes.
    pub codes: f64,
    /// Of the first two principal components of the training images, if there are.
    pub pca: Finding<f64>,
    /// Test images on the map.
    pub images: usize,
}

pub(super) fn measure(material: &Material<'_>) -> Result<Embedding> {
    let spaces = Finding::of(spaces(material))?;
    let trustworthiness = Finding::of(trust(material))?;
    let mut conventions = Conventions::new();
    conventions.insert("codes", "of clean images, at their means where they are drawn".to_owned());
    if spaces.measured().is_some() {
        conventions.insert(
            "neighbour_accuracy",
            format!(
                "majority of the {NEIGHBOURS} nearest training images by Euclid's distance, of equals the smallest class; \
                 share of test images"
            ),
        );
        conventions.insert(
            "probe_accuracy",
            "multinomial logistic regression on standardised training images, L2 penalty with C = 1; share of test images"
                .to_owned(),
        );
        conventions.insert(
            "purity",
            "k-means on the test images, as many clusters as classes, best of 10 searches; share of images in their \
             cluster's largest class"
                .to_owned(),
        );
    }
    if trustworthiness.measured().is_some() {
        let text =
            format!("of the {KEPT} nearest neighbours on the map, by pixels; 1 if none is false");
        conventions.insert("trustworthiness", text);
    }
    Ok(Embedding { spaces, trustworthiness, conventions })
}

fn spaces(material: &Material<'_>) -> Result<Spaces> {
    if material.model.architecture.classes > 0 {
        return Err(missing(
            "the model is told the classes, so its codes cannot be judged by them",
        ));
    }
    let judges = Judges::new(material)?;
    let codes = [material.train_codes()?, material.test_codes()?];
    let mut compared = vec![judges.judge("this model's codes", points(codes)?)?];
    let mut left_out = Vec::new();
    match components(material) {
        Ok(codes) => compared.push(judges.judge("PCA codes", points(codes.each_ref())?)?),
        Err(error) if error.is_data() => left_out.push(format!("PCA codes: {error}")),
        Err(error) => return Err(error),
    }
    let [train, test] = material.pixels()?;
    let pixels =
        [train.as_points("training images")?, test.as_points("test images")?];
    compared.push(judges.judge("raw pixels", pixels)?);
    let verdicts = compared[1..].iter().map(|other| verdict(&compared[0], other)).collect();
    Ok(Spaces { classes: judges.classes, compared, verdicts, left_out })
}

/// Codes of as many principal components as the model's codes have numbers.
fn components(material: &Material<'_>) -> Result<[Codes; 2]> {
    let pca = material.pca()?;
    let [train, test] = material.pixels()?;
    let encode = |images: &FloatImages| pca.encode(images.as_points("images")?);
    Ok([encode(train)?, encode(test)?])
}

fn points([train, test]: [&Codes; 2]) -> Result<[Points<'_>; 2]> {
    Ok([Points::of_codes("training codes", train)?, Points::of_codes("test codes", test)?])
}

/// Those who judge a space, and the labels that they judge by.
struct Judges<'a> {
    material: &'a Material<'a>,
    labels: [&'a [u32]; 2],
    classes: usize,
}

impl<'a> Judges<'a> {
    fn new(material: &'a Material<'a>) -> Result<Self> {
        let of = |half: &'a Split| {
            half.labels.as_deref().ok_or_else(|| missing("the data has no labels"))
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

    fn judge(&self, name: &str, [train, test]: [Points<'_>; 2]) -> Result<Space> {
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

/// How the codes do beside another space, in a sentence.
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
        return Err(missing("codes are no map: they are not of two numbers"));
    }
    material.working("trustworthiness of the map");
    let half = material.some_test(MOST_ON_MAP);
    let pixels = FloatImages::from(&half.images);
    let pixels = pixels.as_points("test images")?;
    let trust_in = |codes: &Codes| {
        trustworthiness(pixels, Points::of_codes("places on the map", codes)?, KEPT)
    };
    let codes = trust_in(&half.given(material.model)?.encode(&half.images)?)?;
    let pca = material.pca().and_then(|pca| trust_in(&pca.encode(pixels)?));
    Ok(Trust { codes, pca: Finding::of(pca)?, images: half.images.len() })
}
