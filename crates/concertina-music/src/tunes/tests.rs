//! Tests of the composer: that what it writes is music, by measures of it.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::encoding::Encoding;

/// Numbers of 0 to 1 from a seed.
fn random(seed: u32) -> impl FnMut() -> f32 {
    let mut state = seed.wrapping_mul(0x9E37_79B9) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as f32 / (1 << 24) as f32
    }
}

fn piece(seed: u32, bars: usize) -> Score {
    compose(&mut random(seed), bars)
}

/// The plan that a seed's piece follows.
fn plan(seed: u32, bars: usize) -> Plan {
    Plan::new(&mut Dice(&mut random(seed)), bars)
}

#[test]
fn all_is_on_the_grid_and_in_the_key() {
    for seed in 0..100 {
        let (score, plan) = (piece(seed, 16), plan(seed, 16));
        let minor = [0, 2, 3, 5, 7, 8, 10, 11]; // with the leading note
        let scale: &[u8] = if plan.key.is_minor { &minor } else { &[0, 2, 4, 5, 7, 9, 11] };
        assert_eq!(score.end, 16 * 16 * SIXTEENTH);
        for track in &score.tracks {
            for note in &track.notes {
                assert!(note.start < note.end && note.end <= score.end);
                assert_eq!([note.start % SIXTEENTH, note.end % SIXTEENTH], [0, 0]);
                let class = (note.pitch + 12 - plan.key.tonic) % 12;
                assert!(track.is_drums || scale.contains(&class), "{seed}: {}", note.pitch);
            }
        }
    }
}

#[test]
fn the_melody_is_on_the_chord_on_strong_beats_and_comes_home() {
    for seed in 0..100 {
        for bars in [1, 2, 4, 16, 18] {
            let (score, plan) = (piece(seed, bars), plan(seed, bars));
            let melody = &score.tracks[0].notes;
            for note in melody.iter().filter(|note| (note.start / SIXTEENTH).is_multiple_of(8)) {
                let harmony = plan.bars[(note.start / SIXTEENTH / BAR) as usize].harmony;
                let tones = [0, 2, 4].map(|third| {
                    plan.key.pitch(harmony.root + third, OCTAVE_OF_TESTS, harmony) % 12
                });
                assert!(tones.contains(&(note.pitch % 12)), "seed {seed}");
            }
            let last = melody.last().expect("a melody has notes");
            assert_eq!(last.pitch % 12, plan.key.tonic);
            let lowest = melody.iter().map(|note| note.pitch).min();
            let highest = melody.iter().map(|note| note.pitch).max();
            let range = highest.zip(lowest).map(|(highest, lowest)| highest - lowest);
            assert!(range <= Some(24), "seed {seed}: {range:?}");
            assert!(melody.iter().all(|note| (50..88).contains(&note.pitch)));
            let bass = &score.tracks[1].notes;
            assert!(bass.iter().all(|note| (24..53).contains(&note.pitch)), "seed {seed}");
        }
    }
}

const OCTAVE_OF_TESTS: u8 = 60;

#[test]
fn the_dominant_is_major_in_both_modes() {
    let dominant = scale::Harmony { root: scale::DOMINANT };
    for is_minor in [false, true] {
        let key = scale::Key { tonic: 0, is_minor };
        assert_eq!([4, 6, 8].map(|degree| key.pitch(degree, 60, dominant)), [67, 71, 74]);
    }
    let key = scale::Key { tonic: 9, is_minor: true };
    assert_eq!(key.pitch(-1, 57, scale::Harmony { root: 6 }), 55);
}

#[test]
fn a_motif_comes_back() {
    let rhythm = |score: &Score, bar: u32| {
        let melody = score.tracks[0].notes.iter().map(|note| note.start / SIXTEENTH);
        let bar = melody.filter(|step| step / BAR == bar).map(|step| step % BAR);
        bar.collect::<Vec<_>>()
    };
    let mut same = 0;
    for seed in 0..100 {
        let score = piece(seed, 16);
        same += usize::from(rhythm(&score, 0) == rhythm(&score, 2));
        assert_eq!(rhythm(&score, 0), rhythm(&score, 4), "the first A and the second");
    }
    assert!((60..90).contains(&same), "{same}");
}

#[test]
fn every_encoding_finds_windows_in_every_piece() {
    for seed in 0..300 {
        let score = piece(seed, 16);
        for encoding in [
            Encoding::Melody { bars: 2 },
            Encoding::Melody { bars: 16 },
            Encoding::Drums { bars: 2 },
            Encoding::Trio { bars: 4 },
            Encoding::Trio { bars: 16 },
            Encoding::Multitrack,
        ] {
            let extraction = encoding.extract(&score);
            assert!(!extraction.windows.is_empty(), "{seed}, {encoding:?}");
            let rests = encoding.bars() < 16 && encoding != Encoding::Multitrack;
            assert!(!rests || extraction.windows.len() >= 3, "{seed}, {encoding:?}");
        }
        let dropped = Encoding::Multitrack.extract(&score).dropped;
        assert_eq!(dropped, [], "seed {seed}");
    }
}

#[test]
fn seeds_give_different_pieces_and_no_window_dominates() {
    assert_eq!(piece(1, 8), piece(1, 8));
    let pieces: Vec<Score> = (0..200).map(|seed| piece(seed, 16)).collect();
    let melodies: BTreeSet<Vec<(u8, u32)>> = pieces
        .iter()
        .map(|score| score.tracks[0].notes.iter().map(|note| (note.pitch, note.start)).collect())
        .collect();
    assert_eq!(melodies.len(), 200);
    for (encoding, most) in [
        (Encoding::Melody { bars: 2 }, 0.01),
        (Encoding::Drums { bars: 2 }, 0.02),
        (Encoding::Trio { bars: 4 }, 0.01),
        (Encoding::Multitrack, 0.01),
    ] {
        let mut counts: BTreeMap<Vec<u16>, usize> = BTreeMap::new();
        for window in pieces.iter().flat_map(|piece| encoding.extract(piece).windows) {
            *counts.entry(window.tokens).or_default() += 1;
        }
        let total: usize = counts.values().sum();
        let share = counts.values().max().map_or(1.0, |most| *most as f64 / total as f64);
        assert!(share < most, "{encoding:?}: {share} of {total}");
    }
}

#[test]
fn any_numbers_and_any_length_give_a_piece() {
    for constant in [0.0, 1.0, -3.0, 9.0, f32::NAN, f32::INFINITY] {
        for bars in [0, 1, 3, 20] {
            let score = compose(&mut || constant, bars);
            assert_eq!(score.end, bars.max(1) as u32 * BAR * SIXTEENTH);
        }
    }
}
