//! Two bars of a melody.

use std::f64::consts::LN_2;

use concertina::Result;
use concertina::data::music::MusicSet;
use concertina::text::thousands;
use concertina_report::plot::{Curves, Series};

use super::accuracy;
use super::heard::{reconstructions, relabelled};
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};
use crate::words::message;

/// Held-out windows that are evaluated in a full lesson.
const MOST_EVALUATED: usize = 1000;
/// Players below a figure: an original and its reconstruction are two. Sounds are most of what the
/// page weighs.
const PLAYED_RECONSTRUCTIONS: usize = 2;
const PLAYED_SAMPLES: usize = 2;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.music("melody-vae")?;
    let architecture = &trained.model.architecture;
    part.heading("music.melody.heading");
    part.method(
        message("music.melody.method")
            .with("latent", architecture.latent_dim)
            .with("weights", thousands(architecture.n_parameters()))
            .with("epochs", trained.model.recipe.training.epochs)
            .with("semitones", trained.model.recipe.data.transpose),
    );
    losses(part, &trained)?;
    let figures = trained.figures();
    part.look("music.melody.look");
    reconstructions(part, figures, PLAYED_RECONSTRUCTIONS)?;
    accuracies(studio, &trained, part)?;
    part.heading("music.new-melodies.heading");
    part.look("music.new-melodies.look");
    let samples =
        (1..).map(|n| part.say(message("music.new-melodies.sound-sample").with("number", n)));
    let samples = relabelled(figures.samples()?, samples);
    part.figure(samples.into_figure(PLAYED_SAMPLES), "music.new-melodies.samples");
    part.look("music.new-melodies.look-at-line");
    let line = [part.say("music.new-melodies.sound-interpolation")];
    let line = relabelled(figures.interpolations()?, line);
    let places = &trained.data.valid_places;
    part.figure(
        line.into_figure(1),
        message("music.new-melodies.interpolation")
            .with("first", &places[0])
            .with("second", &places[places.len() / 2]),
    );
    Ok(())
}

/// The terms of the loss per epoch, and what they mean as a message.
fn losses(part: &mut Part, trained: &Trained<'_, MusicSet>) -> Result<()> {
    let history = &trained.history;
    let kl = |bits: f64| history.iter().map(move |m| m.valid.term("kl").unwrap_or(f64::NAN) / bits);
    let errors = [
        Series::by_epoch(
            part.say("music.melody.series-training"),
            history.iter().map(|m| m.train.reconstruction),
        ),
        Series::by_epoch(
            part.say("music.melody.series-held-out"),
            history.iter().map(|m| m.valid.reconstruction),
        ),
    ];
    for (series, y_name, caption) in [
        (errors.as_slice(), "music.melody.axis-error", "music.melody.error"),
        (
            &[Series::by_epoch(part.say("music.melody.series-held-out"), kl(LN_2))],
            "music.melody.axis-kl",
            "music.melody.kl",
        ),
    ] {
        let (x_name, y_name) = (part.say("figures.axis-epoch"), part.say(y_name));
        let curves = Curves { x_name: &x_name, y_name: &y_name, series, ..Curves::default() };
        part.draw(|theme| curves.to_png(theme), caption)?;
    }
    let last = &trained.last().valid;
    let [error, kl] = [last.reconstruction, last.term("kl").unwrap_or(f64::NAN)];
    let encoding = trained.data.valid.encoding();
    let steps = encoding.steps() as f64;
    let choices: f64 = encoding.voices().iter().map(|voice| (voice.classes as f64).log2()).sum();
    part.text(
        message("music.melody.message")
            .with("error-nats", tenths(error))
            .with("error-bits", tenths(error / LN_2))
            .with("kl-nats", tenths(kl))
            .with("kl-bits", tenths(kl / LN_2))
            .with("per-token", tenths(error / LN_2 / steps))
            .with("without", tenths(choices * steps)),
    );
    Ok(())
}

fn tenths(value: f64) -> String {
    format!("{value:.1}")
}

fn accuracies(studio: &Studio<'_>, trained: &Trained<'_, MusicSet>, part: &mut Part) -> Result<()> {
    part.heading("music.accuracy.heading");
    part.look("music.accuracy.look");
    accuracy::table(studio, trained, MOST_EVALUATED, part)?;
    Ok(())
}
