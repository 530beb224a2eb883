//! Pictures and pages of an autoencoder's training.
//!
//! [`plot`] draws one picture from plain numbers; [`gallery`] decides which pictures a run gets; [`report`] turns them into
//! a page.

pub mod plot;

pub mod report;

pub mod gallery;
