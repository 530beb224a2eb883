//! Codes that are decoded, each in a class of its own.

use concertina::data::music::tokens_of;
use concertina::math::Codes;
use concertina::model::{Draw, Model};
use concertina::rng::Seed;
use concertina::{Error, Result};
use concertina_music::chord::Chord;

use super::order::Order;
use crate::args;

/// The largest temperature: tokens are nearly as probable as each other there.
const MAX_TEMPERATURE: f32 = 100.0;

/// Codes with the class of each, if the model is conditional.
pub(super) struct Decoding {
    pub(super) codes: Codes,
    pub(super) classes: Option<Vec<u32>>,
    pub(super) order: Order,
}

impl Decoding {
    /// Every code on each of the chords, one after another; as it is if no chords are asked for.
    pub(super) fn on_each(self, model: &Model, chords: Option<&args::Chords>) -> Result<Self> {
        let Some(chords) = chords.map(args::Chords::as_slice) else { return Ok(self) };
        let classes = classes_of(model, chords)?;
        let rows = self.codes.rows().flat_map(|code| code.repeat(chords.len()));
        let names = self.order.names().into_iter().flat_map(|name| {
            let named = move |(number, chord)| format!("{name}-{number}-{chord}");
            (1..).zip(chords).map(named)
        });
        Ok(Self {
            codes: Codes::new(self.codes.size(), rows.collect()),
            classes: Some(classes.repeat(self.codes.len())),
            order: Order::Apart(names.collect()),
        })
    }

    /// Each code on the next of the chords, from the first again after the last; as it is if no
    /// chords are asked for.
    pub(super) fn on_the_next(self, model: &Model, chords: Option<&args::Chords>) -> Result<Self> {
        let Some(chords) = chords else { return Ok(self) };
        let classes = classes_of(model, chords.as_slice())?;
        let classes = classes.into_iter().cycle().take(self.codes.len()).collect();
        Ok(Self { classes: Some(classes), ..self })
    }

    /// The tokens of each window.
    pub(super) fn windows(&self, model: &Model, draw: Draw) -> Result<Vec<Vec<u16>>> {
        let conditioned = model.with_labels(self.classes.as_deref())?;
        Ok(conditioned.decode_with(&self.codes, draw)?.iter().map(tokens_of).collect())
    }
}

/// The classes of chords.
fn classes_of(model: &Model, chords: &[Chord]) -> Result<Vec<u32>> {
    if model.architecture.classes == 0 {
        return Err(Error::config(
            "`--chords`: expected a model that is given chords, found one without a condition",
        )
        .with_hint("train one: `concertina train DATA --recipe multitrack-vae`"));
    }
    chords.iter().map(|chord| model.class(&chord.to_string())).collect()
}

/// How tokens are chosen: the most probable, unless a temperature is given.
pub(super) fn draw(flags: &args::Music, seed: u64) -> Result<Draw> {
    match flags.temperature {
        None => Ok(Draw::MostProbable),
        Some(temperature) if temperature > 0.0 && temperature <= MAX_TEMPERATURE => {
            Ok(Draw::Sampled { seed: Seed(seed), temperature })
        }
        Some(found) => Err(Error::config(format!(
            "`--temperature`: expected a number above 0 and at most {MAX_TEMPERATURE}, found \
             {found}"
        ))),
    }
}

/// An error if flags for models of music were given with a model of images.
pub(crate) fn expect_unused(given: &[&str]) -> Result<()> {
    match given.first() {
        None => Ok(()),
        Some(flag) => {
            Err(Error::config(format!("`{flag}`: expected a model of music, found one of images"))
                .with_hint(format!("leave `{flag}` out")))
        }
    }
}
