//! Tests of chords: symbols, tones, and what notes make.

use super::{Chord, Quality};

#[track_caller]
fn check_symbol(text: &str, class: usize) {
    assert_eq!(text.parse::<Chord>().map(Chord::class), Ok(class), "{text}");
}

#[test]
fn symbols_collapse_to_triads() {
    for (text, class) in [
        ("N.C.", 0),
        ("NC", 0),
        ("C", 1),
        ("Bb", 11),
        ("A#", 11),
        ("Cb", 12),
        ("B#", 1),
        ("F♯", 7),
        ("Am", 22),
        ("Gm7", 20),
        ("A-", 22),
        ("D/F#", 3),
        (" G7 ", 8),
        ("Cmaj7", 1),
        ("CM7", 1),
        ("Eaug", 29),
        ("C+", 25),
        ("C7#5", 25),
        ("F#dim", 43),
        ("Bo7", 48),
        ("Bm7b5", 48),
    ] {
        check_symbol(text, class);
    }
}

#[test]
fn what_is_no_triad_is_refused_by_name() {
    for text in ["", "H", "c", "Csus4", "C5", "D/", "D/x", "Cmaj7sus", "N.C", "é", "C#b"] {
        let error = text.parse::<Chord>().expect_err(text).to_string();
        assert!(error.ends_with(&format!("for none, found `{text}`")), "{error}");
    }
}

#[test]
fn every_chord_is_read_as_it_is_written() {
    for (class, chord) in Chord::all().enumerate() {
        assert_eq!((chord.class(), Chord::from_class(class)), (class, Some(chord)));
        check_symbol(&chord.to_string(), class);
    }
    assert_eq!(Chord::from_class(Chord::CLASSES), None);
    assert_eq!(format!("[{:>4}]", Chord::new(9, Quality::Minor)), "[  Am]");
}

#[test]
fn transposing_moves_every_tone() {
    for chord in Chord::all() {
        for semitones in -30..30 {
            let moved = chord
                .tones()
                .map(|tones| tones.map(|tone| (i32::from(tone) + semitones).rem_euclid(12) as u8));
            assert_eq!(chord.transposed(semitones).tones(), moved);
        }
    }
    assert_eq!(Chord::NONE.transposed(i32::MIN), Chord::NONE);
    assert_eq!(Chord::new(0, Quality::Major).transposed(i32::MIN).to_string(), "E");
}

#[test]
fn notes_make_the_chord_that_they_sound_on_longest() {
    let check = |notes: &[(u8, u32)], symbol: &str| {
        assert_eq!(Chord::of(notes.iter().copied()).to_string(), symbol, "{notes:?}");
    };
    check(&[], "N.C.");
    check(&[(60, 4)], "C");
    check(&[(60, 4), (64, 4), (67, 4)], "C");
    check(&[(60, 4), (64, 4), (67, 4), (70, 4)], "C");
    check(&[(57, 4), (60, 4), (64, 4), (67, 4)], "Am");
    check(&[(60, 4), (64, 4), (67, 4), (69, 4)], "C");
    check(&[(64, 2), (68, 2), (72, 2)], "Eaug");
    check(&[(59, 2), (62, 2), (65, 2)], "Bdim");
    // A passing note is outweighed.
    check(&[(62, 8), (65, 6), (67, 1), (69, 6)], "Dm");
}

#[test]
fn every_triad_is_found_in_its_own_notes() {
    for chord in Chord::all().skip(1) {
        let [root, third, fifth] = chord.tones().expect("a triad").map(|tone| 60 + tone);
        assert_eq!(Chord::of([(root - 24, 1), (third, 1), (fifth, 1)]), chord);
    }
}
