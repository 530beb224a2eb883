//! Further phases of a training step, for objectives that are not a single loss.

use burn::tensor::Tensor;

use crate::components::Components;

/// A phase that follows the step on the main loss: a separate loss, on which some components take a
/// step.
pub(crate) struct Phase<'a> {
    /// The name of its loss in `metrics.jsonl`.
    pub(crate) name: &'static str,
    /// Which components are updated.
    pub(crate) trains: Components<bool>,
    /// Its learning rate as a multiple of the recipe's.
    pub(crate) learning_rate_scale: f32,
    /// The terms of the loss, `[N]`, any number for each example: it is their sum, averaged over
    /// the examples of a batch.
    pub(crate) loss: Box<PhaseLoss<'a>>,
}

/// From features `[B, heads * D]`, standard normal noise `[B, noise_len]` and the bottleneck's own
/// parameters `[P]`.
pub(crate) type PhaseLoss<'a> =
    dyn Fn(Tensor<2>, Tensor<2>, Tensor<1>) -> Tensor<1> + Send + Sync + 'a;
