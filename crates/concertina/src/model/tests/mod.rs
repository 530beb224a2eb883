//! Tests of the model: the loss as a whole, and what a trained model can do.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conditioned;
mod objective;
mod trained;

pub(super) use self::trained::untrained;
