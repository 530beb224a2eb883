//! MIDI files that are no music, or not the music that is asked for: one clear line, the right exit
//! code, and nothing half-written.

use fs_err as fs;

use crate::place::Place;

/// A model of drums and one of melodies, in a second each.
const TUNES: &str = "train tunes --limit 40 --epochs 1 --set network.encoder=[6] \
                     --set network.decoder=[6] --set bottleneck.latent-dim=2 \
                     --set training.batch-size=16";

/// A file of the format and the division, with one track.
fn midi(format: u8, division: [u8; 2], track: &[u8]) -> Vec<u8> {
    let mut bytes = b"MThd\0\0\0\x06\0".to_vec();
    bytes.extend([format, 0, 1]);
    bytes.extend(division);
    bytes.extend(b"MTrk");
    bytes.extend((track.len() as u32 + 4).to_be_bytes());
    bytes.extend(track);
    bytes.extend([0, 0xFF, 0x2F, 0]);
    bytes
}

/// A division of four ticks in a quarter: one is a sixteenth.
const SIXTEENTHS: [u8; 2] = [0, 4];

/// `n` quarter notes of middle C, one after another, on a channel.
fn quarters(n: usize, channel: u8) -> Vec<u8> {
    [0, 0x90 | channel, 60, 80, 4, 0x80 | channel, 60, 0].repeat(n)
}

/// The time signature `numerator`/4, at once.
fn signature(numerator: u8) -> Vec<u8> {
    vec![0, 0xFF, 0x58, 4, numerator, 2, 24, 8]
}

#[test]
fn bad_midi_files_are_refused_in_one_line() {
    let place = Place::new();
    place.succeed(&format!("{TUNES} --recipe melody-vae --out run"));
    let good = midi(0, SIXTEENTHS, &quarters(16, 0));
    let million = midi(0, SIXTEENTHS, &[0, 0x90, 60, 80, 0, 0x80, 60, 0].repeat(1_000_001));
    for (name, bytes) in [
        ("empty.mid", Vec::new()),
        ("header.mid", good[..9].to_vec()),
        ("text.mid", b"X:1\nT:Cooley's\n".to_vec()),
        ("picture.mid", b"\x89PNG\r\n\x1a\n".to_vec()),
        ("smpte.mid", midi(0, [0xE7, 0x28], &quarters(16, 0))),
        ("patterns.mid", midi(2, SIXTEENTHS, &quarters(16, 0))),
        ("silent.mid", midi(0, SIXTEENTHS, &[])),
        ("waltz.mid", midi(0, SIXTEENTHS, &[signature(3), quarters(16, 0)].concat())),
        ("drums.mid", midi(0, SIXTEENTHS, &quarters(16, 9))),
        ("short.mid", midi(0, SIXTEENTHS, &quarters(4, 0))),
        ("million.mid", million),
    ] {
        place.write(name, &bytes);
    }
    for (name, words) in [
        ("empty.mid", "expected a MIDI file, found an empty one"),
        ("header.mid", "cut short after 9 bytes, of 14"),
        ("text.mid", "found text"),
        ("picture.mid", "found 89 50 4e 47"),
        ("smpte.mid", "SMPTE frames; expected ticks per quarter note"),
        ("patterns.mid", "format 2 (independent patterns); expected format 0 or 1"),
        ("silent.mid", "found none: no notes"),
        ("waltz.mid", "its time signature is 3/4, not 4/4"),
        ("drums.mid", "drums, not a melody"),
        ("short.mid", "shorter than 2 bars"),
        ("million.mid", "more than 1000000 notes"),
    ] {
        for command in [
            format!("encode run {name} -o out.csv"),
            format!("reconstruct run {name} -o out.mid"),
            format!("evaluate run {name}"),
            format!("train {name} --recipe melody-vae --epochs 1 --out out"),
        ] {
            let ended = place.run(&command);
            assert_eq!(ended.code, Some(3), "{command}: {}", ended.stderr);
            let errors = ended.stderr.lines().filter(|line| line.starts_with("error"));
            let errors: Vec<&str> = errors.collect();
            assert!(errors.len() == 1 && errors[0].contains(words), "{command}: {errors:?}");
            assert!(errors[0].contains(name), "{command}: {errors:?}");
        }
        assert!(["out.csv", "out.mid", "out"].iter().all(|out| !place.path(out).exists()));
    }
    // What is cut short has the notes before, and a tempo of 0 says nothing.
    place.write("cut.mid", &good[..good.len() - 40]);
    place.write(
        "tempo.mid",
        &midi(0, SIXTEENTHS, &[vec![0, 0xFF, 0x51, 3, 0, 0, 0], quarters(16, 0)].concat()),
    );
    for name in ["cut.mid", "tempo.mid"] {
        place.succeed(&format!("reconstruct run {name} -o back.wav"));
    }
}

#[test]
fn of_a_folder_what_can_be_read_is_taken() {
    let place = Place::new();
    place.succeed(&format!("{TUNES} --recipe drums-vae --out run"));
    place.write("songs/beat.mid", &midi(0, SIXTEENTHS, &quarters(16, 9)));
    place.write("songs/tune.mid", &midi(0, SIXTEENTHS, &quarters(16, 0)));
    place.write("songs/broken.mid", b"MThd");
    let ended = place.succeed("encode run songs -o codes.csv");
    assert!(ended.stderr.contains("broken.mid"), "{}", ended.stderr);
    let codes = fs::read_to_string(place.path("codes.csv")).unwrap();
    assert!(codes.contains("beat.mid, bar 1") && !codes.contains("tune.mid"), "{codes}");
}
