//! Notes that one instrument can play: in order, none without length, and no pitch struck while it
//! is still sounding.

use super::Note;

/// Sorts notes by start and pitch, gives each at least one unit of length, and ends a note where
/// the same pitch is struck again. Of notes with the same start and pitch one is kept, as loud as
/// the loudest and as long as the longest.
pub(crate) fn tidy(notes: &mut Vec<Note>) {
    notes.sort_by_key(|note| (note.start, note.pitch));
    notes.dedup_by(|again, first| {
        let is_same = (again.start, again.pitch) == (first.start, first.pitch);
        if is_same {
            first.velocity = first.velocity.max(again.velocity);
            first.end = first.end.max(again.end);
        }
        is_same
    });
    let mut next_start = [u32::MAX; 256];
    for note in notes.iter_mut().rev() {
        let next = &mut next_start[usize::from(note.pitch)];
        note.end = note.end.max(note.start.saturating_add(1)).min(*next);
        *next = note.start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(notes: &[(u8, u8, u32, u32)], expected: &[(u8, u8, u32, u32)]) {
        let note = |&(pitch, velocity, start, end): &_| Note { pitch, velocity, start, end };
        let mut notes = notes.iter().map(note).collect();
        tidy(&mut notes);
        assert_eq!(notes, expected.iter().map(note).collect::<Vec<_>>());
    }

    #[test]
    fn a_pitch_sounds_once_at_a_time() {
        check(&[(60, 1, 4, 8), (60, 2, 0, 9)], &[(60, 2, 0, 4), (60, 1, 4, 8)]);
        check(&[(60, 1, 4, 8), (61, 2, 0, 9)], &[(61, 2, 0, 9), (60, 1, 4, 8)]);
    }

    #[test]
    fn doubled_notes_are_one_and_empty_ones_get_a_length() {
        check(&[(60, 5, 0, 2), (60, 9, 0, 1)], &[(60, 9, 0, 2)]);
        check(&[(60, 5, 3, 3), (60, 9, 4, 4)], &[(60, 5, 3, 4), (60, 9, 4, 5)]);
    }
}
