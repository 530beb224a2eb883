//! The gallery of whole runs: which figures a model gets, and what its report says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use concertina::data::music::{Augmentation, Music, MusicSet, Wanted};
use concertina::data::{Data, Dataset, OpenOptions};
use concertina::recipe::Recipe;
use concertina::train::Trained;
use fs_err as fs;
use tempfile::TempDir;

use super::{Gallery, Of};
use crate::plot::size_of;

/// What the gallery of a run left in its folder.
struct Hung {
    figures: BTreeSet<String>,
    report: String,
}

/// Trains a shipped recipe for two epochs on a few digits.
fn train(recipe: &str, data: &Dataset, path: &Path) -> Trained {
    run(&Recipe::named(recipe).unwrap().with("training.epochs", 2).unwrap(), data, path)
}

fn run(recipe: &Recipe, data: &dyn Data, path: &Path) -> Trained {
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
    let gallery = Gallery::new(train(recipe, &data, &path));
    hang_all(gallery, (&data).into(), &path)
}

fn hang_all(mut gallery: Gallery, data: Of<'_>, path: &Path) -> Hung {
    let mut written = Vec::new();
    while let Some(file) = gallery.next(data).unwrap() {
        assert!(file.is_file(), "{}", file.display());
        written.push(file);
    }
    assert_eq!(gallery.next(data).unwrap(), None);
    assert_eq!(gallery.left_out().len(), 0, "{:?}", gallery.left_out());
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

/// Trains a small model of music for an epoch on a few windows of the built-in pieces.
fn music(music: Music, settings: &[(&str, &str)], path: &Path) -> (Trained, MusicSet) {
    let name = toml_name(music);
    let mut recipe = Recipe::named("melody-vae").unwrap();
    recipe.data.bars = None;
    let small = [
        ("data.music", name),
        ("network.encoder", "[8]"),
        ("network.decoder", "[8]"),
        ("bottleneck.latent-dim", "4"),
        ("training.epochs", "1"),
    ];
    for (key, value) in small.iter().chain(settings) {
        recipe = recipe.with(key, value).unwrap();
    }
    let augmentation = Augmentation { transpose: 5, ..Augmentation::default() };
    let wanted = Wanted { bars: recipe.data.bars, augmentation, ..Wanted::new(music) };
    let options = OpenOptions { limit: Some(40), ..OpenOptions::default() };
    let data = MusicSet::open("tunes", wanted, &options).unwrap();
    (run(&recipe, &data, path), data)
}

fn toml_name(music: Music) -> &'static str {
    match music {
        Music::Melody => "melody",
        Music::Drums => "drums",
        Music::Trio => "trio",
        Music::Multitrack => "multitrack",
    }
}

#[test]
fn music_is_drawn_played_and_written() {
    let place = TempDir::new().unwrap();
    for (kind, settings, voices) in [
        (Music::Melody, &[][..], &["melody"][..]),
        (Music::Trio, &[("bottleneck.latent-dim", "2")], &["melody", "bass", "drums"]),
    ] {
        let path = place.path().join(toml_name(kind));
        let (trained, data) = music(kind, settings, &path);
        let Hung { figures, report } = hang_all(Gallery::new(trained), (&data).into(), &path);
        let of_codes = if settings.is_empty() { "codes" } else { "scatter" };
        let expected = ["curves", "interpolations", "loss-terms", "reconstructions", "samples"];
        let expected = expected.into_iter().chain(["worst-and-best", of_codes]);
        assert_eq!(figures, expected.map(str::to_owned).collect());
        for text in [
            "nats per window",
            "KL divergence, bits per window</dt>",
            "training windows</dt><dd>40</dd>",
            "sampled at temperature 0.5",
            "all 10 held-out windows",
            "<h2>New music</h2>",
        ] {
            let text = text.replace("10", &data.valid.len().to_string());
            assert!(report.contains(&text), "{kind:?}: no `{text}` in the report");
        }
        for voice in voices {
            assert!(report.contains(&format!("<dt>free-running accuracy, {voice}</dt>")));
        }
        for word in ["image of", " images", "pixel", ">NaN"] {
            let text = report.split_once("<main>").unwrap().1;
            assert!(!text.contains(word), "{kind:?}: `{word}` in the report");
        }
        assert!(report.len() < 12_000_000, "{kind:?}: {} bytes", report.len());
        assert!(!report.contains("The page has no room for"), "{kind:?}");
        let played = report.matches("<audio").count();
        assert!(played >= 5, "{kind:?}: {played}");
        for name in
            ["original-1", "reconstruction-1", "sample-8", "interpolation", "best-1-original"]
        {
            let file = fs::read(path.join("sounds").join(format!("{name}.mid"))).unwrap();
            assert!(file.starts_with(b"MThd"), "{name}");
        }
        assert!(fs::read(path.join("sounds/original-1.wav")).unwrap().starts_with(b"RIFF"));
    }
}

#[test]
fn a_page_has_no_more_sounds_than_it_has_room_for() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("run");
    let (trained, data) = music(Music::Melody, &[("data.bars", "16")], &path);
    let Hung { report, .. } = hang_all(Gallery::new(trained), (&data).into(), &path);
    assert!(report.contains("The page has no room for"));
    assert!(report.len() < 12_000_000, "{} bytes", report.len());
    assert!(path.join("sounds/interpolation.wav").is_file());
}

#[test]
fn bars_of_many_instruments_are_asked_for_on_chords() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("run");
    let condition = [("bottleneck.condition", "label")];
    let (trained, data) = music(Music::Multitrack, &condition, &path);
    let Hung { report, .. } = hang_all(Gallery::new(trained), (&data).into(), &path);
    for text in ["each with its chord", "Each is asked for on a chord", "All are decoded on "] {
        assert!(report.contains(text), "no `{text}` in the report");
    }
}

#[test]
fn data_of_the_other_kind_is_refused() {
    let place = TempDir::new().unwrap();
    let (trained, _) = music(Music::Drums, &[], &place.path().join("run"));
    let error = Gallery::new(trained).next(&digits()).unwrap_err();
    assert!(error.is_data() && error.to_string().contains("expected music"), "{error}");
}
