//! Autoencoders: train on unlabelled images or music, encode, decode, sample, evaluate.
//!
//! An autoencoder compresses its input into a small code and is trained to reconstruct the input
//! from it. Training needs no labels. The encoder learns which features of an input matter; the
//! decoder learns what inputs look like.
//!
//! ```no_run
//! use concertina::data::Dataset;
//! use concertina::recipe::Recipe;
//! use concertina::rng::Seed;
//!
//! # fn main() -> concertina::Result<()> {
//! let recipe = Recipe::named("image-vae")?.with("bottleneck.latent-dim", 16)?;
//! // Or "digits", "mnist", or `Dataset::from_images`.
//! let data = Dataset::open("photos/", &recipe.open_options())?;
//! // `plan` checks the whole configuration before training begins.
//! let mut run = recipe.plan(&data)?.start(&data, "runs/photos")?;
//! while let Some(event) = run.step()? {
//!     println!("{event:?}"); // or run.finish(); it can be stopped and resumed anywhere
//! }
//! let model = run.into_model(); // or Model::open("runs/photos")?
//! let codes = model.encode(&data.valid)?; // [N, D]
//! let back = model.decode(&codes)?; // N images, [C, H, W] each, values in 0..=1
//! let new = model.sample(64, Seed(7))?;
//! # Ok(())
//! # }
//! ```
//!
//! # The four choices
//!
//! A model is a [`task`] (the encoder's input), a [`network`] (the layers), a [`bottleneck`] (the
//! latent space and its regulariser) and a [`reconstruction`] (the loss between output and target).
//! A [`recipe`] names one of each and the training schedule. Begin reading at [`model`] and
//! [`train`].
//!
//! # Guarantees
//!
//! - The same recipe, data and seed give the same bytes on one machine, also when a run is stopped
//!   and resumed.
//! - Wrong input gives an [`Error`], never a panic. Panics are few and documented.
//! - The library never prints, downloads, or ends the process.
//!
//! Music is opened with [`data::music::MusicSet`] instead, and trained in the same way.
//!
//! Not supported yet: sequences other than the rows of grey images and music.

use concertina_base::parallel;
pub use concertina_base::{error, hint, math, memory, rng, shape, text};

pub mod device;

mod autodiff;

pub mod data;

pub mod task;

mod sequential;

mod components;

pub mod reconstruction;

pub mod bottleneck;

pub mod network;

pub mod recipe;

pub mod model;

mod optimiser;

pub mod group;

pub mod validate;

pub mod artifact;

pub mod packing;

pub mod restore;

pub mod train;

pub mod latent;

pub mod metric;

pub mod evaluate;

pub mod inspect;

pub mod duplicates;

pub mod export;

pub mod compare;

pub mod bench;

pub mod prelude;

#[cfg(test)]
mod testing;

pub use concertina_base::{Error, Hint, HintPart, ImageShape, Result, Warning};
