//! Notes.
#![forbid(unsafe_code)]

pub mod chord;
mod dropped;
pub mod drum_kit;
pub mod encoding;
mod grid;
pub mod midi;
pub mod score;
