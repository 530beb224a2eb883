//! The chords: triads in the middle of the keyboard.

use super::dice::Dice;
use super::plan::{BAR, Plan, Section};
use crate::score::Note;

/// Chord tones are in the octave from this pitch on, so that voices move little.
const OCTAVE: u8 = 53;

/// When chords are struck, and how long they last, in sixteenths.
const RHYTHMS: [&[(u32, u32)]; 5] = [
    &[(0, 16)],
    &[(0, 8), (8, 8)],
    &[(0, 6), (6, 10)],
    &[(4, 3), (12, 3)],
    &[(2, 2), (6, 2), (10, 2), (14, 2)],
];

pub(super) fn compose(dice: &mut Dice<'_>, plan: &Plan) -> Vec<Note> {
    let rhythms = [(); 2].map(|()| dice.pick(&RHYTHMS));
    let mut notes = Vec::new();
    for (number, bar) in plan.bars.iter().enumerate() {
        let is_last = number + 1 == plan.bars.len();
        let rhythm =
            if is_last { RHYTHMS[0] } else { rhythms[usize::from(bar.section == Section::B)] };
        let mut pitches = [0, 2, 4].map(|third| {
            let pitch = plan.key.pitch(bar.harmony.root + third, OCTAVE, bar.harmony);
            OCTAVE + (pitch - OCTAVE) % 12
        });
        pitches.sort_unstable();
        for &(step, length) in rhythm {
            let start = number as u32 * BAR + step;
            let note = |pitch| Note { pitch, velocity: 60, start, end: start + length };
            notes.extend(pitches.map(note));
        }
    }
    notes
}
