//! The notes of a window.

/// A note of a window, in steps: sixteenths, or 24ths of a quarter in multitrack bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sounding {
    /// Number of its voice; of its track in multitrack bars.
    pub track: usize,
    /// General MIDI program; 0 for drums.
    pub program: u8,
    /// Whether its pitch is the number of a drum.
    pub is_drums: bool,
    /// MIDI pitch.
    pub pitch: u8,
    /// How hard it is struck, 1 to 127.
    pub velocity: u8,
    /// Where it begins, in steps from the window's beginning.
    pub start: u32,
    /// Where it ends, in steps; later than `start`.
    pub end: u32,
}

/// Where a note of a window begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Onset {
    /// Number of its voice; of its track in multitrack bars.
    pub track: usize,
    /// In steps from the window's beginning.
    pub step: u32,
    /// MIDI pitch.
    pub pitch: u8,
}

impl From<&Sounding> for Onset {
    fn from(note: &Sounding) -> Self {
        Self { track: note.track, step: note.start, pitch: note.pitch }
    }
}

/// A voice of fixed instrument and loudness.
#[derive(Clone, Copy, Debug)]
pub(super) struct Player {
    pub(super) track: usize,
    pub(super) program: u8,
    pub(super) is_drums: bool,
}

/// How hard notes are struck whose encoding does not say it.
const VELOCITY: u8 = 80;

impl Player {
    pub(super) fn note(self, pitch: u8, start: u32, end: u32) -> Sounding {
        let Self { track, program, is_drums } = self;
        Sounding { track, program, is_drums, pitch, velocity: VELOCITY, start, end }
    }
}
