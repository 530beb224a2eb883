//! The melody: a motif for each kind of phrase, moved along with the harmony.

use super::dice::Dice;
use super::plan::{BAR, Plan, Section};
use super::scale::Harmony;
use crate::score::Note;

/// The tonic is in the octave from this pitch on.
const OCTAVE: u8 = 57;

/// How a beat may be divided, in sixteenths; quieter ones more than once.
const BEATS: [&[u32]; 8] = [&[4], &[4], &[2, 2], &[2, 2], &[2, 2], &[3, 1], &[2, 1, 1], &[1, 1, 2]];

/// How half a bar may be filled without regard to the beats.
const HALVES: [&[u32]; 4] = [&[8], &[6, 2], &[3, 3, 2], &[4, 3, 1]];

/// How a phrase may end: lengths of notes, then of a rest.
const CADENCES: [(&[u32], u32); 5] =
    [(&[8], 8), (&[4, 8], 4), (&[2, 2, 8], 4), (&[4, 4, 8], 0), (&[12], 4)];

/// Steps of the scale from note to note; small ones more than once.
const MOVES: [i32; 12] = [1, -1, 1, -1, 1, -1, 2, -2, 0, 2, -2, 3];

/// What a kind of phrase is made of.
struct Motif {
    /// Lengths of the notes of two bars, in sixteenths.
    rhythms: [Vec<u32>; 2],
    /// Steps from note to note, in two bars.
    moves: [Vec<i32>; 2],
    cadence: (&'static [u32], u32),
    /// Degrees between which it stays.
    lowest: i32,
    highest: i32,
}

impl Motif {
    fn new(dice: &mut Dice<'_>, section: Section) -> Self {
        let rhythms = [(); 2].map(|()| rhythm(dice));
        let moves = [(); 2].map(|()| (0..BAR).map(|_| dice.pick(&MOVES)).collect());
        // The contrast lies a little higher.
        let lowest = if section == Section::A { -2 } else { 1 };
        Self { rhythms, moves, cadence: dice.pick(&CADENCES), lowest, highest: lowest + 9 }
    }
}

/// Lengths that fill a bar.
fn rhythm(dice: &mut Dice<'_>) -> Vec<u32> {
    let mut lengths = Vec::new();
    for _ in 0..2 {
        if dice.chance(0.35) {
            lengths.extend(dice.pick(&HALVES));
        } else {
            lengths.extend(dice.pick(&BEATS));
            lengths.extend(dice.pick(&BEATS));
        }
    }
    lengths
}

pub(super) fn compose(dice: &mut Dice<'_>, plan: &Plan) -> Vec<Note> {
    let motifs = [Section::A, Section::B].map(|section| Motif::new(dice, section));
    let mut degree = dice.pick(&[0, 2, 4]);
    let mut notes = Vec::new();
    for (number, bar) in plan.bars.iter().enumerate() {
        let motif = &motifs[bar.section as usize];
        let is_last = number + 1 == plan.bars.len();
        let varied;
        let (lengths, moves): (&[u32], &[i32]) = if is_last {
            (&[BAR], &[0])
        } else if bar.is_cadence {
            (motif.cadence.0, &motif.moves[1])
        } else if bar.in_phrase == 2 && dice.chance(0.3) {
            varied = rhythm(dice);
            (&varied, &motif.moves[0])
        } else {
            (&motif.rhythms[bar.in_phrase % 2], &motif.moves[bar.in_phrase % 2])
        };
        let mut step = 0;
        for (&length, &by) in lengths.iter().zip(moves) {
            degree = next(degree, by, step, bar.harmony, motif);
            if is_last {
                // Home: the tonic that is nearest.
                degree = (degree + 3).div_euclid(7) * 7;
            }
            let pitch = plan.key.pitch(degree, OCTAVE, bar.harmony);
            let velocity = if step % 8 == 0 { 100 } else { 84 };
            let start = number as u32 * BAR + step;
            notes.push(Note { pitch, velocity, start, end: start + length });
            step += length;
        }
    }
    notes
}

/// The degree that follows: on a strong beat a tone of the chord, elsewhere any, and back when the
/// motif's bounds are reached.
fn next(degree: i32, by: i32, step: u32, harmony: Harmony, motif: &Motif) -> i32 {
    let wanted = degree + by;
    let is_inside = (motif.lowest..=motif.highest).contains(&wanted);
    let wanted = if is_inside { wanted } else { degree - by };
    let wanted = wanted.clamp(motif.lowest, motif.highest);
    if step.is_multiple_of(8) {
        harmony.nearest(wanted, motif.lowest, motif.highest)
    } else {
        wanted
    }
}
