//! Steps and norms against f64, for any number of threads.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::numbers::eighths;
use crate::optimiser::{Adadelta, Adam, Rmsprop, norm};

/// More than two chunks, and not a whole number of them.
const N: usize = 40_003;
const STEPS: usize = 3;

fn gradients(step: usize) -> Vec<f32> {
    eighths(N, 10 + step as u64)
}

/// Steps with several numbers of threads, which must agree to the bit.
fn weights_after(update: impl Fn(usize, &mut [f32], &mut [f32], &mut [f32]) + Sync) -> Vec<f32> {
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (mut weights, mut means, mut squares) = (eighths(N, 1), vec![0.0; N], vec![0.0; N]);
        for step in 1..=STEPS {
            pool.install(|| update(step, &mut weights, &mut means, &mut squares));
        }
        weights
    };
    let expected = run(1);
    assert!([2, 7].into_iter().all(|threads| run(threads) == expected));
    expected
}

#[track_caller]
fn assert_close(found: &[f32], expected: impl Fn(usize) -> f64) {
    assert_eq!(found.len(), N);
    for (n, found) in found.iter().enumerate() {
        assert!((f64::from(*found) - expected(n)).abs() < 1e-6, "{n}: {found}, {}", expected(n));
    }
}

#[test]
fn adam_is_the_papers() {
    let (rate, beta1, beta2, epsilon) = (0.01, 0.9, 0.99, 1e-7);
    let found = weights_after(|step, weights, means, squares| {
        let adam = Adam::new(rate, beta1, beta2, epsilon, step);
        adam.update(weights, &gradients(step), means, squares);
    });
    let wide = [rate, beta1, beta2, epsilon].map(f64::from);
    let (start, gradients) = (eighths(N, 1), [1, 2, 3].map(gradients));
    assert_close(&found, |n| {
        let [rate, beta1, beta2, epsilon] = wide;
        let (mut w, mut m, mut v) = (f64::from(start[n]), 0.0, 0.0);
        for (step, gradients) in (1..).zip(&gradients) {
            let g = f64::from(gradients[n]);
            m = beta1 * m + (1.0 - beta1) * g;
            v = beta2 * v + (1.0 - beta2) * g * g;
            let rate = rate * (1.0 - beta2.powi(step)).sqrt() / (1.0 - beta1.powi(step));
            w -= rate * m / (v.sqrt() + epsilon);
        }
        w
    });
}

#[test]
fn rmsprop_is_kerass() {
    let rmsprop = Rmsprop { learning_rate: 0.01, rho: 0.9, epsilon: 1e-7 };
    let found = weights_after(|step, weights, _, squares| {
        rmsprop.update(weights, &gradients(step), squares);
    });
    let (start, gradients) = (eighths(N, 1), [1, 2, 3].map(gradients));
    assert_close(&found, |n| {
        let [rate, rho, epsilon] =
            [rmsprop.learning_rate, rmsprop.rho, rmsprop.epsilon].map(f64::from);
        let (mut w, mut v) = (f64::from(start[n]), 0.0);
        for gradients in &gradients {
            let g = f64::from(gradients[n]);
            v = rho * v + (1.0 - rho) * g * g;
            w -= rate * g / (v + epsilon).sqrt();
        }
        w
    });
}

#[test]
fn adadelta_is_the_papers() {
    let adadelta = Adadelta { learning_rate: 0.5, rho: 0.95, epsilon: 1e-7 };
    let found = weights_after(|step, weights, changes, squares| {
        adadelta.update(weights, &gradients(step), changes, squares);
    });
    let (start, gradients) = (eighths(N, 1), [1, 2, 3].map(gradients));
    assert_close(&found, |n| {
        let [rate, rho, epsilon] =
            [adadelta.learning_rate, adadelta.rho, adadelta.epsilon].map(f64::from);
        let (mut w, mut d, mut v) = (f64::from(start[n]), 0.0, 0.0);
        for gradients in &gradients {
            let g = f64::from(gradients[n]);
            v = rho * v + (1.0 - rho) * g * g;
            let change = (d + epsilon).sqrt() / (v + epsilon).sqrt() * g;
            d = rho * d + (1.0 - rho) * change * change;
            w -= rate * change;
        }
        w
    });
}

#[test]
fn the_norm_is_of_all_slices_and_the_same_for_any_number_of_threads() {
    let numbers: Vec<f32> = (0..N).map(|n| (n as f32 * 0.618).fract() - 0.3).collect();
    let slices = [&numbers[..7], &[], &numbers[7..35_000], &numbers[35_000..]];
    let exact = numbers.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt();
    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| norm(&slices)), exact as f32, "{threads} threads");
    }
    assert_eq!(norm(&[]), 0.0);
    assert_eq!(norm(&[&[3e30], &[4e30]]), 5e30);
    assert_eq!(norm(&[&[3e38, 3e38]]), f32::INFINITY);
    assert!(norm(&[&[1.0, f32::NAN]]).is_nan());
}

#[test]
fn what_is_remembered_of_a_dead_unit_ends_as_zero() {
    // One gradient that matters, then none, or ever smaller ones.
    for last in [0.0f32, 1e-17, 1e-25] {
        let (mut weights, mut means, mut squares) = ([1.0f32], [0.0f32], [0.0f32]);
        let mut rms = ([1.0f32], [0.0f32]);
        let mut delta = ([1.0f32], [0.0f32], [0.0f32]);
        for step in 1..=20_000 {
            let gradient = [if step == 1 { 1e-3 } else { last }];
            let adam = Adam::new(1e-3, 0.9, 0.99, 1e-7, step);
            adam.update(&mut weights, &gradient, &mut means, &mut squares);
            let rmsprop = Rmsprop { learning_rate: 1e-3, rho: 0.9, epsilon: 1e-7 };
            rmsprop.update(&mut rms.0, &gradient, &mut rms.1);
            let adadelta = Adadelta { learning_rate: 1.0, rho: 0.95, epsilon: 1e-7 };
            adadelta.update(&mut delta.0, &gradient, &mut delta.1, &mut delta.2);
            let all = [&weights, &means, &squares, &rms.0, &rms.1, &delta.0, &delta.1, &delta.2];
            let all = all.map(|numbers| numbers[0]);
            assert!(all.iter().all(|x| !x.is_subnormal() && x.is_finite()), "{step}: {all:?}");
        }
        assert_eq!([means[0], squares[0], rms.1[0], delta.1[0], delta.2[0]], [0.0; 5]);
    }
    // What is not finite stays so, for the loop to find.
    let (mut weights, mut means, mut squares) = ([1.0f32], [0.0f32], [0.0f32]);
    let adam = Adam::new(1e-3, 0.9, 0.99, 1e-7, 1);
    adam.update(&mut weights, &[f32::NAN], &mut means, &mut squares);
    assert!(weights[0].is_nan() && means[0].is_nan());
}
