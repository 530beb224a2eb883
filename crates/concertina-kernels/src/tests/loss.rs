//! Errors and gradients of images against f64, for any batch and number of threads.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::numbers::eighths;
use crate::loss::Loss;
use crate::simd::Level;

const LOSSES: [Loss; 5] = [
    Loss::CrossEntropy,
    Loss::SquaredError,
    Loss::AbsoluteError,
    Loss::LinearSquaredError,
    Loss::LinearAbsoluteError,
];

fn textbook(loss: Loss, logit: f32, target: f32) -> (f64, f64) {
    let (l, t) = (f64::from(logit), f64::from(target));
    let p = 1.0 / (1.0 + (-l).exp());
    match loss {
        Loss::CrossEntropy => (l.max(0.0) - l * t + (-l.abs()).exp().ln_1p(), p - t),
        Loss::SquaredError => ((p - t) * (p - t), 2.0 * (p - t) * p * (1.0 - p)),
        Loss::AbsoluteError => ((p - t).abs(), sign(p - t) * p * (1.0 - p)),
        Loss::LinearSquaredError => ((l - t) * (l - t), 2.0 * (l - t)),
        Loss::LinearAbsoluteError => ((l - t).abs(), sign(l - t)),
    }
}

fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

/// Logits in -20..=20, targets in 0..=1.
fn numbers(n: usize) -> [Vec<f32>; 2] {
    let logits = eighths(n, 1).into_iter().zip(eighths(n, 2)).map(|(a, b)| 18.0 * a + 2.0 * b);
    [logits.collect(), eighths(n, 3).into_iter().map(f32::abs).collect()]
}

#[test]
fn errors_and_gradients_agree_with_the_textbook() {
    for (loss, width) in LOSSES.into_iter().flat_map(|loss| [(loss, 1), (loss, 37), (loss, 784)]) {
        let [logits, targets] = numbers(19 * width);
        let pairs = logits.iter().zip(&targets);
        let expected: Vec<_> = pairs.map(|(&l, &t)| textbook(loss, l, t)).collect();
        for level in Level::all() {
            let (mut errors, mut gradients) = ([f32::NAN; 19], vec![f32::NAN; 19 * width]);
            loss.evaluate_with(level, &logits, &targets, width, &mut errors, Some(&mut gradients));
            for (found, expected) in errors.iter().zip(expected.chunks(width)) {
                let expected: f64 = expected.iter().map(|(error, _)| error).sum();
                let difference = (f64::from(*found) - expected).abs();
                // A sigmoid near 1 is known to 6e-8, which a square makes small.
                let known = if loss == Loss::AbsoluteError { 6e-8 * width as f64 } else { 1e-8 };
                assert!(difference <= 1e-6 * expected + known, "{loss:?} {found} {expected}");
            }
            for (found, (_, expected)) in gradients.iter().zip(&expected) {
                let most = 2e-7 * expected.abs().max(1.0);
                let difference = (f64::from(*found) - expected).abs();
                assert!(difference < most, "{loss:?} {found} {expected}");
            }
        }
    }
}

#[test]
fn what_is_not_asked_for_costs_nothing() {
    // In whole chunks and in the rest.
    let (width, places) = (37, [0, 9, 33, 36]);
    for loss in LOSSES {
        for level in Level::all() {
            let [mut logits, mut targets] = numbers(width);
            let evaluate = |logits: &[f32], targets: &[f32]| {
                let (mut errors, mut gradients) = ([f32::NAN], vec![f32::NAN; width]);
                let kept = Some(gradients.as_mut_slice());
                loss.evaluate_with(level, logits, targets, width, &mut errors, kept);
                (errors[0], gradients)
            };
            let (all, mut expected) = evaluate(&logits, &targets);
            for (output, at) in [0.5, f32::NAN, f32::INFINITY, -3.0].into_iter().zip(places) {
                (logits[at], targets[at]) = (output, f32::NAN);
                expected[at] = 0.0;
            }
            let (error, found) = evaluate(&logits, &targets);
            assert!(0.0 < error && error < all, "{loss:?} {error} {all}");
            assert_eq!(found, expected, "{loss:?}");
        }
    }
}

#[test]
fn an_image_has_the_same_bits_in_any_batch_and_for_any_number_of_threads() {
    let width = 301;
    let [logits, targets] = numbers(200 * width);
    for loss in LOSSES {
        let mut expected = ([0.0; 200], vec![0.0; 200 * width]);
        for image in 0..200 {
            let row = image * width..(image + 1) * width;
            let error = &mut expected.0[image..=image];
            let gradients = &mut expected.1[row.clone()];
            loss.evaluate(&logits[row.clone()], &targets[row], width, error, Some(gradients));
        }
        for (threads, level) in
            [1, 2, 5].into_iter().flat_map(|n| Level::all().into_iter().map(move |l| (n, l)))
        {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut found = ([0.0; 200], vec![0.0; 200 * width]);
            let mut without = [0.0; 200];
            pool.install(|| {
                let (errors, gradients) = (&mut found.0, Some(&mut *found.1));
                loss.evaluate_with(level, &logits, &targets, width, errors, gradients);
                loss.evaluate_with(level, &logits, &targets, width, &mut without, None);
            });
            assert!(found == expected && without == expected.0, "{loss:?} {threads} {level:?}");
        }
    }
}

#[test]
fn a_bad_logit_spoils_its_images_error_and_no_other() {
    for (loss, width) in LOSSES.into_iter().flat_map(|loss| [(loss, 5), (loss, 40)]) {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for (place, target) in (0..width).flat_map(|n| [(n, 0.0), (n, 0.5), (n, 1.0)]) {
                let (mut logits, targets) = (vec![1.0; 3 * width], vec![target; 3 * width]);
                logits[width + place] = bad;
                let mut errors = [0.0; 3];
                loss.evaluate(&logits, &targets, width, &mut errors, None);
                let finite = errors.map(f32::is_finite);
                assert_eq!(finite, [true, false, true], "{loss:?} {bad} {target}");
            }
        }
    }
}

#[test]
fn images_without_values_have_no_error() {
    let mut errors = [1.0; 3];
    Loss::CrossEntropy.evaluate(&[], &[], 0, &mut errors, None);
    assert_eq!(errors, [0.0; 3]);
    Loss::SquaredError.evaluate(&[], &[], 5, &mut [], Some(&mut []));
}
