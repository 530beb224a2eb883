//! A composer of short pieces: music without a download, as much of it as is wanted.
//!
//! A piece has a key, a progression of chords from families that everyone knows, a melody in
//! phrases of four bars that repeat and vary a motif and end in a cadence, a bass, chords, and
//! drums with fills. The form of its phrases is A A B A. It lies in 4/4, on a grid of sixteenths.
//!
//! The melody has a program that melodies may have (0 to 31), the bass one of 32 to 39. The chords
//! are strings or a pad, which are neither, so that an extracted melody is the melody.

mod bass;
mod chords;
mod dice;
mod drums;
mod melody;
mod plan;
mod scale;
#[cfg(test)]
mod tests;

use crate::score::{Note, Score, Tempo, Track};
use dice::Dice;
use plan::{BAR, Plan};

/// Ticks of a sixteenth in [`Score::empty`].
const SIXTEENTH: u32 = 120;

const MELODIES: [u8; 8] = [0, 4, 6, 11, 16, 21, 24, 25];
const BASSES: [u8; 4] = [32, 33, 34, 35];
const CHORDS: [u8; 4] = [48, 49, 50, 89];

/// Composes a piece of so many bars, at least one, at most 1024.
///
/// `random` gives numbers of 0 to 1, evenly; the same numbers give the same piece.
pub fn compose(random: &mut dyn FnMut() -> f32, bars: usize) -> Score {
    let mut dice = Dice(random);
    let plan = Plan::new(&mut dice, bars.clamp(1, 1024));
    let end = plan.bars.len() as u32 * BAR;
    let track = |name: &str, program, is_drums, notes: Vec<Note>| {
        let in_ticks =
            |note: Note| Note { start: note.start * SIXTEENTH, end: note.end * SIXTEENTH, ..note };
        let notes = notes.into_iter().map(in_ticks).collect();
        Track { name: name.to_owned(), program, is_drums, notes }
    };
    let quarters_per_minute = 84 + 4 * dice.below(14) as u32;
    let tempo = Tempo { tick: 0, microseconds_per_quarter: 60_000_000 / quarters_per_minute };
    Score {
        tempos: vec![tempo],
        tracks: vec![
            track("Melody", dice.pick(&MELODIES), false, melody::compose(&mut dice, &plan)),
            track("Bass", dice.pick(&BASSES), false, bass::compose(&mut dice, &plan)),
            track("Chords", dice.pick(&CHORDS), false, chords::compose(&mut dice, &plan)),
            track("Drums", 0, true, drums::compose(&mut dice, &plan)),
        ],
        end: end * SIXTEENTH,
        ..Score::empty()
    }
}
