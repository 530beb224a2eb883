//! Tests of the measurement: that it measures what it says.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::model::Architecture;
use crate::testing::{plain, variational};

const SHAPE: ImageShape = ImageShape { channels: 1, height: 8, width: 8 };

#[test]
fn every_mode_counts_its_steps_and_operations() {
    for recipe in [plain(), variational()] {
        let architecture = Architecture::new(&recipe, SHAPE, 0).unwrap();
        let [encoder, decoder] =
            [&architecture.encoder, &architecture.decoder].map(|stack| stack.flops() as f64 / 1e9);
        for (mode, gflop) in [
            (Mode::Train, 3.0 * (encoder + decoder)),
            (Mode::Encode, encoder),
            (Mode::Reconstruct, encoder + decoder),
        ] {
            let options = Options { mode, steps: Some(5), warm_up: 1 };
            let found = measure(&recipe, SHAPE, options).unwrap();
            assert_eq!((found.steps, found.batch_size), (5, recipe.training.batch_size));
            assert!((found.gflop_per_image / gflop - 1.0).abs() < 1e-9, "{found:?}");
            let images = found.images_per_second * found.ms_per_step / 1e3;
            assert!((images / found.batch_size as f64 - 1.0).abs() < 1e-9, "{found:?}");
            assert!(found.peak_gflop_per_second > found.gflop_per_second, "{found:?}");
        }
    }
}

#[test]
fn the_open_number_of_steps_fills_the_time() {
    let begun = Instant::now();
    let found = measure(&plain(), SHAPE, Options::default()).unwrap();
    assert!(found.steps > 10 && begun.elapsed() >= ABOUT, "{found:?}");
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
        (plain().with("training.learning-rate", "1e30").unwrap(), SHAPE, "on made-up images"),
    ] {
        let options = Options { steps: Some(9), ..Options::default() };
        let error = measure(&recipe, shape, options).unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    }
}
