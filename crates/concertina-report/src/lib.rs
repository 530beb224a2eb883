//! Figures and reports of an autoencoder's training.
//!
//! [`plot`] draws one figure from plain numbers, [`report`] puts figures and tables on a page, and
//! [`gallery`] decides which figures a trained model gets. A [`palette`] is music to look at and to
//! play; an [`album`] is pictures in groups; an [`inspection`] shows what was found in pictures.

pub mod plot;

pub mod report;

mod nearest;

pub mod gallery;

pub mod palette;

pub mod album;

pub mod inspection;

pub use nearest::nearest_training_images;
