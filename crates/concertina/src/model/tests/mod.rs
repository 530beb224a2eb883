//! Tests of the model: the loss as a whole, and what a trained model can do.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod batching;
mod conditioned;
mod objective;
mod trained;
