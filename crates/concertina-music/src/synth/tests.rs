//! Tests of what is heard: loudness, silence, onsets, pitch, time.

use super::*;
use crate::score::Tempo;

const RATE: u32 = 22_050;

/// A score at 480 ticks to a quarter of half a second: notes as pitch, start and end in ticks.
fn score(program: u8, is_drums: bool, notes: &[(u8, u32, u32)]) -> Score {
    let note = |&(pitch, start, end): &_| Note { pitch, velocity: 100, start, end };
    let notes: Vec<Note> = notes.iter().map(note).collect();
    let end = notes.iter().map(|note| note.end).max().unwrap_or(0);
    let track = Track { name: String::new(), program, is_drums, notes };
    Score { tracks: vec![track], end, ..Score::empty() }
}

fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

/// A piece at RATE, from one time to another in seconds.
fn part(samples: &[f32], from: f64, to: f64) -> &[f32] {
    let at = |seconds: f64| (seconds * f64::from(RATE)) as usize;
    &samples[at(from)..at(to)]
}

/// Where the energy of 2 ms rises to five times that of the 10 ms before, in seconds.
fn onsets(samples: &[f32]) -> Vec<f64> {
    let frame = RATE as usize / 500;
    let energies: Vec<f32> = samples
        .chunks_exact(frame)
        .map(|frame| frame.iter().map(|sample| sample * sample).sum::<f32>())
        .collect();
    let mut onsets: Vec<f64> = Vec::new();
    for (number, energy) in energies.iter().enumerate() {
        let before = &energies[number.saturating_sub(5)..number];
        let before = before.iter().sum::<f32>() / 5.0;
        let time = (number * frame) as f64 / f64::from(RATE);
        let is_new = onsets.last().is_none_or(|last| time - last > 0.05);
        if is_new && *energy > 0.005 && *energy > 5.0 * before {
            onsets.push(time);
        }
    }
    onsets
}

/// Frequency by the times at which the low-passed signal rises through zero, in Hz.
fn frequency(samples: &[f32]) -> f64 {
    let mut filter = filter::LowPass::new(300.0, f64::from(RATE));
    let mut second = filter::LowPass::new(300.0, f64::from(RATE));
    let low: Vec<f32> = samples.iter().map(|&sample| second.low(filter.low(sample))).collect();
    let mut rises = Vec::new();
    for (number, pair) in low.windows(2).enumerate() {
        if pair[0] < 0.0 && pair[1] >= 0.0 {
            rises.push(number as f64 + f64::from(pair[0] / (pair[0] - pair[1])));
        }
    }
    // The first periods are the filter's.
    let (first, last) = (rises[20], rises[rises.len() - 1]);
    (rises.len() - 21) as f64 * f64::from(RATE) / (last - first)
}

#[test]
fn every_program_and_drum_is_heard_and_none_clips() {
    let mut programs: Vec<Score> =
        (0..128).step_by(8).map(|p| score(p, false, &[(60, 0, 480)])).collect();
    programs.extend((22..88).map(|pitch| score(0, true, &[(pitch, 0, 480)])));
    for score in programs {
        let samples = render(&score, RATE);
        let track = &score.tracks[0];
        let what = (track.program, track.is_drums, track.notes[0].pitch);
        assert!(samples.iter().all(|sample| sample.is_finite()), "{what:?}");
        let peak = peak(&samples);
        assert!((0.02..0.6).contains(&peak), "{what:?}: {peak}");
    }
}

#[test]
fn a_hundred_notes_at_once_do_not_clip() {
    let chord: Vec<(u8, u32, u32)> = (14..114).map(|pitch| (pitch, 0, 960)).collect();
    let loud = render(&score(16, false, &chord), RATE);
    assert!(peak(&loud) <= 1.0 && peak(&loud) > 0.5, "{}", peak(&loud));
}

#[test]
fn silence_is_silent() {
    for program in (0..128).step_by(8) {
        let samples = render(&score(program, false, &[(60, 480, 720), (64, 3840, 3850)]), RATE);
        assert_eq!(peak(part(&samples, 0.0, 0.499)), 0.0, "{program} before the first note");
        assert_eq!(peak(part(&samples, 1.6, 3.999)), 0.0, "{program} between the notes");
        assert!(peak(part(&samples, 4.0, 4.1)) > 0.01, "{program}");
    }
    assert_eq!(peak(&render(&Score::empty(), RATE)), 0.0);
}

#[test]
fn sound_begins_with_its_note() {
    let times = [0, 288, 576, 960, 1248, 1920];
    for (program, is_drums, pitch) in [
        (0, false, 60),
        (25, false, 64),
        (33, false, 40),
        (0, true, 36),
        (0, true, 38),
        (0, true, 42),
    ] {
        let notes = times.map(|tick| (pitch, tick, tick + 60));
        let found = onsets(&render(&score(program, is_drums, &notes), RATE));
        assert_eq!(found.len(), times.len(), "{program}, {pitch}: {found:?}");
        for (found, tick) in found.iter().zip(times) {
            let expected = f64::from(tick) / 960.0;
            assert!((found - expected).abs() < 0.01, "{program}, {pitch}: {found} for {expected}");
        }
    }
}

#[test]
fn the_a_has_440_hertz() {
    for program in [0, 16, 24, 40, 48, 65, 73, 80] {
        let samples = render(&score(program, false, &[(69, 0, 1920)]), RATE);
        let frequency = frequency(part(&samples, 0.1, 1.9));
        assert!((frequency - 440.0).abs() < 1.0, "{program}: {frequency}");
    }
}

#[test]
fn tempo_moves_notes_and_velocity_makes_them_louder() {
    let mut slow = score(0, false, &[(60, 480, 960)]);
    slow.tempos[0] = Tempo { tick: 0, microseconds_per_quarter: 1_000_000 };
    let samples = render(&slow, RATE);
    assert_eq!(samples.len(), 3 * RATE as usize);
    assert_eq!(peak(part(&samples, 0.0, 0.999)), 0.0);
    let loud = peak(&samples);
    slow.tracks[0].notes[0].velocity = 30;
    let soft = peak(&render(&slow, RATE));
    assert!(soft > 0.01 && soft < loud / 3.0, "{soft}, {loud}");
}

/// A tone that begins or ends at once would jump by its amplitude.
#[test]
fn nothing_clicks() {
    for program in (0..128).step_by(8) {
        let samples = render(&score(program, false, &[(57, 0, 333)]), RATE);
        let jump = samples.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(jump < 0.3 * peak(&samples), "{program}: {jump} of {}", peak(&samples));
        assert!(samples[0].abs() < 1e-3);
    }
}

#[test]
fn loud_samples_are_bent_and_soft_ones_are_not() {
    let mut samples = [0.0, 0.5, -1.0, 0.25];
    limit::limit(&mut samples);
    assert!((samples[1] - 0.5).abs() < 0.01 && (samples[2] + 0.841).abs() < 1e-3, "{samples:?}");
    let mut loud = [40.0, -4.0];
    limit::limit(&mut loud);
    assert!((loud[0] - 0.841).abs() < 1e-3 && (loud[1] + 0.1).abs() < 1e-3, "{loud:?}");
}

#[test]
fn length_is_bounded() {
    let endless = Score { end: u32::MAX, ticks_per_quarter: 1, ..Score::empty() };
    assert_eq!(render(&endless, 100).len(), 120_000);
    assert_eq!(render(&endless, 0), []);
}
