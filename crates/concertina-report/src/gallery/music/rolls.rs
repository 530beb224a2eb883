//! Windows of tokens as piano rolls.

use concertina::data::FloatImages;
use concertina::data::music::tokens_of;
use concertina_music::encoding::{Encoding, Sounding};
use concertina_music::score::Family;

use crate::plot::{PianoRolls, Roll, RollNote, RollRow};

/// A roll is at least so wide that this many steps of all rolls fit into a row.
const STEPS_IN_A_ROW: usize = 440;
/// The beats of a bar: all windows are in 4/4.
const BEATS: u32 = 4;
/// The number of families of instruments; drums come after them.
const DRUMS: usize = 16;

/// A row of windows: its label, and of each window a title and the tokens. Both may be empty.
pub type TokenRow = (String, Vec<(String, Vec<u16>)>);

/// A row without titles.
pub(crate) fn untitled(label: &str, windows: Vec<Vec<u16>>) -> TokenRow {
    (label.to_owned(), windows.into_iter().map(|tokens| (String::new(), tokens)).collect())
}

/// A row whose windows have titles.
pub(super) fn titled(label: &str, titles: Vec<String>, windows: Vec<Vec<u16>>) -> TokenRow {
    (label.to_owned(), titles.into_iter().zip(windows).collect())
}

/// The tokens of each example.
pub(super) fn all_tokens(examples: &FloatImages) -> Vec<Vec<u16>> {
    examples.iter().map(tokens_of).collect()
}

/// The number of rolls that are best drawn in a row, where there are `n` at most.
pub fn columns(encoding: Encoding, n: usize) -> usize {
    let steps = encoding.steps_per_quarter() as usize * BEATS as usize * encoding.bars();
    let most = (STEPS_IN_A_ROW / steps).max(1);
    // Rows that are as even as can be.
    n.div_ceil(n.div_ceil(most).max(1)).max(1)
}

/// Rows of windows as piano rolls, which are told apart by voice or, where windows have any
/// instruments, by the family of these.
pub fn piano_rolls(encoding: Encoding, rows: Vec<TokenRow>) -> PianoRolls {
    let notes = |tokens: &Vec<u16>| encoding.notes(tokens);
    let windows: Vec<Vec<Sounding>> =
        rows.iter().flat_map(|(_, rolls)| rolls).map(|(_, tokens)| notes(tokens)).collect();
    let players = Players::of(encoding, windows.iter().flatten());
    let mut windows = windows.into_iter();
    let mut roll = |title| {
        let notes = windows.next().unwrap_or_default();
        Roll { title, notes: notes.iter().map(|note| players.roll_note(note)).collect() }
    };
    let rows = rows.into_iter().map(|(label, rolls)| {
        let rolls = rolls.into_iter().map(|(title, _)| roll(title)).collect();
        RollRow { label, rolls }
    });
    PianoRolls {
        rows: rows.collect(),
        voices: players.names(),
        steps_per_beat: encoding.steps_per_quarter(),
        beats_per_bar: BEATS,
        bars: u32::try_from(encoding.bars()).unwrap_or(u32::MAX),
        ..PianoRolls::default()
    }
}

/// Who plays: the voices of the encoding or, where windows have any instruments, the families of
/// these.
struct Players {
    encoding: Encoding,
    /// The families that play, in the order of General MIDI, and the drums.
    families: Vec<(usize, String)>,
}

impl Players {
    fn of<'a>(encoding: Encoding, notes: impl Iterator<Item = &'a Sounding>) -> Self {
        let mut families = Vec::new();
        if encoding == Encoding::Multitrack {
            families.extend(notes.map(family));
            families.sort_unstable();
            families.dedup();
        }
        Self { encoding, families }
    }

    fn names(&self) -> Vec<String> {
        if self.encoding == Encoding::Multitrack {
            return self.families.iter().map(|(_, name)| name.clone()).collect();
        }
        self.encoding.voices().iter().map(|voice| voice.name.to_owned()).collect()
    }

    fn roll_note(&self, note: &Sounding) -> RollNote {
        let voice = if self.encoding == Encoding::Multitrack {
            let (number, _) = family(note);
            self.families.iter().position(|(found, _)| *found == number).unwrap_or_default()
        } else {
            note.track
        };
        let Sounding { pitch, start, end, is_drums: is_drum, .. } = *note;
        RollNote { voice, pitch, is_drum, start, end }
    }
}

/// The number and the name of a note's family.
fn family(note: &Sounding) -> (usize, String) {
    if note.is_drums {
        return (DRUMS, "drums".to_owned());
    }
    let family = Family::of(note.program);
    (family as usize, family.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_even_and_rolls_not_too_narrow() {
        let melody = |bars| Encoding::Melody { bars };
        for (encoding, n, expected) in [
            (melody(2), 4, 4),
            (melody(2), 7, 7),
            (Encoding::Trio { bars: 4 }, 7, 4),
            (Encoding::Multitrack, 4, 4),
            (Encoding::Multitrack, 8, 4),
            (melody(16), 4, 1),
            (melody(64), 7, 1),
            (melody(2), 0, 1),
        ] {
            assert_eq!(columns(encoding, n), expected, "{encoding:?} {n}");
        }
    }

    #[test]
    fn voices_and_families_have_their_names() {
        let trio = Encoding::Trio { bars: 1 };
        let tokens = [[41, 17, 1], [0, 0, 0]].concat();
        let rolls = piano_rolls(trio, vec![untitled("original", vec![tokens])]);
        assert_eq!(rolls.voices, ["melody", "bass", "drums"]);
        let voices: Vec<usize> = rolls.rows[0].rolls[0].notes.iter().map(|n| n.voice).collect();
        assert_eq!(voices, [0, 1, 2]);
        // A track of program 40 (strings), then one of drums; 488 and 360 are tokens of programs.
        let mut tokens = vec![490; 512];
        tokens[..4].copy_from_slice(&[400, 60, 261, 489]);
        tokens[64..68].copy_from_slice(&[488, 36, 261, 489]);
        let rolls = piano_rolls(Encoding::Multitrack, vec![untitled("", vec![tokens])]);
        assert_eq!(rolls.voices, ["strings", "drums"]);
        let notes = &rolls.rows[0].rolls[0].notes;
        assert_eq!(notes.iter().map(|n| n.voice).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(notes.iter().map(|n| n.is_drum).collect::<Vec<_>>(), [false, true]);
    }
}
