//! The law of encodings: what was extracted is extracted again from the MIDI file that it is turned
//! into, and nothing else is.

use concertina_music::encoding::Encoding;
use concertina_music::score::Score;
use proptest::prelude::*;

/// Tokens to MIDI and back.
#[track_caller]
pub(crate) fn check_law(encoding: Encoding, tokens: &[u16], what: &str) {
    let bytes = encoding.to_score(&[tokens]).to_midi();
    check_opens_elsewhere(&bytes, what);
    let extraction = encoding.extract(&Score::from_midi(&bytes).unwrap());
    let found: Vec<&[u16]> = extraction.windows.iter().map(|window| &*window.tokens).collect();
    assert_eq!(found, [tokens], "{what}, {encoding:?}: {:?}", extraction.dropped);
}

/// Valid tokens of a line, from as many random numbers as there are: a note ends only if there is
/// one.
fn line(choices: &[u8], steps: usize) -> Vec<u16> {
    let mut is_sounding = false;
    let mut tokens: Vec<u16> = choices
        .iter()
        .take(steps)
        .map(|&choice| match choice {
            0..88 => {
                is_sounding = true;
                2 + u16::from(choice)
            }
            88..120 if is_sounding => {
                is_sounding = false;
                1
            }
            _ => 0,
        })
        .collect();
    tokens.resize(steps, 0);
    if tokens.iter().all(|&token| token < 2) {
        tokens[steps - 1] = 50;
    }
    tokens
}

fn hits(choices: &[u16], steps: usize) -> Vec<u16> {
    let mut tokens: Vec<u16> =
        choices.iter().take(steps).map(|&choice| if choice < 512 { choice } else { 0 }).collect();
    tokens.resize(steps, 0);
    if tokens.iter().all(|&token| token == 0) {
        tokens[0] = 1;
    }
    tokens
}

fn choices<T: std::fmt::Debug + Clone>(
    range: std::ops::Range<T>,
    count: usize,
) -> impl Strategy<Value = Vec<T>>
where
    std::ops::Range<T>: Strategy<Value = T>,
{
    // Sparse ones too: short vectors are filled up with silence.
    prop::collection::vec(range, 0..=count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn melodies(bars in 1usize..5, random in choices(0u8..255, 64)) {
        let tokens = line(&random, 16 * bars);
        check_law(Encoding::Melody { bars }, &tokens, "random");
    }

    #[test]
    fn drums(bars in 1usize..5, random in choices(0u16..2000, 64)) {
        let tokens = hits(&random, 16 * bars);
        check_law(Encoding::Drums { bars }, &tokens, "random");
    }

    #[test]
    fn trios(
        melody in choices(0u8..255, 32),
        bass in choices(0u8..255, 32),
        kit in choices(0u16..2000, 32),
    ) {
        let (melody, bass, kit) = (line(&melody, 32), line(&bass, 32), hits(&kit, 32));
        let tokens: Vec<u16> =
            (0..32).flat_map(|step| [melody[step], bass[step], kit[step]]).collect();
        check_law(Encoding::Trio { bars: 2 }, &tokens, "random");
    }

    /// Any tokens become legal music; what is extracted from it obeys the law.
    #[test]
    fn nonsense_becomes_legal_music(
        voices in prop::sample::select(vec![(1, 90), (1, 512), (3, 90), (1, 490)]),
        random in prop::collection::vec(any::<u16>(), 0..600),
        transposition in -130i32..130,
    ) {
        let (count, classes) = voices;
        let encoding = match (count, classes) {
            (1, 90) => Encoding::Melody { bars: 2 },
            (1, 512) => Encoding::Drums { bars: 2 },
            (3, _) => Encoding::Trio { bars: 2 },
            _ => Encoding::Multitrack,
        };
        let tokens: Vec<u16> = random.iter().map(|number| number % (classes + 1)).collect();
        check_nonsense(encoding, &tokens, transposition);
        // Raw numbers are far out of range.
        check_nonsense(encoding, &random, transposition);
    }

    /// Random events in the order in which a track has them, in a bar that is full enough.
    #[test]
    fn multitrack_bars(
        tracks in prop::collection::vec(
            (0u16..128, prop::collection::vec((0u16..128, 0u16..8, 1u16..30), 4..12)),
            2..8,
        ),
        has_drums: bool,
    ) {
        let mut tracks = tracks;
        tracks.sort_by_key(|(program, _)| *program);
        let count = tracks.len();
        let mut tokens = Vec::new();
        for (number, (program, notes)) in tracks.into_iter().enumerate() {
            let is_drums = has_drums && number + 1 == count;
            let mut track = vec![if is_drums { 488 } else { 360 + program }];
            let (mut now, mut bin) = (0, None);
            for (pitch, loudness, length) in notes {
                if now + length > 96 {
                    break;
                }
                if bin != Some(loudness) {
                    track.push(352 + loudness);
                    bin = Some(loudness);
                }
                track.extend([pitch, 256 + length - 1, 128 + pitch]);
                now += length;
            }
            track.push(489);
            track.resize(64, 490);
            tokens.extend(track);
        }
        while tokens.len() < 512 {
            tokens.push(489);
            tokens.resize(tokens.len().next_multiple_of(64), 490);
        }
        check_law(Encoding::Multitrack, &tokens, "random");
    }
}

fn check_nonsense(encoding: Encoding, tokens: &[u16], semitones: i32) {
    let score = encoding.to_score(&[tokens, tokens]);
    check_legal(&score);
    assert_eq!(score.end, 2 * 1920 * encoding.bars() as u32);
    for note in encoding.notes(tokens) {
        assert!(note.end <= encoding.bars() as u32 * 4 * encoding.steps_per_quarter());
    }
    let read = Score::from_midi(&score.to_midi()).unwrap();
    check_legal(&read);
    for window in encoding.extract(&read).windows {
        check_law(encoding, &window.tokens, "nonsense");
    }
    assert_eq!(encoding.transpose(tokens, semitones).len(), tokens.len());
}

/// A reader that is not ours takes the file.
#[track_caller]
fn check_opens_elsewhere(mut bytes: &[u8], what: &str) {
    let read = rustysynth::MidiFile::new(&mut bytes);
    assert!(read.is_ok(), "{what}: {:?}", read.err());
    assert!(bytes.is_empty(), "{what}: {} bytes are left", bytes.len());
}

/// Notes are in order, have a length, and no pitch sounds twice in a track.
#[track_caller]
pub(crate) fn check_legal(score: &Score) {
    for track in &score.tracks {
        let mut ends = [0; 128];
        assert!(track.notes.is_sorted_by_key(|note| (note.start, note.pitch)));
        for note in &track.notes {
            let end = &mut ends[usize::from(note.pitch)];
            assert!(*end <= note.start && note.start < note.end && note.end <= score.end);
            assert!((1..=127).contains(&note.velocity));
            *end = note.end;
        }
    }
}
