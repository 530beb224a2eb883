//! Two bars of a melody.

use std::f64::consts::LN_2;

use concertina::Result;
use concertina::data::music::MusicSet;
use concertina::text::thousands;
use concertina_report::plot::{Curves, Series};

use super::accuracy;
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};

/// Held-out windows that are evaluated in a full lesson.
const MOST_EVALUATED: usize = 1000;
/// Players below a figure: an original and its reconstruction are two. Sounds are most of what the
/// page weighs.
const PLAYED_RECONSTRUCTIONS: usize = 2;
const PLAYED_SAMPLES: usize = 2;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.music("melody-vae")?;
    let architecture = &trained.model.architecture;
    part.task("A melody of two bars", "");
    part.method(format!(
        "The encoder reads the 32 tokens twice, forwards and backwards, with networks that have a \
         memory (LSTMs, as in section 11), and what both remember at the end becomes the mean and \
         the standard deviation of {} latent dimensions. The decoder is another LSTM. In all {} \
         weights, trained for {} epochs. In each epoch every window is moved up or down by up to \
         {} semitones, at random, so that the model hears it in many keys.",
        architecture.latent_dim,
        thousands(architecture.n_parameters()),
        trained.model.recipe.training.epochs,
        trained.model.recipe.data.transpose
    ));
    losses(part, &trained)?;
    let figures = trained.figures();
    part.look(
        "Time runs from left to right, and higher notes are further up. In the lower row the \
         decoder is on its own: it has the code, and what it wrote before. Listen to an original \
         and to what came back of it. How high the notes lie and how many there are comes back \
         first; the exact notes are the hard part.",
    );
    part.figure(figures.reconstructions()?.into_figure(PLAYED_RECONSTRUCTIONS));
    accuracies(studio, &trained, part)?;
    part.task("New melodies", "");
    part.look(
        "Codes sampled from the prior, decoded. Here tokens are drawn by their probabilities, so \
         the same code can give several melodies; a temperature below 1 makes what is probable \
         even more so.",
    );
    part.figure(figures.samples()?.into_figure(PLAYED_SAMPLES));
    part.look(
        "A straight line through the latent space from one held-out melody to another. Each step \
         is a melody of its own. No step is a mixture of the notes of both ends, as when two \
         recordings play at once.",
    );
    part.figure(figures.interpolations()?.into_figure(1));
    Ok(())
}

/// The terms of the loss per epoch, and what they mean as a message.
fn losses(part: &mut Part, trained: &Trained<'_, MusicSet>) -> Result<()> {
    let history = &trained.history;
    let kl = |bits: f64| history.iter().map(move |m| m.valid.term("kl").unwrap_or(f64::NAN) / bits);
    let errors = [
        Series::by_epoch("training", history.iter().map(|m| m.train.reconstruction)),
        Series::by_epoch("held out", history.iter().map(|m| m.valid.reconstruction)),
    ];
    for (series, y_name, caption) in [
        (
            errors.as_slice(),
            "error, nats per window",
            "The first term of the loss: the surprise at the right tokens, teacher-forced.",
        ),
        (
            &[Series::by_epoch("held out", kl(LN_2))],
            "KL divergence, bits per window",
            "The second term, before its weight: the code tells at most that much about its \
             window. Some of it is free, the rest has its cost.",
        ),
    ] {
        let curves = Curves { x_name: "epoch", y_name, series, ..Curves::default() };
        part.draw(|theme| curves.to_png(theme), caption)?;
    }
    let last = &trained.last().valid;
    let [error, kl] = [last.reconstruction, last.term("kl").unwrap_or(f64::NAN)];
    let encoding = trained.data.valid.encoding();
    let steps = encoding.steps() as f64;
    let choices: f64 = encoding.voices().iter().map(|voice| (voice.classes as f64).log2()).sum();
    part.text(format!(
        "One nat is 1.44 bits, the yes-or-no questions of section 12. After the last epoch the \
         error on held-out windows is {} nats, or {} bits, and the KL divergence {} nats, or {} \
         bits. As a message: the code takes {} bits, and when it is known {} bits remain to be \
         told, {} per token. Without any knowledge of music it would take {} bits to tell 32 \
         tokens out of 90.",
        tenths(error),
        tenths(error / LN_2),
        tenths(kl),
        tenths(kl / LN_2),
        tenths(kl / LN_2),
        tenths(error / LN_2),
        tenths(error / LN_2 / steps),
        tenths(choices * steps)
    ));
    Ok(())
}

fn tenths(value: f64) -> String {
    format!("{value:.1}")
}

fn accuracies(studio: &Studio<'_>, trained: &Trained<'_, MusicSet>, part: &mut Part) -> Result<()> {
    part.task("How much comes back?", "");
    part.look(
        "First, the most frequent token: in most steps nothing new happens, so saying nothing \
         else is right most of the time. That is why the last column counts only notes that \
         begin, at the right step and the right pitch (F1: 1 if all are found and none is \
         invented, 0 if none is right). Second, teacher-forced against free-running: the \
         difference is what mistakes cost that lead to others. Third, and above all, the code of \
         another window: if it did as well as the right one, the decoder would not listen to its \
         code.",
    );
    accuracy::table(studio, trained, MOST_EVALUATED, part)?;
    Ok(())
}
