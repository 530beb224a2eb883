//! A checked list of layers, and its passes.

use std::ops::Range;

use crate::error::StackError;
use crate::layer::{Activation, Layer, Padding, Shape};
use crate::parameter::Parameter;
use crate::run::dense::Dense;
use crate::run::local::Local;
use crate::simd::Level;
use crate::tape::{SegmentTape, Tape};

/// The most values an activation of one image, or all parameters, may have.
const MOST_VALUES: usize = 1 << 31;
/// The most values a convolution's kernel may have, per pair of channels.
const MOST_TAPS: usize = 1 << 16;

/// A list of layers that fit together, with a forward and a backward pass.
///
/// Working memory is kept between calls and shared by clones; passes may run on many threads at once.
#[derive(Clone, Debug)]
pub struct Stack {
    input: Shape,
    layers: Vec<Layer>,
    shapes: Vec<Shape>,
    parameters: Vec<Parameter>,
    n_parameters: usize,
    flops: u64,
    segments: Vec<Segment>,
}

/// A part of the stack that runs in one go.
#[derive(Clone, Debug)]
enum Segment {
    Local(Box<Local>),
    Dense(Dense),
}

/// A layer that fits its input.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub(crate) layer: Layer,
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    /// Zeros above and left of the image that a convolution reads (a transposed one: writes).
    pub(crate) before: [usize; 2],
    /// In the flat vector.
    pub(crate) weight: Range<usize>,
    pub(crate) bias: Range<usize>,
}

impl Stack {
    /// Checks that the layers fit together and plans how to run them.
    pub fn new(input: Shape, layers: &[Layer]) -> Result<Stack, StackError> {
        Stack::with_level(input, layers, Level::best())
    }

    /// As `new`, for a chosen set of instructions.
    pub(crate) fn with_level(
        input: Shape,
        layers: &[Layer],
        level: Level,
    ) -> Result<Stack, StackError> {
        if input.contains(&0) {
            return Err(StackError::EmptyInput { found: input });
        }
        count(0, "the input shape", &input, MOST_VALUES)?;
        let mut checked = Vec::with_capacity(layers.len());
        let mut parameters = Vec::new();
        let mut shape = input;
        let mut offset = 0;
        let mut flops: u64 = 0;
        for (number, layer) in layers.iter().enumerate() {
            let (output, before) = check(number, layer, shape)?;
            let (weight_shape, fan_in, fan_out) = weights(layer, shape);
            let sizes = [
                count(number, "the number of parameters", &weight_shape, MOST_VALUES)?,
                bias_len(layer),
            ];
            let mut ranges = [offset..offset, offset..offset];
            let shapes = [weight_shape, vec![sizes[1]]];
            for (((name, size), range), shape) in
                ["weight", "bias"].into_iter().zip(sizes).zip(&mut ranges).zip(shapes)
            {
                *range = offset..offset + size;
                offset += size;
                if size > 0 {
                    let range = range.clone();
                    parameters.push(Parameter {
                        layer: number,
                        name,
                        shape,
                        range,
                        fan_in,
                        fan_out,
                    });
                }
            }
            if offset > MOST_VALUES {
                return Err(StackError::TooLarge {
                    layer: number,
                    what: "the number of parameters",
                    limit: MOST_VALUES,
                });
            }
            flops = flops.saturating_add(multiply_adds(layer, shape, output).saturating_mul(2));
            let [weight, bias] = ranges;
            checked.push(Checked {
                layer: layer.clone(),
                input: shape,
                output,
                before,
                weight,
                bias,
            });
            shape = output;
        }
        Ok(Stack {
            input,
            layers: layers.to_vec(),
            shapes: checked.iter().map(|layer| layer.output).collect(),
            parameters,
            n_parameters: offset,
            flops,
            segments: segments(&checked, level),
        })
    }

    /// The shape of one input image.
    pub fn input(&self) -> Shape {
        self.input
    }

    /// The shape of one output.
    pub fn output(&self) -> Shape {
        self.shapes.last().copied().unwrap_or(self.input)
    }

    /// The layers, as they were given.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The output shape of each layer.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// Where each weight and bias lies in the flat vector.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Length of the flat vector of parameters.
    pub fn n_parameters(&self) -> usize {
        self.n_parameters
    }

    /// Floating-point operations of one image's forward pass, as a textbook counts them: two for each multiply-add.
    pub fn flops(&self) -> u64 {
        self.flops
    }

    /// The output for `batch` images, `[B, C, H, W]` in and out.
    ///
    /// # Panics
    /// If `x` has not `batch` images or `parameters` not `n_parameters` values.
    pub fn forward(&self, parameters: &[f32], x: &[f32], batch: usize) -> Vec<f32> {
        self.expect_sizes(parameters, x, batch);
        let mut value: Option<Vec<f32>> = None;
        for segment in &self.segments {
            let x = value.as_deref().unwrap_or(x);
            value = Some(match segment {
                Segment::Local(local) => local.forward(parameters, x),
                Segment::Dense(dense) => dense.forward(parameters, x),
            });
        }
        value.unwrap_or_else(|| x.to_vec())
    }

    /// As [`forward`](Stack::forward), and keeps what [`backward`](Stack::backward) needs.
    ///
    /// # Panics
    /// As `forward`.
    pub fn forward_taped(&self, parameters: &[f32], x: &[f32], batch: usize) -> (Vec<f32>, Tape) {
        self.expect_sizes(parameters, x, batch);
        let mut segments: Vec<SegmentTape> = Vec::with_capacity(self.segments.len());
        let mut last = None;
        for (n, segment) in self.segments.iter().enumerate() {
            let x = segments.last().map_or(x, |before| &before.y);
            let (y, local, reads_y) = match segment {
                Segment::Local(local) => {
                    let (y, tape) = local.forward_taped(parameters, x);
                    (y, Some(tape), false)
                }
                Segment::Dense(dense) => {
                    let y = dense.forward(parameters, x);
                    (y, None, dense.activation != Activation::Identity)
                }
            };
            let kept = if n + 1 < self.segments.len() {
                y
            } else {
                let kept = if reads_y { y.clone() } else { Vec::new() };
                last = Some(y);
                kept
            };
            segments.push(SegmentTape { local, y: kept });
        }
        (last.unwrap_or_else(|| x.to_vec()), Tape { batch, segments })
    }

    /// The gradient with respect to the parameters, summed over the batch, and that with respect to the input if it
    /// is wanted. Both are overwritten. `parameters` and `x` are those of the forward pass.
    ///
    /// # Panics
    /// If `x` has not the images that `tape` is of, `parameters` or `grad_parameters` have not `n_parameters` values, or `grad_output` or `grad_input` are not
    /// of the batch that `tape` is of, or the tape is another stack's.
    pub fn backward(
        &self,
        parameters: &[f32],
        x: &[f32],
        tape: &Tape,
        grad_output: &[f32],
        grad_parameters: &mut [f32],
        mut grad_input: Option<&mut [f32]>,
    ) {
        let (n_in, n_out) = (size(self.input), size(self.output()));
        self.expect_sizes(parameters, x, tape.batch);
        assert_eq!(grad_parameters.len(), self.n_parameters, "the number of parameters");
        assert_eq!(grad_output.len(), tape.batch * n_out, "the gradient of {} images", tape.batch);
        assert_eq!(tape.segments.len(), self.segments.len(), "the tape of another stack");
        if let Some(grad_input) = &grad_input {
            assert_eq!(
                grad_input.len(),
                tape.batch * n_in,
                "the gradient of {} images",
                tape.batch
            );
        }
        if tape.batch == 0 {
            grad_parameters.fill(0.0);
            return;
        }
        if self.segments.is_empty() {
            if let Some(grad_input) = grad_input {
                grad_input.copy_from_slice(grad_output);
            }
            return;
        }
        let mut value: Option<Vec<f32>> = None;
        for (n, (segment, kept)) in self.segments.iter().zip(&tape.segments).enumerate().rev() {
            let x = if n > 0 { &tape.segments[n - 1].y } else { x };
            let grad = value.as_deref().unwrap_or(grad_output);
            let mut next = (n > 0).then(|| vec![0.0; tape.batch * segment.input_len()]);
            let grad_x = if n > 0 { next.as_deref_mut() } else { grad_input.take() };
            match (segment, &kept.local) {
                (Segment::Local(local), Some(tape)) => {
                    local.backward(parameters, tape, grad, grad_parameters, grad_x);
                }
                (Segment::Dense(dense), None) => {
                    let y = (dense.activation != Activation::Identity).then_some(&kept.y[..]);
                    dense.backward(parameters, x, y, grad, grad_parameters, grad_x);
                }
                _ => panic!("the tape of another stack"),
            }
            value = next;
        }
    }

    fn expect_sizes(&self, parameters: &[f32], x: &[f32], batch: usize) {
        assert_eq!(parameters.len(), self.n_parameters, "the number of parameters");
        assert_eq!(
            Some(x.len()),
            batch.checked_mul(size(self.input)),
            "the values of {batch} images"
        );
    }
}

impl Segment {
    fn input_len(&self) -> usize {
        match self {
            Segment::Local(local) => local.input_len(),
            Segment::Dense(dense) => dense.inputs,
        }
    }
}

fn size(shape: Shape) -> usize {
    shape.iter().product()
}

/// The product, if it stays within the limit.
fn count(
    layer: usize,
    what: &'static str,
    sizes: &[usize],
    limit: usize,
) -> Result<usize, StackError> {
    if sizes.is_empty() {
        return Ok(0);
    }
    let product = sizes.iter().try_fold(1_usize, |product, &n| product.checked_mul(n));
    product.filter(|&n| n <= limit).ok_or(StackError::TooLarge { layer, what, limit })
}

/// The output's shape, and the padding before it.
fn check(number: usize, layer: &Layer, input: Shape) -> Result<(Shape, [usize; 2]), StackError> {
    let [channels, height, width] = input;
    let nonzero =
        |name, n| if n == 0 { Err(StackError::Zero { layer: number, name }) } else { Ok(()) };
    let activation = |activation| match activation {
        Activation::LeakyRelu(slope) if !(slope > 0.0 && slope.is_finite()) => {
            Err(StackError::Slope { layer: number, found: slope.to_string() })
        }
        _ => Ok(()),
    };
    let convolution = |kernel, stride: usize| {
        nonzero("out_channels", out_channels(layer))?;
        nonzero("kernel", kernel)?;
        if !(1..=2).contains(&stride) {
            return Err(StackError::Stride { layer: number, found: stride });
        }
        count(number, "the kernel", &[kernel, kernel], MOST_TAPS).map(drop)
    };
    let mut before = [0; 2];
    let output = match *layer {
        Layer::Conv2d { out_channels, kernel, stride, padding, activation: f } => {
            convolution(kernel, stride)?;
            activation(f)?;
            match padding {
                Padding::Same => {
                    before = [height, width].map(|n| same_padding(n, kernel, stride));
                    [out_channels, height.div_ceil(stride), width.div_ceil(stride)]
                }
                Padding::Valid => {
                    if kernel > height.min(width) {
                        return Err(StackError::KernelTooLarge {
                            layer: number,
                            kernel,
                            found: [height, width],
                        });
                    }
                    [out_channels, (height - kernel) / stride + 1, (width - kernel) / stride + 1]
                }
            }
        }
        Layer::ConvTranspose2d { out_channels, kernel, stride, output_size, activation: f } => {
            convolution(kernel, stride)?;
            activation(f)?;
            let found = output_size.map(|n| n.div_ceil(stride));
            if found != [height, width] {
                let input = [height, width];
                return Err(StackError::OutputSize {
                    layer: number,
                    output: output_size,
                    stride,
                    input,
                    found,
                });
            }
            before = output_size.map(|n| same_padding(n, kernel, stride));
            [out_channels, output_size[0], output_size[1]]
        }
        Layer::Dense { outputs, activation: f } => {
            nonzero("outputs", outputs)?;
            activation(f)?;
            [outputs, 1, 1]
        }
        Layer::MaxPool2 => [channels, height.div_ceil(2), width.div_ceil(2)],
        Layer::Upsample2 => {
            let doubled = |n: usize| n.saturating_mul(2);
            [channels, doubled(height), doubled(width)]
        }
        Layer::Reshape(to) => {
            let (expected, found) = (size(input), count(number, "the shape", &to, MOST_VALUES)?);
            if expected != found {
                return Err(StackError::Reshape {
                    layer: number,
                    from: input,
                    to,
                    expected,
                    found,
                });
            }
            to
        }
    };
    count(number, "the output", &output, MOST_VALUES)?;
    if let Layer::Conv2d { kernel, .. } | Layer::ConvTranspose2d { kernel, .. } = *layer {
        for [channels, height, width] in [input, output] {
            let padded = [channels, height.saturating_add(kernel), width.saturating_add(kernel)];
            count(number, "the image with its border", &padded, MOST_VALUES)?;
        }
    }
    Ok((output, before))
}

/// Zeros before the image, along an axis of `n`.
fn same_padding(n: usize, kernel: usize, stride: usize) -> usize {
    ((n.div_ceil(stride) - 1) * stride + kernel).saturating_sub(n) / 2
}

fn out_channels(layer: &Layer) -> usize {
    match *layer {
        Layer::Conv2d { out_channels, .. } | Layer::ConvTranspose2d { out_channels, .. } => {
            out_channels
        }
        _ => 0,
    }
}

fn bias_len(layer: &Layer) -> usize {
    match *layer {
        Layer::Dense { outputs, .. } => outputs,
        _ => out_channels(layer),
    }
}

/// Shape of the weight (empty if there is none), fan in, fan out.
fn weights(layer: &Layer, input: Shape) -> (Vec<usize>, usize, usize) {
    match *layer {
        Layer::Conv2d { out_channels, kernel, .. } => {
            let area = kernel.saturating_mul(kernel);
            let shape = vec![out_channels, input[0], kernel, kernel];
            (shape, area.saturating_mul(input[0]), area.saturating_mul(out_channels))
        }
        Layer::ConvTranspose2d { out_channels, kernel, .. } => {
            let area = kernel.saturating_mul(kernel);
            let shape = vec![input[0], out_channels, kernel, kernel];
            (shape, area.saturating_mul(out_channels), area.saturating_mul(input[0]))
        }
        Layer::Dense { outputs, .. } => (vec![outputs, size(input)], size(input), outputs),
        Layer::MaxPool2 | Layer::Upsample2 | Layer::Reshape(_) => (Vec::new(), 0, 0),
    }
}

fn multiply_adds(layer: &Layer, input: Shape, output: Shape) -> u64 {
    let product =
        |sizes: &[usize]| sizes.iter().fold(1_u64, |product, &n| product.saturating_mul(n as u64));
    match *layer {
        Layer::Conv2d { kernel, .. } => product(&[size(output), input[0], kernel, kernel]),
        Layer::ConvTranspose2d { kernel, .. } => product(&[size(input), output[0], kernel, kernel]),
        Layer::Dense { outputs, .. } => product(&[size(input), outputs]),
        Layer::MaxPool2 | Layer::Upsample2 | Layer::Reshape(_) => 0,
    }
}

/// Splits the layers into dense ones and runs of all others; a reshape at the end of a run needs no work.
fn segments(layers: &[Checked], level: Level) -> Vec<Segment> {
    let is_dense = |layer: &Checked| matches!(layer.layer, Layer::Dense { .. });
    let is_reshape = |layer: &Checked| matches!(layer.layer, Layer::Reshape(_));
    let mut segments = Vec::new();
    for run in layers.chunk_by(|a, b| !is_dense(a) && !is_dense(b)) {
        if let [Checked { layer: Layer::Dense { outputs, activation }, input, weight, bias, .. }] =
            run
        {
            let (weight, bias) = (weight.clone(), bias.clone());
            let dense = Dense {
                inputs: size(*input),
                outputs: *outputs,
                activation: *activation,
                weight,
                bias,
                level,
            };
            segments.push(Segment::Dense(dense));
            continue;
        }
        let (Some(first), Some(last)) = (
            run.iter().position(|layer| !is_reshape(layer)),
            run.iter().rposition(|layer| !is_reshape(layer)),
        ) else {
            continue;
        };
        let run = &run[first..=last];
        segments.push(Segment::Local(Box::new(Local::new(run, run[0].input, level))));
    }
    segments
}
