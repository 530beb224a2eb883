//! Training on pictures that stay in their files.

use std::path::Path;

use fs_err as fs;
use image::{GrayImage, Luma};
use rayon::ThreadPoolBuilder;
use tempfile::TempDir;

use super::{outcome, train, train_until, uninterrupted};
use crate::data::{Dataset, Examples, Images, OpenOptions, PatchSet, PictureSet, Stored};
use crate::error::Result;
use crate::recipe::Recipe;
use crate::rng::{Purpose, Seed, Stream};
use crate::testing::{digits, plain, quantised};
use crate::train::{Event, Run};

/// Digits as files, those of a class in a folder of its name.
fn put_digits(folder: &Path, n: usize) {
    let data = digits(n);
    let labels = data.train_labels.as_deref().unwrap();
    for (index, &label) in labels.iter().enumerate() {
        let pixels = data.train.image(index);
        let picture = GrayImage::from_fn(28, 28, |x, y| Luma([pixels[(y * 28 + x) as usize]]));
        let folder = folder.join(label.to_string());
        fs::create_dir_all(&folder).unwrap();
        picture.save(folder.join(format!("{index:03}.png"))).unwrap();
    }
}

fn open(folder: &Path) -> PictureSet {
    PictureSet::open(&folder.to_string_lossy(), &OpenOptions::default()).unwrap()
}

fn in_memory(folder: &Path) -> Dataset {
    Dataset::open(&folder.to_string_lossy(), &OpenOptions::default()).unwrap()
}

/// The file of a training picture.
fn file_of(data: &PictureSet, index: usize) -> String {
    data.train.names(index..index + 1).collect()
}

#[test]
fn pictures_are_those_that_would_be_in_memory() {
    let dir = TempDir::new().unwrap();
    put_digits(dir.path(), 60);
    let (streamed, expected) = (open(dir.path()), in_memory(dir.path()));
    let mut pixels = vec![0; expected.train.pixels().len()];
    streamed.train.read_pixels(0..streamed.train.len(), &mut pixels).unwrap();
    assert!(pixels == expected.train.pixels());
    assert_eq!(streamed.train.labels(0..54).unwrap(), expected.train_labels.unwrap());
    assert_eq!(streamed.valid_labels, expected.valid_labels);
    assert!(streamed.train.names(0..54).eq(&expected.train_names.unwrap()));
    let mut one = [0.0; 784];
    streamed.valid.read(5, &mut one).unwrap();
    let mut same = [0.0; 784];
    expected.valid.read(5, &mut same).unwrap();
    assert_eq!(one, same);
    // The cards differ in what is said of that alone.
    let mut card = streamed.card;
    assert!(card.notes.pop().unwrap().contains("decoded when they are read"));
    assert_eq!(card, expected.card);
}

#[test]
fn a_run_on_files_repeats_itself_wherever_it_stops_and_by_any_number_of_threads() {
    let dir = TempDir::new().unwrap();
    put_digits(dir.path(), 110);
    let data = open(dir.path());
    for recipe in [plain(), quantised(), plain().with("bottleneck.condition", "label").unwrap()] {
        let expected = uninterrupted(&recipe, &data);
        let losses: Vec<f64> = expected.1.iter().map(|metrics| metrics.train.loss).collect();
        assert!(losses[2] < losses[0], "{}: {losses:?}", recipe.name);
        let pool = ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let other = pool.install(|| uninterrupted(&recipe, &open(dir.path())));
        assert!(other == expected, "{}", recipe.name);
        for stop in [1, 7, 10] {
            let run_dir = TempDir::new().unwrap();
            let mut run = recipe.plan(&data).unwrap().start(&data, run_dir.path()).unwrap();
            train_until(&mut run, stop);
            run.checkpoint().unwrap();
            drop(run);
            let mut run = Run::resume(&data, run_dir.path()).unwrap();
            train(&mut run);
            assert!(outcome(run_dir.path()) == expected, "{}, stopped at {stop}", recipe.name);
        }
    }
}

/// Patches are cut from where they would be cut of pictures in memory, in training too.
#[test]
fn patches_are_those_of_pictures_in_memory() {
    let dir = TempDir::new().unwrap();
    for (index, [width, height]) in (0..12).zip([[30, 21], [17, 40], [9, 8], [64, 33]].repeat(3)) {
        let pixel = |x: u32, y: u32| Luma([(x * 7 + y * 13 + index * 31) as u8]);
        GrayImage::from_fn(width, height, pixel)
            .save(dir.path().join(format!("{index}.png")))
            .unwrap();
    }
    let options = OpenOptions { patch: Some(8), ..OpenOptions::default() };
    let source = dir.path().to_string_lossy();
    let streamed = PatchSet::open(&source, &options).unwrap();
    let expected = Dataset::open(&source, &options).unwrap();
    let (n, seed) = (expected.train.len(), Seed(3));
    let images = |pixels| Images::new(streamed.train.shape(), pixels).unwrap();
    let mut pixels = vec![0; n * 64];
    streamed.train.read_pixels(0..n, &mut pixels).unwrap();
    assert!(images(pixels.clone()) == expected.train);
    assert_eq!([streamed.card.train, streamed.card.valid], [n, expected.valid.len()]);
    let mut one = [0.0; 64];
    streamed.valid.read(1, &mut one).unwrap();
    let mut same = [0.0; 64];
    expected.valid.read(1, &mut same).unwrap();
    assert_eq!(one, same);

    streamed.train.read_augmented_pixels(2..n, seed, 4, &mut pixels[128..]).unwrap();
    let changed = images(pixels);
    let patches = expected.patches.unwrap();
    for index in 2..n {
        let mut stream = Stream::new(seed, Purpose::Augmentation, [4, index as u32, 0]);
        patches.read_augmented(index, &mut stream, &mut same).unwrap();
        changed.read(index, &mut one).unwrap();
        assert_eq!(one, same, "patch {index}");
    }

    let recipe = plain().with("data.patch", 8).unwrap();
    let runs = [&streamed, &PatchSet::open(&source, &options).unwrap()]
        .map(|data| uninterrupted(&recipe, data));
    assert!(runs[0] == runs[1]);
}

#[test]
fn a_picture_that_cannot_be_decoded_is_replaced_by_one_of_its_class_and_told_of() {
    let dir = TempDir::new().unwrap();
    put_digits(dir.path(), 60);
    let data = open(dir.path());
    let label = |index: usize| data.train.labels(index..index + 1).unwrap()[0];
    // The last of some class, and the first of all.
    let last = (1..54).find(|&index| label(index) != label(index + 1)).unwrap();
    let cut = |index| {
        let path = dir.path().join(file_of(&data, index));
        let bytes = fs::read(&path).unwrap();
        fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    };
    cut(last);
    cut(0);
    let pixels = |index: usize| {
        let mut pixels = vec![0; 784];
        data.train.read_pixels(index..index + 1, &mut pixels).unwrap();
        pixels
    };
    assert_eq!(pixels(last), pixels(last - 1));
    let before = (1..54).rev().find(|&index| label(index) == label(0)).unwrap();
    let expected = if before == last { before - 1 } else { before };
    assert_eq!(pixels(0), pixels(expected));
    assert_eq!(data.train.replaced().count, 2);

    let data = open(dir.path());
    let run_dir = TempDir::new().unwrap();
    let mut run = plain().plan(&data).unwrap().start(&data, run_dir.path()).unwrap();
    let mut told = Vec::new();
    while let Some(event) = run.step().unwrap() {
        if let Event::Warning(warning) = event {
            told.push(warning.message);
        }
    }
    let remarks = run.into_trained().remarks;
    let [note, message] = told.as_slice() else { panic!("told {told:?}") };
    assert!(note.contains("decoded when they are read"));
    assert_eq!(Some(message), remarks.last());
    let name = file_of(&data, last);
    assert!(message.starts_with("2 files cannot be decoded") && message.contains(&name));
}

#[test]
fn a_picture_that_is_gone_ends_the_run_which_goes_on_when_it_is_back() {
    let dir = TempDir::new().unwrap();
    put_digits(dir.path(), 60);
    let data = open(dir.path());
    let expected = uninterrupted(&plain(), &data);
    let run_dir = TempDir::new().unwrap();
    let mut run = plain().plan(&data).unwrap().start(&data, run_dir.path()).unwrap();
    let (path, away) = (dir.path().join(file_of(&data, 7)), dir.path().join("away"));
    fs::rename(&path, &away).unwrap();
    let error = std::iter::repeat_with(|| run.step()).find_map(Result::err).unwrap();
    assert!(error.is_data() && error.to_string().contains("expected a picture as before"));
    assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
    fs::rename(away, path).unwrap();
    train(&mut run);
    assert!(outcome(run_dir.path()) == expected);
}

#[test]
fn a_run_knows_its_pictures_again_by_their_names_and_sizes() {
    let dir = TempDir::new().unwrap();
    put_digits(dir.path(), 60);
    let data = open(dir.path());
    let run_dir = TempDir::new().unwrap();
    drop(plain().plan(&data).unwrap().start(&data, run_dir.path()).unwrap());
    drop(Run::resume(&open(dir.path()), run_dir.path()).unwrap());
    fs::remove_file(dir.path().join(file_of(&data, 3))).unwrap();
    let error = Run::resume(&open(dir.path()), run_dir.path()).map(drop).unwrap_err();
    assert!(error.to_string().contains("does not hold the images"), "{error}");
}

#[test]
fn only_pictures_that_are_fitted_stay_in_their_files() {
    let dir = TempDir::new().unwrap();
    put_digits(dir.path(), 20);
    let refused = |source: &str, options: &OpenOptions| {
        PictureSet::open(source, options).map(drop).unwrap_err().to_string()
    };
    let source = dir.path().to_string_lossy();
    let patches = OpenOptions { patch: Some(16), ..OpenOptions::default() };
    assert!(refused(&source, &patches).contains("found `data.patch`"));
    let large = OpenOptions { patch: Some(29), ..OpenOptions::default() };
    let told = PatchSet::open(&source, &large).map(drop).unwrap_err().to_string();
    assert!(told.contains("28 x 28 pixels, smaller than patches of 29"), "{told}");
    let told = refused("digits", &OpenOptions::default());
    assert!(told.contains("expected a folder of image files"), "{told}");
    // With the key a recipe says so.
    let recipe = plain().with("data.stream", true).unwrap();
    assert!(Recipe::from_toml(&recipe.to_toml()).unwrap().data.stream);
    let plan = recipe.plan(&open(dir.path())).unwrap();
    assert!(plan.memory(&open(dir.path())).data < 20 * 800);
}
