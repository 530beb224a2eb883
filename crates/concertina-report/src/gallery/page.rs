//! The report of a run, in words.

use super::{Drawn, Kind};
use crate::bottleneck::Bottleneck;
use crate::model::Model;
use crate::report::{Figure, Report, Section, Table};
use crate::task::Task;
use crate::text::thousands;
use crate::train::Metrics;

/// The page as HTML.
pub(super) fn page(
    model: &Model,
    history: &[Metrics],
    warnings: Vec<String>,
    seconds: f64,
    drawn: Vec<Drawn>,
) -> String {
    let recipe = &model.recipe;
    let card = model.card.for_others();
    let mut shown = recipe.clone();
    // The page is made to be shown to others: where the data lay stays in the run folder.
    shown.data.source = None;
    let report = Report {
        title: format!("{} on {}", recipe.name, card.source),
        summary: summary(model),
        facts: facts(model, history, seconds),
        warnings,
        sections: sections(model, history, drawn),
        data_card: card.lines(),
        data_notes: card.notes.clone(),
        config_toml: shown.to_toml(),
    };
    report.to_html()
}

fn summary(model: &Model) -> String {
    let target = model.architecture.target;
    let kind = if target.channels == 1 { "grey" } else { "colour" };
    let labels = match model.architecture.classes {
        0 => "without ever being shown a label",
        _ => "and told the label of each",
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
        if let Some(kl) = last.valid.kl {
            fact("divergence, nats", format!("{kl:.2}"));
        }
        if let Some(codebook) = last.valid.codebook {
            let entries = model.architecture.codebook.map_or(0, |[entries, _]| entries);
            fact("entries used", format!("{} of {}", codebook.entries, thousands(entries)));
            fact("perplexity", format!("{:.0}", codebook.perplexity));
        }
        if let Some(active) = last.valid.active_units {
            fact("active units", format!("{active} of {}", model.architecture.latent_dim));
        }
        fact("epochs", last.epoch.to_string());
    }
    fact("parameters", thousands(model.architecture.n_parameters()));
    fact("numbers in a code", thousands(model.architecture.latent_dim));
    fact("training images", thousands(model.card.train));
    fact("time", time(seconds));
    facts
}

fn sections(model: &Model, history: &[Metrics], drawn: Vec<Drawn>) -> Vec<Section> {
    let mut drawn = drawn;
    let mut take = |kinds: &[Kind]| -> Vec<Figure> {
        let (taken, rest) =
            std::mem::take(&mut drawn).into_iter().partition(|d| kinds.contains(&d.kind));
        drawn = rest;
        let taken: Vec<Drawn> = taken;
        taken.into_iter().map(|drawn| drawn.figure).collect()
    };
    let section = |heading: &str, text: &str, figures| Section {
        heading: heading.to_owned(),
        text: text.to_owned(),
        figures,
        table: None,
    };
    let mut sections = vec![
        section(
            "What comes back",
            comes_back(&model.recipe.task),
            take(&[Kind::Reconstructions, Kind::WorstAndBest]),
        ),
        section("The course of training", "", take(&[Kind::Curves])),
        section(
            "The code",
            code(&model.recipe.bottleneck),
            take(&[Kind::Scatter, Kind::Codes, Kind::NoiseInCode]),
        ),
        section(
            "New pictures",
            "The decoder makes a picture of any code. Whether it is a good one depends on where the code lies.",
            take(&[
                Kind::Manifold,
                Kind::LessonGrid,
                Kind::Samples,
                Kind::Classes,
                Kind::Interpolations,
                Kind::RandomCodes,
            ]),
        ),
        section("What went in", "", take(&[Kind::Inputs])),
    ];
    sections[1].table = Some(course(history));
    sections
}

fn comes_back(task: &Task) -> &'static str {
    match task {
        Task::Identity {} => {
            "The network returns what it sees, but all of it has to pass through the code. What is lost on the way is \
             what the code has no room for."
        }
        Task::Binarise {} => {
            "The network sees an image of which every value was drawn, black or white, with its grey as the probability, and \
             returns the probabilities."
        }
        Task::Mask { .. } | Task::SaltAndPepper { .. } => {
            "The network sees an image with lost pixels and returns a whole one: what was lost has to be told from what \
             is left."
        }
        Task::Noise { .. } => {
            "The network sees a noisy image and returns a clean one: noise has no pattern, so it does not fit through \
             the code."
        }
        Task::Downscale { .. } => {
            "The network sees a small image and returns a large one: what it adds is what it learned of images of this \
             kind."
        }
    }
}

fn code(bottleneck: &Bottleneck) -> &'static str {
    match bottleneck {
        Bottleneck::Plain(plain) if plain.l1 > 0.0 => {
            "The code is all that the decoder gets to know of an image, and its absolute values are part of the loss, \
             which keeps them small."
        }
        Bottleneck::Plain(plain) if plain.l2 > 0.0 => {
            "The code is all that the decoder gets to know of an image, and its squares are part of the loss, so that \
             all codes stay near the origin."
        }
        Bottleneck::Plain(_) => "The code is all that the decoder gets to know of an image.",
        Bottleneck::Adversarial(_) => {
            "A discriminator learns to tell the codes from draws of a standard normal, and the encoder to deceive it, so that \
             codes drawn from the normal decode to images."
        }
        Bottleneck::Mmd(_) => {
            "All codes together are asked to lie as draws of a standard normal do, no single one of them, so that codes drawn \
             from the normal decode to images."
        }
        Bottleneck::VectorQuantised(_) => {
            "The code is cut into vectors, and each of them is replaced by the nearest entry of a codebook: all that the decoder \
             gets to know of an image is which entries these are."
        }
        Bottleneck::Gaussian(_) => {
            "The encoder says where in code space an image may lie: a mean and a spread for each number. The divergence \
             keeps all images together near the origin, so that codes drawn there decode to images."
        }
    }
}

/// Losses at some of the epochs, the first and the last among them.
fn course(history: &[Metrics]) -> Table {
    let variational = history.iter().any(|metrics| metrics.valid.kl.is_some());
    let mut head = vec!["epoch", "training loss", "validation loss"];
    let adversarial = history.iter().any(|metrics| metrics.valid.discriminator.is_some());
    if adversarial {
        head.extend(["discriminator, nats", "generator, nats"]);
    }
    let distant = history.iter().any(|metrics| metrics.valid.distance.is_some());
    let quantised = history.iter().any(|metrics| metrics.valid.codebook.is_some());
    if variational || distant {
        head.push("reconstruction");
    }
    if variational {
        head.extend(["divergence, nats", "active units"]);
    }
    if distant {
        head.push(if quantised { "distance from the codebook" } else { "discrepancy" });
    }
    if quantised {
        head.extend(["entries used", "perplexity"]);
    }
    let every = history.len().div_ceil(12).max(1);
    let last = history.len().saturating_sub(1);
    let chosen = history.iter().enumerate().filter(|(i, _)| i.is_multiple_of(every) || *i == last);
    let row = |metrics: &Metrics| {
        let valid = &metrics.valid;
        let mut row =
            vec![metrics.epoch.to_string(), number(metrics.train.loss), number(valid.loss)];
        if adversarial {
            row.extend([valid.discriminator, valid.generator].into_iter().flatten().map(number));
        }
        if variational || distant {
            row.push(number(valid.reconstruction));
        }
        if variational {
            row.push(valid.kl.map_or(String::new(), |kl| format!("{kl:.2}")));
            row.push(valid.active_units.map_or(String::new(), |active| active.to_string()));
        }
        row.extend(valid.distance.map(number));
        if let Some(codebook) = valid.codebook {
            row.extend([codebook.entries.to_string(), format!("{:.1}", codebook.perplexity)]);
        }
        row
    };
    Table {
        head: head.into_iter().map(str::to_owned).collect(),
        rows: chosen.map(|(_, metrics)| row(metrics)).collect(),
    }
}

fn number(value: f64) -> String {
    if value.abs() < 10.0 { format!("{value:.4}") } else { format!("{value:.2}") }
}

fn time(seconds: f64) -> String {
    if seconds < 60.0 { format!("{seconds:.0} s") } else { format!("{:.1} min", seconds / 60.0) }
}
