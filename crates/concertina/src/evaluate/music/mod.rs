//! Evaluation of a model of music: how much of held-out windows comes back, beside what can be had
//! without a model; what it writes of its own; what lies between two windows.
//!
//! Accuracy counts the tokens that are the original's. Most tokens of music say that nothing new
//! begins, so that a model which says nothing else is right most of the time: the trivial baselines
//! stand beside every figure, and *onsets* count notes alone. A decoder that is fed the original's
//! earlier tokens (*teacher-forced*) is right more often than one that is fed its own
//! (*free-running*): every figure says which.

mod agreement;
mod baselines;
mod interpolation;
mod reconstruction;
mod samples;
mod subject;
#[cfg(test)]
mod tests;
mod tracks;

use schemars::JsonSchema;
use serde::Serialize;

pub use self::agreement::{Agreement, VoiceAgreement};
pub use self::baselines::MusicBaselines;
pub use self::interpolation::Interpolations;
pub use self::reconstruction::MusicReconstruction;
pub use self::samples::{Histograms, MusicSamples};
pub use self::subject::MusicSubject;
pub use self::tracks::{ChordTones, Tracks};
use super::{About, Finding, Options, Section, Step};
use crate::data::music::Windows;
use crate::error::Result;

/// The evaluation of a model on music. What was not requested is `None`.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct MusicEvaluation {
    /// The model and the data.
    #[serde(flatten)]
    pub about: About,
    /// The number of test windows that were used.
    pub windows: usize,
    /// The number of test windows in the data.
    pub available_windows: usize,
    /// The number of training windows that were used, for baselines; 0 if the data has no training
    /// split.
    pub train_windows: usize,
    /// The number of training windows in the data.
    pub available_train_windows: usize,
    /// How much of the test windows comes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reconstruction: Option<MusicReconstruction>,
    /// Instruments and chords, of bars of several tracks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracks: Option<Tracks>,
    /// What can be had without a model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baselines: Option<Finding<MusicBaselines>>,
    /// The likeness of samples and music.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<Finding<MusicSamples>>,
    /// Ways from one window to another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interpolation: Option<Finding<Interpolations>>,
}

/// Evaluates a model of music. `working` is called with each step, and again as it is done.
///
/// Of the sections of [`Options`], reconstruction, baselines and samples (with interpolations) are
/// measured; embedding and out-of-distribution are about classes and images. Windows count as
/// images. The same subject and options give the same bits for any number of threads.
///
/// # Errors
/// If the model is not one of music, there is no test window, or windows are not those that the
/// model was made for. What needs training windows is left out with the reason if there are none.
pub fn evaluate_music(
    subject: &MusicSubject<'_>,
    options: &Options,
    working: &dyn Fn(Step<'_>),
) -> Result<MusicEvaluation> {
    subject.check()?;
    let wanted = |section| options.sections.contains(&section);
    let material = subject.choose(options, working);
    let mut evaluation = MusicEvaluation {
        about: About::new(subject.model, &subject.name, subject.own),
        windows: material.test.len(),
        available_windows: subject.test.len(),
        train_windows: material.train.as_ref().map_or(0, Windows::len),
        available_train_windows: subject.train.as_ref().map_or(0, Windows::len),
        reconstruction: None,
        tracks: None,
        baselines: None,
        samples: None,
        interpolation: None,
    };
    if wanted(Section::Reconstruction) {
        evaluation.reconstruction = Some(reconstruction::measure(&material)?);
        evaluation.tracks = tracks::measure(&material)?;
    }
    if wanted(Section::Baselines) {
        evaluation.baselines = Some(Finding::of(baselines::measure(&material))?);
    }
    if wanted(Section::Samples) {
        evaluation.samples = Some(Finding::of(samples::measure(&material))?);
        evaluation.interpolation = Some(Finding::of(interpolation::measure(&material))?);
    }
    Ok(evaluation)
}
