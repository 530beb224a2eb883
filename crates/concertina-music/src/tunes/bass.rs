//! The bass: roots and fifths, repeated eighths, or a walk from root to root.

use super::dice::Dice;
use super::plan::{BAR, Plan, Section};
use super::scale::{Harmony, Key};
use crate::score::Note;

/// Roots are in the octave from this pitch on, the lowest string of a bass.
const OCTAVE: u8 = 28;

/// How a bass moves.
#[derive(Clone, Copy)]
enum Style {
    /// Root and fifth in halves, with a pick-up.
    RootFifth,
    /// The root in eighths, with its octave.
    Eighths,
    /// Quarters through the chord and on to the next root.
    Walking,
    /// Root, root, fifth in a syncopated figure.
    Syncopated,
}

pub(super) fn compose(dice: &mut Dice<'_>, plan: &Plan) -> Vec<Note> {
    let styles = [Style::RootFifth, Style::Eighths, Style::Walking, Style::Syncopated];
    let styles: [Style; 2] = [(); 2].map(|()| dice.pick(&styles));
    let mut notes = Vec::new();
    for (number, bar) in plan.bars.iter().enumerate() {
        let root = root(plan.key, bar.harmony);
        let next = self::root(plan.key, plan.harmony_after(number));
        let is_last = number + 1 == plan.bars.len();
        let figure: Vec<(u32, u32, i32)> = if is_last {
            vec![(0, BAR, root)]
        } else {
            match styles[usize::from(bar.section == Section::B)] {
                Style::RootFifth if dice.chance(0.5) => {
                    vec![(0, 8, root), (8, 6, root + 4), (14, 2, root)]
                }
                Style::RootFifth => vec![(0, 8, root), (8, 8, root + 4)],
                Style::Eighths => {
                    let octave = dice.below(4) as u32;
                    let up = |beat: u32| if beat == 2 * octave + 1 { 7 } else { 0 };
                    (0..8).map(|beat| (2 * beat, 2, root + up(beat))).collect()
                }
                Style::Walking => {
                    // The last quarter lies one step from where the walk goes.
                    let approach = next + if next < root { 1 } else { -1 };
                    let middle = if dice.chance(0.5) { [2, 4] } else { [4, 2] };
                    vec![
                        (0, 4, root),
                        (4, 4, root + middle[0]),
                        (8, 4, root + middle[1]),
                        (12, 4, approach),
                    ]
                }
                Style::Syncopated => {
                    vec![(0, 3, root), (3, 5, root), (8, 4, root + 4), (12, 4, root)]
                }
            }
        };
        for (step, length, degree) in figure {
            let pitch = plan.key.pitch(degree, OCTAVE, bar.harmony);
            let start = number as u32 * BAR + step;
            notes.push(Note { pitch, velocity: 88, start, end: start + length });
        }
    }
    notes
}

/// The degree of a chord's root that lies in the lowest octave.
fn root(key: Key, harmony: Harmony) -> i32 {
    let is_high = key.pitch(harmony.root, OCTAVE, harmony) >= OCTAVE + 12;
    if is_high { harmony.root - 7 } else { harmony.root }
}
