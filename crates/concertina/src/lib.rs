//! Autoencoders.

pub mod artifact;
pub mod bottleneck;
pub mod data;
pub mod error;
mod gallery;
pub mod latent;
pub mod metric;
pub mod model;
pub mod network;
pub mod plot;
pub mod recipe;
pub mod reconstruction;
pub mod report;
pub mod rng;
pub mod shape;
pub mod task;
pub mod train;

pub use error::{Error, Result};
pub use shape::ImageShape;
