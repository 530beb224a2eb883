//! Which values meet in a layer.

use std::ops::Range;

use crate::layer::{Activation, Layer, Padding, Shape};
use crate::parameter::Parameter;
use crate::sequential::Sequential;

/// One layer, and where its tensors begin.
pub(super) struct Sites<'a> {
    pub(super) layer: &'a Layer,
    pub(super) input: Shape,
    pub(super) output: Shape,
    pub(super) weight: usize,
    pub(super) recurrent: usize,
    pub(super) bias: usize,
    parameters: Vec<&'a Parameter>,
}

impl<'a> Sites<'a> {
    pub(super) fn new(model: &'a Sequential, n: usize) -> Self {
        let parameters: Vec<&Parameter> =
            model.parameters().iter().filter(|parameter| parameter.layer == n).collect();
        let start = |name| {
            parameters.iter().find(|tensor| tensor.name == name).map_or(0, |p| p.range.start)
        };
        let input = if n == 0 { model.input() } else { model.shapes()[n - 1] };
        let output = model.shapes()[n];
        Sites {
            layer: &model.layers()[n],
            input,
            output,
            weight: start("weight"),
            recurrent: start("recurrent_weight"),
            bias: start("bias"),
            parameters,
        }
    }

    /// Where the tensor of this name lies.
    pub(super) fn range(&self, name: &str) -> Range<usize> {
        let found = self.parameters.iter().find(|tensor| tensor.name == name);
        found.expect("a layer has its tensors").range.clone()
    }

    pub(super) fn start(&self, name: &str) -> usize {
        self.range(name).start
    }

    pub(super) fn activation(&self) -> Activation {
        match *self.layer {
            Layer::Conv2d { activation, .. }
            | Layer::ConvTranspose2d { activation, .. }
            | Layer::Dense { activation, .. }
            | Layer::TimeDistributedDense { activation, .. } => activation,
            _ => Activation::Identity,
        }
    }

    /// The bias of each value of the output, as a place among the parameters.
    pub(super) fn biases(&self) -> impl Iterator<Item = usize> {
        let of_rows = matches!(self.layer, Layer::TimeDistributedDense { .. });
        let bias = self.bias;
        every(self.output).map(move |[channel, _, x]| bias + if of_rows { x } else { channel })
    }

    pub(super) fn bias(&self, parameters: &[f64]) -> Vec<f64> {
        self.biases().map(|bias| parameters[bias]).collect()
    }

    pub(super) fn add_bias_gradient(&self, grad: &[f64], grad_parameters: &mut [f64]) {
        for (bias, grad) in self.biases().zip(grad) {
            grad_parameters[bias] += grad;
        }
    }

    pub(super) fn upsampled(&self) -> Vec<usize> {
        every(self.output)
            .map(|[channel, y, x]| place(self.input, [channel, y / 2, x / 2]))
            .collect()
    }

    /// The place of each value among channels and between pixels, in the order of the latter.
    pub(super) fn shuffled(&self, factor: usize) -> Vec<(usize, usize)> {
        let is_shuffle = matches!(self.layer, Layer::PixelShuffle(_));
        let (small, large) =
            if is_shuffle { (self.input, self.output) } else { (self.output, self.input) };
        every(large)
            .map(|[c, y, x]| {
                let channel = c * factor * factor + (y % factor) * factor + x % factor;
                let from = place(small, [channel, y / factor, x / factor]);
                (from, place(large, [c, y, x]))
            })
            .collect()
    }

    /// What bicubic enlargement multiplies: the place in the large image, that in the small one,
    /// which has `kept` values in all channels, and the weight.
    pub(super) fn enlarged(&self, factor: usize, kept: usize) -> Vec<(usize, usize, f64)> {
        let large = self.output;
        let [height, width] = [large[1] / factor, large[2] / factor];
        let small = [kept / (height * width), height, width];
        let mut all = Vec::new();
        for [channel, y, x] in every(large) {
            let to = place(large, [channel, y, x]);
            for (row, high) in taps(y, height, factor) {
                for (column, wide) in taps(x, width, factor) {
                    all.push((to, place(small, [channel, row, column]), high * wide));
                }
            }
        }
        all
    }

    /// Calls `f(output, input, weight)` for each multiplication.
    pub(super) fn for_each_product(&self, mut f: impl FnMut(usize, usize, usize)) {
        match *self.layer {
            Layer::Dense { outputs, .. } => {
                let inputs = self.input.iter().product();
                for to in 0..outputs {
                    for from in 0..inputs {
                        f(to, from, self.weight + to * inputs + from);
                    }
                }
            }
            Layer::TimeDistributedDense { outputs, .. } => {
                let [_, rows, inputs] = self.input;
                for [row, to, from] in every([rows, outputs, inputs]) {
                    let weight = self.weight + to * inputs + from;
                    f(row * outputs + to, row * inputs + from, weight);
                }
            }
            Layer::Conv2d { kernel, stride, padding, .. } => {
                windows(self.input, self.output, kernel, stride, padding, |small, large, tap| {
                    for to in 0..self.output[0] {
                        for from in 0..self.input[0] {
                            let weight =
                                self.weight + (to * self.input[0] + from) * kernel * kernel + tap;
                            let to = place(self.output, [to, small[0], small[1]]);
                            f(to, place(self.input, [from, large[0], large[1]]), weight);
                        }
                    }
                });
            }
            Layer::ConvTranspose2d { kernel, stride, .. } => {
                windows(
                    self.output,
                    self.input,
                    kernel,
                    stride,
                    Padding::Same,
                    |small, large, tap| {
                        for to in 0..self.output[0] {
                            for from in 0..self.input[0] {
                                let weight = self.weight
                                    + (from * self.output[0] + to) * kernel * kernel
                                    + tap;
                                let to = place(self.output, [to, large[0], large[1]]);
                                f(to, place(self.input, [from, small[0], small[1]]), weight);
                            }
                        }
                    },
                );
            }
            _ => {}
        }
    }
}

/// Calls `f([y, x] of the small image, [y, x] of the large one, tap)` for all that a convolution
/// from large to small multiplies.
fn windows(
    large: Shape,
    small: Shape,
    kernel: usize,
    stride: usize,
    padding: Padding,
    mut f: impl FnMut([usize; 2], [usize; 2], usize),
) {
    let before = [1, 2].map(|axis| match padding {
        Padding::Valid => 0,
        Padding::Same => ((small[axis] - 1) * stride + kernel).saturating_sub(large[axis]) / 2,
    });
    for [_, y, x] in every([1, small[1], small[2]]) {
        for [_, ky, kx] in every([1, kernel, kernel]) {
            let row = (y * stride + ky).checked_sub(before[0]).filter(|&row| row < large[1]);
            let column =
                (x * stride + kx).checked_sub(before[1]).filter(|&column| column < large[2]);
            if let (Some(row), Some(column)) = (row, column) {
                f([y, x], [row, column], ky * kernel + kx);
            }
        }
    }
}

/// The pixels that one of an enlarged axis of `n` is made of, and their weights: all within two
/// pixels of its centre.
fn taps(large: usize, n: usize, factor: usize) -> Vec<(usize, f64)> {
    let centre = (large as f64 + 0.5) / factor as f64 - 0.5;
    let near = (-3..n as i64 + 3).filter(|place| (centre - *place as f64).abs() < 2.0);
    let tap = |place: i64| {
        let x = (centre - place as f64).abs();
        let weight = if x <= 1.0 {
            1.5 * x.powi(3) - 2.5 * x.powi(2) + 1.0
        } else {
            -0.5 * x.powi(3) + 2.5 * x.powi(2) - 4.0 * x + 2.0
        };
        let mut place = place;
        while place < 0 || place >= n as i64 {
            place = if place < 0 { -1 - place } else { 2 * n as i64 - 1 - place };
        }
        (place as usize, weight)
    };
    near.map(tap).collect()
}

/// All places of a shape, in order.
pub(super) fn every([channels, height, width]: Shape) -> impl Iterator<Item = Shape> {
    (0..channels * height * width)
        .map(move |n| [n / (height * width), n / width % height, n % width])
}

pub(super) fn place([_, height, width]: Shape, [channel, y, x]: Shape) -> usize {
    (channel * height + y) * width + x
}
