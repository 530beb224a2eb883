//! MIDI files: what they say, what is wrong with them, and that a score survives them.

use concertina_music::midi::MidiError;
use concertina_music::score::{Note, Score, Tempo, TimeSignature, Track};
use proptest::prelude::*;

use crate::law::check_legal;

/// A file of the format, with `division` as its unit of time and these tracks.
fn file(format: u8, division: u16, tracks: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"MThd\0\0\0\x06\0".to_vec();
    bytes.extend([format, 0, tracks.len() as u8]);
    bytes.extend(division.to_be_bytes());
    for track in tracks {
        bytes.extend(b"MTrk");
        bytes.extend((track.len() as u32).to_be_bytes());
        bytes.extend(*track);
    }
    bytes
}

const END: [u8; 4] = [0, 0xFF, 0x2F, 0];

#[track_caller]
fn check_error(bytes: &[u8], message: &str) {
    assert_eq!(Score::from_midi(bytes).unwrap_err().to_string(), message);
}

#[test]
fn what_is_no_music_is_told() {
    check_error(b"", "expected a MIDI file, found an empty one");
    let not = |found: &str| format!("expected a MIDI file (beginning with `MThd`), found {found}");
    check_error(b"X:1\nT:Cooley's\n", &not("text"));
    check_error(b"\x89PNG\r\n", &not("89 50 4e 47"));
    check_error(b"\0", &not("00"));
    check_error(
        b"MThd\0\0\0\x06\0",
        "the header of the MIDI file is cut short after 9 bytes, of 14",
    );
    check_error(b"RIFF", "the header of the MIDI file is damaged (no main riff chunk)");
    // 25 frames a second, and a rate that cannot be negated.
    for division in [0xE728, 0x8042] {
        check_error(
            &file(0, division, &[&END]),
            "the MIDI file counts time in SMPTE frames; expected ticks per quarter note",
        );
    }
    check_error(
        &file(2, 96, &[&END]),
        "the MIDI file has format 2 (independent patterns); expected format 0 or 1",
    );
    check_error(
        &file(0, 0, &[&END]),
        "the MIDI file has 0 ticks per quarter note; expected at least 1",
    );
    let late = [0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 1, 0].repeat(2);
    check_error(
        &file(0, 96, &[&late]),
        "the MIDI file is longer than 268435455 ticks, the most that are read",
    );
}

/// A file of the other kind, which holds `midi` after a chunk of odd length.
fn riff(midi: &[u8]) -> Vec<u8> {
    let chunk = |name: &[u8], data: &[u8]| {
        [name, &(data.len() as u32).to_le_bytes(), data, &[0][..data.len() % 2]].concat()
    };
    chunk(b"RIFF", &[b"RMID", &chunk(b"DISP", b"abc")[..], &chunk(b"data", midi)].concat())
}

#[test]
fn a_midi_file_within_a_riff_file_is_read_alike() {
    let fine = file(0, 96, &[&[0, 0x90, 60, 9, 5, 0x80, 60, 0]]);
    assert_eq!(Score::from_midi(&riff(&fine)), Score::from_midi(&fine));
    assert_eq!(Score::from_midi(&riff(&file(0, 0x8042, &[&END]))), Err(MidiError::Smpte));
}

#[test]
fn a_name_may_look_like_a_header() {
    let mut track = vec![0, 0xFF, 3, 13];
    track.extend(b"MThd\0\0\0\x06ABCD\x80");
    track.extend([0, 0x90, 60, 9, 5, 0x80, 60, 0]);
    let score = Score::from_midi(&file(0, 96, &[&track])).unwrap();
    assert_eq!(Score::from_midi(&score.to_midi()).unwrap().tracks, score.tracks);
}

#[test]
fn notes_are_counted() {
    let mut track = vec![0, 0x90, 60, 1];
    track.extend([0, 60, 1].repeat(999_999));
    let notes = Score::from_midi(&file(0, 96, &[&track])).unwrap().tracks.remove(0).notes;
    assert_eq!(notes.len(), 1, "all begin at once");
    track.extend([0, 60, 1]);
    assert_eq!(Score::from_midi(&file(0, 96, &[&track])), Err(MidiError::TooManyNotes));
}

/// The tracks that a single track of a file becomes: name, program, drums, notes as pitch,
/// velocity, start and end.
type Expected<'a> = (&'a str, u8, bool, &'a [(u8, u8, u32, u32)]);

#[track_caller]
fn check_tracks(events: &[u8], expected: &[Expected<'_>]) {
    let score = Score::from_midi(&file(0, 96, &[events])).unwrap();
    let track = |&(name, program, is_drums, notes): &Expected<'_>| {
        let note = |&(pitch, velocity, start, end): &_| Note { pitch, velocity, start, end };
        let notes = notes.iter().map(note).collect();
        Track { name: name.to_owned(), program, is_drums, notes }
    };
    assert_eq!(score.tracks, expected.iter().map(track).collect::<Vec<_>>());
}

#[test]
fn notes_end_by_note_off_or_velocity_0_or_with_the_track() {
    check_tracks(&[0, 0x90, 60, 9, 5, 0x80, 60, 0], &[("", 0, false, &[(60, 9, 0, 5)])]);
    check_tracks(&[1, 0x90, 60, 9, 5, 60, 0], &[("", 0, false, &[(60, 9, 1, 6)])]);
    check_tracks(&[0, 0x90, 60, 9, 7, 0xFF, 0x2F, 0], &[("", 0, false, &[(60, 9, 0, 7)])]);
    check_tracks(&[0, 0x80, 60, 9, 7, 0xFF, 0x2F, 0], &[]);
    // Cut in the middle of an event.
    check_tracks(&[0, 0x90, 60, 9, 7, 0x80, 61, 0, 4, 0x80], &[("", 0, false, &[(60, 9, 0, 7)])]);
}

#[test]
fn a_note_struck_again_ends_and_one_without_length_gets_a_tick() {
    check_tracks(
        &[0, 0x90, 60, 9, 4, 60, 8, 2, 60, 0, 3, 60, 0],
        &[("", 0, false, &[(60, 9, 0, 4), (60, 8, 4, 9)])],
    );
    // Within one tick the note-off of the first comes after the note-on of the second.
    check_tracks(
        &[0, 0x90, 60, 9, 4, 60, 8, 0, 60, 0, 3, 60, 0],
        &[("", 0, false, &[(60, 9, 0, 4), (60, 8, 4, 7)])],
    );
    check_tracks(&[2, 0x90, 60, 9, 0, 60, 0], &[("", 0, false, &[(60, 9, 2, 3)])]);
}

#[test]
fn channels_and_programs_are_tracks() {
    let name = [0, 0xFF, 3, 4, b' ', b'T', b'u', b'n'];
    let events = [
        0, 0x90, 60, 9, 1, 0xC0, 40, 0, 0x90, 62, 9, 0, 0x99, 36, 9, 1, 0x90, 60, 0, 0, 62, 0, 1,
        0x99, 36, 0,
    ];
    check_tracks(
        &[&name[..], &events].concat(),
        &[
            ("Tun", 0, false, &[(60, 9, 0, 2)]),
            ("Tun", 40, false, &[(62, 9, 1, 2)]),
            ("Tun", 0, true, &[(36, 9, 1, 3)]),
        ],
    );
}

#[test]
fn the_pedal_holds_notes_but_not_drums() {
    let play = |channel: u8| {
        let [on, control] = [0x90 | channel, 0xB0 | channel];
        // Down, a note, another one that is struck again, up.
        [
            0, control, 64, 127, 0, on, 60, 9, 2, 60, 0, 0, on, 62, 9, 1, 62, 0, 3, 62, 9, 1, 62,
            0, 2, control, 64, 0, 5, on, 64, 9, 1, 64, 0,
        ]
    };
    check_tracks(
        &play(0),
        &[("", 0, false, &[(60, 9, 0, 9), (62, 9, 2, 6), (62, 9, 6, 9), (64, 9, 14, 15)])],
    );
    check_tracks(
        &play(9),
        &[("", 0, true, &[(60, 9, 0, 2), (62, 9, 2, 3), (62, 9, 6, 7), (64, 9, 14, 15)])],
    );
    // Never up again.
    check_tracks(
        &[0, 0xB0, 64, 64, 0, 0x90, 60, 9, 2, 60, 0, 3, 0xFF, 0x2F, 0],
        &[("", 0, false, &[(60, 9, 0, 5)])],
    );
}

#[test]
fn tempos_and_signatures_come_from_all_tracks_and_nonsense_is_passed_over() {
    let tempo = |delta: u8, tempo: u8| [delta, 0xFF, 0x51, 3, 0, 0, tempo];
    let signature =
        |delta: u8, beats: u8, exponent: u8| [delta, 0xFF, 0x58, 4, beats, exponent, 24, 8];
    let first = [&tempo(0, 0)[..], &tempo(0, 5), &signature(0, 3, 2), &END].concat();
    let second = [
        &tempo(0, 6)[..],
        &tempo(7, 8),
        &signature(0, 0, 2),
        &signature(0, 6, 3),
        &signature(1, 4, 7),
        &[5, 0xFF, 0x2F, 0],
    ]
    .concat();
    let score = Score::from_midi(&file(1, 96, &[&first, &second])).unwrap();
    let tempo = |tick, microseconds_per_quarter| Tempo { tick, microseconds_per_quarter };
    assert_eq!(score.tempos, [tempo(0, 6), tempo(7, 8)]);
    let signature = |tick, numerator, denominator| TimeSignature { tick, numerator, denominator };
    assert_eq!(score.time_signatures, [signature(0, 3, 4), signature(7, 6, 8)]);
    assert_eq!((score.ticks_per_quarter, score.end, score.tracks), (96, 13, Vec::new()));
}

#[test]
fn a_written_file_is_legal() {
    let notes =
        [0, 480].map(|start| Note { pitch: 60, velocity: 80, start, end: start + 480 }).to_vec();
    let mut score = Score::empty();
    score.end = 1920;
    for number in 0..20 {
        let is_drums = number == 3;
        score.tracks.push(Track {
            name: String::new(),
            program: number,
            is_drums,
            notes: notes.clone(),
        });
    }
    let bytes = score.to_midi();
    let smf = midly::Smf::parse(&bytes).unwrap();
    assert_eq!(smf.header.format, midly::Format::Parallel);
    assert_eq!(smf.tracks.len(), 21);
    for (number, track) in smf.tracks.iter().enumerate() {
        let length: u32 = track.iter().map(|event| event.delta.as_int()).sum();
        assert_eq!(length, 1920);
        let end = midly::TrackEventKind::Meta(midly::MetaMessage::EndOfTrack);
        let ends = track.iter().filter(|event| event.kind == end).count();
        assert_eq!((ends, track.last().unwrap().kind), (1, end));
        let mut is_on = false;
        for event in track {
            if let midly::TrackEventKind::Midi { channel, message } = event.kind {
                assert_eq!(channel == 9, number == 4, "track {number}");
                // Where a note follows another of its pitch, the first one ends first.
                match message {
                    midly::MidiMessage::NoteOn { .. } => {
                        assert!(!std::mem::replace(&mut is_on, true));
                    }
                    midly::MidiMessage::NoteOff { .. } => {
                        assert!(std::mem::replace(&mut is_on, false));
                    }
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn values_out_of_range_are_moved_into_it() {
    let note = Note { pitch: 200, velocity: 0, start: u32::MAX, end: 3 };
    let track = Track { name: "x".to_owned(), program: 255, is_drums: false, notes: vec![note] };
    let score = Score {
        ticks_per_quarter: 0,
        tempos: vec![Tempo { tick: 9, microseconds_per_quarter: u32::MAX }],
        time_signatures: vec![TimeSignature { tick: 9, numerator: 0, denominator: 0 }],
        tracks: vec![track],
        end: 0,
    };
    let read = Score::from_midi(&score.to_midi()).unwrap();
    let most = concertina_music::midi::MAX_TICKS;
    let note = Note { pitch: 127, velocity: 1, start: most - 1, end: most };
    assert_eq!((read.tracks[0].program, &read.tracks[0].notes[..]), (127, &[note][..]));
    assert_eq!((read.ticks_per_quarter, read.end), (1, most));
}

/// Scores of which all can be written: tidy, with tracks that have notes.
fn scores() -> impl Strategy<Value = Score> {
    let note = (0u8..128, 1u8..128, 0u32..50, 1u32..50);
    let notes = prop::collection::vec(note, 1..30).prop_map(|random| {
        let mut starts = [0; 128];
        let note = |(pitch, velocity, gap, length): (u8, u8, u32, u32)| {
            let next = &mut starts[usize::from(pitch)];
            let start = *next + gap;
            *next = start + length;
            Note { pitch, velocity, start, end: start + length }
        };
        let mut notes: Vec<Note> = random.into_iter().map(note).collect();
        notes.sort_by_key(|note| (note.start, note.pitch));
        notes
    });
    let track = ("[a-zé]{0,9}", 0u8..128, any::<bool>(), notes)
        .prop_map(|(name, program, is_drums, notes)| Track { name, program, is_drums, notes });
    let tempo = (1u32..1 << 24)
        .prop_map(|microseconds_per_quarter| vec![Tempo { tick: 3, microseconds_per_quarter }]);
    let parts = (1u16..32_768, tempo, prop::collection::vec(track, 0..18), 0u32..9);
    parts.prop_map(|(ticks_per_quarter, tempos, tracks, rest)| {
        let notes = tracks.iter().flat_map(|track| &track.notes);
        let end = notes.map(|note| note.end).fold(3, u32::max) + rest;
        let time_signatures = vec![TimeSignature { tick: 1, numerator: 7, denominator: 8 }];
        Score { ticks_per_quarter, tempos, time_signatures, tracks, end }
    })
}

proptest! {
    #[test]
    fn a_score_survives_its_file(score in scores()) {
        prop_assert_eq!(Score::from_midi(&score.to_midi()), Ok(score));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let with_header = [&file(1, 96, &[])[..], b"MTrk\xFF\xFF\xFF\xFF", &bytes].concat();
        for bytes in [bytes, with_header] {
            if let Ok(score) = Score::from_midi(&bytes) {
                check_legal(&score);
            }
        }
    }

    #[test]
    fn damage_is_survived(
        score in scores(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..9),
        cut: prop::sample::Index,
    ) {
        let mut bytes = score.to_midi();
        for (place, value) in changes {
            *place.get_mut(&mut bytes) = value;
        }
        bytes.truncate(cut.index(bytes.len() + 1));
        if let Ok(score) = Score::from_midi(&bytes) {
            check_legal(&score);
            prop_assert!(!score.to_midi().is_empty());
        }
    }
}
