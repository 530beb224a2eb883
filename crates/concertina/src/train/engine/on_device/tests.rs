//! Steps by Burn's operations beside those by the kernels, on the one device that is always there.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::recipe::Recipe;
use crate::rng::{Purpose, Seed};
use crate::shape::ImageShape;
use crate::testing::{adversarial, normal, plain, quantised, variational};

const N: usize = 12;

fn setting(recipe: &Recipe) -> (Plan, TrainingState, Batch) {
    let plan = Plan::of(recipe, ImageShape::new(1, 8, 8), N, 0).unwrap();
    let state = TrainingState::new(&plan.architecture, Seed(3));
    let input: Vec<f32> = normal(N * 64, 1).iter().map(|x| 0.5 + 0.1 * x).collect();
    let target = input.clone();
    let noise = normal(N * plan.architecture.bottleneck.noise_len(), 2);
    (plan, state, Batch { input, target, noise, labels: Vec::new(), guide: Vec::new(), len: N })
}

/// The batch as shards of these numbers of examples.
fn sharded(batch: &Batch, lens: &[usize]) -> ShardedBatch {
    let mut first = 0;
    let shards = lens.iter().map(|&len| {
        let part = |values: &[f32]| {
            let width = values.len() / N;
            values[first * width..(first + len) * width].to_vec()
        };
        let shard = Batch {
            input: part(&batch.input),
            target: part(&batch.target),
            noise: part(&batch.noise),
            len,
            ..batch.clone()
        };
        first += len;
        shard
    });
    ShardedBatch { shards: shards.collect(), len: N }
}

#[track_caller]
fn check_close(found: &Components<Vec<f32>>, expected: &Components<Vec<f32>>, what: &str) {
    for (found, expected) in found.as_ref().zip(expected.as_ref()).into_array() {
        assert_eq!(found.len(), expected.len(), "{what}");
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 2e-5, "{what}: {found}, not {expected}");
        }
    }
}

#[test]
fn steps_are_those_of_the_cpu() {
    let with = |recipe: Recipe, key: &str, value: &str| recipe.with(key, value).unwrap();
    for recipe in [
        plain(),
        variational(),
        adversarial(),
        quantised(),
        with(plain(), "training.clip-norm", "0.01"),
        with(plain(), "training.optimiser", "{ kind = \"rmsprop\" }"),
        with(variational(), "training.optimiser", "{ kind = \"adadelta\" }"),
    ] {
        let (plan, mut cpu, batch) = setting(&recipe);
        let mut device = OnDevice::new(&Device::cpu(), &cpu);
        for step in 0..4 {
            let context = StepContext { step, epochs: 0.5, learning_rate: 1e-3 };
            // An empty shard is that of a short batch.
            let lens: &[usize] = if step % 2 == 0 { &[N] } else { &[5, 0, 4, 3] };
            let expected = cpu.step(&plan, sharded(&batch, lens), context).unwrap();
            let found = device.step(&plan, sharded(&batch, lens), context).unwrap();
            let what = format!("{}, step {step}", recipe.name);
            let norms = [found.gradient_norm, expected.gradient_norm];
            assert!((norms[0] / norms[1] - 1.0).abs() < 1e-3, "{what}: {norms:?}");
            let (found, expected) = (found.losses, expected.losses);
            assert_eq!((found.n, found.terms.len()), (expected.n, expected.terms.len()), "{what}");
            let pairs = found.terms.iter().zip(&expected.terms);
            let pairs = pairs.map(|((_, found), (_, expected))| (*found, *expected));
            let losses = (f64::from(found.loss), f64::from(expected.loss));
            let all = pairs.chain([losses, (found.reconstruction, expected.reconstruction)]);
            for (found, expected) in all {
                let within = 1e-4 * expected.abs().max(1e-3);
                assert!((found - expected).abs() < within, "{what}: {found}, not {expected}");
            }
        }
        let state = device.state();
        check_close(&state.weights, &cpu.weights, &recipe.name);
        for (found, expected) in state.moments.iter().zip(&cpu.moments) {
            check_close(&found.mean, &expected.mean, &recipe.name);
            check_close(&found.square, &expected.square, &recipe.name);
        }
    }
}

#[test]
fn a_step_that_diverges_is_not_taken() {
    for (recipe, what) in [(plain(), "loss"), (adversarial(), "loss of the discriminator")] {
        let (plan, mut state, mut batch) = setting(&recipe);
        if what == "loss" {
            batch.target[7] = f32::INFINITY;
        } else {
            state.weights.bottleneck.fill(f32::NAN);
        }
        let mut device = OnDevice::new(&Device::cpu(), &state);
        let context = StepContext { step: 0, epochs: 0.0, learning_rate: 1e-3 };
        let diverged = device.step(&plan, sharded(&batch, &[N]), context).unwrap_err();
        assert_eq!(diverged.what, what);
        assert!(!diverged.value.is_finite());
        let is_finite = |values: &Vec<f32>| values.iter().all(|value| value.is_finite());
        assert!(is_finite(&device.state().weights.encoder));
    }
}

#[test]
fn a_codebook_is_changed_before_an_epoch_as_on_the_cpu() {
    let recipe = quantised();
    let (plan, mut cpu, batch) = setting(&recipe);
    let mut device = OnDevice::new(&Device::cpu(), &cpu);
    let stream = || Stream::new(Seed(42), Purpose::Codebook, [1, 0, 0]);
    let before = cpu.weights.bottleneck.clone();
    cpu.begin_epoch(&plan.architecture, &batch, &mut stream());
    device.begin_epoch(&plan.architecture, &batch, &mut stream());
    assert_ne!(cpu.weights.bottleneck, before);
    assert_eq!(device.state().weights, cpu.weights);
    assert_eq!(device.state().moments, cpu.moments);
}
