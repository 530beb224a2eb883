//! The drums: a groove for each kind of phrase, with fills and cymbals where phrases meet.

use super::dice::Dice;
use super::plan::{BAR, PHRASE, Plan, Section};
use crate::drum_kit;
use crate::score::{Note, tidy};

/// Numbers of drums in the kit.
const KICK: usize = 0;
const SNARE: usize = 1;
const CLOSED_HAT: usize = 2;
const OPEN_HAT: usize = 3;
const TOMS: [usize; 3] = [6, 5, 4];
const CRASH: usize = 7;
const RIDE: usize = 8;

/// Steps of the kick.
const KICKS: [&[u32]; 8] = [
    &[0, 8],
    &[0, 6, 8],
    &[0, 8, 10],
    &[0, 7, 10],
    &[0, 4, 8, 12],
    &[0, 3, 8, 11],
    &[0, 10],
    &[0, 2, 8, 14],
];

/// Steps of the snare: on the second and fourth beat, or on the third.
const SNARES: [&[u32]; 4] = [&[4, 12], &[4, 12], &[8], &[4, 12, 15]];

/// Steps of what keeps the time.
const PULSES: [&[u32]; 4] =
    [&[0, 2, 4, 6, 8, 10, 12, 14], &[0, 4, 8, 12], &[2, 6, 10, 14], &[0, 3, 4, 7, 8, 11, 12, 15]];

/// What is played where nothing else is.
struct Groove {
    kicks: [&'static [u32]; 2],
    snare: &'static [u32],
    pulse: (usize, &'static [u32]),
    /// Where the open hi-hat replaces the pulse, in every second bar.
    open: Option<u32>,
}

impl Groove {
    fn new(dice: &mut Dice<'_>, section: Section) -> Self {
        let cymbal = match section {
            Section::B if dice.chance(0.6) => RIDE,
            _ => CLOSED_HAT,
        };
        let (kicks, snare) = ([(); 2].map(|()| dice.pick(&KICKS)), dice.pick(&SNARES));
        let pulse = (cymbal, dice.pick(&PULSES));
        let open = dice.chance(0.4).then(|| dice.pick(&[6, 10, 14]));
        Self { kicks, snare, pulse, open }
    }
}

pub(super) fn compose(dice: &mut Dice<'_>, plan: &Plan) -> Vec<Note> {
    let grooves = [Section::A, Section::B].map(|section| Groove::new(dice, section));
    let mut hits = Hits::default();
    for (number, bar) in plan.bars.iter().enumerate() {
        let groove = &grooves[bar.section as usize];
        let is_last = number + 1 == plan.bars.len();
        let start = number as u32 * BAR;
        if is_last && number > 0 {
            hits.add(CRASH, start);
            hits.add(KICK, start);
            continue;
        }
        // A fill takes the second half of a phrase's last bar.
        let is_fill = bar.is_cadence && dice.chance(0.8);
        let until = if is_fill { BAR / 2 } else { BAR };
        let mut add = |drum: usize, steps: &[u32]| {
            for step in steps.iter().filter(|&&step| step < until) {
                hits.add(drum, start + step);
            }
        };
        add(KICK, groove.kicks[number % 2]);
        add(SNARE, groove.snare);
        let open = groove.open.filter(|_| number % 2 == 1);
        let (cymbal, pulse) = groove.pulse;
        let pulse: Vec<u32> = pulse.iter().copied().filter(|&step| Some(step) != open).collect();
        add(cymbal, &pulse);
        add(OPEN_HAT, open.as_slice());
        if is_fill {
            fill(dice, &mut hits, start + BAR / 2);
        } else if dice.chance(0.25) {
            hits.add(KICK, start + dice.pick(&[5, 9, 13, 14]));
        }
        if bar.in_phrase == 0 && number >= PHRASE {
            hits.add(CRASH, start);
        }
    }
    let mut notes = hits.0;
    tidy(&mut notes);
    notes
}

/// Snare and toms from high to low, in eighths and sixteenths.
fn fill(dice: &mut Dice<'_>, hits: &mut Hits, start: u32) {
    let order = [SNARE, TOMS[0], TOMS[1], TOMS[2]];
    for (beat, drum) in (0..).zip(order) {
        hits.add(drum, start + 2 * beat);
        if dice.chance(0.5) {
            hits.add(drum, start + 2 * beat + 1);
        }
    }
    hits.add(KICK, start);
}

/// Hits in sixteenths.
#[derive(Default)]
struct Hits(Vec<Note>);

impl Hits {
    fn add(&mut self, drum: usize, step: u32) {
        let is_soft = [CLOSED_HAT, OPEN_HAT, RIDE].contains(&drum);
        let velocity = if is_soft { 72 } else { 100 };
        // An eighth long, so that a hit often ends where another begins: fewer events.
        let (pitch, end) = (drum_kit::pitch(drum), step + 2);
        self.0.push(Note { pitch, velocity, start: step, end });
    }
}
