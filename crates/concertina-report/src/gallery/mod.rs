//! The pictures that a run gets, and the page that shows them.
//!
//! [`Gallery`] draws one picture at a time, so that a run can say how far it is and be stopped in between. Which pictures there
//! are follows from the four choices: a two-dimensional code has a map, a denoiser shows noisy, cleaned and true.

mod codes;
mod curves;
mod examples;
mod generated;
mod page;

use std::collections::VecDeque;
use std::path::PathBuf;

use fs_err as fs;

use crate::artifact::{RunFolder, write_whole};
use crate::data::Dataset;
use crate::error::Result;
use crate::data::FloatImages;
use crate::model::Model;
use crate::plot::Theme;
use crate::report::Figure;
use crate::train::{Examples, Validation, Metrics, judge};

pub(crate) use self::examples::row;

/// Draws the figures of a run one after the other, then the report.
pub(crate) struct Gallery {
    model: Model,
    history: Vec<Metrics>,
    warnings: Vec<String>,
    seconds: f64,
    /// The model's judgement of the validation images, made when the first figure is drawn.
    judgement: Option<Validation>,
    queue: VecDeque<Kind>,
    drawn: Vec<Drawn>,
    reported: bool,
}

/// A figure, as it goes into the report.
struct Drawn {
    kind: Kind,
    figure: Figure,
}

/// What a figure shows. The order is that of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Inputs,
    Reconstructions,
    WorstAndBest,
    Curves,
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
    /// The figures that fit a model, in the order of the report.
    fn fitting(model: &Model) -> VecDeque<Self> {
        let variational = model.recipe.bottleneck.is_variational();
        let plane = model.architecture.latent_dim == 2;
        let conditional = model.architecture.classes > 0;
        let fits = |kind: &Self| match kind {
            Self::Scatter | Self::Manifold => plane,
            Self::Codes => !plane,
            Self::RandomCodes => !model.recipe.bottleneck.has_prior(),
            Self::LessonGrid => plane && variational,
            Self::Samples => !conditional,
            Self::Classes => conditional,
            _ => true,
        };
        let all = [
            Self::Inputs,
            Self::Reconstructions,
            Self::WorstAndBest,
            Self::Curves,
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
        all.into_iter().filter(fits).collect()
    }

    fn file_name(self) -> &'static str {
        match self {
            Self::Inputs => "inputs.png",
            Self::Reconstructions => "reconstructions.png",
            Self::WorstAndBest => "worst-and-best.png",
            Self::Curves => "curves.png",
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
}

/// A figure for light and dark screens with its words.
pub(crate) fn figure(draw: impl Fn(Theme) -> Result<Vec<u8>>, caption: String) -> Result<Figure> {
    Figure::themed(draw, caption.clone(), caption)
}

/// What every figure is drawn from.
pub(crate) struct Source<'a> {
    pub(crate) model: &'a Model,
    pub(crate) data: &'a Dataset,
    pub(crate) judgement: &'a Validation,
    pub(crate) history: &'a [Metrics],
}

impl Source<'_> {
    /// Some validation images: clean, as the network sees them (as in validation), and as it returns them.
    pub(crate) fn examples(&self, indices: &[usize]) -> Result<[FloatImages; 3]> {
        let clean = FloatImages::from(&self.data.valid.select(indices));
        let inputs = self.model.corrupted(&clean, indices);
        let labels = self.labels(indices);
        let model = self.model.with_known_labels(labels.as_deref());
        let outputs = model.decode(&model.encode_pictures(&inputs))?;
        Ok([clean, inputs, outputs])
    }

    /// The classes of some validation images.
    fn labels(&self, indices: &[usize]) -> Option<Vec<u32>> {
        Examples::held_out(self.data).labels_at(indices)
    }

    /// The class of a validation image, `n` times.
    fn all_as(&self, image: usize, n: usize) -> Option<Vec<u32>> {
        Some(vec![*self.labels(&[image])?.first()?; n])
    }

    /// Numbers of the first `n` validation images.
    fn first(&self, n: usize) -> Vec<usize> {
        (0..n.min(self.data.valid.len())).collect()
    }
}

impl Gallery {
    /// The figures of `model`, which was trained for `seconds` and took the course that `history` tells.
    pub(crate) fn new(
        model: Model,
        history: Vec<Metrics>,
        warnings: Vec<String>,
        seconds: f64,
    ) -> Self {
        let queue = Kind::fitting(&model);
        Self {
            model,
            history,
            warnings,
            seconds,
            judgement: None,
            queue,
            drawn: Vec::new(),
            reported: false,
        }
    }

    /// Draws the next figure, or at last the report, and writes it. `None` when all is written.
    pub(crate) fn next(&mut self, folder: &RunFolder, data: &Dataset) -> Result<Option<PathBuf>> {
        let Some(kind) = self.queue.pop_front() else {
            if self.reported {
                return Ok(None);
            }
            self.reported = true;
            let drawn = std::mem::take(&mut self.drawn);
            let page = page::page(
                &self.model,
                &self.history,
                std::mem::take(&mut self.warnings),
                self.seconds,
                drawn,
            );
            write_whole(&folder.report(), page.as_bytes())?;
            return Ok(Some(folder.report()));
        };
        let Model { recipe, architecture, weights, .. } = &self.model;
        let held_out = Examples::held_out(data);
        let judgement =
            self.judgement.get_or_insert_with(|| judge(recipe, architecture, weights, held_out));
        let source = Source { model: &self.model, data, judgement, history: &self.history };
        let figure = source.draw(kind)?;
        fs::create_dir_all(folder.figures())?;
        let path = folder.figures().join(kind.file_name());
        write_whole(&path, &figure.png)?;
        self.drawn.push(Drawn { kind, figure });
        Ok(Some(path))
    }

    /// The model that the figures are of.
    pub(crate) fn into_model(self) -> Model {
        self.model
    }
}

impl Source<'_> {
    fn draw(&self, kind: Kind) -> Result<Figure> {
        match kind {
            Kind::Inputs => self.inputs(),
            Kind::Reconstructions => self.reconstructions(),
            Kind::WorstAndBest => self.worst_and_best(),
            Kind::Curves => self.curves(),
            Kind::Scatter => self.scatter(),
            Kind::Codes => self.codes(),
            Kind::NoiseInCode => self.noise_in_code(),
            Kind::RandomCodes => self.random_codes(),
            Kind::Manifold => self.manifold(),
            Kind::LessonGrid => self.lesson_grid(),
            Kind::Samples => self.samples(),
            Kind::Classes => self.classes(),
            Kind::Interpolations => self.interpolations(),
        }
    }
}
