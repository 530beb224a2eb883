//! Autoencoders: train on unlabelled images, encode, decode, sample, look.
//!
//! An autoencoder squeezes its input through a small code and is trained to give the input back. It needs no labels. What
//! survives in the code is what mattered; what the decoder has learned is what inputs look like.
//!
//! ```no_run
//! use concertina::data::Dataset;
//! use concertina::recipe::Recipe;
//! use concertina::rng::Seed;
//!
//! # fn main() -> concertina::Result<()> {
//! let recipe = Recipe::named("image-vae")?.with("bottleneck.latent-dim", 16)?;
//! let data = Dataset::open("photos/", &recipe.open_options())?; // or "digits", "mnist", Dataset::from_images
//! let mut run = recipe.plan(&data)?.start(&data, "runs/photos")?; // checked here: nothing fails for a typo after this
//! while let Some(event) = run.step()? {
//!     println!("{event:?}"); // or run.finish(); it can be stopped and resumed anywhere
//! }
//! let model = run.into_model(); // or Model::open("runs/photos")?
//! let codes = model.encode(&data.valid)?; // N codes of D numbers
//! let back = model.decode(&codes)?; // N pictures, C H W, values in 0..=1
//! let new = model.sample(64, Seed(7))?;
//! # Ok(())
//! # }
//! ```
//!
//! # The four choices
//!
//! A model is a [`task`] (what the network sees), a [`network`] (its layers), a [`bottleneck`] (what the code is, and what
//! is asked of it) and a [`reconstruction`] (how output and target are compared). A [`recipe`] names one of each, and
//! how to train. [`model`] and [`train`] are the place to begin reading.
//!
//! # What to rely on
//!
//! - The same recipe, data and seed give the same bytes on one machine; a stopped run that is resumed too.
//! - Wrong input gives an [`Error`], never a panic. Panics are few and documented.
//! - Nothing here prints, downloads, or ends the process.
//!
//! Not supported yet: GPUs, several machines, sequences other than the rows of grey images.

pub mod error;
pub mod hint;
pub mod shape;

pub mod text;

pub mod rng;

mod autodiff;

pub mod math;

pub mod data;

pub mod task;

mod sequential;

mod components;

pub mod reconstruction;

pub mod bottleneck;

pub mod network;

pub mod recipe;

pub mod model;

pub mod validate;

pub mod artifact;

pub mod train;

pub mod latent;

pub mod metric;

pub mod evaluate;

pub mod bench;

#[cfg(test)]
mod testing;

pub use error::{Error, Result};
pub use hint::{Hint, HintPart, Warning};
pub use shape::ImageShape;
