//! The report of a run, in words.

use concertina::model::Model;
use concertina::task::Task;
use concertina::text::{counted, duration, number, percent, thousands};
use concertina::train::{PastWarning, Trained};
use concertina::validate::{Losses, Metrics};

use super::kind::{Drawn, Kind, LeftOut};
use super::music::{Accuracies, Accuracy};
use super::words::Words;
use crate::report::{Figure, Report, Section, Table};

/// The name of the KL divergence of a variational autoencoder.
const KL: &str = "kl";
/// Rows of the table of losses, about.
const ROWS: usize = 12;

/// The report of a run with its figures and, for music, how much of it comes back.
pub(super) fn summarise(
    trained: &Trained,
    drawn: Vec<Drawn>,
    accuracies: Option<&Accuracies>,
    left_out: &[LeftOut],
) -> Report {
    let Trained { model, history, warnings, past_warnings, seconds, .. } = trained;
    let remarks = trained.remarks.iter().cloned();
    let card = model.card.for_others();
    let mut recipe = model.recipe.clone();
    // The page may be shown to others: where the data lay stays in the run folder.
    recipe.data.source = None;
    Report {
        title: format!("{} on {}", recipe.name, card.source),
        summary: summary(model),
        facts: facts(model, history, accuracies, *seconds),
        warnings: warnings.iter().map(ToString::to_string).collect(),
        remarks: remarks
            .chain(past_warnings.iter().map(past))
            .chain(left_out.iter().map(ToString::to_string))
            .chain(explorer(model))
            .collect(),
        sections: sections(model, history, accuracies, drawn),
        data_card: card.lines(),
        data_notes: card.notes.clone(),
        config_toml: recipe.to_toml(),
    }
}

/// How to walk through the latent space, where there is one to walk through.
fn explorer(model: &Model) -> Option<String> {
    let is_there = model.card.music().is_none() && !model.code_has_image();
    is_there.then(|| {
        "To walk through the latent space of this model: `concertina explore` with the folder of \
         this run."
            .to_owned()
    })
}

fn past(past: &PastWarning) -> String {
    let PastWarning { epoch, warning } = past;
    format!("Up to epoch {epoch} a warning held that does not hold now: {}.", warning.message)
}

fn summary(model: &Model) -> String {
    let labels = match model.architecture.classes {
        0 => "without labels".to_owned(),
        _ => format!("each with its {}", Words::of(model).label),
    };
    let examples = if let Some(music) = model.card.music() {
        format!("windows of {} of {}", counted(music.bars, "bar"), music.music.word())
    } else {
        let target = model.architecture.target;
        let kind = if target.channels == 1 { "grey" } else { "colour" };
        format!("{kind} images of {} x {} pixels", target.width, target.height)
    };
    format!("{} Trained on {examples}, {labels}.", model.recipe.summary)
}

fn facts(
    model: &Model,
    history: &[Metrics],
    accuracies: Option<&Accuracies>,
    seconds: f64,
) -> Vec<(String, String)> {
    let words = Words::of(model);
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: String| facts.push((name.to_owned(), value));
    if let Some(last) = history.last() {
        fact("validation loss", number(last.valid.loss));
        for metric in model.metrics() {
            fact(metric.label, term(&last.valid, metric.name));
            // What papers on models of music count in.
            if accuracies.is_some() && metric.name == KL {
                let bits = last.valid.term(KL).map(|nats| nats / std::f64::consts::LN_2);
                fact("KL divergence, bits per window", bits.map_or_else(String::new, number));
            }
        }
        for accuracy in accuracies.iter().flat_map(|accuracies| &accuracies.voices) {
            let name = format!("free-running accuracy, {}", accuracy.voice);
            fact(&name, percent(accuracy.free_running));
        }
        fact("epochs", last.epoch.to_string());
    }
    fact("parameters", thousands(model.architecture.n_parameters()));
    fact("latent dimensions", thousands(model.architecture.latent_dim));
    fact(&format!("training {}", words.many), thousands(model.card.train));
    fact("training time", duration(seconds));
    facts
}

fn sections(
    model: &Model,
    history: &[Metrics],
    accuracies: Option<&Accuracies>,
    mut drawn: Vec<Drawn>,
) -> Vec<Section> {
    let mut take = |kinds: &[Kind]| -> Vec<Figure> {
        let taken = drawn.extract_if(.., |drawn| kinds.contains(&drawn.kind));
        taken.map(|drawn| drawn.figure).collect()
    };
    let section = |heading: &str, text: String, figures| Section {
        heading: heading.to_owned(),
        text,
        figures,
        table: None,
    };
    let is_music = model.card.music().is_some();
    let one = Words::of(model).one;
    let text = match accuracies {
        _ if !is_music => reconstructions(&model.recipe.task).to_owned(),
        None => MUSIC.to_owned(),
        Some(accuracies) => format!("{MUSIC}\n\n{}", explained(accuracies)),
    };
    let mut sections = vec![
        Section {
            table: accuracies.map(table_of),
            ..section("Reconstructions", text, take(&[Kind::Reconstructions, Kind::WorstAndBest]))
        },
        Section {
            table: Some(losses(model, history)),
            ..section("Training", String::new(), take(&[Kind::Curves, Kind::LossTerms]))
        },
        section(
            "The latent space",
            model.latent_description().to_owned(),
            take(&[Kind::Scatter, Kind::Codes, Kind::NoiseInCode]),
        ),
        section(
            if is_music { "New music" } else { "New images" },
            format!(
                "The decoder turns any code into {} {one}. Whether it is a plausible one depends \
                 on where in the latent space the code lies.",
                if is_music { "a" } else { "an" },
            ),
            take(&[
                Kind::Manifold,
                Kind::LessonGrid,
                Kind::Samples,
                Kind::Classes,
                Kind::Interpolations,
                Kind::RandomCodes,
            ]),
        ),
    ];
    if !is_music {
        sections.push(section("Inputs", String::new(), take(&[Kind::Inputs])));
    }
    sections
}

/// What is lost of music.
const MUSIC: &str = "The encoder reads a window and the decoder writes it again, but all of it has \
                     to pass through the code. What the code has no room for is lost. The decoder \
                     writes one token after another and continues what it wrote itself, so that a \
                     wrong note can lead to more of them.";

/// How accuracies were measured.
fn explained(accuracies: &Accuracies) -> String {
    let Accuracies { windows, of, .. } = accuracies;
    let windows = if windows == of {
        format!("all {} held-out windows", thousands(*of))
    } else {
        format!("{} of {} held-out windows", thousands(*windows), thousands(*of))
    };
    format!(
        "Of {windows}, the table has the fraction of tokens that come back right, with codes that \
         are not sampled and the most probable token at each step. It is the free-running \
         accuracy: the decoder is given the code alone, never the original's earlier tokens. \
         Beside it is the accuracy of always saying the token that is most frequent in these \
         windows, without any model."
    )
}

fn table_of(accuracies: &Accuracies) -> Table {
    let head = ["voice", "free-running accuracy", "most frequent token"];
    let row = |accuracy: &Accuracy| {
        let Accuracy { voice, free_running, most_frequent } = *accuracy;
        vec![voice.to_owned(), percent(free_running), percent(most_frequent)]
    };
    Table {
        head: head.map(str::to_owned).to_vec(),
        rows: accuracies.voices.iter().map(row).collect(),
    }
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
        Task::BlindSpots { .. } => {
            "The network sees noisy images only. It infers each pixel from those around it, which \
             tell what the pixel should be, but not what its noise is."
        }
        Task::Defects { .. } => {
            "The network sees an image on which defects are drawn and returns it without them. \
             What it changes in another image looks like a defect to it."
        }
        Task::Jpeg { .. } => {
            "The network sees an image as JPEG gives it back, with the edges of squares and waves \
             beside edges, and returns it as it was."
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
