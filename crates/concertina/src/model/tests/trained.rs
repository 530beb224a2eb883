//! What a trained model does, and what it refuses.

use crate::data::{FloatImages, Images};
use crate::math::Codes;
use crate::recipe::Recipe;
use crate::rng::Seed;
use crate::sequential::forward;
use crate::shape::ImageShape;
use crate::testing::{
    all_kinds, as_trained, check_close, constant, digits, plain, shades, untrained, values,
    variational,
};

#[test]
fn codes_and_pictures_do_not_depend_on_their_neighbours() {
    // More than one chunk.
    let data = shades(300);
    for recipe in [plain(), variational()] {
        let model = untrained(&recipe, &data);
        let codes = model.encode(&data.train).unwrap();
        assert_eq!((codes.len(), codes.size()), (270, model.architecture.latent_dim));
        let pictures = model.decode(&codes).unwrap();
        assert_eq!((pictures.len(), pictures.shape()), (270, data.train.shape()));
        assert_eq!(model.reconstruct(&data.train).unwrap(), pictures);
        for index in [0, 100, 127, 128, 269] {
            let alone = model.encode(&data.train.select(&[index]).unwrap()).unwrap();
            for (one, all) in alone.values().iter().zip(codes.row(index)) {
                assert!((one - all).abs() < 1e-5, "{one} {all}");
            }
        }
    }
}

#[test]
fn a_code_is_the_mean_and_a_picture_the_sigmoid() {
    let data = shades(20);
    let model = untrained(&variational(), &data);
    let vector = |values: &[f32]| constant(values, [values.len()]);
    let x = constant(FloatImages::of(&data.train).unwrap().values(), [18, 64]);
    let features = forward(&model.architecture.encoder, vector(&model.weights.encoder), x);
    let codes = model.encode(&data.train).unwrap();
    assert_eq!(codes.values(), values(features.slice([0..18, 0..3])));

    let z = constant(codes.values(), [18, 3]);
    let logits = values(forward(&model.architecture.decoder, vector(&model.weights.decoder), z));
    let expected: Vec<f64> =
        logits.iter().map(|&logit| 1.0 / (1.0 + f64::from(-logit).exp())).collect();
    check_close(model.decode(&codes).unwrap().values(), &expected, "pictures");
}

#[test]
fn a_model_that_enlarges_takes_both_sizes() {
    let data = digits(12);
    let recipe = Recipe::named("super-resolution").unwrap();
    let model = untrained(&recipe, &data);
    let small = FloatImages::of(&data.train).unwrap();
    let small = model.corrupted(&small, &(0..small.len()).collect::<Vec<_>>());
    assert_eq!(small.shape(), ImageShape::new(1, 14, 14));
    let codes = model.encode(&data.train).unwrap();
    assert_eq!(codes, model.with_known_labels(None).encode_inputs(&small));
    // Rounded to bytes the small pictures are almost the same.
    let rounded = model.encode(&small.to_images()).unwrap();
    for (a, b) in codes.values().iter().zip(rounded.values()) {
        assert!((a - b).abs() < 0.02, "{a} {b}");
    }
    assert_eq!(model.reconstruct(&small.to_images()).unwrap().shape(), data.train.shape());
}

#[test]
fn an_error_is_that_of_the_reconstruction() {
    // More than one chunk.
    let data = shades(600);
    for recipe in [plain(), variational()] {
        let model = untrained(&recipe, &data);
        let errors = model.reconstruction_errors(&data.train).unwrap();
        let (clean, back) =
            (FloatImages::of(&data.train).unwrap(), model.reconstruct(&data.train).unwrap());
        let bernoulli = recipe == plain();
        for index in [0, 511, 512, 539] {
            let pairs = clean.image(index).iter().zip(back.image(index));
            let terms = pairs.map(|(x, p)| {
                let (x, p) = (f64::from(*x), f64::from(*p));
                if bernoulli {
                    -(x * p.ln() + (1.0 - x) * (1.0 - p).ln()) / 64.0
                } else {
                    (x - p).powi(2)
                }
            });
            let expected: f64 = terms.sum();
            assert!((f64::from(errors[index]) / expected - 1.0).abs() < 1e-4, "{index}");
        }
        let alone = model.reconstruction_errors(&data.train.select(&[300]).unwrap()).unwrap()[0];
        assert!((alone - errors[300]).abs() < 1e-5 * alone);
    }
}

#[test]
fn wrong_shapes_and_sizes_are_refused() {
    let model = as_trained(&plain(), &shades(20));
    let images = |channels, height, width, n| {
        let shape = ImageShape::new(channels, height, width);
        Images::new(shape, vec![0; n * shape.len()]).unwrap()
    };
    for (error, message) in [
        (
            model.encode(&images(3, 8, 8, 2)).unwrap_err(),
            "expected images of 1x8x8, as this model's are, found 3x8x8",
        ),
        (
            model.reconstruct(&images(1, 4, 16, 2)).unwrap_err(),
            "expected images of 1x8x8, as this model's are, found 1x4x16",
        ),
        (
            model.decode(&Codes::new(3, vec![0.0; 6])).unwrap_err(),
            "expected codes with 2 latent dimensions, as this model's, found 3",
        ),
        (
            model.reconstruction_errors(&images(1, 28, 28, 1)).unwrap_err(),
            "expected images of 1x8x8, as this model's are, found 1x28x28",
        ),
    ] {
        assert!(error.is_data());
        assert_eq!(error.to_string(), message);
    }
    for (n, steps) in [(1, 5), (3, 5), (5, 5), (2, 1), (4, 1)] {
        let error = model.interpolate(&images(1, 8, 8, n), steps).unwrap_err();
        assert!(error.is_config());
        assert_eq!(
            error.to_string(),
            format!(
                "expected two or four images and at least 2 steps, found {n} images and {steps} \
                 steps"
            )
        );
    }
    assert_eq!(model.encode(&images(1, 8, 8, 0)).unwrap().len(), 0);
}

#[test]
fn variations_lie_between_a_code_and_samples() {
    let data = shades(60);
    for recipe in all_kinds() {
        let model = as_trained(&recipe, &data);
        let labels = model.labels_in_turn(data.train.len());
        let codes = model.with_known_labels(labels.as_deref()).encode(&data.train).unwrap();
        let code = codes.row(3);
        let varied = |amount| model.variations(code, amount, 5, Seed(3)).unwrap();
        let close = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5);
        assert!(varied(0.0).rows().all(|variation| close(variation, code)));
        let samples = model.sample_codes(5, Seed(3)).unwrap();
        assert!(close(varied(1.0).values(), samples.values()));
        let distance = |codes: &Codes| -> f32 {
            let from_code = |row: &[f32]| row.iter().zip(code).map(|(a, b)| (a - b).powi(2)).sum();
            codes.rows().map(from_code).collect::<Vec<f32>>().iter().sum()
        };
        let distances = [0.0, 0.3, 0.7].map(|amount| distance(&varied(amount)));
        assert!(distances.is_sorted(), "{distances:?}");
        let few = model.variations(code, 0.3, 2, Seed(3)).unwrap();
        assert_eq!(few.values(), &varied(0.3).values()[..few.values().len()]);
    }
    for recipe in all_kinds() {
        let model = as_trained(&recipe, &data);
        let corners = model.sample_codes(4, Seed(3)).unwrap();
        let square = model.sample_square(3, Seed(3)).unwrap();
        assert_eq!(square.len(), 9);
        for (place, corner) in [(0, 0), (2, 1), (6, 2), (8, 3)] {
            let pairs = square.row(place).iter().zip(corners.row(corner));
            pairs.for_each(|(a, b)| assert!((a - b).abs() < 1e-5));
        }
    }
    let model = as_trained(&plain(), &data);
    for (code, amount, message) in [
        (&[0.0][..], 0.5, "expected a code with 2 latent dimensions, as this model's, found 1"),
        (&[0.0; 2], 1.5, "expected an amount from 0 to 1, found 1.5"),
        (&[0.0; 2], f32::NAN, "expected an amount from 0 to 1, found NaN"),
    ] {
        let error = model.variations(code, amount, 1, Seed(0)).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn samples_follow_from_seed_and_number_alone() {
    let data = shades(60);
    for recipe in [plain(), variational()] {
        let model = as_trained(&recipe, &data);
        let many = model.sample_codes(20, Seed(3)).unwrap();
        let few = model.sample_codes(4, Seed(3)).unwrap();
        assert_eq!(few.values(), &many.values()[..few.values().len()]);
        assert_ne!(few, model.sample_codes(4, Seed(4)).unwrap());
        assert_ne!(many.row(0), many.row(1));
        let pictures = model.sample(20, Seed(3)).unwrap();
        assert_eq!(pictures, model.decode(&many).unwrap());
        assert_eq!(pictures.len(), 20);
        assert!(model.sample(0, Seed(3)).unwrap().is_empty());
    }
}

#[test]
fn a_plain_model_samples_where_its_codes_lie() {
    let data = shades(60);
    let mut model = as_trained(&plain(), &data);
    let moments = |codes: &Codes| {
        let n = codes.len() as f32;
        let mean: f32 = codes.rows().map(|code| code[0]).sum::<f32>() / n;
        let variance: f32 = codes.rows().map(|code| (code[0] - mean).powi(2)).sum::<f32>() / n;
        (mean, variance.sqrt())
    };
    let (mean, deviation) = moments(&model.encode(&data.train).unwrap());
    let (sample_mean, sample_deviation) = moments(&model.sample_codes(2000, Seed(1)).unwrap());
    assert!((mean - sample_mean).abs() < 0.2 * deviation, "{mean} {sample_mean}");
    assert!((sample_deviation / deviation - 1.0).abs() < 0.2, "{deviation} {sample_deviation}");

    model.mixture = None;
    let error = model.sample(1, Seed(1)).unwrap_err();
    assert!(error.is_data());
    assert_eq!(
        error.to_string(),
        "this model file has no mixture of training codes to sample from"
    );
    assert!(error.hint().unwrap().to_string().contains("image-vae"));
}

#[test]
fn interpolations_begin_and_end_at_the_images() {
    let data = shades(20);
    for recipe in [plain(), variational()] {
        let model = untrained(&recipe, &data);
        let ends = data.train.take(2);
        let between = model.interpolate(&ends, 5).unwrap();
        let reconstructed = model.reconstruct(&ends).unwrap();
        assert_eq!(between.len(), 5);
        for (step, end) in [(0, 0), (4, 1)] {
            for (a, b) in between.image(step).iter().zip(reconstructed.image(end)) {
                assert!((a - b).abs() < 1e-5);
            }
        }
        assert_ne!(between.image(2), between.image(0));
        let corners = data.train.take(4);
        let square = model.interpolate(&corners, 3).unwrap();
        let reconstructed = model.reconstruct(&corners).unwrap();
        assert_eq!(square.len(), 9);
        for (place, corner) in [(0, 0), (2, 1), (6, 2), (8, 3)] {
            for (a, b) in square.image(place).iter().zip(reconstructed.image(corner)) {
                assert!((a - b).abs() < 1e-5);
            }
        }
    }
}

#[test]
fn bytes_become_numbers_and_bytes_again() {
    let data = shades(20);
    let pictures = FloatImages::of(&data.train).unwrap();
    assert_eq!(pictures.to_images(), data.train);
    let outside = FloatImages::new(ImageShape::new(1, 1, 3), vec![-0.5, 0.5, 1.5]);
    assert_eq!(outside.to_images().pixels(), [0, 128, 255]);
}
