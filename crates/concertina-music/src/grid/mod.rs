//! A score on a grid of steps: in parts of one time signature, by instrument.
//!
//! Rules as in Magenta's note-seq (MusicVAE, Roberts et al. 2018), except that notes are moved to
//! the grid in ticks rather than in seconds. That is exact, and a change of tempo splits nothing.

mod parts;
mod resolution;
mod sections;

pub(crate) use parts::{Instrument, Part, parts};
pub(crate) use resolution::{Resolution, SIXTEENTHS, TWENTY_FOURTHS};
pub(crate) use sections::MAX_BARS;
