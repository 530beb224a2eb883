//! Windows of drums.

use super::by_part;
use super::hits;
use super::sounding::{Player, Sounding};
use super::window::{Extraction, Window};
use crate::dropped::Reason;
use crate::grid::SIXTEENTHS;
use crate::score::Score;

/// Where drums are played, in words.
pub(super) const CHANNEL: &str = "MIDI channel 10";

pub(super) fn extract(score: &Score, bars: usize) -> Extraction {
    let steps_per_bar = SIXTEENTHS.steps_per_bar();
    let steps = bars * steps_per_bar as usize;
    by_part::extract(score, bars, |part, collector| {
        let Some(kit) = part.instruments.iter().find(|instrument| instrument.is_drums) else {
            let reason = Reason::NoVoice { voice: "drums", expected: CHANNEL };
            collector.drop(&part.label, reason);
            return;
        };
        let hits = hits::hits(&kit.notes);
        let phrases = if part.bars as usize == bars {
            vec![super::phrase::Phrase { start: 0, tokens: hits::tokens(&hits, 0, steps as u32) }]
        } else {
            hits::phrases(&hits, steps_per_bar)
        };
        if hits.is_empty() {
            collector.drop(&kit.label, Reason::UnknownDrums);
        } else if phrases.iter().all(|phrase| phrase.tokens.len() < steps) {
            collector.drop(&kit.label, Reason::Short { bars });
        }
        for phrase in &phrases {
            for (bar, tokens) in phrase.windows(steps, steps_per_bar) {
                if hits::is_heard(tokens) {
                    let (tokens, bar) = (tokens.to_vec(), part.first_bar + bar);
                    collector.add(Window { tokens, bar, chord: None });
                }
            }
        }
    })
}

/// A token is a set of drums, a bit for each.
pub(super) const PARTS: u32 = crate::drum_kit::DRUMS as u32;

pub(super) fn remix(tokens: &[u16], other: &[u16], drums: u16) -> Vec<u16> {
    let steps = tokens.iter().zip(other);
    steps.map(|(own, other)| mixed(*own, *other, drums)).collect()
}

/// The drums of a step, those of `drums` as in another.
pub(super) fn mixed(own: u16, other: u16, drums: u16) -> u16 {
    (own & !drums) | (other & drums)
}

pub(super) fn notes(tokens: &[u16]) -> Vec<Sounding> {
    let player = Player { track: 0, program: 0, is_drums: true };
    let notes = hits::notes(tokens.iter().copied());
    notes.into_iter().map(|(pitch, start, end)| player.note(pitch, start, end)).collect()
}
