//! The verbs on music: MIDI in, MIDI and sound out.

mod ends;
mod inputs;
mod out;
mod verbs;

pub(crate) use self::verbs::{decode, encode, interpolate, reconstruct, sample};
