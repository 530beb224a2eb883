//! What a piece is built on: its key, and for each bar the harmony and the place in the form.

use super::dice::Dice;
use super::scale::{DOMINANT, Harmony, Key};

/// Steps of a bar.
pub(super) const BAR: u32 = 16;

/// Bars of a phrase.
pub(super) const PHRASE: usize = 4;

/// Progressions of four bars, as degrees of a major and of a minor key.
const MAJOR: [[i32; PHRASE]; 8] = [
    [0, 4, 5, 3],
    [0, 5, 3, 4],
    [0, 3, 0, 4],
    [5, 3, 0, 4],
    [0, 2, 3, 4],
    [0, 3, 5, 4],
    [1, 4, 0, 5],
    [0, 5, 1, 4],
];
const MINOR: [[i32; PHRASE]; 6] =
    [[0, 5, 2, 6], [0, 3, 4, 0], [0, 6, 5, 4], [0, 3, 6, 2], [0, 5, 3, 4], [0, 2, 5, 4]];

/// The two kinds of phrases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    A,
    B,
}

/// A bar of the plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bar {
    pub(super) section: Section,
    /// Its number in its phrase.
    pub(super) in_phrase: usize,
    /// Whether its phrase ends with it.
    pub(super) is_cadence: bool,
    pub(super) harmony: Harmony,
}

/// The plan of a piece.
pub(super) struct Plan {
    pub(super) key: Key,
    pub(super) bars: Vec<Bar>,
}

impl Plan {
    /// Ends on the tonic, after the dominant where there is room for it.
    pub(super) fn new(dice: &mut Dice<'_>, bars: usize) -> Self {
        let key = Key { tonic: dice.below(12) as u8, is_minor: dice.chance(0.4) };
        let mut progression = || if key.is_minor { dice.pick(&MINOR) } else { dice.pick(&MAJOR) };
        let (a, b) = (progression(), progression());
        let roots = |number: usize| match number {
            _ if number + 1 == bars => 0,
            _ if number + 2 == bars => DOMINANT,
            _ if section(number, bars) == Section::B => b[number % PHRASE],
            _ => a[number % PHRASE],
        };
        let bar = |number: usize| Bar {
            section: section(number, bars),
            in_phrase: number % PHRASE,
            is_cadence: number % PHRASE == PHRASE - 1 || number + 1 == bars,
            harmony: Harmony { root: roots(number) },
        };
        Self { key, bars: (0..bars).map(bar).collect() }
    }

    /// The harmony of the bar after this one; after the last, the tonic.
    pub(super) fn harmony_after(&self, bar: usize) -> Harmony {
        self.bars.get(bar + 1).map_or(Harmony { root: 0 }, |bar| bar.harmony)
    }
}

/// A A B A, again and again; the last phrase is an A.
fn section(bar: usize, bars: usize) -> Section {
    let phrase = bar / PHRASE;
    let is_last = phrase == (bars - 1) / PHRASE;
    if phrase % 4 == 2 && !is_last { Section::B } else { Section::A }
}
