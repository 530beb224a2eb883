//! Tests of a step: what moves, against which loss, and what the optimiser remembers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::f64::consts::LN_2;

use super::*;
use crate::data::{Data, Dataset};
use crate::group::Alone;
use crate::group::threads::in_threads;
use crate::model::{Pass, Weights};
use crate::rng::{Purpose, Seed};
use crate::shape::ImageShape;
use crate::testing::{adversarial, normal, plain, quantised, shades};

const N: usize = 64;

/// A state with a batch of random images, 8x8.
fn setting(recipe: &Recipe) -> (Architecture, TrainingState, ShardedBatch) {
    let architecture = Architecture::new(recipe, ImageShape::new(1, 8, 8), 0).unwrap();
    let state = TrainingState::new(&architecture, Seed(3));
    let input: Vec<f32> = normal(N * 64, 1).iter().map(|x| 0.5 + 0.1 * x).collect();
    let target = input.clone();
    let noise = normal(N * architecture.bottleneck.noise_len(), 2);
    let batch = Batch { input, target, noise, labels: Vec::new(), guide: Vec::new(), len: N };
    (architecture, state, ShardedBatch { shards: vec![batch], len: N })
}

/// The plan of a batch of [`setting`].
fn plan(recipe: &Recipe) -> Plan {
    Plan::of(recipe, ImageShape::new(1, 8, 8), N, 0).unwrap()
}

fn first_step(learning_rate: f32) -> StepContext {
    StepContext { step: 0, epochs: 0.0, learning_rate }
}

/// A layer of [`plain`]'s networks in f64: a weight matrix of `outputs` rows, then the biases.
fn dense(parameters: &mut &[f32], x: &[f64], outputs: usize) -> Vec<f64> {
    let (weights, rest) = parameters.split_at(outputs * x.len());
    let (biases, rest) = rest.split_at(outputs);
    *parameters = rest;
    let rows = weights.chunks_exact(x.len()).zip(biases);
    let output = |(row, bias): (&[f32], &f32)| {
        let products = row.iter().zip(x).map(|(weight, x)| f64::from(*weight) * x);
        products.sum::<f64>() + f64::from(*bias)
    };
    rows.map(output).collect()
}

/// Two dense layers with a `ReLU` between them.
fn perceptron(mut parameters: &[f32], x: &[f64], hidden: usize, outputs: usize) -> Vec<f64> {
    let x = dense(&mut parameters, x, hidden);
    let x: Vec<f64> = x.into_iter().map(|x| x.max(0.0)).collect();
    let x = dense(&mut parameters, &x, outputs);
    assert!(parameters.is_empty());
    x
}

/// The losses of discriminator and generator in nats, averaged over the batch, in f64: the paper's
/// `-ln D(prior) - ln(1 - D(code))` and `-ln D(code)`.
fn adversarial_losses(weights: &Weights, batch: &ShardedBatch) -> [f64; 2] {
    let batch = &batch.shards[0];
    let wide = |values: &[f32]| values.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>();
    // -ln sigmoid(logit).
    let minus_log = |logit: f64| (-logit).exp().ln_1p();
    let judged = |code: &[f64]| perceptron(&weights.bottleneck, code, 8, 1)[0];
    let [mut discriminator, mut generator] = [0.0; 2];
    for (image, prior) in batch.input.chunks_exact(64).zip(batch.noise.chunks_exact(2)) {
        let code = perceptron(&weights.encoder, &wide(image), 8, 2);
        let (of_code, of_prior) = (judged(&code), judged(&wide(prior)));
        discriminator += minus_log(of_prior) + minus_log(-of_code);
        generator += minus_log(of_code);
    }
    [discriminator, generator].map(|sum| sum / N as f64)
}

#[test]
fn who_knows_nothing_loses_ln_2_for_each_guess() {
    let (architecture, mut state, batch) = setting(&adversarial());
    state.weights.bottleneck.fill(0.0);
    let expected = [("discriminator", 2.0 * LN_2), ("generator", LN_2)];
    for (phase, (name, nats)) in architecture.bottleneck.phases().iter().zip(expected) {
        let (losses, _) = state.phase_gradients(&architecture, phase, &batch, &Alone).unwrap();
        assert_eq!(phase.name, name);
        let (_, sum) = losses.terms[0];
        assert!((sum / N as f64 / nats - 1.0).abs() < 1e-5, "{name}: {sum}");
    }
    let losses = adversarial_losses(&state.weights, &batch);
    assert!((losses[0] - 2.0 * LN_2).abs() < 1e-12 && (losses[1] - LN_2).abs() < 1e-12);
}

/// With steps as small as these, each side's loss falls.
#[test]
fn each_side_moves_its_own_weights_against_its_own_loss() {
    let recipe = adversarial();
    let (architecture, state, batch) = setting(&recipe);
    let phases = architecture.bottleneck.phases();
    let mut moved = state.clone();
    let mut seen = vec![state.weights.clone()];
    let mut told = Vec::new();
    for (number, phase) in phases.iter().enumerate() {
        let (losses, gradients) =
            moved.phase_gradients(&architecture, phase, &batch, &Alone).unwrap();
        moved.apply(number + 1, &recipe.training, &gradients, 0, 1e-4);
        told.push(losses.terms[0].1 / N as f64);
        seen.push(moved.weights.clone());
    }
    let [before, between, after] = [0, 1, 2].map(|phase| adversarial_losses(&seen[phase], &batch));
    assert!((told[0] - before[0]).abs() < 1e-5 * before[0], "{told:?} {before:?}");
    assert!((told[1] - between[1]).abs() < 1e-5 * between[1], "{told:?} {between:?}");
    assert!(between[0] < before[0] && after[1] < between[1], "{before:?} {between:?} {after:?}");

    let moves = |old: &Weights, new: &Weights| {
        old.as_ref().zip(new.as_ref()).map(|(old, new)| old != new).into_array()
    };
    // Encoder, decoder, discriminator.
    assert_eq!(moves(&seen[0], &seen[1]), [false, false, true, false]);
    assert_eq!(moves(&seen[1], &seen[2]), [true, false, false, false]);
    // Each loss has moments of its own, and nothing is left in those of the main one.
    let remembered = moved.moments.iter().map(|moments| {
        let any = |mean: &Vec<f32>| mean.iter().any(|&mean| mean != 0.0);
        moments.mean.as_ref().map(any).into_array()
    });
    let expected = [[false; 4], [false, false, true, false], [true, false, false, false]];
    assert!(remembered.eq(expected));
}

#[test]
fn gradients_of_both_sides_are_differences_of_their_losses() {
    let (architecture, mut state, batch) = setting(&adversarial());
    let weights = state.weights.clone();
    let phases = architecture.bottleneck.phases();
    let [discriminator, generator] = [0, 1].map(|phase| {
        state.phase_gradients(&architecture, &phases[phase], &batch, &Alone).unwrap().1
    });
    assert!(discriminator.encoder.is_none() && generator.bottleneck.is_none());
    let at = |side: usize, index: usize, offset: f32| {
        let mut weights = weights.clone();
        let moved = if side == 0 { &mut weights.bottleneck } else { &mut weights.encoder };
        moved[index] += offset;
        adversarial_losses(&weights, &batch)[side]
    };
    for (side, gradient, indices) in [
        (0, discriminator.bottleneck.unwrap(), &[0, 7, 16, 20, 24, 32][..]),
        (1, generator.encoder.unwrap(), &[0, 63, 200, 512, 520, 535, 537]),
    ] {
        for &index in indices {
            // Small, because of the corners of ReLUs.
            let difference = (at(side, index, 0.001) - at(side, index, -0.001)) / 0.002;
            let found = f64::from(gradient[index]);
            let within = 1e-2 * found.abs() + 2e-5;
            assert!(
                (difference - found).abs() < within,
                "{side}, {index}: {found}, not {difference}"
            );
        }
    }
}

/// A phase whose learning rate is 0 moves nothing, and then a step is a plain autoencoder's.
#[test]
fn a_step_is_the_main_one_and_then_the_phases_at_their_scale() {
    let stepped = |recipe: &Recipe| {
        let (_, mut state, batch) = setting(recipe);
        let first = state.clone();
        let outcome = state.step(&plan(recipe), batch, first_step(1e-3)).unwrap();
        (first.weights, state, outcome.losses)
    };
    let (_, alone, _) = stepped(&plain());
    let still = adversarial().with("bottleneck.learning-rate-scale", 0).unwrap();
    let (first, state, _) = stepped(&still);
    assert_eq!(state.weights.encoder, alone.weights.encoder);
    assert_eq!(state.weights.decoder, alone.weights.decoder);
    assert_eq!(state.weights.bottleneck, first.bottleneck);

    // Adam's first step is the sign of the gradient times the learning rate, here half of the
    // recipe's.
    let (first, state, losses) = stepped(&adversarial());
    assert_eq!(state.weights.decoder, alone.weights.decoder);
    for (new, old, rate) in [
        (&state.weights.bottleneck, &first.bottleneck, 5e-4),
        (&state.weights.encoder, &alone.weights.encoder, 5e-4),
        (&alone.weights.encoder, &first.encoder, 1e-3),
    ] {
        let most = new.iter().zip(old).fold(0.0f32, |most, (new, old)| most.max((new - old).abs()));
        assert!((most / rate - 1.0).abs() < 1e-2, "{most}, not {rate}");
    }
    let names: Vec<&str> = losses.terms.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["discriminator", "generator"]);
    assert!(losses.terms.iter().all(|(_, sum)| *sum > 0.1 * N as f64), "{losses:?}");
}

#[test]
fn a_phase_that_diverges_is_named() {
    let recipe = adversarial();
    let (_, mut state, batch) = setting(&recipe);
    state.weights.bottleneck.fill(f32::NAN);
    let diverged = state.step(&plan(&recipe), batch, first_step(1e-3)).unwrap_err();
    assert_eq!(diverged.what, "loss of the discriminator");
    assert!(diverged.value.is_nan());
    assert!(state.weights.encoder.iter().all(|weight| weight.is_finite()));
}

/// The second of two processes has a value in its shard that is not finite.
#[test]
fn what_diverges_in_one_process_diverges_in_all() {
    for recipe in [plain(), adversarial()] {
        let outcomes = in_threads(2, |group| {
            let (_, mut state, mut batch) = setting(&recipe);
            let before = state.weights.clone();
            batch.len = 2 * N;
            if group.rank() == 1 {
                batch.shards[0].target[7] = f32::INFINITY;
            }
            let context = first_step(1e-3);
            let plan = Plan { group, ..plan(&recipe) };
            let diverged = state.step(&plan, batch, context).unwrap_err();
            assert_eq!(state.weights, before);
            (diverged.what, diverged.value.to_bits())
        });
        assert_eq!(outcomes[0].0, "loss");
        assert_eq!(outcomes[0], outcomes[1]);
    }
}

#[test]
fn lent_weights_come_back_without_a_copy() {
    for recipe in [plain(), adversarial()] {
        let (_, mut state, batch) = setting(&recipe);
        let places = |state: &TrainingState| {
            let Weights { encoder, decoder, bottleneck, .. } = &state.weights;
            [encoder.as_ptr(), decoder.as_ptr(), bottleneck.as_ptr()]
                .into_iter()
                .zip([encoder.len(), decoder.len(), bottleneck.len()])
                .filter(|(_, len)| *len > 0)
                .collect::<Vec<_>>()
        };
        let before = places(&state);
        state.step(&plan(&recipe), batch, first_step(0.1)).unwrap();
        assert_eq!(places(&state), before);
    }
}

/// The training examples of `data`, as before epoch `epoch`.
fn all_of(data: &Dataset, recipe: &Recipe, architecture: &Architecture, epoch: u32) -> Batch {
    let all: Vec<u32> = (0..data.train.len() as u32).collect();
    Batch::read(data.training(), &all, recipe, architecture, Pass::Training { epoch, step: 0 })
        .unwrap()
}

#[test]
fn before_an_epoch_dead_embeddings_become_vectors_of_training_examples() {
    let (data, recipe) = (shades(30), quantised());
    let architecture = Architecture::new(&recipe, data.train.shape(), 0).unwrap();
    let mut state = TrainingState::new(&architecture, Seed(42));
    assert!(state.weights.bottleneck.iter().all(|&value| value == 0.0));
    let examples = all_of(&data, &recipe, &architecture, 1);
    let stream = |epoch| Stream::new(Seed(42), Purpose::Codebook, [epoch, 0, 0]);
    state.begin_epoch(&architecture, &examples, &mut stream(1));

    let encoder = &architecture.encoder;
    let features = encoder.forward(&state.weights.encoder, &examples.input, examples.len);
    let vectors: Vec<[f32; 2]> =
        features.chunks_exact(6).flat_map(|code| (0..3).map(|i| [code[i], code[3 + i]])).collect();
    // All vectors were nearest to the first of the zeros.
    assert_eq!(state.weights.bottleneck[..2], [0.0, 0.0]);
    for embedding in state.weights.bottleneck[2..].chunks_exact(2) {
        assert!(vectors.iter().any(|vector| vector == embedding), "{embedding:?}");
    }

    // One that is used is put where no vector is, and all remember something.
    let before = state.weights.bottleneck.clone();
    let nearest = |vector: &[f32; 2]| {
        let far = |k: usize| {
            (before[2 * k] - vector[0]).powi(2) + (before[2 * k + 1] - vector[1]).powi(2)
        };
        (0..12).min_by(|&a, &b| far(a).total_cmp(&far(b))).unwrap()
    };
    let used: Vec<usize> = vectors.iter().map(nearest).collect();
    let lost = used[0];
    state.weights.bottleneck[2 * lost..][..2].fill(1e6);
    state.moments[0].mean.bottleneck.fill(1.0);
    state.moments[0].square.bottleneck.fill(1.0);
    state.begin_epoch(&architecture, &examples, &mut stream(2));
    let Moments { mean, square } = &state.moments[0];
    for k in 0..12 {
        let embedding = 2 * k..2 * k + 2;
        let found = &state.weights.bottleneck[embedding.clone()];
        let remembered =
            [&mean.bottleneck[embedding.clone()], &square.bottleneck[embedding.clone()]];
        if k == lost {
            assert!(found.iter().all(|value| value.abs() < 1e3));
            assert_eq!(remembered, [&[0.0; 2], &[0.0; 2]]);
        } else if used.contains(&k) {
            assert_eq!(found, &before[embedding]);
            assert_eq!(remembered, [&[1.0; 2], &[1.0; 2]]);
        }
    }
}

#[test]
fn a_bottleneck_without_a_codebook_lets_an_epoch_begin_as_it_is() {
    let (data, recipe) = (shades(30), adversarial());
    let architecture = Architecture::new(&recipe, data.train.shape(), 0).unwrap();
    let mut state = TrainingState::new(&architecture, Seed(42));
    let before = state.weights.clone();
    let examples = all_of(&data, &recipe, &architecture, 1);
    assert_eq!(architecture.bottleneck.examples_at_epoch(), 0);
    state.begin_epoch(
        &architecture,
        &examples,
        &mut Stream::new(Seed(1), Purpose::Codebook, [1, 0, 0]),
    );
    assert_eq!(state.weights, before);
}
