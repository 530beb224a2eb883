//! The textbook version of every layer, in f64: what the fast one is compared with.

mod lstm;

use self::lstm::Lstm;
use crate::layer::{Activation, Layer, Padding, Shape};
use crate::sequential::Sequential;

/// Output of every layer for one image, the input first.
pub(crate) fn forward(stack: &Sequential, parameters: &[f64], x: &[f64]) -> Vec<Vec<f64>> {
    let mut values = vec![x.to_vec()];
    for (n, layer) in stack.layers().iter().enumerate() {
        let sites = Sites::new(stack, n);
        let x = &values[n];
        let y = match layer {
            Layer::MaxPool2d => {
                maxima(&sites).into_iter().map(|window| x[first_maximum(x, &window)]).collect()
            }
            Layer::Upsample2d => sites.upsampled().into_iter().map(|from| x[from]).collect(),
            Layer::Reshape(_) => x.clone(),
            Layer::RepeatVector { steps } => x.repeat(*steps),
            Layer::Lstm { return_sequences, .. } => {
                let mut outputs = Lstm::of(&sites, parameters).outputs(x);
                if *return_sequences { outputs.concat() } else { outputs.pop().unwrap_or_default() }
            }
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

/// Gradients with respect to the parameters (added) and the input, of one image; `values` as `forward` gave them.
pub(crate) fn backward(
    stack: &Sequential,
    parameters: &[f64],
    values: &[Vec<f64>],
    grad_output: &[f64],
    grad_parameters: &mut [f64],
) -> Vec<f64> {
    let mut grad = grad_output.to_vec();
    for (n, layer) in stack.layers().iter().enumerate().rev() {
        let sites = Sites::new(stack, n);
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
            Layer::RepeatVector { .. } => {
                for (n, grad) in grad.iter().enumerate() {
                    grad_x[n % x.len()] += grad;
                }
            }
            Layer::Lstm { .. } => {
                let lstm = Lstm::of(&sites, parameters);
                grad_x = lstm.backward(x, &grad, grad_parameters);
            }
            _ => {
                for (grad, &y) in grad.iter_mut().zip(y) {
                    *grad *= slope(sites.activation(), y);
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

fn value(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Identity => x,
        Activation::Relu => {
            if x <= 0.0 {
                0.0
            } else {
                x
            }
        }
        Activation::LeakyRelu(slope) => {
            if x <= 0.0 {
                f64::from(slope) * x
            } else {
                x
            }
        }
        Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
        Activation::Tanh => x.tanh(),
    }
}

fn slope(activation: Activation, y: f64) -> f64 {
    match activation {
        Activation::Identity => 1.0,
        Activation::Relu => {
            if y <= 0.0 {
                0.0
            } else {
                1.0
            }
        }
        Activation::LeakyRelu(slope) => {
            if y <= 0.0 {
                f64::from(slope)
            } else {
                1.0
            }
        }
        Activation::Sigmoid => y * (1.0 - y),
        Activation::Tanh => 1.0 - y * y,
    }
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

/// Which value meets which in one layer.
struct Sites<'a> {
    layer: &'a Layer,
    input: Shape,
    output: Shape,
    weight: usize,
    recurrent: usize,
    bias: usize,
}

impl<'a> Sites<'a> {
    fn new(stack: &'a Sequential, n: usize) -> Self {
        let start = |name| {
            let parameter = stack.parameters().iter().find(|p| p.layer == n && p.name == name);
            parameter.map_or(0, |p| p.range.start)
        };
        let input = if n == 0 { stack.input() } else { stack.shapes()[n - 1] };
        let output = stack.shapes()[n];
        Sites {
            layer: &stack.layers()[n],
            input,
            output,
            weight: start("weight"),
            recurrent: start("recurrent_weight"),
            bias: start("bias"),
        }
    }

    fn activation(&self) -> Activation {
        match *self.layer {
            Layer::Conv2d { activation, .. }
            | Layer::ConvTranspose2d { activation, .. }
            | Layer::Dense { activation, .. }
            | Layer::TimeDistributedDense { activation, .. } => activation,
            _ => Activation::Identity,
        }
    }

    /// The bias of each value of the output, as a place among the parameters.
    fn biases(&self) -> impl Iterator<Item = usize> {
        let of_rows = matches!(self.layer, Layer::TimeDistributedDense { .. });
        let bias = self.bias;
        every(self.output).map(move |[channel, _, x]| bias + if of_rows { x } else { channel })
    }

    fn bias(&self, parameters: &[f64]) -> Vec<f64> {
        self.biases().map(|bias| parameters[bias]).collect()
    }

    fn add_bias_gradient(&self, grad: &[f64], grad_parameters: &mut [f64]) {
        for (bias, grad) in self.biases().zip(grad) {
            grad_parameters[bias] += grad;
        }
    }

    fn upsampled(&self) -> Vec<usize> {
        every(self.output)
            .map(|[channel, y, x]| place(self.input, [channel, y / 2, x / 2]))
            .collect()
    }

    /// Calls `f(output, input, weight)` for each multiplication.
    fn for_each_product(&self, mut f: impl FnMut(usize, usize, usize)) {
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

/// Calls `f([y, x] of the small image, [y, x] of the large one, tap)` for all that a convolution from large to small
/// multiplies.
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

/// All places of a shape, in order.
fn every([channels, height, width]: Shape) -> impl Iterator<Item = Shape> {
    (0..channels * height * width)
        .map(move |n| [n / (height * width), n / width % height, n % width])
}

fn place([_, height, width]: Shape, [channel, y, x]: Shape) -> usize {
    (channel * height + y) * width + x
}
