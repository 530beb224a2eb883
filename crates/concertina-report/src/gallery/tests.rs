//! The gallery of whole runs: which figures a model gets, and what its report says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use concertina::data::{Dataset, OpenOptions};
use concertina::recipe::Recipe;
use concertina::train::Trained;
use fs_err as fs;
use tempfile::TempDir;

use super::Gallery;
use crate::plot::size_of;

/// What the gallery of a run left in its folder.
struct Hung {
    figures: BTreeSet<String>,
    report: String,
}

/// Trains a shipped recipe for two epochs on a few digits.
fn train(recipe: &str, data: &Dataset, path: &Path) -> Trained {
    let recipe = Recipe::named(recipe).unwrap().with("training.epochs", 2).unwrap();
    let mut run = recipe.plan(data).unwrap().start(data, path).unwrap();
    while run.step().unwrap().is_some() {}
    run.into_trained()
}

fn digits() -> Dataset {
    let options = OpenOptions { limit: Some(48), size: Some(28), ..OpenOptions::default() };
    Dataset::open("digits", &options).unwrap()
}

fn hang(recipe: &str) -> Hung {
    let place = TempDir::new().unwrap();
    let path = place.path().join("run");
    let data = digits();
    let mut gallery = Gallery::new(train(recipe, &data, &path));
    let mut written = Vec::new();
    while let Some(file) = gallery.next(&data).unwrap() {
        assert!(file.is_file(), "{}", file.display());
        written.push(file);
    }
    assert_eq!(gallery.next(&data).unwrap(), None);
    assert_eq!(written.last(), Some(&path.join("report.html")));
    let figures = fs::read_dir(path.join("figures")).unwrap();
    let figures: Vec<_> = figures.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(figures.len() + 1, written.len());
    for figure in &figures {
        assert!(size_of(&fs::read(figure).unwrap()).is_some(), "{}", figure.display());
    }
    let name = |path: &std::path::PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let report = fs::read_to_string(path.join("report.html")).unwrap();
    Hung { figures: figures.iter().map(name).collect(), report }
}

#[track_caller]
fn check(recipe: &str, with: &[&str], without: &[&str], said: &[&str]) {
    let Hung { figures, report } = hang(recipe);
    for figure in ["inputs", "reconstructions", "worst-and-best", "curves", "interpolations"] {
        assert!(figures.contains(figure), "{recipe}: no {figure}");
    }
    for figure in with {
        assert!(figures.contains(*figure), "{recipe}: no {figure}");
    }
    for figure in without {
        assert!(!figures.contains(*figure), "{recipe}: {figure}");
    }
    for text in said {
        assert!(report.contains(text), "{recipe}: no `{text}` in the report");
    }
    // Every figure is in the report, once for a light and once for a dark screen.
    assert_eq!(report.matches("<figure>").count(), figures.len());
    assert!(!report.contains(">NaN"));
}

#[test]
fn a_two_dimensional_variational_autoencoder_has_maps_and_kl_divergence() {
    check(
        "dense-vae",
        &["scatter", "manifold", "manifold-lesson", "samples", "loss-terms"],
        &["codes", "random-codes", "classes"],
        &[
            "<dt>KL divergence, nats</dt>",
            "<th class=\"number\">active units</th>",
            "<dt>latent dimensions</dt><dd>2</dd>",
            "code means of",
            "sampled from the standard normal prior",
        ],
    );
}

#[test]
fn a_plain_denoiser_has_random_codes_and_no_terms() {
    check(
        "denoise",
        &["codes", "noise-in-code", "random-codes", "samples"],
        &["scatter", "manifold", "manifold-lesson", "loss-terms", "classes"],
        &["original at the bottom", "mixture of Gaussians"],
    );
}

#[test]
fn a_conditional_model_shows_a_row_for_each_class() {
    check(
        "conditional-vae",
        &["classes", "codes"],
        &["samples", "scatter"],
        &["New images of each class", "each with its label"],
    );
}

#[test]
fn a_codebook_and_a_discriminator_bring_their_own_columns() {
    let codebook = ["embeddings used</dt>", "perplexity</th>", "VQ loss</th>"];
    check("vq-vae", &["loss-terms"], &["scatter"], &codebook);
    let losses = ["discriminator, nats</th>", "generator, nats</th>"];
    check("aae", &["loss-terms"], &["random-codes"], &losses);
}
