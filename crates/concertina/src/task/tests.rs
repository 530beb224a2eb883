//! Tests of the tasks.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::rng::{Purpose, Seed};

fn stream(example: u32) -> Stream {
    Stream::new(Seed(42), Purpose::Corruption, [1, example, 0])
}

fn downscale(factor: usize) -> Task {
    Task::Downscale { factor, filter: Filter::Average }
}

fn corrupted(task: &Task, clean: &[f32], shape: ImageShape, example: u32) -> Vec<f32> {
    let mut input = vec![0.0; task.input_shape(shape).unwrap().len()];
    task.corrupt(clean, shape, &mut stream(example), &mut input);
    input
}

#[test]
fn blocks_are_averaged_channel_by_channel() {
    let shape = ImageShape::new(2, 2, 4);
    let clean = [
        0.0, 1.0, 0.5, 0.5, //
        1.0, 0.0, 0.5, 0.5, //
        0.2, 0.2, 0.0, 0.0, //
        0.2, 0.2, 0.0, 1.0,
    ];
    let small = corrupted(&downscale(2), &clean, shape, 0);
    for (value, expected) in small.iter().zip([0.5, 0.5, 0.2, 0.25]) {
        assert!((value - expected).abs() < 1e-6);
    }
}

#[test]
fn noise_has_the_asked_moments_and_differs_between_images() {
    let shape = ImageShape::new(1, 100, 100);
    let clean = vec![0.25; shape.len()];
    let task = Task::Noise { mean: 0.5, std: Amount::Fixed(0.3), clip: false };
    let noisy = corrupted(&task, &clean, shape, 0);
    let mean = noisy.iter().sum::<f32>() / noisy.len() as f32;
    let variance =
        noisy.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / noisy.len() as f32;
    assert!((mean - 0.75).abs() < 0.015, "{mean}");
    assert!((variance.sqrt() - 0.3).abs() < 0.01, "{variance}");
    assert_ne!(noisy, corrupted(&task, &clean, shape, 1));
    assert_eq!(noisy, corrupted(&task, &clean, shape, 0));
}

#[test]
fn a_range_of_noise_gives_each_image_its_own() {
    let shape = ImageShape::new(1, 100, 100);
    let clean = vec![0.0; shape.len()];
    let task = Task::Noise { mean: 0.0, std: Amount::Range([0.1, 0.3]), clip: false };
    let found: Vec<f32> = (0..100)
        .map(|example| {
            let noisy = corrupted(&task, &clean, shape, example);
            (noisy.iter().map(|value| value * value).sum::<f32>() / noisy.len() as f32).sqrt()
        })
        .collect();
    assert!(found.iter().all(|std| (0.095..0.31).contains(std)), "{found:?}");
    let mean = found.iter().sum::<f32>() / 100.0;
    assert!((mean - 0.2).abs() < 0.02, "{mean}");
    assert!(found.iter().any(|std| *std < 0.12) && found.iter().any(|std| *std > 0.28));
    for std in [[0.3, 0.1], [-0.1, 0.1], [0.0, f32::INFINITY], [f32::NAN, 1.0]] {
        let task = Task::Noise { mean: 0.0, std: Amount::Range(std), clip: false };
        assert!(task.input_shape(shape).is_err(), "{std:?}");
    }
}

#[test]
fn clipping_keeps_the_value_range() {
    let shape = ImageShape::new(1, 50, 50);
    let task = Task::Noise { mean: 0.5, std: Amount::Fixed(0.5), clip: true };
    let noisy = corrupted(&task, &vec![0.5; shape.len()], shape, 0);
    assert!(noisy.iter().all(|value| (0.0..=1.0).contains(value)));
    assert!(noisy.iter().filter(|value| **value == 1.0).count() > 1000);
}

#[test]
fn impossible_tasks_are_refused() {
    for (task, message) in [
        (downscale(5), "`task.factor`: expected 2, 3 or 4, found 5"),
        (
            downscale(4),
            "`task.factor`: expected images whose sides are multiples of 4, found 28x30",
        ),
        (
            Task::Mask { probability: 1.0 },
            "`task.probability`: expected at least 0 and below 1, found 1",
        ),
        (
            Task::SaltAndPepper { probability: f32::NAN },
            "`task.probability`: expected at least 0 and below 1, found NaN",
        ),
        (
            Task::Noise { mean: 0.0, std: Amount::Fixed(-1.0), clip: true },
            "`task`: expected a finite `mean` and a `std` of at least 0, or a range of it in \
             ascending order, found mean 0 and std -1",
        ),
        (
            Task::Jpeg { quality: Amount::Range([0.5, 80.0]) },
            "`task.quality`: expected a number from 1 to 100, or the ends of a range in ascending \
             order, found [0.5, 80]",
        ),
    ] {
        let error = task.input_shape(ImageShape::new(1, 28, 30)).unwrap_err();
        assert!(error.is_config());
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn lost_pixels_are_lost_in_all_channels_and_as_often_as_asked() {
    let shape = ImageShape::new(3, 100, 100);
    let clean = vec![0.5; shape.len()];
    for (task, white) in
        [(Task::Mask { probability: 0.3 }, 0.0), (Task::SaltAndPepper { probability: 0.3 }, 0.15)]
    {
        let input = corrupted(&task, &clean, shape, 1);
        let (red, others) = input.split_at(shape.area());
        assert!(others.chunks(shape.area()).all(|plane| plane == red), "{task:?}");
        let share_of = |value| red.iter().filter(|x| **x == value).count() as f32 / 1e4;
        // Three standard deviations of a share of 10,000 pixels.
        for (value, expected) in [(0.0, 0.3 - white), (1.0, white), (0.5, 0.7)] {
            assert!((share_of(value) - expected).abs() < 0.014, "{task:?}: {}", share_of(value));
        }
        assert_ne!(input, corrupted(&task, &clean, shape, 2), "another image, other pixels");
    }
    let whole = Task::Mask { probability: 0.0 };
    assert_eq!(corrupted(&whole, &clean, shape, 1), clean);
}

#[test]
fn binarised_values_are_drawn_with_their_grey_as_the_probability() {
    let task = Task::Binarise {};
    assert!(task.corrupts_target() && !task.is_identity());
    let shape = ImageShape::new(1, 100, 100);
    for share in [0.0, 0.25, 0.9, 1.0] {
        let clean = vec![share; shape.len()];
        let drawn = corrupted(&task, &clean, shape, 0);
        assert!(drawn.iter().all(|value| [0.0, 1.0].contains(value)));
        let mean = drawn.iter().sum::<f32>() / shape.len() as f32;
        // Four standard deviations; black and white stay as they are.
        let within = 4.0 * (share * (1.0 - share) / shape.len() as f32).sqrt();
        assert!((mean - share).abs() <= within, "{mean}, not {share}");
    }
}

#[test]
fn defects_are_drawn_on_a_part_of_the_images_and_of_each() {
    let shape = ImageShape::new(3, 48, 64);
    let clean: Vec<f32> = (0..shape.len()).map(|at| 0.4 + 0.2 * (at as f32 * 0.37).sin()).collect();
    let changed = |task: &Task, example| {
        let drawn = corrupted(task, &clean, shape, example);
        assert!(drawn.iter().all(|value| (0.0..=1.0).contains(value)));
        assert_eq!(drawn, corrupted(task, &clean, shape, example));
        drawn.iter().zip(&clean).filter(|(drawn, clean)| drawn != clean).count()
    };
    let always: Vec<usize> =
        (0..300).map(|n| changed(&Task::Defects { probability: 1.0 }, n)).collect();
    let mean = always.iter().sum::<usize>() as f32 / (300.0 * shape.len() as f32);
    assert!((0.02..0.2).contains(&mean), "{mean}");
    // A defect may lie outside for the most part, or be a piece that is copied to its own place.
    assert!(always.iter().filter(|changed| **changed == 0).count() < 15);
    let half = (0..300).filter(|n| changed(&Task::Defects { probability: 0.5 }, *n) > 0).count();
    assert!((110..190).contains(&half), "{half}");
    // Images of any size.
    for (height, width) in [(1, 1), (1, 40), (3, 2)] {
        let shape = ImageShape::new(1, height, width);
        for example in 0..20 {
            corrupted(&Task::Defects { probability: 1.0 }, &vec![0.5; shape.len()], shape, example);
        }
    }
    for probability in [0.0, 1.5, f32::NAN] {
        assert!(Task::Defects { probability }.input_shape(shape).is_err());
    }
}
