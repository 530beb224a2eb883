//! A model evaluated: how well it reconstructs, and beside what is simpler; what its codes are good for; how good what it makes
//! is; and for which data all this holds.
//!
//! [`evaluate`] gives an [`Evaluation`], a part for each [`Section`]. Every part says how its figures came about
//! ([`Conventions`]), and what cannot be measured says why ([`Finding`]). [`Scores`] tells pictures that a model was made for
//! from others, one by one.

mod baselines;
mod memorisation;
mod embedding;
mod enlarge;
mod filter;
mod finding;
mod samples;
mod moments;
mod quality;
mod reconstruction;
mod score;
mod out_of_distribution;
mod subject;
#[cfg(test)]
mod tests;
mod variational;

use serde::Serialize;

pub use self::baselines::{Baselines, Baseline};
pub use self::memorisation::{Memorisation, Nearest};
pub use self::enlarge::{Method, enlarge};
pub use self::embedding::{Embedding, Space, Spaces, Trust};
pub use self::finding::{Conventions, Finding};
pub use self::samples::{Distance, Samples};
pub use self::quality::Quality;
pub use self::reconstruction::{Codebook, Reconstruction};
pub use self::score::{Score, Scores};
pub use self::out_of_distribution::OutOfDistribution;
pub use self::subject::{Split, Subject};
pub use self::variational::{Likelihood, Variational};
use crate::error::Result;

/// A part of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// How far reconstructions are from the images.
    Reconstruction,
    /// The same of what is simpler: principal components, interpolation, filters.
    Baselines,
    /// What codes tell of classes.
    Embedding,
    /// How far samples are from images.
    Samples,
    /// How far the data is from what the model was trained on.
    OutOfDistribution,
}

impl Section {
    /// All of them, in the order of a report.
    pub const ALL: [Self; 5] = [
        Self::Reconstruction,
        Self::Baselines,
        Self::Embedding,
        Self::Samples,
        Self::OutOfDistribution,
    ];
}

/// What is wanted, and on how much.
#[derive(Clone, Debug)]
pub struct Options {
    /// The parts to measure.
    pub sections: Vec<Section>,
    /// Test images at most, chosen at random. Of large images fewer are taken: what fits into half a gigabyte.
    pub most_test: usize,
    /// Training images at most, likewise.
    pub most_train: usize,
    /// Codes drawn for each image to estimate its likelihood by.
    pub importance_samples: usize,
}

impl Default for Options {
    /// Everything, on at most 10,000 test images and all training images.
    fn default() -> Self {
        Self {
            sections: Section::ALL.to_vec(),
            most_test: 10_000,
            most_train: usize::MAX,
            importance_samples: 5000,
        }
    }
}

impl Options {
    /// As [`Options::default`], but on 2,000 test images and 10,000 training images, for a first look.
    pub fn quick() -> Self {
        Self { most_test: 2000, most_train: 10_000, ..Self::default() }
    }
}

/// A model evaluated on data. Parts that were not asked for are `None`.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// The name of the model's recipe.
    pub model: String,
    /// Numbers in a code.
    pub latent_dim: usize,
    /// What the model was trained on.
    pub trained_on: String,
    /// What it is evaluated on.
    pub data: String,
    /// Whether that is the same, and the test images are those held out of the training.
    pub own_data: bool,
    /// Test images: all figures are of them, unless it is said otherwise.
    pub images: usize,
    /// Of so many.
    pub images_there: usize,
    /// Training images, for what has to be fitted or trained to compare; 0 if the data has no training split.
    pub train_images: usize,
    /// Of so many.
    pub train_images_there: usize,
    /// How far reconstructions are from the images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reconstruction: Option<Reconstruction>,
    /// The same of what is simpler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baselines: Option<Finding<Baselines>>,
    /// What codes tell of classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedding: Option<Embedding>,
    /// How far samples are from images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<Finding<Samples>>,
    /// How far the data is from what the model was trained on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_distribution: Option<Finding<OutOfDistribution>>,
}

/// Evaluates a model. `working` is told what is being done, a phrase at a time.
///
/// The same subject and options give the same bits for any number of threads.
///
/// # Errors
/// If there is no test image, or images are not of the shape that the model returns. What cannot be measured for want of
/// labels, training images and the like is left out, and says so.
pub fn evaluate(
    subject: &Subject<'_>,
    options: &Options,
    working: &dyn Fn(&str),
) -> Result<Evaluation> {
    subject.check()?;
    let wanted = |section| options.sections.contains(&section);
    let material = subject.choose(options, working);
    let model = subject.model;
    let mut evaluation = Evaluation {
        model: model.recipe.name.clone(),
        latent_dim: model.architecture.latent_dim,
        trained_on: model.card.name(),
        data: subject.name.clone(),
        own_data: subject.own,
        images: material.test.images.len(),
        images_there: subject.test.images.len(),
        train_images: material.n_train(),
        train_images_there: subject.train.as_ref().map_or(0, |half| half.images.len()),
        reconstruction: None,
        baselines: None,
        embedding: None,
        samples: None,
        out_of_distribution: None,
    };
    // The baselines stand beside the model's own figures, so these are wanted for both.
    if wanted(Section::Reconstruction) || wanted(Section::Baselines) {
        working("reconstructing the test images");
        let quality = quality::of_model(&material)?;
        if wanted(Section::Reconstruction) {
            evaluation.reconstruction = Some(reconstruction::measure(&material, quality, options));
        }
        if wanted(Section::Baselines) {
            evaluation.baselines = Some(baselines::measure(&material, quality)?);
        }
    }
    if wanted(Section::Embedding) {
        evaluation.embedding = Some(embedding::measure(&material)?);
    }
    if wanted(Section::Samples) {
        evaluation.samples = Some(samples::measure(&material)?);
    }
    if wanted(Section::OutOfDistribution) {
        working("comparing the errors with those of the model's own data");
        evaluation.out_of_distribution = Some(out_of_distribution::measure(subject, &material.test)?);
    }
    Ok(evaluation)
}
