//! A checked list of layers, and its passes.

use crate::check::{
    Checked, Forks, MOST_VALUES, Tensor, check, count, multiply_adds, size, tensors,
};
use crate::error::SequentialError;
use crate::layer::{Layer, Shape};
use crate::parameter::Parameter;
use crate::run::segment::{Segment, segments};
use crate::simd::Level;
use crate::strips::STRIPS;
use crate::tape::{SegmentTape, Tape};

/// A list of layers that fit together, with a forward and a backward pass.
///
/// Working memory is kept between calls and shared by clones; passes may run on many threads at
/// once.
#[derive(Clone, Debug)]
pub struct Sequential {
    input: Shape,
    layers: Vec<Layer>,
    shapes: Vec<Shape>,
    parameters: Vec<Parameter>,
    n_parameters: usize,
    flops: u64,
    segments: Vec<Segment>,
}

impl Sequential {
    /// Checks that the layers fit together and plans how to run them.
    pub fn new(input: Shape, layers: &[Layer]) -> Result<Sequential, SequentialError> {
        Sequential::with_level(input, layers, Level::best())
    }

    /// As `new`, for a chosen set of instructions.
    pub(crate) fn with_level(
        input: Shape,
        layers: &[Layer],
        level: Level,
    ) -> Result<Sequential, SequentialError> {
        if input.contains(&0) {
            return Err(SequentialError::EmptyInput { found: input });
        }
        count(0, "the input shape", &input, MOST_VALUES)?;
        let mut checked = Vec::with_capacity(layers.len());
        let mut parameters = Vec::new();
        let mut shape = input;
        let mut offset = 0;
        let mut flops: u64 = 0;
        let mut forks = Forks::default();
        for (number, layer) in layers.iter().enumerate() {
            let kept = forks.pass(number, layer, shape)?;
            let (output, before) = check(number, layer, shape, kept)?;
            let mut ranges = Vec::new();
            for Tensor { name, role, shape, fan_in, fan_out } in tensors(layer, shape) {
                let what = "the number of parameters";
                let size = count(number, what, &shape, MOST_VALUES)?;
                let range = offset..offset + size;
                if range.end > MOST_VALUES {
                    return Err(SequentialError::TooLarge {
                        layer: number,
                        what,
                        limit: MOST_VALUES,
                    });
                }
                offset = range.end;
                ranges.push(range.clone());
                parameters.push(Parameter {
                    layer: number,
                    name,
                    role,
                    shape,
                    range,
                    fan_in,
                    fan_out,
                });
            }
            flops = flops.saturating_add(multiply_adds(layer, shape, output).saturating_mul(2));
            checked.push(Checked {
                layer: layer.clone(),
                input: shape,
                output,
                before,
                parameters: ranges,
            });
            shape = output;
        }
        forks.end()?;
        Ok(Sequential {
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

    /// Floating-point operations of one image's forward pass, as a textbook counts them: two for
    /// each multiply-add.
    pub fn flops(&self) -> u64 {
        self.flops
    }

    /// The memory in bytes that a training step of `batch` images takes on so many threads, about:
    /// what is kept for the backward pass, outputs and gradients between layers, and workspaces;
    /// without input, output, parameters and their gradient.
    pub fn training_bytes(&self, batch: usize, threads: usize) -> u64 {
        let kept = self.segments.iter().map(|segment| segment.training_bytes(batch, threads));
        let between = self.segments.iter().skip(1).map(Segment::input_len);
        let values: usize = between.map(|len| batch.saturating_mul(2 * len)).sum();
        kept.sum::<u64>() + values as u64 * size_of::<f32>() as u64
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
            value = Some(segment.forward(parameters, x));
        }
        value.unwrap_or_else(|| x.to_vec())
    }

    /// As [`forward`](Sequential::forward), of one picture, `[C, H, width]`, that is wider than the
    /// images of this network: up to sixteen times ([`STRIPS`]). It is cut into sixteen strips of
    /// this network's width, each of which sees its neighbours, so that the result, `[C', H', width
    /// W' / W]`, is that of a network of the picture's width, to the bit. On one thread; little is
    /// kept in memory ([`wide_bytes`](Sequential::wide_bytes)).
    ///
    /// The layers are some that have a [`Tiling`](crate::Tiling), or the first or last of such, and
    /// both widths are multiples of it.
    ///
    /// # Panics
    /// If some layer's width is no whole number, `x` is not such a picture or wider, or
    /// `parameters` has not `n_parameters` values.
    pub fn forward_wide(&self, parameters: &[f32], x: &[f32], width: usize) -> Vec<f32> {
        let [channels, height, strip] = self.input;
        assert!(
            self.shapes.iter().all(|shape| (width * shape[2]).is_multiple_of(strip)),
            "a picture of {width} columns in strips of {strip} for {:?}",
            self.shapes
        );
        assert!((1..=STRIPS * strip).contains(&width), "{width} columns in strips of {strip}");
        assert_eq!(x.len(), channels * height * width, "the values of a picture");
        assert_eq!(parameters.len(), self.n_parameters, "the number of parameters");
        let mut value: Option<Vec<f32>> = None;
        for segment in &self.segments {
            let x = value.as_deref().unwrap_or(x);
            value = Some(segment.forward_wide(parameters, x, width));
        }
        value.unwrap_or_else(|| x.to_vec())
    }

    /// The memory in bytes that [`forward_wide`](Sequential::forward_wide) takes on each thread,
    /// about, without input and output.
    pub fn wide_bytes(&self) -> u64 {
        self.segments.iter().map(Segment::wide_bytes).sum()
    }

    /// As [`forward`](Sequential::forward), and keeps what [`backward`](Sequential::backward)
    /// needs.
    ///
    /// # Panics
    /// As `forward`.
    pub fn forward_taped(&self, parameters: &[f32], x: &[f32], batch: usize) -> (Vec<f32>, Tape) {
        self.expect_sizes(parameters, x, batch);
        let mut segments: Vec<SegmentTape> = Vec::with_capacity(self.segments.len());
        let mut last = None;
        for (n, segment) in self.segments.iter().enumerate() {
            let x = segments.last().map_or(x, |before| &before.y);
            let (y, kept) = segment.forward_taped(parameters, x);
            let y = if n + 1 < self.segments.len() {
                y
            } else {
                let copy = if segment.reads_output() { y.clone() } else { Vec::new() };
                last = Some(y);
                copy
            };
            segments.push(SegmentTape { kept, y });
        }
        (last.unwrap_or_else(|| x.to_vec()), Tape { batch, segments })
    }

    /// The gradient with respect to the parameters, summed over the batch, and that with respect to
    /// the input if it is wanted. Both are overwritten. `parameters` and `x` are those of the
    /// forward pass.
    ///
    /// # Panics
    /// If `x` has not the images that `tape` is of, `parameters` or `grad_parameters` have not
    /// `n_parameters` values, or `grad_output` or `grad_input` are not of the batch that `tape` is
    /// of, or the tape is another model's.
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
        assert_eq!(tape.segments.len(), self.segments.len(), "the tape of another model");
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
        for (n, (segment, taped)) in self.segments.iter().zip(&tape.segments).enumerate().rev() {
            let x = if n > 0 { &tape.segments[n - 1].y } else { x };
            let grad = value.as_deref().unwrap_or(grad_output);
            let mut next = (n > 0).then(|| vec![0.0; tape.batch * segment.input_len()]);
            let grad_x = if n > 0 { next.as_deref_mut() } else { grad_input.take() };
            let taped = (x, &taped.y[..], &taped.kept);
            segment.backward(parameters, taped, grad, grad_parameters, grad_x);
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
