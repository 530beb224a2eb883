//! Training on a pack: two runs of the same bytes, stopped wherever, and errors that are told.

use std::path::Path;

use fs_err as fs;
use rayon::ThreadPoolBuilder;
use tempfile::TempDir;

use super::{outcome, train, train_until, uninterrupted};
use crate::data::{Data, Dataset, Images, OpenOptions, PackedSet, Split};
use crate::group::Alone;
use crate::model::constants;
use crate::recipe::Recipe;
use crate::testing::{pack_digits, plain, quantised};
use crate::train::{Plan, Run};
use crate::validate::validate_weights;

fn open(folder: &Path) -> PackedSet {
    PackedSet::open(&folder.to_string_lossy(), &OpenOptions::default()).unwrap()
}

/// Recipes that take images in the order of an epoch, that choose some of them, and that take their
/// labels, too. Of 100 images, seven steps an epoch.
fn recipes() -> Vec<Recipe> {
    vec![plain(), quantised(), plain().with("bottleneck.condition", "label").unwrap()]
}

#[test]
fn a_run_on_a_pack_repeats_itself_wherever_it_stops_and_by_any_number_of_threads() {
    let dir = TempDir::new().unwrap();
    pack_digits(dir.path());
    let data = open(dir.path());
    for recipe in recipes() {
        let expected = uninterrupted(&recipe, &data);
        let losses: Vec<f64> = expected.1.iter().map(|metrics| metrics.train.loss).collect();
        assert!(losses[2] < losses[0], "{}: {losses:?}", recipe.name);
        let pool = ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        assert!(pool.install(|| uninterrupted(&recipe, &data)) == expected);
        for stop in [1, 4, 7, 10, 20] {
            let run_dir = TempDir::new().unwrap();
            let mut run = recipe.plan(&data).unwrap().start(&data, run_dir.path()).unwrap();
            train_until(&mut run, stop);
            run.checkpoint().unwrap();
            drop(run);
            let mut run = Run::resume(&data, run_dir.path()).unwrap();
            assert_eq!(run.steps_done(), stop);
            train(&mut run);
            assert!(outcome(run_dir.path()) == expected, "{}, stopped at {stop}", recipe.name);
        }
    }
}

#[test]
fn a_pack_is_validated_on_as_its_images_in_memory() {
    let dir = TempDir::new().unwrap();
    pack_digits(dir.path());
    let packed = open(dir.path());
    let in_memory = Dataset::open(&dir.path().to_string_lossy(), &OpenOptions::default()).unwrap();
    for recipe in recipes() {
        let plan = recipe.plan(&packed).unwrap();
        let run_dir = TempDir::new().unwrap();
        let model = recipe.plan(&packed).unwrap().start(&packed, run_dir.path()).unwrap();
        let weights = model.into_model().weights;
        let of = |split| {
            let Plan { recipe, architecture, device, .. } = &plan;
            let parameters = constants(&weights, device);
            validate_weights(recipe, architecture, &weights, &parameters, split, &Alone).unwrap()
        };
        let (one, other) = (of(packed.validation()), of(in_memory.validation()));
        assert_eq!((one.errors, one.codes), (other.errors, other.codes), "{}", recipe.name);
    }
}

#[test]
fn a_pack_takes_the_memory_of_its_windows_and_its_run_knows_it_again() {
    let dir = TempDir::new().unwrap();
    pack_digits(dir.path());
    let data = open(dir.path());
    let plan = plain().plan(&data).unwrap();
    assert_eq!(plan.memory(&data).data, 100 * (784 + 12));

    let run_dir = TempDir::new().unwrap();
    drop(plan.start(&data, run_dir.path()).unwrap());
    let other = TempDir::new().unwrap();
    let open_options = OpenOptions { limit: Some(50), ..OpenOptions::default() };
    let few = PackedSet::open(&dir.path().to_string_lossy(), &open_options).unwrap();
    let error = Run::resume(&few, run_dir.path()).map(drop).unwrap_err();
    assert!(error.to_string().contains("does not hold the images"), "{error}");
    // Elsewhere it is the same pack.
    for entry in fs::read_dir(dir.path()).unwrap() {
        let name = entry.unwrap().file_name();
        fs::copy(dir.path().join(&name), other.path().join(&name)).unwrap();
    }
    drop(Run::resume(&open(other.path()), run_dir.path()).unwrap());
}

#[test]
fn a_shard_that_is_cut_while_it_is_trained_on_ends_the_run_with_an_error() {
    let dir = TempDir::new().unwrap();
    pack_digits(dir.path());
    let data = open(dir.path());
    let run_dir = TempDir::new().unwrap();
    let mut run = plain().plan(&data).unwrap().start(&data, run_dir.path()).unwrap();
    let shard = dir.path().join("train-00001.npy");
    let whole = fs::read(&shard).unwrap();
    fs::write(&shard, &whole[..5000]).unwrap();
    let error = std::iter::repeat_with(|| run.step()).find_map(Result::err).unwrap();
    assert!(error.is_data(), "{error}");
    let told = error.to_string();
    assert!(told.contains("train-00001.npy") && told.contains("found the end"), "{told}");
    // Once it is back, the run goes on from where it was.
    fs::write(&shard, whole).unwrap();
    train(&mut run);
    assert!(outcome(run_dir.path()) == uninterrupted(&plain(), &data));
}

#[test]
fn labels_come_with_their_images() {
    let dir = TempDir::new().unwrap();
    pack_digits(dir.path());
    let data = open(dir.path());
    let recipe = plain().with("bottleneck.condition", "label").unwrap();
    let plan = recipe.plan(&data).unwrap();
    let in_memory = Dataset::open(&dir.path().to_string_lossy(), &OpenOptions::default()).unwrap();
    let labels = in_memory.train_labels.as_deref().unwrap();
    let mut loader = crate::train::Loader::new(&plan, data.training(), 1);
    let mut seen = 0;
    for number in 0..plan.steps_per_epoch {
        let batch = loader.prepare(&plan, data.training(), number).unwrap();
        let batch = &batch.shards[0];
        for (target, label) in batch.target.chunks_exact(784).zip(&batch.labels) {
            let pixels: Vec<u8> =
                target.iter().map(|value| (value * 255.0).round() as u8).collect();
            let images: &Images = &in_memory.train;
            let place = images.iter().position(|image| image == pixels).unwrap();
            assert_eq!(labels[place], *label);
            seen += 1;
        }
    }
    assert_eq!(seen, 100);
    let Split { labels: none, .. } = data.training();
    assert_eq!(none, None);
}
