//! Float images as the data of a run.

use crate::data::{Data, Dataset, FloatImages, FloatSet, Images, OpenOptions};
use crate::recipe::Recipe;
use crate::rng::Seed;
use crate::shape::ImageShape;

fn row(values: Vec<f32>) -> FloatImages {
    FloatImages::new(ImageShape::new(1, 1, 3), values)
}

fn bytes(n: usize) -> Vec<u8> {
    (0..3 * n).map(|value| (value * 7 % 256) as u8).collect()
}

/// The same images as floats.
fn floats(n: usize) -> FloatImages {
    row(bytes(n).into_iter().map(|byte| f32::from(byte) / 255.0).collect())
}

#[test]
fn they_are_split_as_bytes_are() {
    let options = OpenOptions { limit: Some(18), seed: Seed(3), ..OpenOptions::default() };
    let labels: Vec<u32> = (0..40).map(|index| index % 4).collect();
    let images = Images::new(ImageShape::new(1, 1, 3), bytes(40)).unwrap();
    let expected = Dataset::from_images(images, Some(labels.clone()), &options).unwrap();
    let found = FloatSet::new(&floats(40), Some(&labels), &options).unwrap();
    for (expected, found) in [(&expected.train, &found.train), (&expected.valid, &found.valid)] {
        assert_eq!(&found.to_images(), expected);
    }
    assert_eq!(found.train_labels, expected.train_labels);
    assert_eq!(found.valid_labels, expected.valid_labels);
    assert_eq!(
        (found.card.classes, found.card.split),
        (expected.card.classes, expected.card.split)
    );
}

#[test]
fn nothing_is_rounded_and_the_last_bit_tells_data_apart() {
    let options = OpenOptions { valid_fraction: 0.0, ..OpenOptions::default() };
    let value = 0.123_456_79;
    let data = FloatSet::new(&row(vec![0.0, value, 1.0]), None, &options).unwrap();
    assert_eq!(data.train.values(), [0.0, value, 1.0]);
    let next = f32::from_bits(value.to_bits() + 1);
    let other = FloatSet::new(&row(vec![0.0, next, 1.0]), None, &options).unwrap();
    assert_ne!(data.content(), other.content());
}

#[test]
fn a_model_learns_from_them() {
    let recipe = Recipe::named("dense-ae").unwrap().with("training.epochs", 2).unwrap();
    let data = FloatSet::new(&floats(20), None, &recipe.open_options()).unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let run = recipe.plan(&data).unwrap().start(&data, folder.path().join("run")).unwrap();
    let model = run.finish().unwrap();
    assert_eq!(model.encode(&data.valid).unwrap().len(), 2);
}

#[test]
fn what_is_no_image_is_refused() {
    #[track_caller]
    fn check(values: Vec<f32>, labels: Option<&[u32]>, options: &OpenOptions, expected: &str) {
        let error = FloatSet::new(&row(values), labels, options).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    let usual = OpenOptions::default();
    check(vec![], None, &usual, "expected at least one image, found none");
    check(vec![0.0, 0.5, 1.5], None, &usual, "expected values in 0..1, found 1.5 in image 0");
    check(vec![0.0, f32::NAN, 0.5], None, &usual, "expected values in 0..1, found NaN in image 0");
    check(vec![0.0; 3], Some(&[0, 1]), &usual, "expected one label for each of 1 images");
    check(vec![0.0; 3], Some(&[10_000]), &usual, "expected labels below 10000, found 10000");
    let sized = OpenOptions { size: Some(8), ..OpenOptions::default() };
    check(vec![0.0; 3], None, &sized, "arrays of floats are taken as they are");
}
