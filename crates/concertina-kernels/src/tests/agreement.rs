//! The model computes what the textbook says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::models::{conv_ae, fitted, layer};
use super::numbers::{eighths, eighths_for, size};
use super::passes::{Passes, passes};
use crate::layer::{Activation, Join, Layer, Padding, Shape};
use crate::naive;
use crate::sequential::Sequential;
use crate::simd::Level;

fn assert_agrees(model: &Sequential, batch: usize, seed: u64) {
    let parameters = eighths_for(model, seed);
    let x = eighths(batch * size(model.input()), seed + 1);
    let grad = eighths(batch * size(model.output()), seed + 2);
    let expected = textbook(model, &parameters, &x, &grad);
    let found = passes(model, &parameters, &x, &grad, batch);
    assert_eq!(
        model.forward(&parameters, &x, batch),
        found[0],
        "forward is the same, taped or not"
    );
    for ((expected, found), what) in
        expected.iter().zip(&found).zip(["output", "parameters", "input"])
    {
        assert_close(expected, found, what);
    }
}

/// Whether the input of some ReLU is so near to zero that rounding decides on which side it lies:
/// the gradients on both sides are right then, and not alike. Eighths are added up without
/// rounding, so zero itself counts only where a curve came before.
fn is_on_a_kink(input: Shape, layers: &[Layer], batch: usize, seed: u64) -> bool {
    let model = Sequential::new(input, layers).unwrap();
    let (parameters, x) = (eighths_for(&model, seed), eighths(batch * size(input), seed + 1));
    (0..layers.len()).any(|last| {
        let rounded = layers[..last].iter().any(is_curved);
        let mut layers = layers[..=last].to_vec();
        match &mut layers[last] {
            Layer::Conv2d { activation, .. }
            | Layer::ConvTranspose2d { activation, .. }
            | Layer::Dense { activation, .. }
            | Layer::TimeDistributedDense { activation, .. }
                if matches!(activation, Activation::Relu | Activation::LeakyRelu(_)) =>
            {
                *activation = Activation::Identity;
            }
            _ => return false,
        }
        let model = Sequential::new(input, &without_open_forks(layers)).unwrap();
        let parameters = &parameters[..model.n_parameters()];
        let sums = textbook_output(&model, parameters, &x);
        let near = 1e-6 * sums.iter().fold(1.0_f64, |most, sum| most.max(sum.abs()));
        sums.iter().any(|sum| sum.abs() < near && (rounded || *sum != 0.0))
    })
}

/// A fork passes its input on: what comes before the join is the same without it.
fn without_open_forks(mut layers: Vec<Layer>) -> Vec<Layer> {
    let mut open = Vec::new();
    for (n, layer) in layers.iter().enumerate() {
        match layer {
            Layer::Fork => open.push(n),
            Layer::Join(_) => drop(open.pop()),
            _ => {}
        }
    }
    for n in open.into_iter().rev() {
        layers.remove(n);
    }
    layers
}

fn is_curved(layer: &Layer) -> bool {
    match layer {
        Layer::Conv2d { activation, .. }
        | Layer::ConvTranspose2d { activation, .. }
        | Layer::Dense { activation, .. }
        | Layer::TimeDistributedDense { activation, .. } => {
            matches!(activation, Activation::Sigmoid | Activation::Tanh)
        }
        Layer::Lstm { .. } | Layer::BidirectionalLstm { .. } => true,
        // No curve, but as good as one: its weights are rounded.
        Layer::Join(Join::AddEnlarged { .. }) => true,
        _ => false,
    }
}

/// The outputs alone.
fn textbook_output(model: &Sequential, parameters: &[f32], x: &[f32]) -> Vec<f64> {
    let wide = |values: &[f32]| values.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
    let parameters = wide(parameters);
    let outputs = x
        .chunks(size(model.input()))
        .flat_map(|x| naive::forward(model, &parameters, &wide(x)).pop().unwrap());
    outputs.collect()
}

#[track_caller]
/// Equal to 1e-5 of the largest value, or of a hundredth: behind a sigmoid that is nearly 1, the
/// gradient holds what it lacks to 1, which f32 knows to 6e-8 however small the gradient is.
fn assert_close(expected: &[f64], found: &[f32], what: &str) {
    assert_eq!(expected.len(), found.len(), "{what}");
    let scale = expected.iter().fold(1e-2_f64, |scale, x| scale.max(x.abs()));
    for (n, (expected, found)) in expected.iter().zip(found).enumerate() {
        let error = (expected - f64::from(*found)).abs() / scale;
        assert!(error < 1e-5, "{what} {n}: expected {expected}, found {found}");
    }
}

fn textbook(model: &Sequential, parameters: &[f32], x: &[f32], grad: &[f32]) -> [Vec<f64>; 3] {
    let wide = |values: &[f32]| values.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
    let parameters = wide(parameters);
    let (mut y, mut grad_x) = (Vec::new(), Vec::new());
    let mut grad_parameters = vec![0.0; parameters.len()];
    let images = x.chunks(size(model.input())).zip(grad.chunks(size(model.output())));
    for (x, grad) in images {
        let values = naive::forward(model, &parameters, &wide(x));
        let grad = wide(grad);
        grad_x.extend(naive::backward(model, &parameters, &values, &grad, &mut grad_parameters));
        y.extend_from_slice(values.last().unwrap());
    }
    [y, grad_parameters, grad_x]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn any_model_agrees_with_the_textbook(
        input in [1..10_usize, 1..14_usize, 1..14_usize],
        layers in prop::collection::vec(layer(), 1..4),
        batch in 1..20_usize,
        seed in 0..1000_u64,
    ) {
        let layers = fitted(input, layers);
        prop_assume!(!is_on_a_kink(input, &layers, batch, seed));
        for level in Level::all() {
            assert_agrees(&Sequential::with_level(input, &layers, level).unwrap(), batch, seed);
        }
    }
}

#[test]
fn enlargements_by_any_factor_agree_with_the_textbook() {
    for (factor, input) in [(3, [4, 5, 3]), (4, [2, 1, 6]), (5, [1, 2, 2])] {
        let conv = Layer::Conv2d {
            out_channels: factor * factor,
            kernel: 3,
            stride: 1,
            padding: Padding::Same,
            activation: Activation::Identity,
        };
        let add = Layer::Join(Join::AddEnlarged { factor });
        let layers = [Layer::Fork, conv.clone(), Layer::PixelShuffle(factor), add, conv];
        for level in Level::all() {
            assert_agrees(&Sequential::with_level(input, &layers, level).unwrap(), 19, 7);
        }
    }
}

#[test]
fn a_kink_is_found() {
    // One sum is of a sigmoid and what it lacks to 1, and so 0, except for an error of rounding.
    let conv = Layer::Conv2d {
        out_channels: 13,
        kernel: 2,
        stride: 1,
        padding: Padding::Same,
        activation: Activation::Relu,
    };
    let dense = Layer::Dense { outputs: 23, activation: Activation::Sigmoid };
    let layers = [dense, Layer::RepeatVector { steps: 2 }, conv];
    assert!(is_on_a_kink([1, 8, 5], &layers, 10, 764));
    assert!(!is_on_a_kink([1, 8, 5], &layers, 10, 765));
}

#[test]
fn the_lessons_autoencoder_agrees_with_the_textbook() {
    let model = conv_ae();
    assert_eq!(model.n_parameters(), 4385);
    assert_eq!(model.flops(), 2 * 751_680);
    assert_agrees(&model, 19, 7);
}

#[test]
fn large_layers_agree_with_the_textbook() {
    let layers = [
        Layer::Conv2d {
            out_channels: 70,
            kernel: 4,
            stride: 2,
            padding: Padding::Same,
            activation: Activation::Relu,
        },
        Layer::Dense { outputs: 300, activation: Activation::LeakyRelu(0.125) },
        Layer::Reshape([75, 2, 2]),
        Layer::ConvTranspose2d {
            out_channels: 37,
            kernel: 5,
            stride: 2,
            output_size: [4, 3],
            activation: Activation::Sigmoid,
        },
    ];
    assert_agrees(&Sequential::new([33, 9, 10], &layers).unwrap(), 70, 3);
}

/// Images that are worked on in several parts, and weights that several threads rearrange.
#[test]
fn large_images_agree_with_the_textbook() {
    let conv = |out_channels, stride| Layer::Conv2d {
        out_channels,
        kernel: 3,
        stride,
        padding: Padding::Same,
        activation: Activation::LeakyRelu(0.5),
    };
    let up = Layer::Upsample2d;
    for (input, layers) in [
        ([2, 3, 150], vec![conv(11, 1), Layer::MaxPool2d, conv(3, 2)]),
        ([40, 23, 37], vec![conv(4, 1)]),
        ([40, 9, 17], vec![up.clone(), conv(48, 1)]),
        ([1, 9, 70], vec![up, conv(9, 1), Layer::MaxPool2d]),
    ] {
        for level in Level::all() {
            assert_agrees(&Sequential::with_level(input, &layers, level).unwrap(), 2, 5);
        }
    }
}

/// Sums over 3x3 neighbours of many channels: with targets in tiles of 2x2 that the image fills or
/// does not, and with zeros beside the image for any padding. An image of one pixel, too.
#[test]
fn tiles_of_targets_agree_with_the_textbook() {
    let conv = |out_channels, padding| Layer::Conv2d {
        out_channels,
        kernel: 3,
        stride: 1,
        padding,
        activation: Activation::LeakyRelu(0.5),
    };
    let transposed = |out_channels, output_size| Layer::ConvTranspose2d {
        out_channels,
        kernel: 3,
        stride: 1,
        output_size,
        activation: Activation::Identity,
    };
    for (input, layers) in [
        ([16, 1, 1], vec![conv(16, Padding::Same)]),
        ([16, 6, 8], vec![conv(40, Padding::Same), Layer::MaxPool2d]),
        ([32, 7, 12], vec![conv(16, Padding::Same), conv(24, Padding::Same)]),
        ([16, 5, 25], vec![conv(24, Padding::Valid), conv(16, Padding::Same)]),
        ([24, 5, 6], vec![transposed(16, [5, 6])]),
        // Sums of other kinds.
        ([16, 5, 4], vec![conv(15, Padding::Same), conv(8, Padding::Same)]),
    ] {
        for level in Level::all() {
            assert_agrees(&Sequential::with_level(input, &layers, level).unwrap(), 19, 5);
        }
    }
}

/// Matrices of one row or column, which are without gaps both ways.
#[test]
fn layers_of_one_unit_agree_with_the_textbook() {
    let dense = |outputs| Layer::Dense { outputs, activation: Activation::Tanh };
    for batch in [1, 2, 3, 70] {
        for layers in [
            vec![Layer::Lstm { hidden: 1, return_sequences: true }, dense(1), dense(3), dense(1)],
            vec![dense(1), dense(4), dense(1), dense(70), dense(1)],
        ] {
            for level in Level::all() {
                let model = Sequential::with_level([1, 5, 1], &layers, level).unwrap();
                assert_agrees(&model, batch, 3);
            }
        }
    }
}

/// Steps that are worth several threads, with rows of three planes; the code is repeated.
#[test]
fn sequences_agree_with_the_textbook() {
    let lstm = |hidden, return_sequences| Layer::Lstm { hidden, return_sequences };
    let layers = [
        lstm(70, true),
        lstm(33, false),
        Layer::Dense { outputs: 9, activation: Activation::Identity },
        Layer::RepeatVector { steps: 6 },
        lstm(48, true),
        Layer::TimeDistributedDense { outputs: 21, activation: Activation::Sigmoid },
    ];
    for level in Level::all() {
        assert_agrees(&Sequential::with_level([3, 6, 7], &layers, level).unwrap(), 70, 5);
    }
    let model = Sequential::new([3, 6, 7], &layers).unwrap();
    let shapes = [[1, 6, 70], [33, 1, 1], [9, 1, 1], [1, 6, 9], [1, 6, 48], [1, 6, 21]];
    assert_eq!(model.shapes(), shapes);
    let multiply_adds =
        6 * 280 * (21 + 70) + 6 * 132 * (70 + 33) + 33 * 9 + 6 * 192 * (9 + 48) + 6 * 48 * 21;
    assert_eq!(model.flops(), 2 * multiply_adds);
}

#[test]
fn paths_with_a_fused_multiply_add_agree_to_the_bit() {
    let conv = Layer::Conv2d {
        out_channels: 24,
        kernel: 3,
        stride: 1,
        padding: Padding::Same,
        activation: Activation::Relu,
    };
    for (input, layers) in
        [([1, 28, 28], conv_ae().layers().to_vec()), ([24, 7, 12], vec![conv.clone(), conv])]
    {
        let mut results: Vec<Passes> = Vec::new();
        for level in Level::all().into_iter().filter(|level| level.is_fused()) {
            let model = Sequential::with_level(input, &layers, level).unwrap();
            let numbers =
                |n, seed| eighths(n, seed).into_iter().map(|x| x * 0.3).collect::<Vec<_>>();
            let (parameters, x) = (numbers(model.n_parameters(), 1), numbers(20 * size(input), 2));
            let grad = numbers(20 * size(model.output()), 3);
            results.push(passes(&model, &parameters, &x, &grad, 20));
        }
        assert!(results.windows(2).all(|pair| pair[0] == pair[1]));
    }
}
