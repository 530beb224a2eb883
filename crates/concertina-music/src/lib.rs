//! Notes.

#![forbid(unsafe_code)]

pub mod score;
pub mod midi;
pub mod drum_kit;
pub mod chord;
