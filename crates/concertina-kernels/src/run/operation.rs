//! The steps that a run of image-local layers is made of, some of them two or three layers at once.

use std::ops::Range;

use crate::check::Checked;
use crate::conv::{Convolution, Kind};
use crate::enlarge::Enlargement;
use crate::lanes::Lanes;
use crate::layer::{Activation, Join, Layer, Shape};
use crate::plane::Plane;
use crate::simd::{Kernel, Registers, Simd};

/// One step.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    /// An upsampling if there is one before, the convolution, its activation.
    Convolution(Box<ConvolutionStep>),
    /// 2x2 maxima.
    Pool,
    /// Nearest-neighbour upsampling that no convolution follows.
    Upsample,
    /// The same values in another shape.
    Copy,
    /// The input together with that of an earlier step, or of this one.
    Join { join: Joining, kept: usize },
    /// Channels as pixels between pixels.
    Shuffle(usize),
    /// Pixels between pixels as channels.
    Unshuffle(usize),
}

/// How two are put together: a [`Join`] that knows the sizes.
#[derive(Clone, Debug)]
pub(super) enum Joining {
    Add,
    Concatenate,
    AddEnlarged(Enlargement),
}

impl Joining {
    /// For what became of an input.
    fn new(join: Join, [_, height, width]: Shape) -> Self {
        match join {
            Join::Add => Self::Add,
            Join::Concatenate => Self::Concatenate,
            Join::AddEnlarged { factor } => {
                Self::AddEnlarged(Enlargement::new([height / factor, width / factor], factor))
            }
        }
    }
}

/// A convolution and where its parameters lie.
#[derive(Clone, Debug)]
pub(super) struct ConvolutionStep {
    pub(super) convolution: Convolution,
    pub(super) activation: Activation,
    /// Whether 2x2 maxima are taken of the result.
    pub(super) pooled: bool,
    /// The result before the maxima.
    pub(super) result: Plane,
    /// In the flat vector of the whole model.
    pub(super) weight: Range<usize>,
    pub(super) bias: Range<usize>,
}

impl ConvolutionStep {
    /// How many values of a result there are that is pooled at once.
    pub(super) fn unpooled_len(&self) -> usize {
        if self.pooled { self.result.len() } else { 0 }
    }
}

/// Groups layers (all of them image-local) into operations, each with the shape it gives.
pub(super) fn operations(mut layers: &[Checked], registers: Registers) -> Vec<(Operation, Shape)> {
    let mut operations = Vec::new();
    // The steps that read what an open fork keeps.
    let mut forks = Vec::new();
    while let [first, rest @ ..] = layers {
        if first.layer == Layer::Fork {
            forks.push(operations.len());
            layers = rest;
            continue;
        }
        let (operation, output, n_layers) = match (&first.layer, rest) {
            (
                Layer::Upsample2d,
                [next @ Checked { layer: Layer::Conv2d { .. }, .. }, after @ ..],
            ) => {
                let pool = pool_of(after);
                (
                    convolution(next, first.input, 2, pool, registers),
                    pool.map_or(next.output, |p| p.output),
                    2 + usize::from(pool.is_some()),
                )
            }
            (Layer::Conv2d { .. } | Layer::ConvTranspose2d { .. }, after) => {
                let pool = pool_of(after);
                (
                    convolution(first, first.input, 1, pool, registers),
                    pool.map_or(first.output, |p| p.output),
                    1 + usize::from(pool.is_some()),
                )
            }
            (Layer::MaxPool2d, _) => (Operation::Pool, first.output, 1),
            (Layer::Upsample2d, _) => (Operation::Upsample, first.output, 1),
            (Layer::Reshape(_), _) => (Operation::Copy, first.output, 1),
            (&Layer::Join(join), _) => {
                let kept = forks.pop().expect("a join has a fork");
                let join = Joining::new(join, first.input);
                (Operation::Join { join, kept }, first.output, 1)
            }
            (&Layer::PixelShuffle(factor), _) => (Operation::Shuffle(factor), first.output, 1),
            (&Layer::PixelUnshuffle(factor), _) => (Operation::Unshuffle(factor), first.output, 1),
            _ => unreachable!("dense layers and sequences are segments of their own"),
        };
        operations.push((operation, output));
        layers = &layers[n_layers..];
    }
    operations
}

fn pool_of(after: &[Checked]) -> Option<&Checked> {
    after.first().filter(|next| next.layer == Layer::MaxPool2d)
}

fn convolution(
    layer: &Checked,
    input: Shape,
    scale: usize,
    pool: Option<&Checked>,
    registers: Registers,
) -> Operation {
    let (kind, kernel, stride, activation) = match layer.layer {
        Layer::Conv2d { kernel, stride, activation, .. } => {
            (Kind::Convolution { scale }, kernel, stride, activation)
        }
        Layer::ConvTranspose2d { kernel, stride, activation, .. } => {
            (Kind::Transposed, kernel, stride, activation)
        }
        _ => unreachable!("only called for convolutions"),
    };
    Operation::Convolution(Box::new(ConvolutionStep {
        convolution: Convolution::new(
            kind,
            [kernel, stride],
            layer.before,
            input,
            layer.output,
            registers,
        ),
        activation,
        pooled: pool.is_some(),
        result: Plane::tight(layer.output),
        weight: layer.parameters[0].clone(),
        bias: layer.parameters[1].clone(),
    }))
}

/// The gradient through the activation, whose output is `y`: writes the interior of `target` and
/// adds each channel's sum to `sums`.
pub(super) struct ActivationGradient<'a> {
    pub(super) activation: Activation,
    pub(super) y: &'a [Lanes],
    pub(super) y_plane: &'a Plane,
    pub(super) grad: &'a [Lanes],
    pub(super) grad_plane: &'a Plane,
    pub(super) target: &'a mut [Lanes],
    pub(super) target_plane: &'a Plane,
    pub(super) sums: &'a mut [f32],
}

impl Kernel for ActivationGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let plane = self.grad_plane;
        let rows = plane.interior_rows().zip(self.y_plane.interior_rows());
        let mut sum = simd.splat(0.0);
        for (((row, from), (_, y_from)), (_, to)) in rows.zip(self.target_plane.interior_rows()) {
            let grads = &self.grad[from..from + plane.width];
            let values = &self.y[y_from..y_from + plane.width];
            let targets = &mut self.target[to..to + plane.width];
            for ((grad, value), target) in grads.iter().zip(values).zip(targets) {
                let grad =
                    simd.activation_gradient(self.activation, simd.load(value), simd.load(grad));
                sum = simd.add(sum, grad);
                simd.store(target, grad);
            }
            if (row + 1) % plane.height == 0 {
                self.sums[row / plane.height] += simd.sum(sum);
                sum = simd.splat(0.0);
            }
        }
    }
}
