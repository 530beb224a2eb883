//! A piece of music as notes in time: what a MIDI file says, without its wire format.

mod family;
mod tempo;
mod tidy;

pub use family::Family;
pub use tempo::{Tempo, TempoMap};
pub(crate) use tidy::tidy;

/// A note, in ticks from the beginning of its score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Note {
    /// MIDI pitch, 0 to 127; 60 is the middle C, 69 the A of 440 Hz. In a drum track the number of
    /// an instrument.
    pub pitch: u8,
    /// How hard it is struck, 1 to 127.
    pub velocity: u8,
    /// Where it begins, in ticks.
    pub start: u32,
    /// Where it ends, in ticks; later than `start`.
    pub end: u32,
}

/// The notes of one instrument.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Track {
    /// The name that the file gives it; may be empty.
    pub name: String,
    /// General MIDI program, 0 to 127; means nothing for drums.
    pub program: u8,
    /// Whether its pitches are drums, as on MIDI channel 10.
    pub is_drums: bool,
    /// In the order of their starts, then of their pitches.
    pub notes: Vec<Note>,
}

/// From `tick` on, a bar has `numerator` notes of length 1 / `denominator`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSignature {
    /// Where it begins to hold, in ticks.
    pub tick: u32,
    /// Beats in a bar, at least 1.
    pub numerator: u8,
    /// A power of two, at most 64.
    pub denominator: u8,
}

/// A piece of music.
///
/// Without a tempo it has 120 quarters per minute; without a time signature its bars are 4/4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// Ticks in a quarter note, 1 to 32,767.
    pub ticks_per_quarter: u16,
    /// In the order of time.
    pub tempos: Vec<Tempo>,
    /// In the order of time.
    pub time_signatures: Vec<TimeSignature>,
    /// One for each instrument.
    pub tracks: Vec<Track>,
    /// Where the piece ends, in ticks: no earlier than its last note does.
    pub end: u32,
}

impl Score {
    /// A score of 4/4 bars at 120 quarters per minute, without notes, with 480 ticks per quarter.
    ///
    /// A sixteenth is 120 ticks of it, and the 24th part of a quarter is 20.
    pub fn empty() -> Self {
        Self {
            ticks_per_quarter: 480,
            tempos: vec![Tempo { tick: 0, microseconds_per_quarter: 500_000 }],
            time_signatures: vec![TimeSignature { tick: 0, numerator: 4, denominator: 4 }],
            tracks: Vec::new(),
            end: 0,
        }
    }

    /// Ticks to seconds.
    pub fn tempo_map(&self) -> TempoMap {
        TempoMap::new(self.ticks_per_quarter, &self.tempos)
    }

    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        self.tempo_map().seconds(self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_follow_the_tempos() {
        let mut score = Score { end: 960, ..Score::empty() };
        assert_eq!(score.seconds(), 1.0);
        score.tempos.push(Tempo { tick: 480, microseconds_per_quarter: 1_000_000 });
        assert_eq!(score.seconds(), 1.5);
        score.tempos.remove(0);
        assert_eq!(score.seconds(), 1.5, "120 quarters per minute before the first tempo");
    }
}
