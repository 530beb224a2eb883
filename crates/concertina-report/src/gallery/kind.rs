//! Which figures there are, and which of them fit a model.

use std::fmt;

use concertina::data::music::MusicSet;
use concertina::model::Model;
use concertina::{Error, Result};

use super::curves::loss_terms;
use super::figures::Figures;
use super::music::Heard;
use crate::report::Figure;

/// What a figure shows. The order is that in which they are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Inputs,
    Reconstructions,
    WorstAndBest,
    Curves,
    LossTerms,
    Scatter,
    Codes,
    NoiseInCode,
    RandomCodes,
    Manifold,
    LessonGrid,
    Samples,
    Classes,
    Interpolations,
}

impl Kind {
    const ALL: [Self; 14] = [
        Self::Inputs,
        Self::Reconstructions,
        Self::WorstAndBest,
        Self::Curves,
        Self::LossTerms,
        Self::Scatter,
        Self::Codes,
        Self::NoiseInCode,
        Self::RandomCodes,
        Self::Manifold,
        Self::LessonGrid,
        Self::Samples,
        Self::Classes,
        Self::Interpolations,
    ];

    /// The figures that fit a model.
    pub(super) fn fitting(model: &Model) -> impl Iterator<Item = Self> {
        let is_music = model.card.music().is_some();
        let plane = model.architecture.latent_dim == 2;
        let conditional = model.architecture.classes > 0;
        let fits = move |kind: &Self| match kind {
            Self::Inputs
            | Self::NoiseInCode
            | Self::RandomCodes
            | Self::Manifold
            | Self::LessonGrid
            | Self::Classes
                if is_music =>
            {
                false
            }
            Self::Codes
            | Self::Scatter
            | Self::NoiseInCode
            | Self::RandomCodes
            | Self::Samples
            | Self::Interpolations
                if model.code_has_image() =>
            {
                false
            }
            Self::Samples if is_music => true,
            Self::LossTerms => loss_terms(model).next().is_some(),
            Self::Scatter | Self::Manifold => plane,
            Self::Codes => !plane,
            Self::RandomCodes => !model.has_prior(),
            Self::LessonGrid => plane && model.is_variational(),
            Self::Samples => !conditional,
            Self::Classes => conditional,
            _ => true,
        };
        Self::ALL.into_iter().filter(fits)
    }

    pub(super) fn file_name(self) -> &'static str {
        match self {
            Self::Inputs => "inputs.png",
            Self::Reconstructions => "reconstructions.png",
            Self::WorstAndBest => "worst-and-best.png",
            Self::Curves => "curves.png",
            Self::LossTerms => "loss-terms.png",
            Self::Scatter => "scatter.png",
            Self::Codes => "codes.png",
            Self::NoiseInCode => "noise-in-code.png",
            Self::RandomCodes => "random-codes.png",
            Self::Manifold => "manifold.png",
            Self::LessonGrid => "manifold-lesson.png",
            Self::Samples => "samples.png",
            Self::Classes => "classes.png",
            Self::Interpolations => "interpolations.png",
        }
    }

    /// Draws it for a model of images.
    pub(super) fn of_images(self, figures: Figures<'_>) -> Result<Figure> {
        match self {
            Self::Inputs => figures.inputs(),
            Self::Reconstructions => figures.reconstructions(),
            Self::WorstAndBest => figures.worst_and_best(),
            Self::Curves => figures.curves(),
            Self::LossTerms => figures.loss_terms(),
            Self::Scatter => figures.scatter(),
            Self::Codes => figures.codes(),
            Self::NoiseInCode => figures.noise_in_code(),
            Self::RandomCodes => figures.random_codes(),
            Self::Manifold => figures.manifold(),
            Self::LessonGrid => figures.lesson_grid(),
            Self::Samples => figures.samples(),
            Self::Classes => figures.classes(),
            Self::Interpolations => figures.interpolations(),
        }
    }

    /// Draws it for a model of music.
    pub(super) fn of_music(self, figures: Figures<'_, MusicSet>) -> Result<Heard> {
        match self {
            Self::Reconstructions => figures.reconstructions(),
            Self::WorstAndBest => figures.worst_and_best(),
            Self::Samples => figures.samples(),
            Self::Interpolations => figures.interpolations(),
            Self::Curves => figures.curves().map(Heard::from),
            Self::LossTerms => figures.loss_terms().map(Heard::from),
            Self::Scatter => figures.scatter().map(Heard::from),
            Self::Codes => figures.codes().map(Heard::from),
            Self::Inputs
            | Self::NoiseInCode
            | Self::RandomCodes
            | Self::Manifold
            | Self::LessonGrid
            | Self::Classes => Err(Error::config("this figure shows images, not music")),
        }
    }
}

/// A figure that could not be drawn.
#[derive(Debug)]
pub struct LeftOut {
    /// The name of its file.
    pub file_name: &'static str,
    /// Why.
    pub error: Error,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The figure {} was left out: {}", self.file_name, self.error)
    }
}

/// A figure with its sounds, as it goes into the report.
pub(super) struct Drawn {
    pub(super) kind: Kind,
    pub(super) figure: Figure,
}
