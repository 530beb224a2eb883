//! What an engine does.

use std::borrow::Cow;

use burn::tensor::Tensor;

use crate::components::{Components, Weights};
use crate::model::{Architecture, Batch};
use crate::rng::Stream;
use crate::train::plan::Plan;
use crate::train::shards::ShardedBatch;
use crate::train::state::TrainingState;
use crate::validate::BatchLosses;

/// The state of training somewhere, and the steps that change it.
pub(crate) trait Engine: Send + Sync {
    /// Takes a step on the main loss of `batch`, then on the loss of each further phase of the
    /// bottleneck.
    fn step(
        &mut self,
        plan: &Plan,
        batch: ShardedBatch,
        context: StepContext,
    ) -> Result<Outcome, Diverged>;

    /// Lets the bottleneck update its own parameters before an epoch, from the features of these
    /// training examples.
    fn begin_epoch(&mut self, architecture: &Architecture, examples: &Batch, stream: &mut Stream);

    /// The weights, in memory.
    fn weights(&self) -> Cow<'_, Weights>;

    /// The weights, as tensors without a gradient.
    fn parameters(&self) -> Components<Tensor<1>>;

    /// The state, in memory.
    fn state(&self) -> Cow<'_, TrainingState>;
}

/// The position of a step in the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepContext {
    /// Number of the step, from 0.
    pub(crate) step: usize,
    /// Epochs trained so far, as a fraction.
    pub(crate) epochs: f32,
    pub(crate) learning_rate: f32,
}

/// The result of a step.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// The batch's losses, before the step.
    pub(crate) losses: BatchLosses,
    /// The norm of the main loss's gradient, before clipping.
    pub(crate) gradient_norm: f32,
}

/// A step that was not taken because this value is not finite.
#[derive(Clone, Debug)]
pub(crate) struct Diverged {
    pub(crate) what: String,
    pub(crate) value: f32,
}

impl Diverged {
    /// An error if the value is not finite.
    pub(super) fn check(what: &str, value: f32) -> Result<(), Self> {
        if value.is_finite() { Ok(()) } else { Err(Self { what: what.to_owned(), value }) }
    }
}
