//! The networks in the page against the library, of every shipped recipe.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a test that is passed over says so")]

use std::path::Path;
use std::process::Command;

use concertina::ImageShape;
use concertina::data::music::MusicSet;
use concertina::data::{Data, Dataset, FloatImages, Images, OpenOptions};
use concertina::export::{Graph, weights};
use concertina::model::Model;
use concertina::recipe::{Recipe, shipped};
use fs_err as fs;

/// Examples of each recipe: a hundred where there is time, since a bar of eight instruments takes
/// seconds.
fn n_examples() -> usize {
    if std::env::var_os("CONCERTINA_SLOW_TESTS").is_some() { 100 } else { 4 }
}
/// Examples that are trained on: a step or two, so that no weight is zero any more.
const TRAINED_ON: usize = 40;

#[test]
fn every_recipe_is_computed_in_the_page_as_in_the_library() {
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("passed over: there is no Node.js to run the page's networks in");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for recipe in shipped() {
        write(recipe.name, folder.path());
    }
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    let ended = Command::new("node")
        .args(["--test", "--test-reporter=spec", "tests/parity.test.js"])
        .current_dir(web)
        .env("CONCERTINA_PARITY", folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ended.stdout);
    eprintln!("{told}");
    assert!(ended.status.success(), "{told}{}", String::from_utf8_lossy(&ended.stderr));
    assert!(shipped().iter().all(|recipe| told.contains(recipe.name)), "{told}");
}

/// Trains a model for a moment, and writes what it computes.
fn write(name: &str, folder: &Path) {
    let mut recipe = Recipe::named(name).unwrap();
    recipe.training.epochs = 1;
    recipe.training.min_steps = 0;
    let run = folder.join(format!("run-{name}"));
    let (model, examples, labels): (Model, FloatImages, Option<Vec<u32>>) =
        if let Some(wanted) = recipe.wanted_music() {
            let open = |n: usize| {
                let options = OpenOptions { limit: Some(n), ..recipe.open_options() };
                MusicSet::open("tunes", wanted, &options).unwrap()
            };
            let model = trained(&recipe, &open(TRAINED_ON), &run);
            let set = open(n_examples().max(TRAINED_ON));
            let n = set.train.len().min(n_examples());
            let labels = set.training().labels.map(|labels| labels[..n].to_vec());
            let windows = FloatImages::of(&set.train).unwrap();
            let tokens = windows.values()[..n * windows.shape().len()].to_vec();
            (model, FloatImages::new(windows.shape(), tokens), labels)
        } else {
            let (images, labels) = images(&recipe);
            // What is trained on patches is a network for images of their size.
            recipe.data.patch = None;
            let few = (images.take(TRAINED_ON), labels[..TRAINED_ON].to_vec());
            let data = Dataset::from_images(few.0, Some(few.1), &recipe.open_options()).unwrap();
            let model = trained(&recipe, &data, &run);
            let inputs = model.inputs(&images.take(n_examples())).unwrap();
            (model, inputs, Some(labels[..n_examples()].to_vec()))
        };
    let labels = labels.filter(|_| model.architecture.classes > 0);
    let conditioned = model.with_labels(labels.as_deref()).unwrap();
    let codes = conditioned.encode(&examples).unwrap();
    let decoded = conditioned.decode(&codes).unwrap();
    let file = |what: &str, values: &[f32]| {
        let name = format!("{name}-{what}.bin");
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        fs::write(folder.join(&name), bytes).unwrap();
        name
    };
    let labels = labels.map(|labels| {
        let bytes: Vec<u8> = labels.iter().flat_map(|label| label.to_le_bytes()).collect();
        fs::write(folder.join(format!("{name}-labels.bin")), bytes).unwrap();
        format!("{name}-labels.bin")
    });
    let described = serde_json::json!({
        "graph": Graph::new(&model.recipe, &model.architecture),
        "n": examples.len(),
        "inputs": file("inputs", examples.values()),
        "codes": file("codes", codes.values()),
        "outputs": file("outputs", decoded.values()),
        "labels": labels,
        "weights": file("weights", &weights(&model.weights)),
    });
    fs::write(folder.join(format!("{name}.json")), described.to_string()).unwrap();
    fs::remove_dir_all(run).unwrap();
}

fn trained(recipe: &Recipe, data: &dyn Data, run: &Path) -> Model {
    recipe.plan(data).unwrap().start(data, run).unwrap().finish().unwrap()
}

/// Images of the size that the recipe is for: real digits where there are some, and what stands in
/// for photographs.
fn images(recipe: &Recipe) -> (Images, Vec<u32>) {
    let side = match recipe.data.patch {
        Some(_) => 48,
        None if recipe.data.size.is_some() => recipe.data.size.unwrap(),
        None => 28,
    };
    let n = n_examples().max(TRAINED_ON);
    if side == 28 {
        let dirs = std::env::var_os("CONCERTINA_DATA").into_iter().map(Into::into).collect();
        let options = OpenOptions {
            limit: Some(n),
            valid_fraction: 0.0,
            data_dirs: dirs,
            ..OpenOptions::default()
        };
        let digits = Dataset::open("mnist", &options)
            .or_else(|_| Dataset::open("digits", &options))
            .unwrap();
        return (digits.train, digits.train_labels.unwrap());
    }
    let shape = ImageShape::new(recipe.data.channels.unwrap_or(3), side, side);
    let value = |at: usize| {
        let (image, y, x) = (at / shape.len(), at / side % side, at % side);
        let wave = (x as f32 * 0.2 + image as f32).sin() * (y as f32 * 0.11).cos();
        (127.0 + 90.0 * wave + 30.0 * (at as f32 * 0.618).fract()) as u8
    };
    let pixels = (0..n * shape.len()).map(value).collect();
    (Images::new(shape, pixels).unwrap(), (0..n as u32).map(|index| index % 10).collect())
}
