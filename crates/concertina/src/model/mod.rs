//! What an autoencoder is: an encoder to a latent code, a decoder back, and the loss that trains both.
//!
//! Read in this order: [`Architecture`] (the networks that the four choices make), `batch` (what goes through them), `objective`
//! (the loss, on one page), [`Model`] (a trained one, and what can be done with it).

mod architecture;
mod batch;
mod condition;
mod conditioned;
mod held_out;
mod inference;
mod likelihood;
mod objective;
mod table;
mod trained;

pub use self::architecture::Architecture;
pub(crate) use self::batch::{Batch, Pass};
pub use self::conditioned::ConditionedModel;
pub use self::held_out::HeldOutErrors;
pub(crate) use self::inference::{features, floats};
pub(crate) use self::objective::{Gradients, constants, gradients, objective, phase_objective};
pub use self::trained::Model;
pub(crate) use self::trained::wrong_shape;
pub use crate::components::{Components, Weights};

#[cfg(test)]
mod tests;
