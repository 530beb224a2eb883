//! The verbs on music: MIDI in, MIDI and sound out.

mod attributes;
mod decoding;
mod evaluate;
mod examples;
mod inputs;
mod order;
mod out;
mod palette;
mod verbs;
mod writing;

pub(crate) use self::decoding::expect_unused;
pub(crate) use self::evaluate::evaluate;
pub(crate) use self::inputs::open_for;
pub(crate) use self::palette::manifold;
pub(crate) use self::verbs::{decode, interpolate, reconstruct, sample, vary};
