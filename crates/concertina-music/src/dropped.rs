//! What of a piece became no tokens, and why.

use std::fmt;

use crate::score::Family;

/// A part of a piece that no window was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// What it is: `track 3 (Violin)`, `the piece`, `bars 9 to 16`.
    pub what: String,
    /// What is wrong with it.
    pub reason: Reason,
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.reason)
    }
}

/// Why a part of a piece was left out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// There is nothing to hear.
    NoNotes,
    /// Its bars are not as long as four quarters.
    TimeSignature {
        /// Beats in a bar.
        numerator: u8,
        /// The beat's part of a whole note.
        denominator: u8,
    },
    /// It begins after the last bar that is read.
    BeyondBar(u32),
    /// It is shorter than a window.
    Short {
        /// Bars of a window.
        bars: usize,
    },
    /// Drums, where a melody is asked for.
    Drums,
    /// An instrument that the encoding does not take.
    Program {
        /// Its General MIDI program.
        program: u8,
        /// The programs that are taken, with a word for them.
        expected: &'static str,
    },
    /// All its notes are too low or too high.
    Pitches {
        /// Lowest pitch that is taken.
        lowest: u8,
        /// Highest pitch that is taken.
        highest: u8,
    },
    /// All its hits are of percussion that no class stands for.
    UnknownDrums,
    /// A trio needs all three.
    NoVoice {
        /// `melody`, `bass` or `drums`.
        voice: &'static str,
        /// What would have been taken for it.
        expected: &'static str,
    },
    /// The voices of a trio do not play at the same time for as long as a window.
    NotTogether {
        /// Bars of a window.
        bars: usize,
    },
    /// More pairs of a melody and a bass than are taken of one piece.
    Combinations {
        /// The most that are taken.
        limit: usize,
    },
    /// More windows than are taken of one piece.
    Windows {
        /// The most that are taken.
        limit: usize,
    },
    /// Fewer tracks in a bar than are needed.
    FewTracks {
        /// The fewest that are taken.
        limit: usize,
    },
    /// More tracks in a bar than there is room for.
    ManyTracks {
        /// The most that are taken.
        limit: usize,
    },
    /// More events of one track in a bar than there is room for.
    ManyEvents {
        /// The most that are taken, with the program and the end of the track.
        limit: usize,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNotes => write!(f, "no notes"),
            Self::TimeSignature { numerator, denominator } => {
                write!(f, "its time signature is {numerator}/{denominator}, not 4/4")
            }
            Self::BeyondBar(bar) => write!(f, "after bar {bar}, the last that is read"),
            Self::Short { bars: 1 } => write!(f, "shorter than 1 bar"),
            Self::Short { bars } => write!(f, "shorter than {bars} bars"),
            Self::Drums => write!(f, "drums, not a melody"),
            Self::Program { program, expected } => {
                let family = Family::of(*program);
                write!(f, "its program is {program} ({family}), not one of {expected}")
            }
            Self::Pitches { lowest, highest } => write!(f, "no note in {lowest}..={highest}"),
            Self::UnknownDrums => write!(f, "no hit of a drum in the kit of nine"),
            Self::NoVoice { voice, expected } => write!(f, "no {voice} ({expected})"),
            Self::NotTogether { bars: 1 } => {
                write!(f, "melody, bass and drums do not play together in any bar")
            }
            Self::NotTogether { bars } => {
                write!(f, "melody, bass and drums do not play together for {bars} bars")
            }
            Self::Combinations { limit } => {
                write!(f, "more than {limit} pairs of a melody and a bass")
            }
            Self::Windows { limit } => write!(f, "more than {limit} windows"),
            Self::FewTracks { limit } => write!(f, "fewer than {limit} tracks"),
            Self::ManyTracks { limit } => write!(f, "more than {limit} tracks"),
            Self::ManyEvents { limit } => write!(f, "more than {limit} events in one track"),
        }
    }
}
