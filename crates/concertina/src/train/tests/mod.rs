//! Tests of training: it learns, it repeats itself to the byte, and it goes on where it stopped.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod batches;
mod groups;
mod music;
mod packed;
mod refusals;
mod resume;
mod runs;
mod streamed;
mod textbook;

use std::collections::BTreeSet;
use std::path::Path;

use fs_err as fs;
use tempfile::TempDir;

use super::*;
use crate::artifact::RunFolder;
use crate::data::{Data, Dataset};
use crate::recipe::Recipe;
use crate::testing::shades;
use crate::validate::Metrics;

/// 36 images to train on: three steps of 16, 16 and 4 in each epoch of [`plain`] and
/// [`variational`], nine in all.
fn data() -> Dataset {
    shades(40)
}

/// Trains until the model is written; draws no figures.
fn train(run: &mut Run<'_>) {
    let model = run.folder().model();
    while let Some(event) = run.step().unwrap() {
        if matches!(event, Event::Written(path) if path == model) {
            return;
        }
    }
    panic!("the run ended without a model");
}

fn train_until(run: &mut Run<'_>, steps: usize) {
    while run.steps_done() < steps {
        run.step().unwrap().unwrap();
    }
}

/// The model file, and the metrics without their times.
fn outcome(folder: &Path) -> (Vec<u8>, Vec<Metrics>) {
    let folder = RunFolder::open(folder).unwrap();
    let lines = fs::read_to_string(folder.metrics()).unwrap();
    let metrics = lines.lines().map(|line| {
        let metrics: Metrics = serde_json::from_str(line).unwrap();
        Metrics { seconds: 0.0, images_per_second: 0.0, ..metrics }
    });
    (fs::read(folder.model()).unwrap(), metrics.collect())
}

/// What a run makes that is never stopped.
fn uninterrupted(recipe: &Recipe, data: &dyn Data) -> (Vec<u8>, Vec<Metrics>) {
    let dir = TempDir::new().unwrap();
    train(&mut recipe.plan(data).unwrap().start(data, dir.path()).unwrap());
    outcome(dir.path())
}

fn checkpoints(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("checkpoints")).unwrap();
    let names: BTreeSet<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.into_iter().collect()
}
