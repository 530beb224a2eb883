//! What becomes of a score: windows, and reasons why there are none.

use concertina_music::encoding::Encoding;
use concertina_music::score::{Note, Score, TimeSignature, Track};

/// Ticks of a bar.
const BAR: u32 = 1920;

fn track(name: &str, program: u8, is_drums: bool, notes: &[(u8, u32, u32)]) -> Track {
    let note = |&(pitch, start, end): &_| Note { pitch, velocity: 80, start, end };
    let notes = notes.iter().map(note).collect();
    Track { name: name.to_owned(), program, is_drums, notes }
}

fn score(bars: u32, tracks: Vec<Track>) -> Score {
    Score { tracks, end: bars * BAR, ..Score::empty() }
}

/// A note at the beginning of each of so many bars, for a quarter.
fn each_bar(pitch: u8, bars: u32) -> Vec<(u8, u32, u32)> {
    (0..bars).map(|bar| (pitch + (bar % 5) as u8, bar * BAR, bar * BAR + 480)).collect()
}

/// The first bars of the windows, and all that was dropped in words.
#[track_caller]
fn check(encoding: Encoding, score: &Score, bars: &[usize], dropped: &[&str]) {
    let extraction = encoding.extract(score);
    let found: Vec<usize> = extraction.windows.iter().map(|window| window.bar).collect();
    let told: Vec<String> = extraction.dropped.iter().map(ToString::to_string).collect();
    assert_eq!((found.as_slice(), told.join("; ")), (bars, dropped.join("; ")));
}

#[test]
fn a_melody_needs_its_instrument_and_its_length() {
    let melody = Encoding::Melody { bars: 2 };
    check(melody, &score(4, vec![]), &[], &["the piece: no notes"]);
    check(
        melody,
        &score(1, vec![track("", 0, false, &each_bar(60, 1))]),
        &[],
        &["the piece: shorter than 2 bars"],
    );
    let tracks = vec![
        track("Flute", 73, false, &each_bar(60, 4)),
        track("", 31, false, &each_bar(110, 4)),
        track("Tune", 31, false, &each_bar(60, 4)),
        track("Tune", 31, false, &each_bar(60, 4)),
        track("", 0, false, &each_bar(60, 1)),
        track("", 0, true, &each_bar(36, 4)),
    ];
    check(
        melody,
        &score(4, tracks),
        &[0, 1, 2],
        &[
            "track 1 (Flute): its program is 73 (pipe), not one of 0..=31 (piano to guitar)",
            "track 2 (guitar): no note in 21..=108",
            "track 5 (piano): shorter than 2 bars",
            "track 6 (drums): drums, not a melody",
        ],
    );
}

#[test]
fn a_piece_as_long_as_a_window_is_one_from_its_first_bar() {
    let late = [(60, BAR + 480, BAR + 960), (62, 3 * BAR, 3 * BAR + 480)];
    let piece = score(4, vec![track("", 0, false, &late)]);
    let extraction = Encoding::Melody { bars: 4 }.extract(&piece);
    let mut tokens = [0; 64];
    (tokens[20], tokens[24], tokens[48], tokens[52]) = (41, 1, 43, 1);
    assert_eq!(extraction.windows[0].tokens, tokens);
    // In a longer one, a melody begins with the bar of its first note and ends in a bar of rest.
    check(Encoding::Melody { bars: 1 }, &piece, &[1, 3], &[]);
}

#[test]
fn parts_in_other_signatures_are_left_out() {
    let mut piece = score(5, vec![track("Tune", 0, false, &each_bar(60, 5))]);
    let signature = |tick, numerator| TimeSignature { tick, numerator, denominator: 4 };
    piece.time_signatures = vec![signature(0, 4), signature(2 * BAR, 3), signature(3 * BAR, 4)];
    check(
        Encoding::Melody { bars: 2 },
        &piece,
        &[0, 4],
        &["bars 3 to 4: its time signature is 3/4, not 4/4"],
    );
}

#[test]
fn drums_need_a_kit() {
    let drums = Encoding::Drums { bars: 2 };
    let melody = track("Tune", 0, false, &each_bar(60, 4));
    check(drums, &score(4, vec![melody]), &[], &["the piece: no drums (MIDI channel 10)"]);
    let unknown = track("", 0, true, &each_bar(100, 4));
    check(
        drums,
        &score(4, vec![unknown]),
        &[],
        &["track 1 (drums): no hit of a drum in the kit of nine"],
    );
    let hits = [each_bar(36, 4), each_bar(40, 6)[5..].to_vec()].concat();
    // Bars 2 to 4 are hit alike; after a bar of rest, the last one is too short.
    check(drums, &score(6, vec![track("", 0, true, &hits)]), &[0, 1], &[]);
}

#[test]
fn a_trio_needs_three_that_play_together() {
    let trio = Encoding::Trio { bars: 2 };
    let melody = track("Tune", 0, false, &each_bar(60, 8));
    let bass = track("Bass", 33, false, &each_bar(40, 8));
    let drums = track("Kit", 0, true, &each_bar(36, 8));
    check(
        trio,
        &score(8, vec![melody.clone(), bass.clone(), drums.clone()]),
        &[0, 1, 2, 3, 4],
        &[],
    );
    check(
        trio,
        &score(8, vec![bass.clone(), drums.clone()]),
        &[],
        &["the piece: no melody (0..=31 (piano to guitar))"],
    );
    check(
        trio,
        &score(8, vec![melody.clone(), drums.clone()]),
        &[],
        &["the piece: no bass (32..=39 (bass))"],
    );
    let brass = track("Horns", 60, false, &each_bar(60, 8));
    check(
        trio,
        &score(8, vec![melody.clone(), bass.clone(), brass]),
        &[],
        &[
            "track 3 (Horns): its program is 60 (brass), not one of 0..=39 (piano to bass)",
            "the piece: no drums (MIDI channel 10)",
        ],
    );
    let last = track("Kit", 0, true, &each_bar(36, 8)[7..]);
    let first = track("Tune", 0, false, &each_bar(60, 2));
    check(
        trio,
        &score(8, vec![first.clone(), bass.clone(), last]),
        &[],
        &["the piece: melody, bass and drums do not play together for 2 bars"],
    );
    // A voice may rest for two bars, but has a note in the window.
    check(trio, &score(8, vec![first, bass, drums]), &[0, 1], &[]);
}

#[test]
fn pairs_of_a_trio_are_bounded() {
    let mut tracks = vec![track("", 0, true, &each_bar(36, 1))];
    for pitch in 30..39 {
        tracks.push(track("", 0, false, &each_bar(pitch, 1)));
        tracks.push(track("", 32, false, &each_bar(pitch, 1)));
    }
    let dropped = ["the piece: more than 64 pairs of a melody and a bass"];
    check(Encoding::Trio { bars: 1 }, &score(1, tracks), &[0; 64], &dropped);
}

#[test]
fn a_multitrack_bar_is_full_but_not_too_full() {
    let many = |count: u32| -> Vec<(u8, u32, u32)> {
        (0..count).map(|number| (60 + number as u8, number * 20, BAR)).collect()
    };
    let two = vec![track("", 0, false, &each_bar(60, 1)), track("", 1, false, &many(9))];
    check(Encoding::Multitrack, &score(1, two), &[0], &[]);
    let one = vec![track("", 0, false, &many(9))];
    check(Encoding::Multitrack, &score(1, one), &[], &["bar 1: fewer than 2 tracks"]);
    let sparse = vec![track("", 0, false, &each_bar(60, 3)); 2];
    check(Encoding::Multitrack, &score(3, sparse.clone()), &[0, 1, 2], &[]);
    let crowd = vec![track("", 0, false, &each_bar(60, 3)); 9];
    check(
        Encoding::Multitrack,
        &score(3, crowd),
        &[],
        &["3 bars, the first of them bar 1: more than 8 tracks"],
    );
    let long = vec![track("", 0, false, &each_bar(60, 1)), track("", 1, false, &many(30))];
    check(Encoding::Multitrack, &score(1, long), &[], &["bar 1: more than 64 events in one track"]);
}

/// A bar token by token: tracks by program, drums last, their end, padding.
#[test]
fn a_multitrack_bar_token_by_token() {
    let mut drums = track("", 0, true, &[(36, 0, 20), (36, 960, 980)]);
    drums.notes[1].velocity = 127;
    let strings = track("", 48, false, &[(60, 0, 2 * BAR), (64, 0, 480), (64, 480, 960)]);
    let piano = track("", 3, false, &[(48, 1900, 1920)]);
    let extraction = Encoding::Multitrack.extract(&score(2, vec![drums, strings, piano]));
    let [window] = &extraction.windows[..] else { panic!("one bar has two tracks") };
    let (on, off, shift, velocity) = (0, 128, 255, 352);
    let strings = [
        360 + 48,
        velocity + 4,
        on + 60,
        on + 64,
        shift + 24,
        off + 64,
        on + 64,
        shift + 24,
        off + 64,
        shift + 48,
        off + 60,
        489,
        490,
    ];
    let piano = [360 + 3, velocity + 4, on + 48];
    assert_eq!([window.tokens[0], window.tokens[2], window.tokens[3]], piano);
    assert_eq!(window.tokens[64..77], strings);
    let drums = [
        488,
        velocity + 4,
        on + 36,
        shift + 1,
        off + 36,
        shift + 47,
        velocity + 7,
        on + 36,
        shift + 1,
        off + 36,
        489,
        490,
    ];
    assert_eq!(window.tokens[128..140], drums);
    assert_eq!(window.tokens[192..194], [489, 490]);
    assert_eq!(window.chord.unwrap().to_string(), "C");

    let up = Encoding::Multitrack.transpose(&window.tokens, 65);
    let kept = [360 + 48, velocity + 4, on + 125, shift + 96, off + 125, 489, 490];
    assert_eq!((&up[64..71], &up[128..]), (&kept[..], &window.tokens[128..]));
}

#[test]
fn windows_play_one_after_another_in_the_same_tracks() {
    let bar = |programs: &[u16]| {
        let mut tokens = Vec::new();
        for program in programs {
            tokens.extend([360 + program, 356, 60, 489]);
            tokens.resize(tokens.len().next_multiple_of(64), 490);
        }
        tokens
    };
    let (first, second) = (bar(&[0, 7, 7]), bar(&[7, 9]));
    let score = Encoding::Multitrack.to_score(&[&first, &second]);
    let tracks: Vec<(u8, Vec<u32>)> = score
        .tracks
        .iter()
        .map(|track| (track.program, track.notes.iter().map(|note| note.start).collect()))
        .collect();
    assert_eq!(tracks, [(0, vec![0]), (7, vec![0, BAR]), (7, vec![0]), (9, vec![BAR])]);
    assert_eq!((score.end, score.seconds()), (2 * BAR, 4.0));
}

#[test]
fn every_encoding_says_what_its_windows_are() {
    let shape = |encoding: Encoding| {
        let voices = encoding.voices().iter().map(|voice| (voice.name, voice.classes, voice.bits));
        (encoding.bars(), encoding.steps(), voices.collect::<Vec<_>>())
    };
    let (melody, bass) = (("melody", 90, None), ("bass", 90, None));
    let drums = ("drums", 512, Some(9));
    assert_eq!(shape(Encoding::Melody { bars: 2 }), (2, 32, vec![melody]));
    assert_eq!(shape(Encoding::Melody { bars: 0 }), (1, 16, vec![melody]));
    assert_eq!(shape(Encoding::Melody { bars: usize::MAX }), (4096, 65_536, vec![melody]));
    assert_eq!(shape(Encoding::Drums { bars: 4 }), (4, 64, vec![drums]));
    assert_eq!(shape(Encoding::Trio { bars: 16 }), (16, 256, vec![melody, bass, drums]));
    assert_eq!(shape(Encoding::Multitrack), (1, 512, vec![("events", 490, None)]));
}
