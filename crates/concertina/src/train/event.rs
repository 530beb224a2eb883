//! The events of a run.

use std::path::PathBuf;

use crate::hint::Warning;
use crate::math::NamedValues;
use crate::validate::Metrics;

/// An event returned by [`Run::step`](super::Run::step).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A batch was trained on.
    Step(StepReport),
    /// An epoch was trained and validated.
    Epoch(Box<Metrics>),
    /// A checkpoint was written.
    Checkpoint(PathBuf),
    /// A warning to show to the user.
    Warning(Warning),
    /// A file of the run folder was written.
    Written(PathBuf),
}

/// Progress after a batch.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StepReport {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// Steps done in this epoch.
    pub step: usize,
    /// Steps in an epoch.
    pub steps_per_epoch: usize,
    /// Epochs in the run.
    pub epochs: usize,
    /// Mean loss of the epoch so far.
    pub loss: f64,
    /// Mean reconstruction error of the epoch so far.
    pub reconstruction: f64,
    /// The other terms of the loss, by name: means of the epoch so far.
    pub terms: NamedValues,
    /// Norm of this step's gradient, before clipping.
    pub gradient_norm: f32,
    /// Training images per second in this epoch.
    pub images_per_second: f64,
    /// Estimated seconds of training left at that speed.
    pub seconds_left: f64,
}
