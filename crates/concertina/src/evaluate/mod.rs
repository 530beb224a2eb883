//! Evaluation of a model: reconstructions, baselines, embedding, samples, and an
//! out-of-distribution check.
//!
//! ```
//! use concertina::evaluate::{Options, Section, Split, Subject, evaluate};
//! use concertina::prelude::{Dataset, Model, OpenOptions, Recipe};
//!
//! # let name = format!("concertina-doc-evaluate-{}", std::process::id());
//! # let folder = std::env::temp_dir().join(name);
//! # let options = OpenOptions { limit: Some(24), ..OpenOptions::default() };
//! # let data = Dataset::open("digits", &options)?;
//! # let recipe = Recipe::named("conv-ae")?.with("training.epochs", 1)?;
//! # let model = recipe.plan(&data)?.start(&data, &folder)?.finish()?;
//! let test = Split { images: data.valid.clone(), labels: data.valid_labels.clone() };
//! let name = "digits".to_owned();
//! let subject = Subject { model: &model, name, test, train: None, own: true };
//! let options = Options { sections: vec![Section::Reconstruction], ..Options::default() };
//! let evaluation = evaluate(&subject, &options, &|_| {})?;
//! let found = evaluation.reconstruction.expect("it was asked for");
//! println!("{:.2} dB, SSIM {:.3}", found.quality.psnr_db, found.quality.ssim);
//! # std::fs::remove_dir_all(folder)?;
//! # Ok::<(), concertina::Error>(())
//! ```
//!
//! [`evaluate`] returns an [`Evaluation`] with a struct for each [`Section`]. Each has the
//! definitions of its metrics ([`Conventions`]), and a metric that cannot be measured has the
//! reason ([`Finding`]). [`Scores`] detects outliers among single images.

mod baselines;
mod embedding;
mod filter;
mod finding;
mod memorisation;
mod moments;
mod out_of_distribution;
mod quality;
mod reconstruction;
mod samples;
mod score;
mod subject;
#[cfg(test)]
mod tests;
mod upsample;
mod variational;

use serde::Serialize;

pub use self::baselines::{Baseline, Baselines};
pub use self::embedding::{Embedding, Space, Spaces, Trust};
pub use self::finding::{Conventions, Finding};
pub use self::memorisation::{Memorisation, Nearest};
pub use self::out_of_distribution::OutOfDistribution;
pub use self::quality::Quality;
pub use self::reconstruction::{Codebook, Reconstruction};
pub use self::samples::{Distance, Samples};
pub use self::score::{Score, Scores};
pub use self::subject::{Split, Subject};
pub use self::upsample::{Method, upsample};
pub use self::variational::{Likelihood, Variational};
use crate::error::Result;

/// A section of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The quality of reconstructions.
    Reconstruction,
    /// The quality of simple baselines: principal components, interpolation, filters.
    Baselines,
    /// The information about classes in the codes.
    Embedding,
    /// The quality of samples.
    Samples,
    /// The reconstruction errors compared with those of the model's own data.
    OutOfDistribution,
}

impl Section {
    /// All sections, in the order of a report.
    pub const ALL: [Self; 5] = [
        Self::Reconstruction,
        Self::Baselines,
        Self::Embedding,
        Self::Samples,
        Self::OutOfDistribution,
    ];
}

/// Options of an evaluation.
#[derive(Clone, Debug)]
pub struct Options {
    /// The sections to measure.
    pub sections: Vec<Section>,
    /// Maximum number of test images, which are chosen at random. Large images are limited further,
    /// to 256 MiB of floats.
    pub most_test: usize,
    /// Maximum number of training images, likewise.
    pub most_train: usize,
    /// Codes sampled for each image to estimate its log-likelihood.
    pub importance_samples: usize,
}

impl Default for Options {
    /// All sections, on at most 10,000 test images and all training images.
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
    /// As [`Options::default`], but on at most 2,000 test images and 10,000 training images.
    pub fn quick() -> Self {
        Self { most_test: 2000, most_train: 10_000, ..Self::default() }
    }
}

/// The evaluation of a model on data. Sections that were not requested are `None`.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// The name of the model's recipe.
    pub model: String,
    /// The number of latent dimensions.
    pub latent_dim: usize,
    /// The name of the data that the model was trained on.
    pub trained_on: String,
    /// The name of the data that it is evaluated on.
    pub data: String,
    /// Whether both are the same, and the test images were held out of training.
    pub own_data: bool,
    /// The number of test images that were used. All metrics are of these, unless stated otherwise.
    pub images: usize,
    /// The number of test images in the data.
    pub images_there: usize,
    /// The number of training images that were used, for what is fitted or trained; 0 if the data
    /// has no training split.
    pub train_images: usize,
    /// The number of training images in the data.
    pub train_images_there: usize,
    /// The quality of reconstructions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reconstruction: Option<Reconstruction>,
    /// The quality of simple baselines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baselines: Option<Finding<Baselines>>,
    /// The information about classes in the codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedding: Option<Embedding>,
    /// The quality of samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<Finding<Samples>>,
    /// The reconstruction errors compared with those of the model's own data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_distribution: Option<Finding<OutOfDistribution>>,
}

/// Evaluates a model. `working` is called with a description of each step.
///
/// The same subject and options give the same bits for any number of threads.
///
/// # Errors
/// If there is no test image, or the images do not have the shape of the model's output. A metric
/// that needs labels or training images which the data does not have is left out with the reason.
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
        train_images_there: subject.train.as_ref().map_or(0, |split| split.images.len()),
        reconstruction: None,
        baselines: None,
        embedding: None,
        samples: None,
        out_of_distribution: None,
    };
    // Both sections need the quality of the model's own reconstructions.
    if wanted(Section::Reconstruction) || wanted(Section::Baselines) {
        working("reconstructing the test images");
        let quality = quality::of_model(&material)?;
        if wanted(Section::Reconstruction) {
            evaluation.reconstruction = Some(reconstruction::measure(&material, quality, options)?);
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
        evaluation.out_of_distribution =
            Some(out_of_distribution::measure(subject, &material.test)?);
    }
    Ok(evaluation)
}
