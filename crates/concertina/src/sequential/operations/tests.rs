//! Burn's operations compute what the kernels compute.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::slice;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::bench::usual_shape;
use crate::model::Architecture;
use crate::recipe::Recipe;
use crate::rng::Seed;
use crate::sequential::forward;
use crate::shape::ImageShape;
use crate::testing::{constant, leaf, normal, plain, values};

/// The same numbers through the kernels and through the operations: output, and the gradients of
/// parameters and input.
#[track_caller]
fn check_agreement(stack: &Sequential, parameters: &[f32], x: &[f32], grad: &[f32], batch: usize) {
    check_agreement_of(stack, parameters, x, grad, batch, x.len() / batch);
}

/// The same, where only the first `n` values of an example have a gradient.
#[track_caller]
fn check_agreement_of(
    stack: &Sequential,
    parameters: &[f32],
    x: &[f32],
    grad: &[f32],
    batch: usize,
    n: usize,
) {
    let (y, tape) = stack.forward_taped(parameters, x, batch);
    let (mut grad_parameters, mut grad_x) = (vec![0.0; parameters.len()], vec![0.0; x.len()]);
    stack.backward(parameters, x, &tape, grad, &mut grad_parameters, Some(&mut grad_x));
    let width = x.len() / batch;
    let own = |grad: Vec<f32>| -> Vec<f32> {
        grad.chunks(width.max(1)).flat_map(|grad| &grad[..n]).copied().collect()
    };
    let expected = [y, grad_parameters, own(grad_x)];

    let parameters = leaf(parameters, [parameters.len()]);
    let x = leaf(x, [batch, x.len() / batch]);
    let y = forward_with_operations(stack, parameters.clone(), x.clone());
    let grad = constant(grad, [batch, grad.len() / batch]);
    let tape = (y.clone() * grad).sum().backward();
    // A stack without parameters has no gradient of them.
    let grad_parameters = parameters.grad(&tape).map_or_else(Vec::new, values);
    let found = [values(y), grad_parameters, own(values(x.grad(&tape).unwrap()))];

    for ((expected, found), what) in
        expected.iter().zip(&found).zip(["output", "gradient of parameters", "gradient of input"])
    {
        assert_eq!(found.len(), expected.len(), "{what}");
        // What goes in is of the order of one, and so is what a sigmoid's slope loses in 1 - y.
        let scale = expected.iter().fold(1.0, |most: f32, value| most.max(value.abs()));
        for (found, expected) in found.iter().zip(expected) {
            // Written so that NaN fails.
            assert!(
                (found - expected).abs() <= 1e-5 * scale,
                "{what}: expected {expected}, found {found} ({:?}, {:?})",
                stack.input(),
                stack.layers()
            );
        }
    }
}

/// Multiples of 1/8, normally distributed: sums of their products are exact, so that rounding
/// decides about no maximum and no sign, and there are zeros and ties.
fn eighths(n: usize, seed: u64) -> Vec<f32> {
    normal(n, seed).into_iter().map(|value| (8.0 * value).round() / 8.0).collect()
}

fn check_layers(input: [usize; 3], layers: &[Layer], batch: usize, seed: u64) {
    let stack = Sequential::new(input, layers).unwrap();
    let [n_in, n_out] =
        [stack.input(), stack.output()].map(|shape| shape.iter().product::<usize>());
    let parameters = eighths(stack.n_parameters(), seed);
    let (x, grad) = (eighths(batch * n_in, seed + 1), eighths(batch * n_out, seed + 2));
    check_agreement(&stack, &parameters, &x, &grad, batch);
}

fn activation() -> impl Strategy<Value = Activation> {
    prop::sample::select(vec![
        Activation::Identity,
        Activation::Relu,
        Activation::LeakyRelu(0.25),
        Activation::Sigmoid,
        Activation::Tanh,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_layer_agrees_with_its_kernel(
        input in [1..4_usize, 1..9_usize, 1..9_usize],
        out_channels in 1..4_usize,
        kernel in 1..6_usize,
        stride in 1..3_usize,
        shorter in [0..2_usize, 0..2_usize],
        activation in activation(),
        batch in 1..4_usize,
        seed in 0..1000_u64,
    ) {
        let [channels, height, width] = input;
        let conv = |padding| Layer::Conv2d { out_channels, kernel, stride, padding, activation };
        // With stride 2, two sizes of output belong to each size of input.
        let output_size =
            [0, 1].map(|axis| input[axis + 1] * stride - shorter[axis].min(stride - 1));
        let transposed =
            Layer::ConvTranspose2d { out_channels, kernel, stride, output_size, activation };
        let dense = Layer::Dense { outputs: out_channels, activation };
        let same = conv(Padding::Same);
        if kernel <= height.min(width) {
            check_layers(input, &[conv(Padding::Valid)], batch, seed);
        }
        let reshape = Layer::Reshape([width, channels, height]);
        let lstm = |return_sequences| Layer::Lstm { hidden: out_channels + 1, return_sequences };
        let rows = Layer::TimeDistributedDense { outputs: out_channels, activation };
        for layer in [&lstm(false), &lstm(true), &Layer::RepeatVector { steps: kernel }] {
            check_layers(input, slice::from_ref(layer), batch, seed);
        }
        let both = |return_sequences, segments| Layer::BidirectionalLstm {
            hidden: out_channels + 1,
            return_sequences,
            segments,
        };
        for layer in [both(true, height), both(false, 1), both(false, height)] {
            check_layers(input, &[layer], batch, seed);
        }
        let repeat = Layer::RepeatVector { steps: stride };
        let sequence = [lstm(true), lstm(false), repeat, lstm(true), rows];
        check_layers(input, &sequence, batch, seed);
        let keeps_shape = Layer::Conv2d {
            out_channels: channels,
            kernel: 3,
            stride: 1,
            padding: Padding::Same,
            activation,
        };
        let branch = |join| [Layer::Fork, keeps_shape.clone(), Layer::Join(join)];
        let (outer, inner) = ([Layer::Fork], branch(Join::Add));
        let nested = [&outer[..], &inner, &[Layer::Join(Join::Concatenate)]].concat();
        check_layers(input, &nested, batch, seed);
        let to_pixels = Layer::Conv2d {
            out_channels: stride * stride,
            kernel: 3,
            stride: 1,
            padding: Padding::Same,
            activation,
        };
        let (shuffle, add) =
            (Layer::PixelShuffle(stride), Layer::Join(Join::AddEnlarged { factor: stride }));
        check_layers(input, &[Layer::Fork, to_pixels, shuffle, add], batch, seed);
        let factor = if height % 2 + width % 2 == 0 { 2 } else { 1 };
        let there = Layer::PixelUnshuffle(factor);
        check_layers(input, slice::from_ref(&there), batch, seed);
        check_layers(input, &[there, Layer::MaxPool2d, Layer::PixelShuffle(factor)], batch, seed);
        for layer in [&same, &transposed, &dense, &Layer::MaxPool2d, &Layer::Upsample2d, &reshape] {
            check_layers(input, slice::from_ref(layer), batch, seed);
        }
        // One after the other: each must find its own parameters.
        let reshape = Layer::Reshape([1, out_channels, 1]);
        let layers = [transposed, Layer::MaxPool2d, same, Layer::Upsample2d, dense, reshape];
        check_layers(input, &layers, batch, seed);
    }
}

/// Both halves of a recipe's network, with its own first weights.
fn check_recipe(recipe: &Recipe, target: ImageShape) {
    let batch = 2;
    let architecture = Architecture::new(recipe, target, 0).unwrap();
    let weights = architecture.initial_weights(Seed(1));
    for (stack, weights) in
        [(&architecture.encoder, weights.encoder), (&architecture.decoder, weights.decoder)]
    {
        let n: [usize; 2] = [stack.input(), stack.output()].map(|shape| shape.iter().product());
        let [x, grad] = [0, 1].map(|which| normal(batch * n[which], which as u64));
        check_agreement(stack, &weights, &x, &grad, batch);
    }
}

#[test]
fn whole_networks_agree_with_their_kernels() {
    let with = |network: &str| plain().with("network", network).unwrap();
    let grey28 = ImageShape::new(1, 28, 28);
    check_recipe(&with("{ kind = \"lesson\" }"), grey28);
    check_recipe(&with("{ kind = \"dense\", hidden = [20, 10] }"), ImageShape::new(3, 9, 7));
    check_recipe(&with("{ kind = \"lstm\", hidden = 9 }"), ImageShape::new(1, 9, 7));
    let conv = with("{ kind = \"conv\", channels = [4, 6, 8] }");
    for [height, width] in [[33, 41], [16, 16], [7, 30], [3, 2]] {
        check_recipe(&conv, ImageShape::new(3, height, width));
    }
}

#[test]
fn networks_of_music_agree_with_their_kernels() {
    for name in ["melody-vae", "drums-vae", "trio-vae", "multitrack-vae"] {
        let is_multitrack = name == "multitrack-vae";
        let recipe = Recipe::named(name).unwrap();
        let recipe = recipe
            .with("network.encoder", if is_multitrack { "[5, 4]" } else { "[5]" })
            .and_then(|recipe| recipe.with("network.decoder", "[6, 5]"))
            .and_then(|recipe| recipe.with("network.conductor", "[4]"))
            .and_then(|recipe| recipe.with("bottleneck.latent-dim", 3));
        let mut recipe = recipe.unwrap();
        if !is_multitrack {
            recipe.data.bars = Some(2);
        }
        let target = usual_shape(&recipe);
        let architecture = Architecture::new(&recipe, target, 5).unwrap();
        let weights = architecture.initial_weights(Seed(1));
        let tokens = |n: usize| -> Vec<f32> { (0..n).map(|i| ((i * 7) % 89) as f32).collect() };
        let n: usize = architecture.encoder.input().iter().product();
        let encoder = &architecture.encoder;
        let grad = normal(2 * encoder.output().iter().product::<usize>(), 3);
        let (y, tape) = encoder.forward_taped(&weights.encoder, &tokens(2 * n), 2);
        let mut expected = vec![0.0; weights.encoder.len()];
        encoder.backward(&weights.encoder, &tokens(2 * n), &tape, &grad, &mut expected, None);
        let parameters = leaf(&weights.encoder, [expected.len()]);
        let x = constant(&tokens(2 * n), [2, n]);
        let found = forward_with_operations(encoder, parameters.clone(), x);
        let graph = (found.clone() * constant(&grad, [2, grad.len() / 2])).sum().backward();
        let gradient = values(parameters.grad(&graph).unwrap());
        for (found, expected) in values(found).iter().zip(&y).chain(gradient.iter().zip(&expected))
        {
            assert!((found - expected).abs() <= 1e-5 * expected.abs().max(1.0), "{name}");
        }
        // A code, the chord, the tokens and a temperature.
        let decoder = &architecture.decoder;
        let n: usize = decoder.input().iter().product();
        let own = n - target.len() - 1;
        let mut x = normal(2 * n, 4);
        for x in x.chunks_exact_mut(n) {
            x[own..n - 1].copy_from_slice(&tokens(target.len()));
            x[n - 1] = 1.0;
        }
        let grad = normal(2 * decoder.output().iter().product::<usize>(), 5);
        check_agreement_of(decoder, &weights.decoder, &x, &grad, 2, own);
        // Every third token is the most probable, and every third is drawn, but where a segment
        // ends: in training that is given.
        let guide = architecture.guide.unwrap();
        for x in x.chunks_exact_mut(n) {
            for (place, token) in x[own..n - 1].iter_mut().enumerate() {
                let is_end = place % guide.segment >= guide.segment - guide.voices;
                match place % 3 {
                    _ if is_end => {}
                    0 => *token = -1.0,
                    1 => *token = -((place * 37 % 100) as f32 + 0.5) / 100.0,
                    _ => {}
                }
            }
            x[n - 1] = 0.25;
        }
        check_agreement_of(decoder, &weights.decoder, &x, &grad, 2, own);
    }
}

#[test]
fn on_the_cpu_the_kernels_run() {
    let layers = [Layer::Conv2d {
        out_channels: 4,
        kernel: 5,
        stride: 1,
        padding: Padding::Same,
        activation: Activation::Identity,
    }];
    let stack = Arc::new(Sequential::new([3, 12, 12], &layers).unwrap());
    let weights = normal(stack.n_parameters(), 1);
    let x = normal(3 * 12 * 12, 2);
    let expected = stack.forward(&weights, &x, 1);
    let (weights, x) = (constant(&weights, [weights.len()]), constant(&x, [1, x.len()]));
    assert_eq!(values(forward(&stack, weights.clone(), x.clone())), expected);
    // What tells them apart: another order of adding up gives other bits.
    assert_ne!(values(forward_with_operations(&stack, weights, x)), expected);
}
