//! Why bytes are no piece of music.

use super::limits::{HEADER_BYTES, MAX_NOTES, MAX_TICKS};

/// Bytes that cannot be read as a MIDI file: what was expected and what was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MidiError {
    /// There are no bytes.
    #[error("expected a MIDI file, found an empty one")]
    Empty,
    /// The first bytes are those of something else.
    #[error("expected a MIDI file (beginning with `MThd`), found {0}")]
    NotMidi(String),
    /// There are fewer bytes than a header has.
    #[error("the header of the MIDI file is cut short after {0} bytes, of {HEADER_BYTES}")]
    Truncated(usize),
    /// The header makes no sense.
    #[error("the header of the MIDI file is damaged ({0})")]
    Header(String),
    /// Time is counted in frames of a film, which have no beats.
    #[error("the MIDI file counts time in SMPTE frames; expected ticks per quarter note")]
    Smpte,
    /// The file holds several pieces, one after another.
    #[error("the MIDI file has format 2 (independent patterns); expected format 0 or 1")]
    Sequential,
    /// A quarter note has no ticks.
    #[error("the MIDI file has 0 ticks per quarter note; expected at least 1")]
    NoTicks,
    /// More notes than any piece has.
    #[error("the MIDI file has more than {MAX_NOTES} notes, the most that are read")]
    TooManyNotes,
    /// Longer than any piece is.
    #[error("the MIDI file is longer than {MAX_TICKS} ticks, the most that are read")]
    TooLong,
}
