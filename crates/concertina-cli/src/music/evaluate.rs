//! `evaluate` on music.

use concertina::data::music::MusicSet;
use concertina::data::{OpenOptions, absolute_source, source_name};
use concertina::evaluate::{MusicSubject, Options, evaluate_music};
use concertina::model::Model;
use concertina::{Error, Result};

use super::inputs::windows;
use crate::args;
use crate::data::{self, warn_of_skipped};
use crate::evaluation;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::working::working;

/// `concertina evaluate`
pub(crate) fn evaluate(
    args: &args::Evaluate,
    options: &Options,
    model: &Model,
    printer: Printer,
) -> anyhow::Result<Exit> {
    expect_flags_of_music(args)?;
    let subject = open(model, &args.data, printer)?;
    let evaluation = working(printer, |working| evaluate_music(&subject, options, working))?;
    evaluation::print(&evaluation, evaluation::music_lines, printer)?;
    Ok(Exit::Done)
}

/// What is measured of images alone cannot be asked for.
fn expect_flags_of_music(args: &args::Evaluate) -> Result<()> {
    let flags = [
        ("--figures", args.figures.is_some()),
        ("--classifier", args.classifier.is_some()),
        ("--importance-samples", args.importance_samples.is_some()),
    ];
    match flags.into_iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((flag, _)) => {
            Err(Error::config(format!("`{flag}`: expected a model of images, found one of music")))
        }
    }
}

/// The model's own data as it was split for training, or another's test split beside its training
/// split; without a test split, all of it.
fn open<'m>(model: &'m Model, source: &str, printer: Printer) -> anyhow::Result<MusicSubject<'m>> {
    let source = absolute_source(source);
    let wanted = windows(model)?;
    if source_name(&source) == model.card.source {
        let set = data::open_music(&source, wanted, model.recipe.open_options(), printer)?;
        if set.card.for_others() == model.card {
            printer.say("the model was trained on this data: evaluating on the windows held out");
            return Ok(subject(model, set, true));
        }
    }
    let options = OpenOptions { valid_fraction: 0.0, ..OpenOptions::default() };
    let set = data::open_music(&source, wanted, options, printer)?;
    warn_of_skipped(&set.card, printer);
    Ok(subject(model, set, false))
}

fn subject(model: &Model, set: MusicSet, own: bool) -> MusicSubject<'_> {
    let name = set.card.name();
    let (test, train) =
        if set.valid.is_empty() { (set.train, None) } else { (set.valid, Some(set.train)) };
    MusicSubject { model, name, test, train, own }
}
