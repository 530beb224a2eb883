//! Windows of one melody.

use super::by_part;
use super::line;
use super::sounding::{Player, Sounding};
use super::window::{Collector, Extraction, Window};
use crate::dropped::Reason;
use crate::grid::{Instrument, Part, SIXTEENTHS};
use crate::score::Score;

/// The program that a melody is played with: a piano.
pub(super) const PROGRAM: u8 = 0;

/// Programs of melodies.
pub(super) const LAST_PROGRAM: u8 = 31;

/// Programs of melodies in words.
pub(super) const PROGRAMS: &str = "0..=31 (piano to guitar)";

pub(super) fn extract(score: &Score, bars: usize) -> Extraction {
    by_part::extract(score, bars, |part, collector| {
        for instrument in &part.instruments {
            if let Err(reason) = add_windows(part, instrument, bars, collector) {
                collector.drop(&instrument.label, reason);
            }
        }
    })
}

/// Adds the windows of an instrument, or says why there are none.
fn add_windows(
    part: &Part,
    instrument: &Instrument,
    bars: usize,
    collector: &mut Collector,
) -> Result<(), Reason> {
    if instrument.is_drums {
        return Err(Reason::Drums);
    }
    if instrument.program > LAST_PROGRAM {
        return Err(Reason::Program { program: instrument.program, expected: PROGRAMS });
    }
    let melody = line::single_notes(&instrument.notes);
    if melody.is_empty() {
        return Err(Reason::Pitches { lowest: line::LOWEST, highest: line::HIGHEST });
    }
    let steps_per_bar = SIXTEENTHS.steps_per_bar();
    let mut add = |bar: usize, tokens: &[u16]| {
        if let Some(tokens) = line::window(tokens) {
            collector.add(Window { tokens, bar: part.first_bar + bar, chord: None });
        }
    };
    let steps = bars as u32 * steps_per_bar;
    if part.bars as usize == bars {
        add(0, &line::tokens(&melody, 0, steps));
        return Ok(());
    }
    let phrases = line::phrases(&melody, steps_per_bar);
    if phrases.iter().all(|phrase| phrase.tokens.len() < steps as usize) {
        return Err(Reason::Short { bars });
    }
    for phrase in &phrases {
        for (bar, tokens) in phrase.windows(steps as usize, steps_per_bar) {
            add(bar, tokens);
        }
    }
    Ok(())
}

pub(super) fn notes(tokens: &[u16]) -> Vec<Sounding> {
    let player = Player { track: 0, program: PROGRAM, is_drums: false };
    let notes = line::notes(tokens.iter().copied());
    notes.into_iter().map(|(pitch, start, end)| player.note(pitch, start, end)).collect()
}

pub(super) fn transpose(tokens: &[u16], semitones: i32) -> Vec<u16> {
    let mut tokens = tokens.to_vec();
    line::transpose(&mut tokens, semitones);
    tokens
}
