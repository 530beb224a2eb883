//! The passes of a model, one layer after the other.

use super::activation::{derivative, value};
use super::bidirectional::Bidirectional;
use super::decoder::{Decoder, one_hot};
use super::lstm::Lstm;
use super::sites::{Sites, every, place};
use crate::layer::{Join, Layer, Shape};
use crate::sequential::Sequential;

/// Output of every layer for one image, the input first.
pub(crate) fn forward(model: &Sequential, parameters: &[f64], x: &[f64]) -> Vec<Vec<f64>> {
    let mut values = vec![x.to_vec()];
    let mut forks = Vec::new();
    for (n, layer) in model.layers().iter().enumerate() {
        let sites = Sites::new(model, n);
        let x = &values[n];
        let y = match layer {
            Layer::MaxPool2d => {
                maxima(&sites).into_iter().map(|window| x[first_maximum(x, &window)]).collect()
            }
            Layer::Upsample2d => sites.upsampled().into_iter().map(|from| x[from]).collect(),
            Layer::Reshape(_) => x.clone(),
            Layer::Fork => {
                forks.push(n);
                x.clone()
            }
            Layer::Join(join) => {
                let kept = &values[forks.pop().expect("a join has a fork")];
                match join {
                    Join::Add => kept.iter().zip(x).map(|(kept, x)| kept + x).collect(),
                    Join::Concatenate => [kept.as_slice(), x.as_slice()].concat(),
                    Join::AddEnlarged { factor } => {
                        let mut y = x.clone();
                        for (large, small, weight) in sites.enlarged(*factor, kept.len()) {
                            y[large] += weight * kept[small];
                        }
                        y
                    }
                }
            }
            &Layer::PixelShuffle(factor) => {
                sites.shuffled(factor).into_iter().map(|(small, _)| x[small]).collect()
            }
            &Layer::PixelUnshuffle(factor) => {
                let mut y = vec![0.0; x.len()];
                sites.shuffled(factor).into_iter().for_each(|(small, large)| y[small] = x[large]);
                y
            }
            Layer::RepeatVector { steps } => x.repeat(*steps),
            Layer::Lstm { return_sequences, .. } => {
                let mut outputs = Lstm::of(&sites, parameters).outputs(x);
                if *return_sequences { outputs.concat() } else { outputs.pop().unwrap_or_default() }
            }
            Layer::BidirectionalLstm { .. } => Bidirectional::of(&sites, parameters).outputs(x),
            Layer::OneHot { voices } => {
                x.chunks(voices.len()).flat_map(|tokens| one_hot(voices, Some(tokens))).collect()
            }
            Layer::LstmDecoder(_) => Decoder::of(&sites, parameters).outputs(x),
            _ => {
                let mut y: Vec<f64> = sites.bias(parameters);
                sites.for_each_product(|to, from, weight| y[to] += parameters[weight] * x[from]);
                y.into_iter().map(|y| value(sites.activation(), y)).collect()
            }
        };
        values.push(y);
    }
    values
}

/// Gradients with respect to the parameters (added) and the input, of one image; `values` as
/// `forward` gave them.
pub(crate) fn backward(
    model: &Sequential,
    parameters: &[f64],
    values: &[Vec<f64>],
    grad_output: &[f64],
    grad_parameters: &mut [f64],
) -> Vec<f64> {
    let mut grad = grad_output.to_vec();
    let mut waiting: Vec<Vec<f64>> = Vec::new();
    for (n, layer) in model.layers().iter().enumerate().rev() {
        let sites = Sites::new(model, n);
        let (x, y) = (&values[n], &values[n + 1]);
        let mut grad_x = vec![0.0; x.len()];
        match layer {
            Layer::MaxPool2d => {
                for (grad, window) in grad.iter().zip(maxima(&sites)) {
                    grad_x[first_maximum(x, &window)] += grad;
                }
            }
            Layer::Upsample2d => {
                for (grad, from) in grad.iter().zip(sites.upsampled()) {
                    grad_x[from] += grad;
                }
            }
            Layer::Reshape(_) => grad_x.copy_from_slice(&grad),
            Layer::Fork => {
                let kept = waiting.pop().expect("a fork has a join");
                grad_x.iter_mut().zip(grad.iter().zip(kept)).for_each(|(to, (a, b))| *to = a + b);
            }
            Layer::Join(Join::Add) => {
                waiting.push(grad.clone());
                grad_x.copy_from_slice(&grad);
            }
            &Layer::Join(Join::AddEnlarged { factor }) => {
                let fork = opening(model, n);
                let mut kept = vec![0.0; values[fork].len()];
                for (large, small, weight) in sites.enlarged(factor, kept.len()) {
                    kept[small] += weight * grad[large];
                }
                waiting.push(kept);
                grad_x.copy_from_slice(&grad);
            }
            Layer::Join(Join::Concatenate) => {
                let (kept, rest) = grad.split_at(grad.len() - x.len());
                waiting.push(kept.to_vec());
                grad_x.copy_from_slice(rest);
            }
            &Layer::PixelShuffle(factor) => {
                for (small, large) in sites.shuffled(factor) {
                    grad_x[small] = grad[large];
                }
            }
            &Layer::PixelUnshuffle(factor) => {
                for (small, large) in sites.shuffled(factor) {
                    grad_x[large] = grad[small];
                }
            }
            Layer::RepeatVector { .. } => {
                for (n, grad) in grad.iter().enumerate() {
                    grad_x[n % x.len()] += grad;
                }
            }
            Layer::Lstm { .. } => {
                let lstm = Lstm::of(&sites, parameters);
                grad_x = lstm.backward(x, &grad, grad_parameters);
            }
            Layer::BidirectionalLstm { .. } => {
                let layer = Bidirectional::of(&sites, parameters);
                grad_x = layer.backward(x, &grad, grad_parameters);
            }
            Layer::OneHot { .. } => {}
            Layer::LstmDecoder(_) => unimplemented!("the tests take difference quotients"),
            _ => {
                for (grad, &y) in grad.iter_mut().zip(y) {
                    *grad *= derivative(sites.activation(), y);
                }
                sites.add_bias_gradient(&grad, grad_parameters);
                sites.for_each_product(|to, from, weight| {
                    grad_parameters[weight] += grad[to] * x[from];
                    grad_x[from] += grad[to] * parameters[weight];
                });
            }
        }
        grad = grad_x;
    }
    grad
}

/// The fork of a join.
fn opening(model: &Sequential, join: usize) -> usize {
    let mut open = 0;
    let found = (0..=join).rev().find(|&n| {
        match model.layers()[n] {
            Layer::Join(_) => open += 1,
            Layer::Fork => open -= 1,
            _ => {}
        }
        open == 0
    });
    found.expect("a join has a fork")
}

fn first_maximum(x: &[f64], window: &[usize]) -> usize {
    let mut best = window[0];
    for &at in window {
        if x[at] > x[best] {
            best = at;
        }
    }
    best
}

fn maxima(sites: &Sites) -> Vec<Vec<usize>> {
    let [_, height, width] = sites.input;
    let window = |[channel, y, x]: Shape| {
        let mut window = Vec::new();
        for row in 2 * y..(2 * y + 2).min(height) {
            for column in 2 * x..(2 * x + 2).min(width) {
                window.push(place(sites.input, [channel, row, column]));
            }
        }
        window
    };
    every(sites.output).map(window).collect()
}
