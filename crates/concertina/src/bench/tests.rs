//! Tests of the measurement: that it measures what it says.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::thread::sleep;

use super::*;
use crate::testing::{plain, variational};

const SHAPE: ImageShape = ImageShape { channels: 1, height: 8, width: 8 };

/// Two for each multiply-add of a forward pass, counted by hand.
#[test]
fn operations_are_those_of_a_textbook() {
    // 64 to 8 to 2, and back.
    let dense = [2 * (64 * 8 + 8 * 2), 2 * (2 * 8 + 8 * 64)];
    // 4 kernels of 4x4 at 4x4 places, then 64 to 3 means and log-variances; 3 to 64, then the same
    // kernels.
    let conv = [2 * (4 * 16 * 16 + 64 * 6), 2 * (3 * 64 + 4 * 16 * 16)];
    for (recipe, [encoder, decoder]) in [(plain(), dense), (variational(), conv)] {
        for (mode, flop) in [
            (Mode::Train, 3 * (encoder + decoder)),
            (Mode::Encode, encoder),
            (Mode::Reconstruct, encoder + decoder),
        ] {
            let options = Options { mode, steps: Some(1), warm_up: 0, ..Options::default() };
            let found = measure(&recipe, SHAPE, &options).unwrap();
            let counted = found.gflop_per_image * 1e9;
            assert!((counted - f64::from(flop)).abs() < 1e-6, "{mode:?}: {counted}, not {flop}");
        }
    }
}

#[test]
fn speeds_are_those_of_the_steps_and_the_time() {
    for mode in [Mode::Train, Mode::Encode, Mode::Reconstruct] {
        let begun = Instant::now();
        let found = measure(
            &plain(),
            SHAPE,
            &Options { mode, steps: Some(5), warm_up: 1, ..Options::default() },
        )
        .unwrap();
        let all = begun.elapsed().as_secs_f64();
        assert_eq!((found.steps, found.batch_size), (5, 16));
        let timed = 5.0 * found.ms_per_step / 1e3;
        assert!(timed > 0.0 && timed < all, "{timed} s of {all} s");
        assert!((found.images_per_second * timed / 80.0 - 1.0).abs() < 1e-9, "{found:?}");
        let gflop = found.gflop_per_second * timed;
        assert!((gflop / (80.0 * found.gflop_per_image) - 1.0).abs() < 1e-9, "{found:?}");
        assert!(found.peak_gflop_per_second.unwrap() > found.gflop_per_second, "{found:?}");
    }
}

#[test]
fn warming_up_is_not_timed() {
    let mut calls = 0;
    let options = Options { steps: Some(5), warm_up: 3, ..Options::default() };
    let (steps, time) = time(&options, || {
        calls += 1;
        sleep(Duration::from_millis(if calls <= 3 { 300 } else { 2 }));
        Ok(())
    })
    .unwrap();
    assert_eq!((steps, calls), (5, 8));
    assert!((10..900).contains(&time.as_millis()), "{time:?}");
}

#[test]
fn the_open_number_of_steps_fills_the_time() {
    let begun = Instant::now();
    let found = measure(&plain(), SHAPE, &Options::default()).unwrap();
    assert!(found.steps > 10 && begun.elapsed() >= DURATION, "{found:?}");
}

#[test]
fn synthetic_images_differ_in_every_batch_and_not_from_call_to_call() {
    let found = images(SHAPE, 48).unwrap();
    assert_eq!((found.len(), found.shape()), (48, SHAPE));
    assert_eq!(found, images(SHAPE, 48).unwrap());
    for (index, image) in found.iter().enumerate() {
        assert!(found.iter().skip(index + 1).all(|other| other != image), "{index}");
    }
    let mean = found.pixels().iter().map(|&pixel| f64::from(pixel)).sum::<f64>() / 3072.0;
    // Four standard deviations of the mean of 3,072 bytes.
    assert!((mean - 127.5).abs() < 4.0 * 73.9 / 3072f64.sqrt(), "{mean}");
}

#[test]
fn music_is_measured_on_random_tokens() {
    let recipe = Recipe::named("melody-vae").unwrap();
    let recipe = recipe.with("network.encoder", "[8]").unwrap();
    let recipe = recipe.with("network.decoder", "[8]").unwrap();
    for mode in [Mode::Train, Mode::Encode, Mode::Reconstruct] {
        let options = Options { mode, steps: Some(1), warm_up: 0, ..Options::default() };
        let found = measure(&recipe, usual_shape(&recipe), &options).unwrap();
        assert_eq!(found.shape, ImageShape::new(1, 32, 1));
    }
    let mut seen = [false; 90];
    let tokens = synthetic(&recipe, usual_shape(&recipe), 60).unwrap();
    let mut window = [0.0; 32];
    for index in 0..60 {
        tokens.read(index, &mut window).unwrap();
        for token in window {
            seen[token as usize] = true;
        }
    }
    assert!(seen.iter().all(|seen| *seen));
}

/// At such a learning rate whatever takes a step diverges.
#[test]
fn only_training_trains() {
    let recipe = plain().with("training.learning-rate", "1e30").unwrap();
    for mode in [Mode::Train, Mode::Encode, Mode::Reconstruct] {
        let found = measure(
            &recipe,
            SHAPE,
            &Options { mode, steps: Some(9), warm_up: 0, ..Options::default() },
        );
        assert_eq!(found.is_err(), mode == Mode::Train, "{mode:?}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let batch = |size: i64| plain().with("training.batch-size", size).unwrap();
    let big = ImageShape::new(3, 4096, 4096);
    for (recipe, shape, word) in [
        (batch(1 << 40), SHAPE, "a batch of at most"),
        (batch(1_000), big, "a batch of at most"),
        (batch(0), SHAPE, "batch-size"),
        (Recipe::named("conv-ae").unwrap(), SHAPE, "1x28x28"),
        (plain().with("training.learning-rate", "1e30").unwrap(), SHAPE, "on synthetic images"),
    ] {
        let options = Options { steps: Some(9), ..Options::default() };
        let error = measure(&recipe, shape, &options).unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    }
}
