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

mod about;
mod baselines;
mod embedding;
mod finding;
mod linear_filter;
mod memorisation;
mod memory;
mod moments;
mod music;
mod options;
mod out_of_distribution;
mod quality;
mod reconstruction;
mod restoration;
mod samples;
mod score;
mod subject;
#[cfg(test)]
mod tests;
mod upsample;
mod variational;

use schemars::JsonSchema;
use serde::Serialize;

pub use self::about::About;
pub use self::baselines::{Baseline, Baselines};
pub use self::embedding::{Embedding, Space, Spaces, Trust};
pub use self::finding::{Conventions, Finding};
pub use self::memorisation::{Memorisation, Nearest};
pub use self::music::{
    Agreement, ChordTones, Histograms, Interpolations, MusicBaselines, MusicEvaluation,
    MusicReconstruction, MusicSamples, MusicSubject, Tracks, VoiceAgreement, evaluate_music,
};
pub use self::options::{Options, Section, Step};
pub use self::out_of_distribution::OutOfDistribution;
pub use self::quality::Quality;
pub use self::reconstruction::{Codebook, Reconstruction};
pub use self::restoration::{
    OfPicture, Restoration, RestorationSubject, Restored, Strength, evaluate_restoration,
};
pub use self::samples::{Distance, Samples};
pub use self::score::{Score, Scores};
pub use self::subject::{Split, Subject};
pub use self::upsample::{Method, upsample};
pub use self::variational::{Likelihood, Variational};
use crate::error::Result;

/// The evaluation of a model on data. Sections that were not requested are `None`.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Evaluation {
    /// The model and the data.
    #[serde(flatten)]
    pub about: About,
    /// The number of test images that were used. All metrics are of these, unless stated otherwise.
    pub images: usize,
    /// The number of test images in the data.
    pub available_images: usize,
    /// The number of training images that were used, for what is fitted or trained; 0 if the data
    /// has no training split.
    pub train_images: usize,
    /// The number of training images in the data.
    pub available_train_images: usize,
    /// The quality of reconstructions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reconstruction: Option<Reconstruction>,
    /// The quality of simple baselines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baselines: Option<Finding<Baselines>>,
    /// The information about classes in the codes; `None` too for a model whose code has the image
    /// in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedding: Option<Embedding>,
    /// The quality of samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<Finding<Samples>>,
    /// The reconstruction errors compared with those of the model's own data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_distribution: Option<Finding<OutOfDistribution>>,
}

/// Evaluates a model. `working` is called with each step, and again as it is done.
///
/// The same subject and options give the same bits for any number of threads.
///
/// # Errors
/// If there is no test image, or the images do not have the shape of the model's output. A metric
/// that needs labels or training images which the data does not have is left out with the reason.
pub fn evaluate(
    subject: &Subject<'_>,
    options: &Options,
    working: &dyn Fn(Step<'_>),
) -> Result<Evaluation> {
    subject.check()?;
    let wanted = |section| options.sections.contains(&section);
    let material = subject.choose(options, working)?;
    let mut evaluation = Evaluation {
        about: About::new(subject.model, &subject.name, subject.own),
        images: material.test.images.len(),
        available_images: subject.test.images.len(),
        train_images: material.n_train(),
        available_train_images: subject.train.as_ref().map_or(0, |split| split.images.len()),
        reconstruction: None,
        baselines: None,
        embedding: None,
        samples: None,
        out_of_distribution: None,
    };
    // Both sections need the quality of the model's own reconstructions.
    if wanted(Section::Reconstruction) || wanted(Section::Baselines) {
        material.working("reconstructing the test images");
        let own = quality::of_model(&material)?;
        if wanted(Section::Reconstruction) {
            evaluation.reconstruction =
                Some(reconstruction::measure(&material, own.quality, options)?);
        }
        if wanted(Section::Baselines) {
            evaluation.baselines = Some(baselines::measure(&material, &own)?);
        }
    }
    if wanted(Section::Embedding) && !subject.model.code_has_image() {
        evaluation.embedding = Some(embedding::measure(&material)?);
    }
    if wanted(Section::Samples) {
        evaluation.samples = Some(samples::measure(&material)?);
    }
    if wanted(Section::OutOfDistribution) {
        material.working("comparing the errors with those of the model's own data");
        evaluation.out_of_distribution =
            Some(out_of_distribution::measure(subject, &material.test)?);
    }
    Ok(evaluation)
}
