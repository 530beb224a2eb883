//! Corner cases: no images, no layers, values that are not numbers, fans.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::models::conv_ae;
use super::numbers::{eighths, eighths_for};
use super::passes::passes;
use crate::layer::{Activation, Layer, Padding, Shape};
use crate::sequential::Sequential;
use crate::simd::Level;

const CONV: Layer = Layer::Conv2d {
    out_channels: 5,
    kernel: 3,
    stride: 1,
    padding: Padding::Same,
    activation: Activation::Relu,
};

const LSTM: Layer = Layer::Lstm { hidden: 2, return_sequences: true };

#[test]
fn no_images_give_empty_results() {
    for layers in [
        vec![],
        vec![CONV, Layer::MaxPool2d, Layer::Dense { outputs: 3, activation: Activation::Relu }],
        vec![LSTM, Layer::TimeDistributedDense { outputs: 3, activation: Activation::Relu }],
        vec![Layer::RepeatVector { steps: 2 }, LSTM, Layer::RepeatVector { steps: 3 }],
    ] {
        let model = Sequential::new([1, 4, 4], &layers).unwrap();
        let parameters = vec![0.5; model.n_parameters()];
        let [y, grad_parameters, grad_x] = passes(&model, &parameters, &[], &[], 0);
        assert!(y.is_empty() && grad_x.is_empty());
        assert!(grad_parameters.iter().all(|&x| x == 0.0));
        assert!(model.forward(&parameters, &[], 0).is_empty());
    }
}

#[test]
fn a_model_without_work_passes_everything_on() {
    for layers in [vec![], vec![Layer::Reshape([4, 1, 1]), Layer::Reshape([1, 4, 1])]] {
        let model = Sequential::new([1, 2, 2], &layers).unwrap();
        let (x, grad) = (eighths(12, 1), eighths(12, 2));
        let [y, _, grad_x] = passes(&model, &[], &x, &grad, 3);
        assert_eq!((y, grad_x), (x, grad));
    }
}

#[test]
fn what_is_not_a_number_stays_so() {
    let dense = |activation| Layer::Dense { outputs: 2, activation };
    for level in Level::all() {
        for activation in [
            Activation::Identity,
            Activation::Relu,
            Activation::LeakyRelu(0.1),
            Activation::Sigmoid,
            Activation::Tanh,
        ] {
            let conv = Layer::Conv2d {
                out_channels: 3,
                kernel: 1,
                stride: 1,
                padding: Padding::Same,
                activation,
            };
            for layers in [
                vec![conv.clone(), Layer::MaxPool2d, Layer::Upsample2d],
                vec![Layer::MaxPool2d, conv.clone()],
                vec![conv, dense(activation)],
                vec![Layer::Lstm { hidden: 3, return_sequences: false }, dense(activation)],
                vec![
                    Layer::RepeatVector { steps: 2 },
                    LSTM,
                    Layer::TimeDistributedDense { outputs: 2, activation },
                ],
            ] {
                let model = Sequential::with_level([1, 2, 2], &layers, level).unwrap();
                let parameters = vec![-0.5; model.n_parameters()];
                for bad in 0..4 {
                    // Three images; only the second is bad.
                    let mut x = vec![1.0; 12];
                    x[4 + bad] = f32::NAN;
                    let y = model.forward(&parameters, &x, 3);
                    let n = y.len() / 3;
                    assert!(
                        y[n..2 * n].iter().all(|y| y.is_nan()),
                        "{layers:?} {level:?} {bad}: {y:?}"
                    );
                    assert!(y[..n].iter().chain(&y[2 * n..]).all(|y| y.is_finite()));
                }
            }
        }
    }
}

#[test]
fn lanes_without_an_image_do_not_reach_the_gradient() {
    // With an input of zeros, 0 * inf would arise in the empty lanes only.
    let model = conv_ae();
    let parameters = eighths_for(&model, 1);
    let (x, grad) = (eighths(784, 2), eighths(784, 3));
    let [_, one, _] = passes(&model, &parameters, &x, &grad, 1);
    let twice = |values: &[f32]| [values, values].concat();
    let [_, two, _] = passes(&model, &parameters, &twice(&x), &twice(&grad), 2);
    for (one, two) in one.iter().zip(&two) {
        assert!((2.0 * one - two).abs() <= 1e-4 * two.abs().max(1.0), "{one} {two}");
    }
}

#[test]
fn the_backward_pass_can_be_run_again_and_without_the_inputs_gradient() {
    let model = conv_ae();
    let parameters = eighths_for(&model, 1);
    let (x, grad) = (eighths(5 * 784, 2), eighths(5 * 784, 3));
    let [_, expected, _] = passes(&model, &parameters, &x, &grad, 5);
    let (_, tape) = model.forward_taped(&parameters, &x, 5);
    for _ in 0..2 {
        let mut found = vec![9.0; expected.len()];
        model.backward(&parameters, &x, &tape, &grad, &mut found, None);
        assert_eq!(found, expected);
    }
}

#[test]
fn parameters_lie_in_order_with_kerass_fans() {
    let layers = [
        CONV,
        Layer::ConvTranspose2d {
            out_channels: 2,
            kernel: 4,
            stride: 2,
            output_size: [8, 7],
            activation: Activation::Identity,
        },
        LSTM,
        Layer::TimeDistributedDense { outputs: 5, activation: Activation::Identity },
        Layer::Dense { outputs: 3, activation: Activation::Identity },
    ];
    let model = Sequential::new([6, 4, 4], &layers).unwrap();
    let found: Vec<(&str, Vec<usize>, usize, usize, usize)> = model
        .parameters()
        .iter()
        .map(|p| (p.name.as_str(), p.shape.clone(), p.range.start, p.fan_in, p.fan_out))
        .collect();
    let expected = [
        ("weight", vec![5, 6, 3, 3], 0, 54, 45),
        ("bias", vec![5], 270, 54, 45),
        ("weight", vec![5, 2, 4, 4], 275, 32, 80),
        ("bias", vec![2], 435, 32, 80),
        ("weight", vec![8, 14], 437, 14, 8),
        ("recurrent_weight", vec![8, 2], 549, 2, 8),
        ("bias", vec![8], 565, 14, 8),
        ("weight", vec![5, 2], 573, 2, 5),
        ("bias", vec![5], 583, 2, 5),
        ("weight", vec![3, 40], 588, 40, 3),
        ("bias", vec![3], 708, 40, 3),
    ];
    assert_eq!(found, expected);
    assert_eq!(model.n_parameters(), 711);
    let shapes: [Shape; 5] = [[5, 4, 4], [2, 8, 7], [1, 8, 2], [1, 8, 5], [3, 1, 1]];
    assert_eq!(model.shapes(), shapes);
}
