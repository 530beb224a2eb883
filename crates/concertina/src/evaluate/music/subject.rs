//! The subject of an evaluation: a model of music, and the windows that it is evaluated on.

use std::cell::OnceCell;

use concertina_music::encoding::Encoding;

use super::super::options::{Options, Step};
use super::super::subject::{made_once, some};
use crate::data::Examples as _;
use crate::data::music::{Windows, tokens_of};
use crate::error::{Error, Result};
use crate::math::Codes;
use crate::model::{ConditionedModel, Draw, Model, wrong_shape};
use crate::rng::Seed;

/// Windows that are decoded before progress is told.
const AT_ONCE: usize = 256;

/// A model of music, and the windows that it is evaluated on.
#[derive(Clone, Debug)]
pub struct MusicSubject<'a> {
    /// The model.
    pub model: &'a Model,
    /// The name of the data.
    pub name: String,
    /// Test windows, which nothing was trained on; with their chords, if the model is conditional.
    pub test: Windows,
    /// Training windows, for baselines. For the model's own data, its training windows.
    pub train: Option<Windows>,
    /// Whether this is the data that the model was trained on, and `test` was held out of training.
    pub own: bool,
}

impl MusicSubject<'_> {
    pub(super) fn check(&self) -> Result<()> {
        let Some(encoding) = self.model.recipe.encoding()? else {
            return Err(Error::config("expected a model of music, found one of images"));
        };
        if self.test.is_empty() {
            return Err(Error::data("expected windows to evaluate on, found none"));
        }
        for windows in [Some(&self.test), self.train.as_ref()].into_iter().flatten() {
            if windows.encoding() != encoding {
                return Err(wrong_shape(self.model.architecture.target, windows.shape()));
            }
        }
        self.model.with_labels(self.test.chords()).map(drop)
    }

    /// Chooses the windows that are evaluated.
    pub(super) fn choose<'a>(
        &'a self,
        options: &Options,
        working: &'a dyn Fn(Step<'_>),
    ) -> Material<'a> {
        let seed = Seed(self.model.recipe.training.seed);
        let choose = |windows: &Windows, most: usize, choice: u32| {
            let mut chosen = some(windows.len(), most, seed, choice);
            chosen.sort_unstable();
            windows.select(&chosen)
        };
        let train = self.train.as_ref().filter(|train| !train.is_empty());
        Material {
            model: self.model,
            encoding: self.test.encoding(),
            seed,
            test: choose(&self.test, options.max_test_images, 0),
            train: train.map(|train| choose(train, options.max_train_images, 1)),
            working,
            codes: OnceCell::new(),
            reconstructed: OnceCell::new(),
        }
    }
}

/// The windows that all sections are measured on. What several need of them is computed when it is
/// first needed.
pub(super) struct Material<'a> {
    pub(super) model: &'a Model,
    pub(super) encoding: Encoding,
    pub(super) seed: Seed,
    pub(super) test: Windows,
    pub(super) train: Option<Windows>,
    working: &'a dyn Fn(Step<'_>),
    codes: OnceCell<Codes>,
    reconstructed: OnceCell<Vec<u16>>,
}

impl Material<'_> {
    /// Reports a new step.
    pub(super) fn working(&self, what: &str) {
        self.at(what, 0, 0);
    }

    fn at(&self, what: &str, done: usize, total: usize) {
        (self.working)(Step { what, done, total });
    }

    /// The model with the chords of the test windows, if it is conditional.
    pub(super) fn given(&self) -> Result<ConditionedModel<'_>> {
        self.model.with_labels(self.test.chords())
    }

    /// The codes of the test windows: the means, where codes are sampled.
    pub(super) fn codes(&self) -> Result<&Codes> {
        made_once(&self.codes, || self.given()?.encode(&self.test))
    }

    /// The most probable tokens for these codes, `[N, T, V]`.
    pub(super) fn reconstructed(&self) -> Result<&Vec<u16>> {
        let what = "writing windows: free-running, mean of the code";
        let draw = Draw::MostProbable;
        made_once(&self.reconstructed, || {
            self.decode(what, self.codes()?, self.test.chords(), draw)
        })
    }

    /// Tokens drawn by the model's own probabilities.
    pub(super) fn drawn(&self) -> Draw {
        Draw::Sampled { seed: self.seed, temperature: 1.0 }
    }

    /// The tokens of codes, `[N, T, V]`, with the classes of each if the model is conditional.
    pub(super) fn decode(
        &self,
        what: &str,
        codes: &Codes,
        labels: Option<&[u32]>,
        draw: Draw,
    ) -> Result<Vec<u16>> {
        let model = self.model.with_labels(labels)?;
        let mut tokens = Vec::new();
        for start in (0..codes.len()).step_by(AT_ONCE) {
            self.at(what, start, codes.len());
            let range = start..codes.len().min(start + AT_ONCE);
            tokens.extend(tokens_of(model.decode_range_with(codes, range, draw)?.values()));
        }
        Ok(tokens)
    }

    /// At most `most` of the indices 0..n, in random order. Each `choice` has its own.
    pub(super) fn some(&self, n: usize, most: usize, choice: u32) -> Vec<usize> {
        some(n, most, self.seed, choice)
    }
}
