//! The report of a run, in words.

use concertina::model::Model;
use concertina::task::Task;
use concertina::text::{duration, number, thousands};
use concertina::train::{PastWarning, Trained};
use concertina::validate::{Losses, Metrics};

use super::kind::{Drawn, Kind, LeftOut};
use crate::report::{Figure, Report, Section, Table};

/// Rows of the table of losses, about.
const ROWS: usize = 12;

/// The report of a run with its figures.
pub(super) fn summarise(trained: &Trained, drawn: Vec<Drawn>, left_out: &[LeftOut]) -> Report {
    let Trained { model, history, warnings, past_warnings, seconds, .. } = trained;
    let remarks = trained.remarks.iter().cloned();
    let card = model.card.for_others();
    let mut recipe = model.recipe.clone();
    // The page may be shown to others: where the data lay stays in the run folder.
    recipe.data.source = None;
    Report {
        title: format!("{} on {}", recipe.name, card.source),
        summary: summary(model),
        facts: facts(model, history, *seconds),
        warnings: warnings.iter().map(ToString::to_string).collect(),
        remarks: remarks
            .chain(past_warnings.iter().map(past))
            .chain(left_out.iter().map(ToString::to_string))
            .collect(),
        sections: sections(model, history, drawn),
        data_card: card.lines(),
        data_notes: card.notes.clone(),
        config_toml: recipe.to_toml(),
    }
}

fn past(past: &PastWarning) -> String {
    let PastWarning { epoch, warning } = past;
    format!("Up to epoch {epoch} a warning held that does not hold now: {}.", warning.message)
}

fn summary(model: &Model) -> String {
    let target = model.architecture.target;
    let kind = if target.channels == 1 { "grey" } else { "colour" };
    let labels = match model.architecture.classes {
        0 => "without labels",
        _ => "each with its label",
    };
    format!(
        "{} Trained on {kind} images of {} x {} pixels, {labels}.",
        model.recipe.summary, target.width, target.height,
    )
}

fn facts(model: &Model, history: &[Metrics], seconds: f64) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: String| facts.push((name.to_owned(), value));
    if let Some(last) = history.last() {
        fact("validation loss", number(last.valid.loss));
        for metric in model.metrics() {
            fact(metric.label, term(&last.valid, metric.name));
        }
        fact("epochs", last.epoch.to_string());
    }
    fact("parameters", thousands(model.architecture.n_parameters()));
    fact("latent dimensions", thousands(model.architecture.latent_dim));
    fact("training images", thousands(model.card.train));
    fact("training time", duration(seconds));
    facts
}

fn sections(model: &Model, history: &[Metrics], mut drawn: Vec<Drawn>) -> Vec<Section> {
    let mut take = |kinds: &[Kind]| -> Vec<Figure> {
        let taken = drawn.extract_if(.., |drawn| kinds.contains(&drawn.kind));
        taken.map(|drawn| drawn.figure).collect()
    };
    let section = |heading: &str, text: &str, figures| Section {
        heading: heading.to_owned(),
        text: text.to_owned(),
        figures,
        table: None,
    };
    vec![
        section(
            "Reconstructions",
            reconstructions(&model.recipe.task),
            take(&[Kind::Reconstructions, Kind::WorstAndBest]),
        ),
        Section {
            table: Some(losses(model, history)),
            ..section("Training", "", take(&[Kind::Curves, Kind::LossTerms]))
        },
        section(
            "The latent space",
            model.latent_description(),
            take(&[Kind::Scatter, Kind::Codes, Kind::NoiseInCode]),
        ),
        section(
            "New images",
            "The decoder turns any code into an image. Whether it is a plausible one depends on \
             where in the latent space the code lies.",
            take(&[
                Kind::Manifold,
                Kind::LessonGrid,
                Kind::Samples,
                Kind::Classes,
                Kind::Interpolations,
                Kind::RandomCodes,
            ]),
        ),
        section("Inputs", "", take(&[Kind::Inputs])),
    ]
}

fn reconstructions(task: &Task) -> &'static str {
    match task {
        Task::Identity {} => {
            "The network returns the image that it sees, but all of it has to pass through the \
             code. What the code has no room for is lost."
        }
        Task::Binarise {} => {
            "The network sees an image whose pixels were sampled as black or white, with each grey \
             value as the probability of white, and returns these probabilities."
        }
        Task::Mask { .. } | Task::SaltAndPepper { .. } => {
            "The network sees an image with missing pixels and returns the whole image: it has to \
             infer what is missing from what is left."
        }
        Task::Noise { .. } => {
            "The network sees a noisy image and returns a clean one. Noise has no structure, so it \
             does not fit through the code."
        }
        Task::Downscale { .. } => {
            "The network sees a small image and returns a large one. What it adds is what it has \
             learned about images of this kind."
        }
    }
}

/// The losses of some of the epochs, the first and the last among them.
fn losses(model: &Model, history: &[Metrics]) -> Table {
    let metrics = model.metrics();
    let mut head = vec!["epoch", "training loss", "validation loss"];
    if !metrics.is_empty() {
        head.push("reconstruction");
        head.extend(metrics.iter().map(|metric| metric.label));
    }
    let every = history.len().div_ceil(ROWS).max(1);
    let last = history.len().saturating_sub(1);
    let chosen = history.iter().enumerate().filter(|(i, _)| i.is_multiple_of(every) || *i == last);
    let row = |epoch: &Metrics| {
        let valid = &epoch.valid;
        let mut row = vec![epoch.epoch.to_string(), number(epoch.train.loss), number(valid.loss)];
        if !metrics.is_empty() {
            row.push(number(valid.reconstruction));
            row.extend(metrics.iter().map(|metric| term(valid, metric.name)));
        }
        row
    };
    Table {
        head: head.into_iter().map(str::to_owned).collect(),
        rows: chosen.map(|(_, epoch)| row(epoch)).collect(),
    }
}

/// A term as text: a count as a whole number; empty if it is missing.
fn term(losses: &Losses, name: &str) -> String {
    let found = losses.terms.iter().find(|(found, _)| *found == name);
    found.map_or_else(String::new, |(_, value)| value.to_string())
}
