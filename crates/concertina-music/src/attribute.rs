//! What can be measured of a window of music: attributes along which a latent space may be walked.

use std::fmt;
use std::str::FromStr;

use crate::encoding::{Encoding, Sounding};

/// Steps of a scale that are in C major.
const C_MAJOR: [bool; 12] =
    [true, false, true, false, true, true, false, true, false, true, false, true];

/// A measure of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attribute {
    /// Notes that begin, drums among them, per bar.
    NoteDensity,
    /// How far notes begin off the beat, as a mean over them: 0 on a quarter, 1/2 on the eighth
    /// between two quarters, 1 anywhere else. Drums count too.
    Syncopation,
    /// Semitones from a note to the next one of its track, up or down, as a mean. Of notes that
    /// begin together the highest counts; drums do not.
    AverageInterval,
    /// Semitones from the lowest note to the highest, without drums.
    Range,
    /// Share of the notes that are in C major, without drums.
    Diatonic,
}

impl Attribute {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::NoteDensity, Self::Syncopation, Self::AverageInterval, Self::Range, Self::Diatonic];

    /// Its name, as it is read and written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoteDensity => "note-density",
            Self::Syncopation => "syncopation",
            Self::AverageInterval => "average-interval",
            Self::Range => "range",
            Self::Diatonic => "diatonic",
        }
    }

    /// Measures a window. Where there is nothing to measure, it is 0.
    pub fn measure(self, encoding: Encoding, tokens: &[u16]) -> f64 {
        let notes = encoding.notes(tokens);
        let pitched = || notes.iter().filter(|note| !note.is_drums);
        match self {
            Self::NoteDensity => notes.len() as f64 / encoding.bars() as f64,
            Self::Syncopation => {
                mean(notes.iter().map(|note| off_beat(note.start, encoding.steps_per_quarter())))
            }
            Self::AverageInterval => {
                mean(intervals(&notes).map(|interval| f64::from(interval.abs())))
            }
            Self::Range => {
                let lowest = pitched().map(|note| note.pitch).min().unwrap_or(0);
                let highest = pitched().map(|note| note.pitch).max().unwrap_or(0);
                f64::from(highest - lowest)
            }
            Self::Diatonic => {
                mean(pitched().map(|note| f64::from(C_MAJOR[usize::from(note.pitch % 12)])))
            }
        }
    }
}

/// How far from the beat a step is: 0, 1/2 or 1.
fn off_beat(step: u32, steps_per_quarter: u32) -> f64 {
    match 2 * (step % steps_per_quarter) {
        0 => 0.0,
        doubled if doubled == steps_per_quarter => 0.5,
        _ => 1.0,
    }
}

/// Semitones from each note to the next one of its track, negative downwards, without drums. Of
/// notes that begin together the highest counts.
pub fn intervals(notes: &[Sounding]) -> impl Iterator<Item = i32> {
    let pitched = notes.iter().filter(|note| !note.is_drums);
    let mut tops: Vec<(usize, u32, u8)> =
        pitched.map(|note| (note.track, note.start, note.pitch)).collect();
    // The highest of each start comes first, and is kept.
    tops.sort_by_key(|&(track, start, pitch)| (track, start, u8::MAX - pitch));
    tops.dedup_by_key(|&mut (track, start, _)| (track, start));
    let next = tops.clone().into_iter().skip(1);
    let pairs = tops.into_iter().zip(next).filter(|(one, next)| one.0 == next.0);
    pairs.map(|(one, next)| i32::from(next.2) - i32::from(one.2))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that names no attribute.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected note-density, syncopation, average-interval, range or diatonic, found `{0}`")]
pub struct ParseAttributeError(String);

impl FromStr for Attribute {
    type Err = ParseAttributeError;

    fn from_str(text: &str) -> Result<Self, ParseAttributeError> {
        let found = Self::ALL.into_iter().find(|attribute| attribute.name() == text);
        found.ok_or_else(|| ParseAttributeError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MELODY: Encoding = Encoding::Melody { bars: 1 };

    /// The five measures, in the order of [`Attribute::ALL`].
    #[track_caller]
    fn check(encoding: Encoding, tokens: &[u16], expected: [f64; 5]) {
        assert_eq!(Attribute::ALL.map(|attribute| attribute.measure(encoding, tokens)), expected);
    }

    fn on(pitch: u16) -> u16 {
        pitch - 21 + 2
    }

    #[test]
    fn a_melody_is_measured() {
        let mut tokens = [0; 16];
        check(MELODY, &tokens, [0.0; 5]);
        // On a beat, on an eighth, on a sixteenth, on a beat; C, E, E flat, C.
        tokens[0] = on(60);
        tokens[2] = on(64);
        tokens[3] = on(63);
        tokens[8] = on(72);
        check(MELODY, &tokens, [4.0, 1.5 / 4.0, (4.0 + 1.0 + 9.0) / 3.0, 12.0, 0.75]);
        check(Encoding::Melody { bars: 2 }, &[on(60)], [0.5, 0.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn drums_have_time_but_no_pitch() {
        check(Encoding::Drums { bars: 1 }, &[3, 0, 1, 1], [4.0, 1.5 / 4.0, 0.0, 0.0, 0.0]);
        let trio = [on(60), on(36), 1, on(62), 0, 1];
        check(Encoding::Trio { bars: 1 }, &trio, [5.0, 0.4, 2.0, 26.0, 1.0]);
    }

    #[test]
    fn of_a_chord_the_highest_note_leads_on() {
        // Program 0, C and G together, a triplet eighth later D.
        let tokens = [360, 356, 60, 67, 256 + 7, 62, 489];
        check(Encoding::Multitrack, &tokens, [3.0, 1.0 / 3.0, 5.0, 7.0, 1.0]);
    }

    #[test]
    fn names_are_read_as_written() {
        for attribute in Attribute::ALL {
            assert_eq!(attribute.to_string().parse(), Ok(attribute));
        }
        let error = "loudness".parse::<Attribute>().expect_err("no such attribute");
        assert!(error.to_string().ends_with("range or diatonic, found `loudness`"));
    }
}
