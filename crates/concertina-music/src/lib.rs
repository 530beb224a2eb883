//! Notes.

#![forbid(unsafe_code)]

pub mod score;
pub mod midi;
