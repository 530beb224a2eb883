//! Autoencoders: an encoder to latent codes, a decoder back to images, and the loss that trains
//! both.
//!
//! ```
//! use concertina::prelude::*;
//!
//! # let name = format!("concertina-doc-model-{}", std::process::id());
//! # let folder = std::env::temp_dir().join(name);
//! # let options = OpenOptions { limit: Some(24), ..OpenOptions::default() };
//! # let data = Dataset::open("digits", &options)?;
//! # let recipe = Recipe::named("conv-vae")?.with("training.epochs", 1)?;
//! # recipe.plan(&data)?.start(&data, &folder)?.finish()?;
//! let model = Model::open(&folder)?; // a run folder or a model.safetensors
//! let codes = model.encode(&data.valid)?; // [N, D]
//! let back = model.decode(&codes)?; // [N, C, H, W] in 0..1
//! let new = model.sample(9, Seed(7))?;
//! assert_eq!((codes.size(), back.len(), new.len()), (2, data.valid.len(), 9));
//! # std::fs::remove_dir_all(folder)?;
//! # Ok::<(), concertina::Error>(())
//! ```
//!
//! Reading order: [`Architecture`] (the networks of a recipe), `batch` (their inputs), `objective`
//! (the loss), [`Model`] (a trained model and its methods).

mod architecture;
mod attributes;
mod batch;
mod condition;
mod conditioned;
mod guide;
mod held_out;
mod inference;
mod likelihood;
mod objective;
mod posterior;
mod table;
mod tensors;
mod trained;

pub use self::architecture::Architecture;
pub use self::attributes::AttributeVectors;
pub(crate) use self::batch::{Batch, Pass};
pub use self::conditioned::ConditionedModel;
pub use self::guide::Draw;
pub use self::held_out::HeldOutErrors;
pub(crate) use self::inference::features;
pub(crate) use self::objective::{Gradients, constants, gradients, objective, phase_objective};
pub(crate) use self::tensors::floats;
pub use self::trained::Model;
pub(crate) use self::trained::wrong_shape;
pub use crate::components::{Components, Weights};

#[cfg(test)]
mod tests;
