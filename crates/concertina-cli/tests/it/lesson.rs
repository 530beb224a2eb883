//! What recipes reach on real data, with the bars of `docs/bars.toml`: minutes each, so only with
//! `CONCERTINA_SLOW_TESTS=1`.
#![expect(clippy::print_stderr, reason = "a skipped test should be seen")]

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use concertina_formats::npy;
use fs_err as fs;
use serde::Deserialize;

use crate::place::{Ended, Place};

/// The bars of a recipe by metric.
type Bars = BTreeMap<String, Bar>;

/// What a metric must be.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Bar {
    equals: Option<f64>,
    below: Option<f64>,
    at_least: Option<f64>,
    /// The metric is divided by that of another recipe.
    relative_to: Option<String>,
}

impl Bar {
    fn is_met(&self, value: f64) -> bool {
        self.equals.is_none_or(|bar| value == bar)
            && self.below.is_none_or(|bar| value <= bar)
            && self.at_least.is_none_or(|bar| value >= bar)
    }
}

/// Recipes and their bars, in the order of the file.
fn bars() -> BTreeMap<String, Bars> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/bars.toml");
    toml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn each_bar_is_of_a_shipped_recipe_and_can_fail() {
    let bars = bars();
    let recipes = Place::new().succeed("recipes").stdout;
    for (recipe, bars) in &bars {
        assert!(recipes.lines().any(|line| line.starts_with(&format!("{recipe} "))), "{recipe}");
        for (metric, bar) in bars {
            assert!(METRICS.iter().any(|(name, _)| name == metric), "{recipe}: {metric}");
            assert!(!bar.is_met(f64::NAN), "{recipe}: {metric}");
        }
    }
}

/// How a metric of a recipe's run in its folder of the same name is measured.
type Measure = fn(&Runs, &str) -> f64;

const METRICS: [(&str, Measure); 6] = [
    ("parameters", |runs, recipe| runs.parameters(recipe)),
    ("first-loss", |runs, recipe| *runs.losses(recipe).first().unwrap()),
    ("last-loss", |runs, recipe| *runs.losses(recipe).last().unwrap()),
    ("mean-magnitude", Runs::mean_magnitude),
    ("classifier-accuracy", |runs, recipe| runs.of_samples(recipe, "classifier_accuracy")),
    ("conditional-accuracy", |runs, recipe| runs.of_samples(recipe, "conditional_accuracy")),
];

#[test]
fn recipes_clear_their_bars_on_mnist() {
    let Some(data) = slow_data() else { return };
    let runs = Runs { place: Place::new(), data };
    let mut missed = Vec::new();
    for (recipe, bars) in bars() {
        for (metric, bar) in bars {
            let (_, measure) = METRICS.iter().find(|(name, _)| *name == metric).unwrap();
            let mut value = measure(&runs, &recipe);
            if let Some(other) = &bar.relative_to {
                value /= measure(&runs, other);
            }
            eprintln!("{recipe}: {metric} {value}");
            if !bar.is_met(value) {
                missed.push(format!("{recipe}: {metric} is {value}, expected {bar:?}"));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Recipes trained on MNIST, each once, in folders of their names.
struct Runs {
    place: Place,
    data: OsString,
}

impl Runs {
    /// Trains the recipe, if it is not trained yet.
    fn train(&self, recipe: &str) {
        if !self.place.path(recipe).exists() {
            let arguments = format!("train mnist --recipe {recipe} --seed 42 --out {recipe}");
            let talk = succeed(&self.place, &self.data, &arguments).stderr;
            self.place.write(&format!("{recipe}.txt"), talk.as_bytes());
        }
    }

    /// As `train` tells it: `conv-ae: 4,385 parameters, ..`.
    fn parameters(&self, recipe: &str) -> f64 {
        self.train(recipe);
        let talk = fs::read_to_string(self.place.path(&format!("{recipe}.txt"))).unwrap();
        let told = talk.lines().find_map(|line| line.strip_prefix(&format!("{recipe}: ")));
        let (number, _) = told.unwrap().split_once(" parameters").unwrap();
        number.replace(',', "").parse().unwrap()
    }

    /// The validation loss after each epoch.
    fn losses(&self, recipe: &str) -> Vec<f64> {
        self.train(recipe);
        let metrics = self.place.path(recipe).join("metrics.jsonl");
        fs::read_to_string(metrics).unwrap().lines().map(validation_loss).collect()
    }

    fn mean_magnitude(&self, recipe: &str) -> f64 {
        self.train(recipe);
        succeed(&self.place, &self.data, &format!("encode {recipe} mnist -o {recipe}.npy"));
        let file = fs::read(self.place.path(&format!("{recipe}.npy"))).unwrap();
        let codes = npy::parse(&file).unwrap();
        codes.values.iter_f64().map(f64::abs).sum::<f64>() / codes.values.len() as f64
    }

    fn of_samples(&self, recipe: &str, metric: &str) -> f64 {
        self.train(recipe);
        let arguments = format!("evaluate {recipe} mnist --only samples --json");
        let evaluation = succeed(&self.place, &self.data, &arguments).stdout;
        let evaluation: serde_json::Value = serde_json::from_str(&evaluation).unwrap();
        evaluation["samples"][metric].as_f64().unwrap()
    }
}

/// The folder with mnist; none, with a notice, where these tests are skipped.
fn slow_data() -> Option<OsString> {
    let Some(data) = std::env::var_os("CONCERTINA_DATA") else {
        eprintln!("skipped: CONCERTINA_DATA does not name a folder with mnist");
        return None;
    };
    if std::env::var_os("CONCERTINA_SLOW_TESTS").is_none() {
        eprintln!("skipped: takes minutes; set CONCERTINA_SLOW_TESTS=1");
        return None;
    }
    Some(data)
}

/// What the program says on its way and in the end, with the data of `data`.
#[track_caller]
fn succeed(place: &Place, data: &OsStr, arguments: &str) -> Ended {
    let output = place.command(arguments).env("CONCERTINA_DATA", data).output().unwrap();
    let ended = Ended::of(&output);
    assert_eq!(ended.code, Some(0), "`{arguments}`: {}", ended.stderr);
    ended
}

#[test]
fn a_folder_of_photographs_trains_without_a_word_of_configuration() {
    let Some(data) = std::env::var_os("CONCERTINA_DATA") else {
        eprintln!("skipped: CONCERTINA_DATA does not name a folder with natural/Sun_Hays80");
        return;
    };
    let place = Place::new();
    let photographs = Path::new(&data).join("natural/Sun_Hays80");
    let epochs =
        if std::env::var_os("CONCERTINA_SLOW_TESTS").is_none() { "--epochs 1" } else { "" };
    let arguments = format!("train {} {epochs} --out run", photographs.display());
    let ended = place.succeed(&arguments);
    let told = "72 training and 8 validation images, 1x64x64";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    assert!(place.path("run/report.html").is_file());
}

fn validation_loss(line: &str) -> f64 {
    let metrics: serde_json::Value = serde_json::from_str(line).unwrap();
    metrics["valid"]["loss"].as_f64().unwrap()
}
