//! What an autoencoder is: an encoder to a code, a decoder back, and the loss that trains both.
//!
//! Read in this order: [`Architecture`] (the two stacks of layers that the four choices make), `objective` (the loss),
//! [`Model`] (a trained one, and what can be done with it).

mod architecture;
mod codes;
pub(crate) mod condition;
mod given;
mod inference;
mod likelihood;
mod objective;
mod pictures;
mod table;
mod trained;
mod weights;

pub use self::architecture::Architecture;
pub use self::codes::Codes;
pub use self::given::Given;
pub(crate) use self::inference::floats;
pub(crate) use self::objective::{Batch, objective};
pub use self::pictures::Pictures;
pub(crate) use self::pictures::unit;
pub use self::trained::Model;
pub(crate) use self::trained::wrong_shape;
pub use self::weights::{Parts, Weights};

#[cfg(test)]
mod tests;
