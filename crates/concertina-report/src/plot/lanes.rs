//! The rows of a piano roll: one for each pitch, and below them one for each drum.

use concertina_music::drum_kit;

/// The height that all pitches together should fill, and the least and largest height of one.
const PITCHES_HEIGHT: f32 = 300.0;
const PITCH_HEIGHTS: (f32, f32) = (5.0, 15.0);
/// The least height of a drum, on which its name has room.
const DRUM_HEIGHT: f32 = 28.0;
/// The least height of drums without pitches, beside which the label of a row has room.
const DRUMS_HEIGHT: f32 = 196.0;
/// Between pitches and drums.
const GAP: f32 = 12.0;
/// At least so many pitches are shown: an octave.
const LEAST_PITCHES: i32 = 12;
/// Free pitches above and below the notes.
const MARGIN: i32 = 1;

/// A note of a roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollNote {
    /// Who plays it: an index into [`PianoRolls::voices`](super::PianoRolls::voices).
    pub voice: usize,
    /// MIDI pitch; of a drum, its General MIDI number.
    pub pitch: u8,
    /// Whether it is hit on a drum.
    pub is_drum: bool,
    /// Where it begins, in steps.
    pub start: u32,
    /// Where it ends, in steps.
    pub end: u32,
}

/// Where notes lie from the top down, the same for all rolls of a figure.
pub(super) struct Lanes {
    /// The lowest and the highest pitch, if there is any.
    pitches: Option<(i32, i32)>,
    /// The drums that are hit, the last of the kit first; `None` stands for those of no kit.
    drums: Vec<Option<usize>>,
}

/// A row, from the top of the roll.
pub(super) struct Lane {
    pub(super) top: f32,
    pub(super) height: f32,
}

impl Lanes {
    /// Rows that show all `notes`.
    pub(super) fn of<'a>(notes: impl Iterator<Item = &'a RollNote>) -> Self {
        let mut range: Option<(i32, i32)> = None;
        let mut drums = Vec::new();
        for note in notes {
            let pitch = i32::from(note.pitch);
            if note.is_drum {
                drums.push(drum_kit::class(note.pitch));
            } else {
                let (low, high) = range.unwrap_or((pitch, pitch));
                range = Some((low.min(pitch), high.max(pitch)));
            }
        }
        // What the kit does not know comes last, so that the kick drum is at the bottom otherwise.
        drums.sort_unstable_by_key(|drum| std::cmp::Reverse(*drum));
        drums.dedup();
        // A figure without a note still has rows: an octave from the middle C.
        let range = range.or_else(|| drums.is_empty().then_some((60, 71)));
        let pitches = range.map(|(low, high)| {
            let missing = (LEAST_PITCHES - (high - low + 1)).max(0);
            let (low, high) = (low - MARGIN - missing / 2, high + MARGIN + (missing + 1) / 2);
            // At an end of the keyboard the missing ones are on the other side.
            let least = LEAST_PITCHES + 2 * MARGIN - 1;
            (low.min(127 - least).max(0), high.max(least).min(127))
        });
        Self { pitches, drums }
    }

    pub(super) fn height(&self) -> f32 {
        let gap = if self.drums.is_empty() || self.pitches.is_none() { 0.0 } else { GAP };
        self.pitches_height() + gap + self.drums.len() as f32 * self.drum_height()
    }

    /// The height of all pitches.
    pub(super) fn pitches_height(&self) -> f32 {
        self.n_pitches() as f32 * self.pitch_height()
    }

    /// Where the drums begin; `None` if there are none.
    pub(super) fn drums_top(&self) -> Option<f32> {
        let n = self.drums.len();
        (n > 0).then(|| self.height() - n as f32 * self.drum_height())
    }

    /// The row of a note.
    pub(super) fn lane(&self, note: &RollNote) -> Lane {
        if note.is_drum {
            let drum = drum_kit::class(note.pitch);
            let number = self.drums.iter().position(|found| *found == drum).unwrap_or(0);
            return self.drum(number);
        }
        self.pitch(note.pitch.into())
    }

    /// The rows of the black keys.
    pub(super) fn black_keys(&self) -> impl Iterator<Item = Lane> {
        let is_black = |pitch: &i32| matches!(pitch % 12, 1 | 3 | 6 | 8 | 10);
        self.all_pitches().filter(is_black).map(|pitch| self.pitch(pitch))
    }

    /// The rows of every second drum.
    pub(super) fn every_second_drum(&self) -> impl Iterator<Item = Lane> {
        (1..self.drums.len()).step_by(2).map(|number| self.drum(number))
    }

    /// The names of rows, each with the middle of its row: every C, and every drum.
    pub(super) fn labels(&self) -> Vec<(f32, String)> {
        let octaves = self.all_pitches().filter(|pitch| pitch % 12 == 0).map(|pitch| {
            let Lane { top, height } = self.pitch(pitch);
            // The middle C, 60, is C4.
            (top + height / 2.0, format!("C{}", pitch / 12 - 1).replace('-', "−"))
        });
        let drums = self.drums.iter().enumerate().map(|(n, drum)| {
            let name = drum.map_or("other drums", |drum| drum_kit::NAMES[drum]);
            let Lane { top, height } = self.drum(n);
            (top + height / 2.0, name.to_owned())
        });
        octaves.chain(drums).collect()
    }

    fn all_pitches(&self) -> std::ops::Range<i32> {
        self.pitches.map_or(0..0, |(low, high)| low..high + 1)
    }

    fn n_pitches(&self) -> usize {
        self.all_pitches().len()
    }

    fn pitch_height(&self) -> f32 {
        let (least, most) = PITCH_HEIGHTS;
        (PITCHES_HEIGHT / self.n_pitches().max(1) as f32).floor().clamp(least, most)
    }

    fn drum_height(&self) -> f32 {
        let alone = (DRUMS_HEIGHT / self.drums.len().max(1) as f32).floor();
        if self.pitches.is_some() { DRUM_HEIGHT } else { DRUM_HEIGHT.max(alone) }
    }

    fn drum(&self, number: usize) -> Lane {
        let height = self.drum_height();
        Lane { top: self.drums_top().unwrap_or(0.0) + number as f32 * height, height }
    }

    fn pitch(&self, pitch: i32) -> Lane {
        let height = self.pitch_height();
        let high = self.pitches.map_or(pitch, |(_, high)| high);
        Lane { top: (high - pitch) as f32 * height, height }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(pitch: u8, is_drum: bool) -> RollNote {
        RollNote { voice: 0, pitch, is_drum, start: 0, end: 1 }
    }

    #[test]
    fn rows_are_fitted_to_the_notes() {
        let notes = [note(72, false), note(48, false), note(42, true), note(36, true)];
        let lanes = Lanes::of(notes.iter());
        let labels: Vec<String> = lanes.labels().into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels, ["C3", "C4", "C5", "closed hi-hat", "kick"]);
        for note in &notes {
            let lane = lanes.lane(note);
            assert!(lane.top >= 0.0 && lane.top + lane.height <= lanes.height());
        }
        assert!(lanes.lane(&notes[0]).top < lanes.lane(&notes[1]).top);
        assert!(lanes.lane(&notes[1]).top < lanes.lane(&notes[2]).top);
        assert_eq!(lanes.black_keys().count(), 11);
    }

    #[test]
    fn few_notes_get_an_octave_and_the_ends_of_the_keyboard_are_kept() {
        for pitches in [&[60][..], &[0], &[127], &[0, 127], &[]] {
            let notes: Vec<RollNote> = pitches.iter().map(|pitch| note(*pitch, false)).collect();
            let lanes = Lanes::of(notes.iter());
            assert!(
                lanes.height() >= 60.0 && lanes.labels().iter().any(|(_, l)| l.starts_with('C'))
            );
            for note in &notes {
                let lane = lanes.lane(note);
                assert!(lane.top >= 0.0 && lane.top + lane.height <= lanes.height());
            }
        }
    }

    #[test]
    fn drums_alone_have_no_pitches() {
        // A pitch of no kit among them.
        let notes = [note(36, true), note(51, true), note(0, true)];
        let lanes = Lanes::of(notes.iter());
        assert_eq!((lanes.pitches_height(), lanes.drums_top()), (0.0, Some(0.0)));
        assert_eq!(lanes.height(), 3.0 * 65.0);
        let labels: Vec<String> = lanes.labels().into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels, ["ride", "kick", "other drums"]);
    }
}
