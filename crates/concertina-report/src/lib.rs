//! Figures and reports of an autoencoder's training.
//!
//! [`plot`] draws one figure from plain numbers, [`report`] puts figures and tables on a page, and
//! [`gallery`] decides which figures a trained model gets.

pub mod plot;

pub mod report;

mod nearest;

pub mod gallery;

pub use nearest::nearest_training_images;
