//! The voices of a window.

use super::{hits, line, multitrack};

/// One of the things that a window says at each step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Voice {
    /// `melody`, `bass`, `drums` or `events`.
    pub name: &'static str,
    /// Tokens are below this number, or equal to it for padding.
    pub classes: usize,
    /// If a class is a set: how many bits its number has.
    pub bits: Option<usize>,
}

pub(super) const MELODY: Voice = Voice { name: "melody", classes: line::CLASSES, bits: None };
pub(super) const BASS: Voice = Voice { name: "bass", ..MELODY };
pub(super) const DRUMS: Voice =
    Voice { name: "drums", classes: hits::CLASSES, bits: Some(crate::drum_kit::DRUMS) };
pub(super) const EVENTS: Voice = Voice { name: "events", classes: multitrack::CLASSES, bits: None };
