//! Chords: 48 triads, and none.

mod infer;
mod parse;
mod triad;

pub use parse::ParseChordError;
pub use triad::{Chord, Quality};

#[cfg(test)]
mod tests;
