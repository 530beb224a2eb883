//! One-class inspection of models that were never trained: their codes tell images apart all the
//! same.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::data::{Dataset, Examples, FloatImages, Images};
use crate::model::Model;
use crate::recipe::Recipe;
use crate::shape::ImageShape;
use crate::testing::{digits, plain, quantised, shades, static_noise, untrained, variational};

fn fitted<'m>(model: &'m Model, data: &Dataset) -> OneClass<'m> {
    OneClass::fit(model, &data.train, &data.valid).unwrap()
}

#[test]
fn what_is_unlike_good_examples_scores_more_and_good_ones_score_one() {
    let data = shades(200);
    for recipe in [plain(), variational(), quantised()] {
        let model = untrained(&recipe, &data);
        let inspector = fitted(&model, &data);
        let scores = |examples: &dyn Examples| -> Vec<f64> {
            let all = inspector.inspect(examples, 0..examples.len()).unwrap();
            all.iter().map(|inspection| inspection.score).collect()
        };
        let good = scores(&data.valid);
        assert!((good.iter().sum::<f64>() / 20.0 - 1.0).abs() < 1e-9);
        let noise = static_noise(data.train.shape(), 20);
        let black_and_white = noise.pixels().iter().map(|value| value / 128 * 255).collect();
        let noise = scores(&Images::new(noise.shape(), black_and_white).unwrap());
        let threshold = inspector.threshold(0.1).unwrap();
        assert_eq!((threshold.held_out, threshold.is_promised()), (20, true));
        assert!(good.iter().filter(|score| **score > threshold.score).count() <= 2);
        let found = noise.iter().filter(|score| **score > threshold.score).count();
        assert!(found > 14, "{}: {found} of 20", model.recipe.name);
    }
}

#[test]
fn an_inspection_is_the_same_alone_and_in_company() {
    let data = shades(60);
    let model = untrained(&variational(), &data);
    let inspector = fitted(&model, &data);
    let all = inspector.inspect(&data.train, 0..data.train.len()).unwrap();
    for index in [0, 7, data.train.len() - 1] {
        let alone = inspector.inspect(&data.train, index..index + 1).unwrap();
        assert_eq!(alone[0].map, all[index].map);
        assert_eq!(alone[0].score.to_bits(), all[index].score.to_bits());
    }
}

#[test]
fn the_score_is_that_of_code_and_error() {
    let data = shades(60);
    let model = untrained(&plain(), &data);
    let inspector = fitted(&model, &data);
    let points = |examples: &Images| -> Vec<f32> {
        let codes = model.encode(examples).unwrap();
        let made = model.decode(&codes).unwrap();
        let images = FloatImages::of(examples).unwrap();
        let point = |index: usize| {
            let pairs = images.image(index).iter().zip(made.image(index));
            let error: f32 = pairs.map(|(x, made)| (x - made).powi(2)).sum();
            [codes.row(index), &[error.ln()]].concat()
        };
        (0..examples.len()).flat_map(point).collect()
    };
    let training = points(&data.train);
    let of = crate::math::Points::new("points", 3, &training).unwrap();
    let expected = crate::math::Mahalanobis::fit(of, 0.01).unwrap();
    let held_out = points(&data.valid);
    let distances: Vec<f64> = held_out.chunks(3).map(|point| expected.distance(point)).collect();
    let usual = distances.iter().sum::<f64>() / distances.len() as f64;
    let found = inspector.inspect(&data.valid, 0..data.valid.len()).unwrap();
    for (inspection, distance) in found.iter().zip(distances) {
        assert!((inspection.score - distance / usual).abs() < 1e-4);
    }
}

#[test]
fn a_map_is_in_units_of_what_is_usual_at_its_place() {
    let data = shades(200);
    let model = untrained(&plain(), &data);
    let inspector = fitted(&model, &data);
    let maps = inspector.inspect(&data.valid, 0..data.valid.len()).unwrap();
    let n = (maps.len() * 64) as f64;
    let mean = maps.iter().flat_map(|found| &found.map).map(|v| f64::from(*v)).sum::<f64>() / n;
    assert!((mean - 1.0).abs() < 1e-4, "{mean}");
    // A speck is found where it is.
    let mut pixels = data.valid.image(0).to_vec();
    let place = 3 * 8 + 5;
    pixels[place] = if pixels[place] < 128 { 255 } else { 0 };
    let specked = Images::new(data.valid.shape(), pixels).unwrap();
    let found = inspector.inspect(&specked, 0..1).unwrap().remove(0);
    let largest = (0..64).max_by(|a, b| found.map[*a].total_cmp(&found.map[*b]));
    assert_eq!((largest, found.sides), (Some(place), [8, 8]));
    assert!(found.map[place] > 3.0 * maps[0].map[place]);
    assert!(inspector.map_threshold(0.1).unwrap() > inspector.map_threshold(0.5).unwrap());
}

#[test]
fn models_that_cannot_inspect_are_told_by_what_they_are() {
    let data = digits(60);
    let conditional = plain().with("bottleneck.condition", "label").unwrap();
    let whole = Recipe::named("enlarge-2x").unwrap();
    for (recipe, words) in [(conditional, "a given class"), (whole, "no smaller than")] {
        let model = untrained(&recipe, &data);
        let error = OneClass::check(&model).unwrap_err();
        assert!(error.is_config() && error.to_string().contains(words), "{error}");
        assert!(OneClass::fit(&model, &data.train, &data.valid).is_err());
    }
    let model = untrained(&plain(), &data);
    assert!(OneClass::check(&model).is_ok() && Inspector::check(&model).is_err());
    let none = data.valid.take(0);
    assert!(OneClass::fit(&model, &data.train, &none).unwrap_err().is_insufficient());
    let other = static_noise(ImageShape::new(1, 8, 8), 4);
    let inspector = fitted(&model, &data);
    assert!(inspector.inspect(&other, 0..4).unwrap_err().to_string().contains("1x28x28"));
}
