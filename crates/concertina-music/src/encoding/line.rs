//! A line of single notes as tokens: melody and bass.

use super::phrase::{Phrase, split_at_rests, whole_bars};
use crate::score::Note;

/// Nothing happens: the note sounds on, or the rest goes on.
const NO_EVENT: u16 = 0;
/// The note ends.
const NOTE_OFF: u16 = 1;
/// The class of a note of pitch [`LOWEST`].
const FIRST_NOTE: u16 = 2;

/// The lowest pitch, A of the piano's lowest octave.
pub(super) const LOWEST: u8 = 21;
/// The highest pitch, C of the piano's highest octave.
pub(super) const HIGHEST: u8 = 108;

/// The two events, and a note of each pitch.
pub(super) const CLASSES: usize = 2 + (HIGHEST - LOWEST) as usize + 1;

/// The pitch of a class that begins a note.
fn pitch(token: u16) -> Option<u8> {
    let above = token.checked_sub(FIRST_NOTE)?;
    u8::try_from(above).ok().and_then(|above| above.checked_add(LOWEST)).filter(|p| *p <= HIGHEST)
}

/// The notes that a line keeps: in range, of those that begin together the highest, each ended by
/// the next.
pub(super) fn single_notes(notes: &[Note]) -> Vec<Note> {
    let in_range = notes.iter().filter(|note| (LOWEST..=HIGHEST).contains(&note.pitch));
    let mut line: Vec<Note> = in_range.copied().collect();
    line.sort_by_key(|note| (note.start, u8::MAX - note.pitch));
    line.dedup_by_key(|note| note.start);
    for later in (1..line.len()).rev() {
        line[later - 1].end = line[later - 1].end.min(line[later].start);
    }
    line
}

/// A line in phrases, each from the bar of its first note to the end of the bar of its last, with
/// no rest of a bar or more in between.
pub(super) fn phrases(line: &[Note], steps_per_bar: u32) -> Vec<Phrase> {
    let phrases = split_at_rests(line, steps_per_bar, |note| (note.start, note.end));
    let phrase = |notes: &[Note]| {
        let (first, last) = (notes.first()?, notes.last()?);
        let (start, end) = whole_bars(first.start, last.end, steps_per_bar);
        Some(Phrase { start, tokens: tokens(notes, start, end) })
    };
    phrases.filter_map(phrase).collect()
}

/// A line from step `start` to step `end` as tokens.
pub(super) fn tokens(line: &[Note], start: u32, end: u32) -> Vec<u16> {
    let mut tokens = vec![NO_EVENT; (end - start) as usize];
    for note in line {
        let place = |step: u32| step.checked_sub(start).map(|step| step as usize);
        // The next note, if it begins where this one ends, overwrites the end.
        if let Some(off) = place(note.end).and_then(|step| tokens.get_mut(step)) {
            *off = NOTE_OFF;
        }
        if let Some(on) = place(note.start).and_then(|step| tokens.get_mut(step)) {
            *on = FIRST_NOTE + u16::from(note.pitch - LOWEST);
        }
    }
    tokens
}

/// A stretch of a line as a window: what ends a note from before it is no event. `None` without a
/// note.
pub(super) fn window(tokens: &[u16]) -> Option<Vec<u16>> {
    let first = tokens.iter().position(|&token| pitch(token).is_some())?;
    let mut tokens = tokens.to_vec();
    tokens[..first].fill(NO_EVENT);
    Some(tokens)
}

/// The notes of a line as pitch, start and end.
pub(super) fn notes(tokens: impl IntoIterator<Item = u16>) -> Vec<(u8, u32, u32)> {
    let mut notes = Vec::new();
    let mut current = None;
    let mut now = 0;
    for token in tokens {
        let next = pitch(token);
        if next.is_some() || token == NOTE_OFF {
            notes.extend(current.take().map(|(pitch, start)| (pitch, start, now)));
        }
        current = next.map(|pitch| (pitch, now)).or(current);
        now += 1;
    }
    notes.extend(current.map(|(pitch, start)| (pitch, start, now)));
    notes
}

/// Moves the notes of a line. One that leaves the range is deleted: where it began, the note before
/// it ends.
pub(super) fn transpose<'a>(tokens: impl IntoIterator<Item = &'a mut u16>, semitones: i32) {
    let mut is_sounding = false;
    for token in tokens {
        if let Some(old) = pitch(*token) {
            let moved = i32::from(old).saturating_add(semitones);
            let kept = u8::try_from(moved).ok().filter(|new| (LOWEST..=HIGHEST).contains(new));
            *token = match kept {
                Some(new) => FIRST_NOTE + u16::from(new - LOWEST),
                None if is_sounding => NOTE_OFF,
                None => NO_EVENT,
            };
            is_sounding = kept.is_some();
        } else if *token == NOTE_OFF {
            if !is_sounding {
                *token = NO_EVENT;
            }
            is_sounding = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(pitch: u8, start: u32, end: u32) -> Note {
        Note { pitch, velocity: 80, start, end }
    }

    /// Tokens as text: `_` no event, `|` the note ends, letters for notes from pitch 32.
    fn text(tokens: &[u16]) -> String {
        let letter = |&token: &u16| match pitch(token) {
            Some(pitch) => (b'a' + pitch - 32) as char,
            None => ['_', '|'][usize::from(token)],
        };
        tokens.iter().map(letter).collect()
    }

    fn from_text(text: &str) -> Vec<u16> {
        let token = |letter: char| match letter {
            '_' => NO_EVENT,
            '|' => NOTE_OFF,
            _ => FIRST_NOTE + u16::from(letter as u8 - b'a' + 32 - LOWEST),
        };
        text.chars().map(token).collect()
    }

    #[track_caller]
    fn check_phrases(notes: &[Note], steps_per_bar: u32, expected: &[(u32, &str)]) {
        let phrases = phrases(&single_notes(notes), steps_per_bar);
        let found: Vec<(u32, String)> =
            phrases.iter().map(|phrase| (phrase.start, text(&phrase.tokens))).collect();
        let expected: Vec<(u32, String)> =
            expected.iter().map(|&(start, text)| (start, text.to_owned())).collect();
        assert_eq!(found, expected);
    }

    /// The notes and tokens by which Magenta's own converter is tested, at one step per quarter.
    #[test]
    fn the_conformance_case_of_magenta() {
        let notes = [note(32, 2, 4), note(33, 6, 11), note(34, 11, 13), note(35, 17, 19)];
        check_phrases(&notes, 4, &[(0, "__a_|_b____c_|__"), (16, "_d_|")]);
    }

    #[test]
    fn the_highest_of_a_chord_is_kept_and_the_next_note_ends_it() {
        let notes = [note(34, 0, 4), note(36, 0, 8), note(33, 2, 3), note(35, 3, 4)];
        check_phrases(&notes, 4, &[(0, "e_bd")]);
        check_phrases(&[note(20, 0, 4), note(109, 0, 4)], 4, &[]);
    }

    #[test]
    fn a_note_may_end_with_its_bar_and_a_rest_of_less_than_a_bar_stays() {
        check_phrases(&[note(32, 4, 8)], 4, &[(4, "a___")]);
        check_phrases(&[note(32, 0, 2), note(33, 5, 6)], 4, &[(0, "a_|__b|_")]);
        check_phrases(&[note(32, 0, 2), note(33, 6, 7)], 4, &[(0, "a_|_"), (4, "__b|")]);
    }

    #[test]
    fn a_window_forgets_the_note_from_before_it() {
        let window = |from: &str| window(&from_text(from)).map(|tokens| text(&tokens));
        assert_eq!(window("_|_a|_").as_deref(), Some("___a|_"));
        assert_eq!(window("_|__"), None);
    }

    #[test]
    fn any_tokens_are_notes() {
        let check = |tokens: &str, expected: &[(u8, u32, u32)]| {
            assert_eq!(notes(from_text(tokens)), expected, "{tokens}");
        };
        check("a_|_b", &[(32, 0, 2), (33, 4, 5)]);
        check("||a||a", &[(32, 2, 3), (32, 5, 6)]);
        check("aab_", &[(32, 0, 1), (32, 1, 2), (33, 2, 4)]);
        check("__|_", &[]);
        let (padding, highest) = (CLASSES as u16, CLASSES as u16 - 1);
        assert_eq!(notes([highest, padding, u16::MAX]), [(HIGHEST, 0, 3)]);
    }

    #[test]
    fn deleted_notes_leave_no_end_and_move_none() {
        let check = |tokens: &str, semitones: i32, expected: &str| {
            let mut tokens = from_text(tokens);
            transpose(&mut tokens, semitones);
            assert_eq!(text(&tokens), expected);
        };
        check("a_|b_", 2, "c_|d_");
        // b is 33: it leaves the range at 76 semitones, a does not.
        check("a_b_|_a|", 76, &text(&[88 + 1, 0, 1, 0, 0, 0, 88 + 1, 1]));
        check("_|_b__|a", 76, &text(&[0, 0, 0, 0, 0, 0, 0, 88 + 1]));
        check("a_|b", i32::MAX, "____");
        check("a_|b", i32::MIN, "____");
    }
}
