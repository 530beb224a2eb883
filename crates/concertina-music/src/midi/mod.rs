//! Standard MIDI files: bytes to a score and back.
//!
//! Reading is lenient where players are: a track that breaks off ends there, a file cut short has
//! the notes that it has. What cannot be understood at all is a [`MidiError`]. Memory is bounded by
//! the notes that the bytes really hold, and these by [`MAX_NOTES`].

mod error;
mod limits;
mod read;
mod write;

pub use error::MidiError;
pub use limits::{MAX_NOTES, MAX_TICKS};

use crate::score::Score;

impl Score {
    /// Reads a MIDI file of format 0 or 1.
    ///
    /// A track of the score is what one instrument plays: the notes of one channel of one track of
    /// the file under one program. Channel 10 is drums. A note that is never ended ends with its
    /// track; a note-on of velocity 0 is a note-off. While the sustain pedal (controller 64) is
    /// down, notes of the channel sound on. A tempo of 0, and a time signature without beats or
    /// of less than 64th notes, mean nothing and are passed over.
    pub fn from_midi(bytes: &[u8]) -> Result<Self, MidiError> {
        read::read(bytes)
    }

    /// The score as a MIDI file of format 1.
    ///
    /// The first track holds tempos and time signatures. Each track of the score follows, drums on
    /// channel 10, the others on the other channels in turn, so that from the sixteenth on two
    /// share one. All end at [`Score::end`], or with the last note where that is later. Values out
    /// of their range are moved to its nearest end, and tracks beyond the 65,534th left out.
    pub fn to_midi(&self) -> Vec<u8> {
        write::write(self)
    }
}
