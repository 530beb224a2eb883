//! Instruments and chords, of bars of several tracks.

use std::collections::BTreeSet;

use concertina_music::chord::Chord;
use concertina_music::encoding::{Encoding, TRACK_END, TRACK_EVENTS};
use concertina_music::score::Score;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::{Conventions, finding};
use super::subject::Material;
use crate::data::Examples as _;
use crate::data::music::tokens_of;
use crate::error::Result;
use crate::model::Draw;

/// Semitones by which a chord is moved until it has no tone in common: six do for most, two for an
/// augmented one, one for a diminished one.
const FOREIGN: [i32; 3] = [6, 2, 1];

/// What is peculiar to bars of several tracks. Codes are the means of their posteriors, and tokens
/// the most probable ones.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Tracks {
    /// The fraction of the original's tracks whose instrument is right, teacher-forced.
    pub program_accuracy: f64,
    /// The same, free-running.
    pub program_accuracy_free: f64,
    /// The fraction of tracks that end before their room is used up, free-running.
    pub ended: f64,
    /// The fraction of bars that can be read back from the MIDI file that they make.
    pub legal: f64,
    /// What a conditional model makes of the chord that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chords: Option<ChordTones>,
    /// Definitions of the metrics.
    pub conventions: Conventions,
}

/// The same codes under two chords that have no tone in common.
#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
pub struct ChordTones {
    /// The number of bars that have a chord.
    pub bars: usize,
    /// The fraction of the time of pitched notes that a chord's tones have where it is asked for.
    pub tones_asked: f64,
    /// The same of that chord where the other one is asked for.
    pub tones_foreign: f64,
    /// The fraction in the test windows themselves.
    pub tones_of_windows: f64,
    /// The fraction of bars with the same instruments under both chords.
    pub same_programs: f64,
}

/// `None` for other music.
pub(super) fn measure(material: &Material<'_>) -> Result<Option<Tracks>> {
    if material.encoding != Encoding::Multitrack {
        return Ok(None);
    }
    let test = &material.test;
    let forced = tokens_of(material.given()?.predict(material.codes()?, test)?.values());
    let free = material.reconstructed()?;
    let own = test.chords().map(|chords| chords.iter().map(|&chord| chord_of(chord)).collect());
    let chords = own.map(|own| chords(material, free, own)).transpose()?.flatten();
    let bars = || free.chunks(test.shape().len());
    let tracks = free.chunks(TRACK_EVENTS);
    let n_tracks = tracks.len() as f64;
    let ended = tracks.filter(|track| track.contains(&TRACK_END)).count();
    let legal = bars().filter(|bar| is_legal(bar)).count();
    Ok(Some(Tracks {
        program_accuracy: program_accuracy(test.tokens(), &forced),
        program_accuracy_free: program_accuracy(test.tokens(), free),
        ended: ended as f64 / n_tracks,
        legal: legal as f64 / test.len() as f64,
        chords,
        conventions: conventions(),
    }))
}

/// The first token of a track is its instrument, or an end where there is no track.
fn program_accuracy(original: &[u16], found: &[u16]) -> f64 {
    let firsts = original.iter().zip(found).step_by(TRACK_EVENTS);
    let tracks: Vec<bool> =
        firsts.filter(|(token, _)| **token != TRACK_END).map(|(a, b)| a == b).collect();
    let right = tracks.iter().filter(|is_right| **is_right).count();
    right as f64 / tracks.len().max(1) as f64
}

/// Whether the notes of a bar are those of the MIDI file that is made of it.
fn is_legal(bar: &[u16]) -> bool {
    let score = Encoding::Multitrack.to_score(&[bar]);
    let notes = |score: &Score| score.tracks.iter().map(|track| track.notes.len()).sum::<usize>();
    Score::from_midi(&score.to_midi()).is_ok_and(|read| notes(&read) == notes(&score))
}

/// `free` is what the codes give under the windows' own chords.
fn chords(material: &Material<'_>, free: &[u16], own: Vec<Chord>) -> Result<Option<ChordTones>> {
    let test = &material.test;
    let pairs: Vec<(usize, Chord, Chord)> = own
        .into_iter()
        .enumerate()
        .filter_map(|(index, chord)| Some((index, chord, foreign(chord)?)))
        .collect();
    if pairs.is_empty() {
        return Ok(None);
    }
    let indices: Vec<usize> = pairs.iter().map(|(index, ..)| *index).collect();
    let codes = material.codes()?.select(&indices);
    let others: Vec<u32> = pairs.iter().map(|(.., other)| other.class() as u32).collect();
    let what = "writing bars to other chords";
    let moved = material.decode(what, &codes, Some(&others), Draw::MostProbable)?;
    let size = test.shape().len();
    let [mut asked, mut else_asked, mut itself] = [Share::default(); 3];
    let mut same_programs = 0;
    for ((index, chord, other), moved) in pairs.iter().zip(moved.chunks(size)) {
        let own = &free[index * size..][..size];
        asked.add(own, *chord);
        asked.add(moved, *other);
        else_asked.add(own, *other);
        else_asked.add(moved, *chord);
        itself.add(test.window(*index), *chord);
        same_programs += usize::from(programs(own) == programs(moved));
    }
    Ok(Some(ChordTones {
        bars: pairs.len(),
        tones_asked: asked.share(),
        tones_foreign: else_asked.share(),
        tones_of_windows: itself.share(),
        same_programs: same_programs as f64 / pairs.len() as f64,
    }))
}

fn chord_of(class: u32) -> Chord {
    Chord::from_class(class as usize).unwrap_or(Chord::NONE)
}

/// The chord, moved until it has no tone in common; `None` for no chord.
fn foreign(chord: Chord) -> Option<Chord> {
    let tones = chord.tones()?;
    let moved = FOREIGN.into_iter().map(|semitones| chord.transposed(semitones));
    moved.into_iter().find(|moved| {
        moved.tones().is_some_and(|moved| moved.iter().all(|tone| !tones.contains(tone)))
    })
}

/// The time of pitched notes, and what of it is on the tones of a chord.
#[derive(Clone, Copy, Default)]
struct Share {
    all: f64,
    on_tones: f64,
}

impl Share {
    fn add(&mut self, bar: &[u16], chord: Chord) {
        let tones = chord.tones();
        let is_on_tone = |pitch: u8| tones.is_some_and(|tones| tones.contains(&(pitch % 12)));
        for note in Encoding::Multitrack.notes(bar).iter().filter(|note| !note.is_drums) {
            let time = f64::from(note.end - note.start);
            self.all += time;
            if is_on_tone(note.pitch) {
                self.on_tones += time;
            }
        }
    }

    fn share(self) -> f64 {
        if self.all > 0.0 { self.on_tones / self.all } else { 0.0 }
    }
}

/// The instruments of a bar.
fn programs(bar: &[u16]) -> BTreeSet<u16> {
    bar.iter().copied().step_by(TRACK_EVENTS).filter(|token| *token != TRACK_END).collect()
}

fn conventions() -> Conventions {
    finding::conventions([
        ("program_accuracy", "the first token of each track that the original has"),
        ("ended", "tracks with an end among their 64 tokens"),
        (
            "chords",
            "the code of a bar under its own chord, and under one that has no tone in common \
             with it; the time of pitched notes that is on the chord's tones, where it is asked \
             for and where the other is",
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chord_has_one_without_a_common_tone() {
        let chords: Vec<Chord> = Chord::all().filter(|chord| chord.tones().is_some()).collect();
        assert_eq!(chords.len(), 48);
        assert!(chords.into_iter().all(|chord| foreign(chord).is_some()));
        assert_eq!(foreign(Chord::NONE), None);
    }

    #[test]
    fn time_on_the_tones_of_a_chord_is_shared_out() {
        // Program 0, C4 for 24 of 96 steps, then F sharp for 72.
        let bar = [360, 60, 256 + 23, 128 + 60, 66, 256 + 71, 128 + 66, TRACK_END];
        let [c, f_sharp] = ["C", "F#"].map(|name| name.parse().unwrap_or(Chord::NONE));
        for (chord, expected) in [(c, 0.25), (f_sharp, 0.75), (Chord::NONE, 0.0)] {
            let mut share = Share::default();
            share.add(&bar, chord);
            assert_eq!(share.share(), expected, "{chord}");
        }
        assert_eq!(Share::default().share(), 0.0);
    }
}
