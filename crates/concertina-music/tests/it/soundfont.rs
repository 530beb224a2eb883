//! A SoundFont plays what a score says, and a damaged one is refused.

use concertina_music::score::{Note, Score, Track};
use concertina_music::soundfont::SoundFont;

const RATE: u32 = 22_050;
/// Samples of a period of the font's one tone, which is recorded at 44,100 a second.
const PERIOD: usize = 100;

/// A chunk of a RIFF file.
fn chunk(name: &str, data: &[u8]) -> Vec<u8> {
    [name.as_bytes(), &(data.len() as u32).to_le_bytes(), data].concat()
}

fn list(name: &str, chunks: &[Vec<u8>]) -> Vec<u8> {
    chunk("LIST", &[name.as_bytes(), &chunks.concat()].concat())
}

fn name(text: &str) -> Vec<u8> {
    let mut name = text.as_bytes().to_vec();
    name.resize(20, 0);
    name
}

fn words(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn longs(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// A font with one preset, one instrument and one looped sine of pitch 69 (SoundFont 2.04, section
/// 7: each table ends with a record that bounds the one before).
fn font() -> Vec<u8> {
    let n = 20 * PERIOD;
    let sine = |i: usize| (i as f64 / PERIOD as f64 * std::f64::consts::TAU).sin();
    let mut samples: Vec<i16> = (0..n).map(|i| (20_000.0 * sine(i)) as i16).collect();
    samples.extend([0; 46]);
    let samples: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let preset =
        |text: &str, bag: u16| [name(text), words(&[0, 0, bag]), longs(&[0, 0, 0])].concat();
    let header = |text: &str, places: [u32; 4], rate: u32| {
        [name(text), longs(&places), longs(&[rate]), vec![69, 0], words(&[0, 1])].concat()
    };
    let end = n as u32;
    let looped = [0, end, PERIOD as u32, end - PERIOD as u32];
    let tables = [
        chunk("phdr", &[preset("tone", 0), preset("EOP", 1)].concat()),
        chunk("pbag", &words(&[0, 0, 1, 0])),
        chunk("pmod", &[0; 10]),
        // Instrument 0.
        chunk("pgen", &words(&[41, 0, 0, 0])),
        chunk("inst", &[name("tone"), words(&[0]), name("EOI"), words(&[1])].concat()),
        chunk("ibag", &words(&[0, 0, 2, 0])),
        chunk("imod", &[0; 10]),
        // Looped, sample 0.
        chunk("igen", &words(&[54, 1, 53, 0, 0, 0])),
        chunk("shdr", &[header("tone", looped, 44_100), header("EOS", [0; 4], 0)].concat()),
    ];
    let info =
        [chunk("ifil", &words(&[2, 4])), chunk("isng", b"EMU8000\0"), chunk("INAM", b"test\0\0")];
    let lists =
        [list("INFO", &info), list("sdta", &[chunk("smpl", &samples)]), list("pdta", &tables)];
    chunk("RIFF", &[b"sfbk".as_slice(), &lists.concat()].concat())
}

/// One note at 96 ticks to a quarter of half a second, from the second quarter to the third.
fn score(pitch: u8) -> Score {
    let notes = vec![Note { pitch, velocity: 100, start: 96, end: 192 }];
    let track = Track { name: String::new(), program: 0, is_drums: false, notes };
    Score { ticks_per_quarter: 96, tracks: vec![track], end: 192, ..Score::empty() }
}

#[test]
fn notes_sound_at_their_time_and_pitch() {
    let font = SoundFont::read(&font()).unwrap();
    for (pitch, expected) in [(69, 441.0), (57, 220.5)] {
        let samples = font.render(&score(pitch), RATE).unwrap();
        assert_eq!(samples.len(), 3 * RATE as usize);
        let part = |from: f64, to: f64| {
            &samples[(from * f64::from(RATE)) as usize..(to * f64::from(RATE)) as usize]
        };
        let peak =
            |samples: &[f32]| samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        assert!(peak(part(0.0, 0.49)) < 1e-3, "before the note");
        assert!((0.02..1.0).contains(&peak(part(0.55, 0.95))), "in the note");
        assert!(peak(part(2.5, 3.0)) < 0.01 * peak(part(0.55, 0.95)), "long after");
        let tone = part(0.6, 0.9);
        let rises = tone.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
        let found = rises as f64 / 0.3;
        assert!((found - expected).abs() < 5.0, "{pitch}: {found} Hz");
        assert_eq!(samples, font.render(&score(pitch), RATE).unwrap());
    }
    assert!(font.render(&score(69), 1000).unwrap_err().to_string().contains("16000"));
}

#[test]
fn what_is_no_font_is_refused() {
    let error = |bytes: &[u8]| SoundFont::read(bytes).unwrap_err().to_string();
    assert!(error(b"").starts_with("expected a SoundFont 2 file (.sf2)"), "{}", error(b""));
    assert!(error(b"MThd\0\0\0\x06").contains("RIFF"), "{}", error(b"MThd"));
    let whole = font();
    for length in (0..whole.len()).step_by(37) {
        assert!(SoundFont::read(&whole[..length]).is_err(), "{length} bytes");
    }
    // An instrument that there is not.
    let place = whole.windows(4).position(|window| window == b"pgen").unwrap();
    let mut damaged = whole.clone();
    damaged[place + 10] = 77;
    assert!(SoundFont::read(&damaged).is_err());
}
