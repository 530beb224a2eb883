//! Drum hits as tokens.

use super::phrase::{Phrase, split_at_rests, whole_bars};
use crate::drum_kit;
use crate::score::Note;

/// Sets of the nine drums.
pub(super) const CLASSES: usize = 1 << drum_kit::DRUMS;

/// The drums that are hit at a step: at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) step: u32,
    /// Bit n stands for drum n.
    drums: u16,
}

/// The hits of the kit's drums, in the order of time.
pub(super) fn hits(notes: &[Note]) -> Vec<Hit> {
    let hit = |note: &Note| {
        let class = drum_kit::class(note.pitch)?;
        Some(Hit { step: note.start, drums: 1 << class })
    };
    let mut hits: Vec<Hit> = notes.iter().filter_map(hit).collect();
    hits.sort_by_key(|hit| hit.step);
    hits.dedup_by(|again, first| {
        let is_same = again.step == first.step;
        if is_same {
            first.drums |= again.drums;
        }
        is_same
    });
    hits
}

/// Hits in phrases, each from the bar of its first hit to the end of the bar of its last, with no
/// rest of a bar or more in between.
pub(super) fn phrases(hits: &[Hit], steps_per_bar: u32) -> Vec<Phrase> {
    let phrases = split_at_rests(hits, steps_per_bar, |hit| (hit.step, hit.step + 1));
    let phrase = |hits: &[Hit]| {
        let (first, last) = (hits.first()?, hits.last()?);
        let (start, end) = whole_bars(first.step, last.step + 1, steps_per_bar);
        Some(Phrase { start, tokens: tokens(hits, start, end) })
    };
    phrases.filter_map(phrase).collect()
}

/// Hits from step `start` to step `end` as tokens.
pub(super) fn tokens(hits: &[Hit], start: u32, end: u32) -> Vec<u16> {
    let mut tokens = vec![0; (end - start) as usize];
    for hit in hits {
        let place = hit.step.checked_sub(start).map(|step| step as usize);
        if let Some(token) = place.and_then(|step| tokens.get_mut(step)) {
            *token = hit.drums;
        }
    }
    tokens
}

/// Whether any drum is hit.
pub(super) fn is_heard(tokens: &[u16]) -> bool {
    tokens.iter().any(|&drums| drums != 0)
}

/// The hits of tokens as pitch, start and end: each lasts one step.
pub(super) fn notes(tokens: impl IntoIterator<Item = u16>) -> Vec<(u8, u32, u32)> {
    let mut notes = Vec::new();
    for (step, drums) in (0..).zip(tokens) {
        // Padding is no hit.
        if usize::from(drums) < CLASSES {
            let hit = (0..drum_kit::DRUMS).filter(|class| drums >> class & 1 == 1);
            let mut pitches: Vec<u8> = hit.map(drum_kit::pitch).collect();
            pitches.sort_unstable();
            notes.extend(pitches.into_iter().map(|pitch| (pitch, step, step + 1)));
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(pitch: u8, start: u32) -> Note {
        Note { pitch, velocity: 80, start, end: start + 9 }
    }

    #[test]
    fn drums_hit_together_are_one_token() {
        let notes = [note(36, 0), note(42, 0), note(35, 0), note(38, 2), note(1, 3)];
        let phrases = phrases(&hits(&notes), 4);
        assert_eq!(phrases, [Phrase { start: 0, tokens: vec![0b101, 0, 0b10, 0] }]);
    }

    #[test]
    fn a_bar_of_rest_ends_a_phrase() {
        let starts = |notes: &[Note]| {
            let phrases = phrases(&hits(notes), 4);
            phrases.iter().map(|phrase| (phrase.start, phrase.tokens.len())).collect::<Vec<_>>()
        };
        assert_eq!(starts(&[note(36, 3), note(36, 7)]), [(0, 8)]);
        assert_eq!(starts(&[note(36, 3), note(36, 8)]), [(0, 4), (8, 4)]);
    }

    #[test]
    fn a_token_is_played_by_the_first_pitches_of_its_drums() {
        assert_eq!(notes([0, 0b1_1000_0001, 512]), [(36, 1, 2), (49, 1, 2), (51, 1, 2)]);
        assert_eq!(notes([511]).len(), 9);
    }
}
