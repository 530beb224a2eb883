//! What a forward pass says of an example does not depend on the other examples of the batch.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::models::{fitted, layer};
use super::numbers::{eighths, eighths_for, size};
use crate::layer::{Activation, Layer, Shape};
use crate::sequential::Sequential;
use crate::simd::Level;

/// Numbers whose sums are rounded, so that their order shows in the bits.
fn rounded(eighths: Vec<f32>) -> Vec<f32> {
    let values = eighths.into_iter().enumerate();
    values.map(|(n, x)| x + (n as f32 * 0.618).fract() * 0.1).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|x| x.to_bits()).collect()
}

/// Every example alone, and the first few together, give the bits of the whole batch, with every
/// set of instructions, and for one thread and for several.
#[track_caller]
fn assert_independent(input: Shape, layers: &[Layer], batch: usize, seed: u64) {
    for level in Level::all() {
        let model = Sequential::with_level(input, layers, level).unwrap();
        let parameters = rounded(eighths_for(&model, seed));
        let x = rounded(eighths(batch * size(input), seed + 1));
        let n_out = size(model.output());
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let run = |x: &[f32], n| {
                pool.install(|| {
                    let y = bits(&model.forward(&parameters, x, n));
                    assert_eq!(bits(&model.forward_taped(&parameters, x, n).0), y);
                    y
                })
            };
            let all = run(&x, batch);
            let mut alone = Vec::new();
            for x in x.chunks_exact(size(input)) {
                alone.extend(run(x, 1));
            }
            let what = format!("{layers:?} {level:?}, batch {batch}, {threads} threads");
            assert!(all == alone, "alone and together differ: {what}");
            for n in [2, 3, 4, 5, 16].into_iter().filter(|&n| n < batch) {
                let few = run(&x[..n * size(input)], n);
                assert!(few == all[..n * n_out], "{n} of them differ: {what}");
            }
        }
    }
}

/// A layer whose sums are long and whose outputs are few or many.
fn product_layer() -> impl Strategy<Value = Layer> {
    let outputs = || prop_oneof![1..6_usize, 1..120_usize];
    let activation = || {
        prop_oneof![
            Just(Activation::Identity),
            Just(Activation::LeakyRelu(0.25)),
            Just(Activation::Sigmoid),
            Just(Activation::Tanh),
        ]
    };
    prop_oneof![
        (outputs(), activation())
            .prop_map(|(outputs, activation)| Layer::Dense { outputs, activation }),
        (outputs(), activation())
            .prop_map(|(outputs, activation)| Layer::TimeDistributedDense { outputs, activation }),
        (1..80_usize, any::<bool>())
            .prop_map(|(hidden, return_sequences)| Layer::Lstm { hidden, return_sequences }),
        (1..4_usize).prop_map(|steps| Layer::RepeatVector { steps }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn examples_are_independent_in_any_model(
        input in [1..10_usize, 1..14_usize, 1..14_usize],
        layers in prop::collection::vec(layer(), 1..4),
        batch in 1..41_usize,
        seed in 0..1000_u64,
    ) {
        assert_independent(input, &fitted(input, layers), batch, seed);
    }

    #[test]
    fn examples_are_independent_in_matrix_products(
        input in [1..3_usize, 1..4_usize, 1..500_usize],
        layers in prop::collection::vec(product_layer(), 1..3),
        batch in 1..41_usize,
        seed in 0..1000_u64,
    ) {
        assert_independent(input, &fitted(input, layers), batch, seed);
    }
}

#[test]
fn examples_are_independent_in_large_layers() {
    let dense = |outputs| Layer::Dense { outputs, activation: Activation::Relu };
    let lstm = |hidden| Layer::Lstm { hidden, return_sequences: true };
    assert_independent([784, 1, 1], &[dense(512), dense(2), dense(401)], 40, 1);
    assert_independent([1, 5, 70], &[lstm(128), lstm(96)], 33, 2);
}
