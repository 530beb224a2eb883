//! Conditional models: what labels do, and what is said where they are missing or wrong.

use crate::data::{Dataset, Images, OpenOptions};
use crate::math::Codes;
use crate::model::Architecture;
use crate::recipe::Recipe;
use crate::rng::Seed;
use crate::shape::ImageShape;
use crate::testing::{check_close, plain, shades, untrained, variational};

const LABEL: &str = "bottleneck.condition";

/// Sixty small images in three classes.
fn labelled() -> Dataset {
    let images = shades(60).train;
    let labels = (0..images.len() as u32).map(|index| index % 3).collect();
    Dataset::from_images(images, Some(labels), &OpenOptions::default()).unwrap()
}

/// Dense and convolutional, with codes of their own size and feature maps.
fn recipes() -> [Recipe; 3] {
    let map = plain().with("network", "{ kind = \"pooled\", channels = [3] }").unwrap();
    let map = map.with("bottleneck.latent-dim", "feature-map").unwrap();
    [plain(), variational(), map].map(|recipe| recipe.with(LABEL, "label").unwrap())
}

#[test]
fn the_label_changes_code_and_picture() {
    let data = labelled();
    for recipe in recipes() {
        let model = untrained(&recipe, &data);
        assert_eq!(model.architecture.classes, 3);
        let one = data.train.select(&[0]).unwrap();
        let codes: Vec<Codes> = (0..3)
            .map(|label| model.conditioned_on(&[label]).unwrap().encode(&one).unwrap())
            .collect();
        assert!(codes[0] != codes[1] && codes[1] != codes[2], "{}", recipe.name);
        let as_class = |label| model.conditioned_on(&[label]).unwrap().decode(&codes[0]).unwrap();
        assert!(as_class(0) != as_class(1) && as_class(1) != as_class(2), "{}", recipe.name);
    }
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value)).collect()
}

#[test]
fn a_label_belongs_to_its_own_image_alone() {
    let data = labelled();
    for recipe in recipes() {
        let model = untrained(&recipe, &data);
        // More than are run at a time.
        let images = data.train.select(&(0..600).map(|i| i % 48).collect::<Vec<_>>()).unwrap();
        let labels: Vec<u32> = (0..600).map(|i| i * 7 % 3).collect();
        let given = model.conditioned_on(&labels).unwrap();
        let (codes, pictures) =
            (given.encode(&images).unwrap(), given.reconstruct(&images).unwrap());
        for index in [0, 1, 511, 512, 599] {
            let (alone, label) = (images.select(&[index]).unwrap(), [labels[index]]);
            let given = model.conditioned_on(&label).unwrap();
            check_close(given.encode(&alone).unwrap().values(), &wide(codes.row(index)), "code");
            let picture = given.reconstruct(&alone).unwrap();
            check_close(picture.values(), &wide(pictures.image(index)), "picture");
        }
    }
}

#[test]
fn classes_are_sampled_in_turn_or_as_asked() {
    let data = labelled();
    let model = untrained(&recipes()[1], &data);
    let in_turn = model.sample(7, Seed(1)).unwrap();
    let asked = model.conditioned_on(&[0, 1, 2, 0, 1, 2, 0]).unwrap().sample(Seed(1)).unwrap();
    assert_eq!(in_turn, asked);
    assert_ne!(in_turn, model.conditioned_on(&[2; 7]).unwrap().sample(Seed(1)).unwrap());
}

#[test]
fn a_trained_model_knows_its_labels_in_its_file_too() {
    let data = labelled();
    let recipe = variational().with(LABEL, "label").unwrap();
    let dir = tempfile::TempDir::new().unwrap();
    let model = recipe.plan(&data).unwrap().start(&data, dir.path()).unwrap().finish().unwrap();
    let opened = crate::model::Model::open(dir.path()).unwrap();
    let labels = data.valid_labels.as_deref().unwrap();
    let [codes, again] = [&model, &opened]
        .map(|model| model.conditioned_on(labels).unwrap().encode(&data.valid).unwrap());
    assert_eq!(codes, again);
    assert_eq!(opened.class("2").unwrap(), 2);
}

#[test]
fn missing_and_wrong_labels_are_refused() {
    let data = labelled();
    let [conditional, free] = [recipes()[0].clone(), plain()];
    let no_labels = conditional.plan(&shades(20)).unwrap_err();
    assert!(no_labels.is_data());
    assert_eq!(
        no_labels.to_string(),
        "`bottleneck.condition`: expected images with labels, of at least two classes, found 0 \
         classes"
    );
    let one_class = Architecture::new(&conditional, ImageShape::new(1, 8, 8), 1).unwrap_err();
    assert!(one_class.to_string().ends_with("found 1 classes"));

    let model = untrained(&conditional, &data);
    let images: Images = data.train.take(2);
    let codes = Codes::new(2, vec![0.0; 4]);
    let missing = "expected labels, since the model's condition is the label, found none";
    for error in [
        model.encode(&images).unwrap_err(),
        model.decode(&codes).unwrap_err(),
        model.reconstruct(&images).unwrap_err(),
        model.interpolate(&images, 3).unwrap_err(),
        model.reconstruction_errors(&images).unwrap_err(),
    ] {
        assert_eq!(error.to_string(), missing);
    }
    for (error, message) in [
        (
            model.conditioned_on(&[0]).unwrap().encode(&images).unwrap_err(),
            "expected a label for each of 2 images or codes, found 1",
        ),
        (
            model.conditioned_on(&[0, 3]).unwrap_err(),
            "expected labels below 3, the classes that the model was trained with, found 3",
        ),
        (
            model.class("seven").unwrap_err(),
            "expected a class that the model was trained with (0, 1, 2), found `seven`",
        ),
        (
            untrained(&free, &data).conditioned_on(&[0, 1]).unwrap_err(),
            "expected a conditional model to ask for a label, found one without a condition",
        ),
        (
            untrained(&free, &data).class("1").unwrap_err(),
            "expected a conditional model to ask for a label, found one without a condition",
        ),
    ] {
        assert_eq!(error.to_string(), message);
    }
}
