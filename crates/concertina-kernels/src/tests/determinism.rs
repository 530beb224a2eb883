//! The same bytes for any number of threads, and for a model that has been used before.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::decoder::{Example, flat, hierarchical};
use super::models::conv_ae;
use super::numbers::{eighths, eighths_for, size};
use super::passes::{Passes, passes};
use crate::layer::{Activation, Layer, Padding};
use crate::sequential::Sequential;

fn with_threads(threads: usize, model: &Sequential, batch: usize) -> Passes {
    let numbers = |n, seed| -> Vec<f32> {
        let values = eighths(n, seed).into_iter().enumerate();
        values.map(|(n, x)| x + (n as f32 * 0.618).fract() * 0.1).collect()
    };
    let parameters = numbers(model.n_parameters(), 1);
    let x = numbers(batch * size(model.input()), 2);
    let grad = numbers(batch * size(model.output()), 3);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| passes(model, &parameters, &x, &grad, batch))
}

#[track_caller]
fn assert_same_for_any_threads(model: &Sequential, batch: usize) {
    let expected = with_threads(1, model, batch);
    assert!(expected.iter().flatten().all(|x| x.is_finite()));
    for threads in [2, 3, 1, 8] {
        let found = with_threads(threads, model, batch);
        let bits =
            |passes: &Passes| passes.iter().flatten().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&found), bits(&expected), "{threads} threads");
    }
}

#[test]
fn convolutions_give_the_same_bits_for_any_number_of_threads() {
    assert_same_for_any_threads(&conv_ae(), 16 * 21 + 5);
}

#[test]
fn convolutions_with_many_weights_give_the_same_bits_for_any_number_of_threads() {
    let activation = Activation::LeakyRelu(0.5);
    let conv = |out_channels| Layer::Conv2d {
        out_channels,
        kernel: 3,
        stride: 2,
        padding: Padding::Same,
        activation,
    };
    let transposed = |out_channels, size| Layer::ConvTranspose2d {
        out_channels,
        kernel: 4,
        stride: 2,
        output_size: [size; 2],
        activation,
    };
    let layers = [conv(48), conv(50), Layer::Upsample2d, conv(45), transposed(40, 5)];
    let model = Sequential::new([3, 12, 12], &layers).unwrap();
    assert_same_for_any_threads(&model, 16 * 5 + 1);
}

#[test]
fn dense_layers_give_the_same_bits_for_any_number_of_threads() {
    let dense = |outputs, activation| Layer::Dense { outputs, activation };
    let layers = [
        dense(512, Activation::Relu),
        dense(4, Activation::Identity),
        dense(512, Activation::Sigmoid),
        dense(784, Activation::Identity),
    ];
    let model = Sequential::new([784, 1, 1], &layers).unwrap();
    for batch in [1, 7, 128, 500] {
        assert_same_for_any_threads(&model, batch);
    }
}

#[test]
fn sequences_give_the_same_bits_for_any_number_of_threads() {
    let lstm = |hidden, return_sequences| Layer::Lstm { hidden, return_sequences };
    let layers = [
        lstm(40, true),
        lstm(96, false),
        Layer::RepeatVector { steps: 9 },
        lstm(50, true),
        Layer::RepeatVector { steps: 2 },
        Layer::TimeDistributedDense { outputs: 30, activation: Activation::Sigmoid },
    ];
    let model = Sequential::new([2, 9, 5], &layers).unwrap();
    for batch in [1, 7, 150] {
        assert_same_for_any_threads(&model, batch);
    }
}

#[test]
fn tokens_give_the_same_bits_for_any_number_of_threads() {
    for decoder in [flat(), hierarchical()] {
        let example = Example::of(decoder);
        for batch in [1, 40] {
            let x = example.inputs(batch, 3);
            let grad = eighths(batch * size(example.model.output()), 4);
            let run = |threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| passes(&example.model, &example.parameters, &x, &grad, batch))
            };
            let expected = run(1);
            for threads in [2, 5] {
                assert!(run(threads) == expected, "{threads} threads");
            }
        }
    }
}

#[test]
fn an_image_is_treated_alike_in_any_batch() {
    let model = conv_ae();
    let parameters = eighths_for(&model, 5);
    let x = eighths(40 * 784, 6);
    let all = model.forward(&parameters, &x, 40);
    for image in [0, 15, 16, 39] {
        let range = image * 784..(image + 1) * 784;
        assert_eq!(model.forward(&parameters, &x[range.clone()], 1), all[range]);
    }
}
