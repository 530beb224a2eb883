//! What must hold of every stack.

mod agreement;
mod batch;
mod dense;
mod determinism;
mod errors;
mod loss;
mod math;
mod optimiser;
mod slope;
mod special;

use crate::layer::{Activation, Layer, Padding, Shape};
use crate::sequential::Sequential;

/// Numbers that look random, multiples of 1/8 in -1..=1: sums of their products are exact, so that equal values are
/// equal in f32 and f64 alike.
fn eighths(n: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 33) % 17) as f32 / 8.0 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

/// The same, each weight scaled by a power of two so that its layer neither fades out nor explodes.
fn eighths_for(stack: &Sequential, seed: u64) -> Vec<f32> {
    let mut parameters = eighths(stack.n_parameters(), seed);
    for tensor in stack.parameters() {
        let scale = (tensor.shape[1..].iter().product::<usize>() as f32)
            .sqrt()
            .log2()
            .round()
            .exp2()
            .recip();
        parameters[tensor.range.clone()].iter_mut().for_each(|x| *x *= scale);
    }
    parameters
}

fn size(shape: Shape) -> usize {
    shape.iter().product()
}

/// Output, gradient of the parameters, gradient of the input.
type Passes = [Vec<f32>; 3];

fn passes(stack: &Sequential, parameters: &[f32], x: &[f32], grad: &[f32], batch: usize) -> Passes {
    let (y, tape) = stack.forward_taped(parameters, x, batch);
    let mut grad_parameters = vec![f32::NAN; parameters.len()];
    let mut grad_x = vec![f32::NAN; x.len()];
    stack.backward(parameters, x, &tape, grad, &mut grad_parameters, Some(&mut grad_x));
    [y, grad_parameters, grad_x]
}

/// Encoder and decoder of the lesson's convolutional autoencoder in one.
fn conv_ae() -> Sequential {
    let conv = |out_channels, padding, activation| Layer::Conv2d {
        out_channels,
        kernel: 3,
        stride: 1,
        padding,
        activation,
    };
    let relu = |channels| conv(channels, Padding::Same, Activation::Relu);
    let layers = [
        relu(16),
        Layer::MaxPool2d,
        relu(8),
        Layer::MaxPool2d,
        relu(8),
        Layer::MaxPool2d,
        relu(8),
        Layer::Upsample2d,
        relu(8),
        Layer::Upsample2d,
        conv(16, Padding::Valid, Activation::Relu),
        Layer::Upsample2d,
        conv(1, Padding::Same, Activation::Sigmoid),
    ];
    Sequential::new([1, 28, 28], &layers).expect("the layers fit together")
}
