//! Windows of music as tokens: what a model reads and writes.
//!
//! Rules are those of MusicVAE (Roberts et al. 2018) and of its multitrack successor (Simon et al.
//! 2018), as in Magenta's note-seq, and mended in places so that one law holds: **a window that was
//! extracted is extracted again, and nothing else, from the MIDI file that it is turned into**.
//!
//! - A piece that is as many bars long as a window is one window from its first bar, rests at its
//!   beginning included. A longer one gives every window that begins on a bar line.
//! - A window without a note is none. In a trio every voice has one.
//! - Quantisation is in ticks, so changes of tempo do not matter. A note ends where its pitch is
//!   struck again.
//! - All drums of a piece are one kit.

mod assemble;
mod by_part;
mod drums;
mod hits;
mod line;
mod melody;
mod multitrack;
mod phrase;
mod sounding;
mod trio;
mod voice;
mod window;

pub use multitrack::{END as TRACK_END, EVENTS as TRACK_EVENTS};
pub use sounding::{Onset, Sounding};
pub use voice::Voice;
pub use window::{Extraction, Window};

pub use crate::dropped::{Dropped, Reason};
use crate::grid::{MAX_BARS, Resolution, SIXTEENTHS, TWENTY_FOURTHS};
use crate::score::Score;

/// How music becomes tokens.
///
/// A token is one number per step and voice, below the voice's classes. The number of classes
/// itself stands for "nothing here": padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// One voice in sixteenths, for pianos to guitars (programs 0 to 31). Class 0: nothing happens
    /// (a note sounds on, a rest goes on). Class 1: the note ends. Class 2 + n: a note begins, of
    /// pitch 21 + n, and ends the one before.
    Melody {
        /// Length of a window in bars of sixteen steps: 1 to 4096.
        bars: usize,
    },
    /// The kit of nine drums in sixteenths. The class is a number of nine bits: bit n is set where
    /// drum n of [`crate::drum_kit`] is hit.
    Drums {
        /// Length of a window in bars of sixteen steps: 1 to 4096.
        bars: usize,
    },
    /// Three voices in sixteenths: a melody, a bass (programs 32 to 39) encoded like one, drums.
    Trio {
        /// Length of a window in bars of sixteen steps: 1 to 4096.
        bars: usize,
    },
    /// One bar of up to eight tracks, each with 64 tokens: its program, the events of its notes
    /// in 24ths of a quarter with eight loudnesses, an end, and padding.
    Multitrack,
}

impl Encoding {
    /// Bars of a window. A length out of range counts as the nearest in it.
    pub fn bars(self) -> usize {
        match self {
            Self::Melody { bars } | Self::Drums { bars } | Self::Trio { bars } => {
                bars.clamp(1, MAX_BARS as usize)
            }
            Self::Multitrack => 1,
        }
    }

    /// Steps of a window: sixteenths, or the events of a multitrack bar.
    pub fn steps(self) -> usize {
        match self {
            Self::Multitrack => multitrack::STEPS,
            _ => self.bars() * SIXTEENTHS.steps_per_bar() as usize,
        }
    }

    /// What a window has at each step.
    pub fn voices(self) -> &'static [Voice] {
        match self {
            Self::Melody { .. } => &[voice::MELODY],
            Self::Drums { .. } => &[voice::DRUMS],
            Self::Trio { .. } => &[voice::MELODY, voice::BASS, voice::DRUMS],
            Self::Multitrack => &[voice::EVENTS],
        }
    }

    /// The steps of a quarter note in [`Self::notes`]: 4, and 24 for multitrack bars.
    pub fn steps_per_quarter(self) -> u32 {
        self.resolution().steps_per_quarter
    }

    fn resolution(self) -> Resolution {
        match self {
            Self::Multitrack => TWENTY_FOURTHS,
            _ => SIXTEENTHS,
        }
    }

    /// The windows of a piece, of which none equals another, and what else is in it.
    pub fn extract(self, score: &Score) -> Extraction {
        self.extract_all(score).without_repeats()
    }

    /// As [`Self::extract`], but as few windows as have all bars that are in any, in the order of
    /// the piece: what is repeated is there again. The last ones of a passage may overlap, and of
    /// several melodies at a time there is the first.
    pub fn cover(self, score: &Score) -> Extraction {
        self.extract_all(score).covering(self.bars())
    }

    fn extract_all(self, score: &Score) -> Extraction {
        let bars = self.bars();
        match self {
            Self::Melody { .. } => melody::extract(score, bars),
            Self::Drums { .. } => drums::extract(score, bars),
            Self::Trio { .. } => trio::extract(score, bars),
            Self::Multitrack => multitrack::extract(score),
        }
    }

    /// The notes that tokens mean, in the order of their tracks and starts.
    ///
    /// Any tokens mean something: an end without a beginning is passed over, a note that is never
    /// ended sounds to the end of the window, and what lies beyond that is left out. Missing tokens
    /// are padding.
    pub fn notes(self, tokens: &[u16]) -> Vec<Sounding> {
        let tokens = &tokens[..tokens.len().min(self.steps() * self.voices().len())];
        match self {
            Self::Melody { .. } => melody::notes(tokens),
            Self::Drums { .. } => drums::notes(tokens),
            Self::Trio { .. } => trio::notes(tokens),
            Self::Multitrack => multitrack::notes(tokens),
        }
    }

    /// Where the notes of tokens begin, in the order of [`Self::notes`].
    pub fn onsets(self, tokens: &[u16]) -> Vec<Onset> {
        self.notes(tokens).iter().map(Onset::from).collect()
    }

    /// Windows played one after another, at 120 quarters per minute.
    ///
    /// Melody, bass and drums have velocity 80, the melody program 0 and the bass 33. No track has
    /// a pitch twice at the same time, and no note outlasts its window.
    pub fn to_score(self, windows: &[&[u16]]) -> Score {
        let in_turn = (0..).step_by(self.bars()).zip(windows.iter().copied());
        self.to_piece(&in_turn.collect::<Vec<_>>())
    }

    /// As [`Self::to_score`], each window at its bar, from 0: in ascending order. Of windows that
    /// overlap, the notes that begin in the bars of both are those of the first.
    pub fn to_piece(self, windows: &[(usize, &[u16])]) -> Score {
        let notes = windows.iter().map(|(bar, tokens)| (*bar, self.notes(tokens)));
        assemble::assemble(notes, self.resolution(), self.bars())
    }

    /// The window as many semitones higher, or lower where they are negative.
    ///
    /// Drums stay as they are. A note that leaves the range of pitches (21 to 108, in multitrack
    /// bars 0 to 127) is deleted; the note before it still ends where it did.
    #[must_use]
    pub fn transpose(self, tokens: &[u16], semitones: i32) -> Vec<u16> {
        match self {
            Self::Melody { .. } => melody::transpose(tokens, semitones),
            Self::Drums { .. } => tokens.to_vec(),
            Self::Trio { .. } => trio::transpose(tokens, semitones),
            Self::Multitrack => multitrack::transpose(tokens, semitones),
        }
    }

    /// How many parts a window has that can be played as in another: the nine drums, of a trio its
    /// melody and its bass before them; none of other windows.
    pub fn parts(self) -> u32 {
        match self {
            Self::Drums { .. } => drums::PARTS,
            Self::Trio { .. } => trio::PARTS,
            Self::Melody { .. } | Self::Multitrack => 0,
        }
    }

    /// The window with some of its [parts](Encoding::parts) played as in the window `other`: those
    /// whose bits `parts` has, the lowest for the first. A window without parts stays as it is.
    #[must_use]
    pub fn remix(self, tokens: &[u16], other: &[u16], parts: u16) -> Vec<u16> {
        match self {
            Self::Drums { .. } => drums::remix(tokens, other, parts),
            Self::Trio { .. } => trio::remix(tokens, other, parts),
            Self::Melody { .. } | Self::Multitrack => tokens.to_vec(),
        }
    }
}
