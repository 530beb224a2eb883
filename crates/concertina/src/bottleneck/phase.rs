//! Further phases of a training step, for objectives that are no single loss.

use burn::tensor::Tensor;

use crate::components::Components;

/// A phase that follows the step on the main loss: a loss of its own, of which some components take a step.
pub(crate) struct Phase<'a> {
    /// As its loss is called in `metrics.jsonl`.
    pub(crate) name: &'static str,
    /// Which components move.
    pub(crate) trains: Components<bool>,
    /// Its learning rate as a share of the recipe's.
    pub(crate) learning_rate_scale: f32,
    /// The loss, summed over the examples of a batch, `[1]`.
    pub(crate) loss: Box<PhaseLoss<'a>>,
}

/// From features `[B, heads * D]`, standard normal noise `[B, noise_len]` and the bottleneck's own parameters `[P]`.
pub(crate) type PhaseLoss<'a> = dyn Fn(Tensor<2>, Tensor<2>, Tensor<1>) -> Tensor<1> + Send + Sync + 'a;
