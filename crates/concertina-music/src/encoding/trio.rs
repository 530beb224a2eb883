//! Windows of a melody, a bass and drums.

use super::by_part;
use super::hits::{self, Hit};
use super::sounding::{Player, Sounding};
use super::window::{Collector, Extraction, Window};
use super::{drums, line, melody};
use crate::dropped::Reason;
use crate::grid::{Instrument, Part, SIXTEENTHS};
use crate::score::{Note, Score};

const VOICES: usize = 3;

/// The program that a bass is played with: a finger bass.
const BASS_PROGRAM: u8 = 33;

/// Programs of basses, and in words.
const LAST_BASS: u8 = 39;
const BASSES: &str = "32..=39 (bass)";
const MELODIES_AND_BASSES: &str = "0..=39 (piano to bass)";

/// The most pairs of a melody and a bass that are taken of a part.
const MAX_PAIRS: usize = 64;

/// A voice that rests for this many bars is still taken to be playing.
const REST_BARS: u32 = 2;

pub(super) fn extract(score: &Score, bars: usize) -> Extraction {
    by_part::extract(score, bars, |part, collector| {
        if let Err(reason) = add_windows(part, bars, collector) {
            collector.drop(&part.label, reason);
        }
    })
}

/// What one voice plays in a part.
struct Played {
    tokens: Vec<u16>,
    /// Whether it plays in each bar, short rests included.
    is_in_bar: Vec<bool>,
}

impl Played {
    fn line(notes: &[Note], part: &Part) -> Self {
        let tokens = line::tokens(notes, 0, part.bars * SIXTEENTHS.steps_per_bar());
        let is_in_bar = bars_around(notes.iter().map(|note| (note.start, note.end)), part.bars);
        Self { tokens, is_in_bar }
    }

    fn hits(hits: &[Hit], part: &Part) -> Self {
        let tokens = hits::tokens(hits, 0, part.bars * SIXTEENTHS.steps_per_bar());
        let is_in_bar = bars_around(hits.iter().map(|hit| (hit.step, hit.step + 1)), part.bars);
        Self { tokens, is_in_bar }
    }
}

/// The bars of the spans, and as many around each as a voice may rest.
fn bars_around(spans: impl Iterator<Item = (u32, u32)>, bars: u32) -> Vec<bool> {
    let mut is_in_bar = vec![false; bars as usize];
    let steps_per_bar = SIXTEENTHS.steps_per_bar();
    for (start, end) in spans {
        let first = (start / steps_per_bar).saturating_sub(REST_BARS);
        let after = (end.div_ceil(steps_per_bar) + REST_BARS).min(bars);
        is_in_bar[first as usize..after as usize].fill(true);
    }
    is_in_bar
}

/// A melody, a bass, and each of the drums.
pub(super) const PARTS: u32 = 2 + drums::PARTS;

pub(super) fn remix(tokens: &[u16], other: &[u16], parts: u16) -> Vec<u16> {
    let mut mixed = tokens.to_vec();
    let steps = mixed.chunks_exact_mut(VOICES).zip(other.chunks_exact(VOICES));
    for (own, other) in steps {
        for voice in [0, 1].into_iter().filter(|voice| parts >> voice & 1 == 1) {
            own[voice] = other[voice];
        }
        own[2] = drums::mixed(own[2], other[2], parts >> 2);
    }
    mixed
}

/// Adds the windows of a part, or says why there are none.
fn add_windows(part: &Part, bars: usize, collector: &mut Collector) -> Result<(), Reason> {
    let (mut melodies, mut basses, mut kit) = (Vec::new(), Vec::new(), None);
    let (mut n_melodies, mut n_basses) = (0, 0);
    for instrument in &part.instruments {
        match played(instrument, part) {
            Ok(played) if instrument.is_drums => kit = Some(played),
            Ok(played) => {
                let is_melody = instrument.program <= melody::LAST_PROGRAM;
                let voices = if is_melody { &mut melodies } else { &mut basses };
                *(if is_melody { &mut n_melodies } else { &mut n_basses }) += 1;
                // More can be in no pair that is taken: they need not be kept.
                if voices.len() < MAX_PAIRS {
                    voices.push(played);
                }
            }
            Err(reason) => collector.drop(&instrument.label, reason),
        }
    }
    if melodies.is_empty() {
        return Err(Reason::NoVoice { voice: "melody", expected: melody::PROGRAMS });
    }
    if basses.is_empty() {
        return Err(Reason::NoVoice { voice: "bass", expected: BASSES });
    }
    let kit = kit.ok_or(Reason::NoVoice { voice: "drums", expected: drums::CHANNEL })?;
    let pairs = melodies.iter().flat_map(|melody| basses.iter().map(move |bass| (melody, bass)));
    let mut is_any = false;
    for (melody, bass) in pairs.take(MAX_PAIRS) {
        for bar in 0..=part.bars as usize - bars {
            if let Some(tokens) = window([melody, bass, &kit], bar, bars, part) {
                is_any = true;
                collector.add(Window { tokens, bar: part.first_bar + bar, chord: None });
            }
        }
    }
    if n_melodies * n_basses > MAX_PAIRS {
        collector.drop(&part.label, Reason::Combinations { limit: MAX_PAIRS });
    }
    if is_any { Ok(()) } else { Err(Reason::NotTogether { bars }) }
}

/// An instrument as a voice, or why it is none.
fn played(instrument: &Instrument, part: &Part) -> Result<Played, Reason> {
    if instrument.is_drums {
        let hits = hits::hits(&instrument.notes);
        return match hits.as_slice() {
            [] => Err(Reason::UnknownDrums),
            hits => Ok(Played::hits(hits, part)),
        };
    }
    if instrument.program > LAST_BASS {
        let expected = MELODIES_AND_BASSES;
        return Err(Reason::Program { program: instrument.program, expected });
    }
    match line::single_notes(&instrument.notes).as_slice() {
        [] => Err(Reason::Pitches { lowest: line::LOWEST, highest: line::HIGHEST }),
        notes => Ok(Played::line(notes, part)),
    }
}

/// The window that begins at `bar`, if every voice has a note in it. In a part that is longer than
/// a window, every voice must also play throughout, short rests aside.
fn window(voices: [&Played; VOICES], bar: usize, bars: usize, part: &Part) -> Option<Vec<u16>> {
    let is_whole_part = part.bars as usize == bars;
    let plays = |voice: &Played| voice.is_in_bar[bar..bar + bars].iter().all(|&is_in| is_in);
    if !is_whole_part && !voices.iter().all(|voice| plays(voice)) {
        return None;
    }
    let steps_per_bar = SIXTEENTHS.steps_per_bar() as usize;
    let steps = bar * steps_per_bar..(bar + bars) * steps_per_bar;
    let [melody, bass, kit] = voices.map(|voice| &voice.tokens[steps.clone()]);
    let (melody, bass) = (line::window(melody)?, line::window(bass)?);
    let all = melody.into_iter().zip(bass).zip(kit);
    hits::is_heard(kit)
        .then(|| all.flat_map(|((melody, bass), &kit)| [melody, bass, kit]).collect())
}

pub(super) fn notes(tokens: &[u16]) -> Vec<Sounding> {
    let voice = |number: usize| tokens.iter().copied().skip(number).step_by(VOICES);
    let programs = [melody::PROGRAM, BASS_PROGRAM, 0];
    let voices = [line::notes(voice(0)), line::notes(voice(1)), hits::notes(voice(2))];
    let mut all = Vec::new();
    for (track, (notes, program)) in voices.into_iter().zip(programs).enumerate() {
        let player = Player { track, program, is_drums: track == 2 };
        all.extend(notes.into_iter().map(|(pitch, start, end)| player.note(pitch, start, end)));
    }
    all
}

pub(super) fn transpose(tokens: &[u16], semitones: i32) -> Vec<u16> {
    let mut tokens = tokens.to_vec();
    for voice in 0..2 {
        line::transpose(tokens.iter_mut().skip(voice).step_by(VOICES), semitones);
    }
    tokens
}
