//! The notes of a score by section and instrument, in steps.

use std::collections::BTreeMap;

use super::resolution::Resolution;
use super::sections::{MAX_BARS, Section, sections};
use crate::dropped::{Dropped, Reason};
use crate::score::{Family, Note, Score, Track, tidy};

/// A stretch of a score whose bars all have four quarters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// What it is called: `the piece`, `bars 9 to 16`.
    pub(crate) label: String,
    /// Number of its first bar in the score, from 0.
    pub(crate) first_bar: usize,
    /// Its length, rounded up to whole bars.
    pub(crate) bars: u32,
    /// Those that play in it.
    pub(crate) instruments: Vec<Instrument>,
}

/// What one instrument plays in a part. All drums of a score are one instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Instrument {
    /// What it is called: `track 3 (Violin)`.
    pub(crate) label: String,
    pub(crate) program: u8,
    pub(crate) is_drums: bool,
    /// In steps from the part's beginning, tidy, within its bars.
    pub(crate) notes: Vec<Note>,
}

impl Instrument {
    /// Whether its notes have a pitch that harmony is made of: drums, synthesiser effects,
    /// percussion and sound effects have none.
    pub(crate) fn has_pitch(&self) -> bool {
        let family = Family::of(self.program);
        let is_noise = [Family::SynthEffects, Family::Percussive, Family::SoundEffects];
        !self.is_drums && !is_noise.contains(&family)
    }
}

/// The parts of a score with bars of four quarters, and what was left out.
pub(crate) fn parts(score: &Score, resolution: Resolution) -> (Vec<Part>, Vec<Dropped>) {
    let sections = sections(score, resolution);
    let by_section = instruments(score, &sections, resolution);
    let (mut parts, mut dropped) = (Vec::new(), Vec::new());
    for (section, mut instruments) in sections.iter().zip(by_section) {
        let label = match sections.len() {
            1 => "the piece".to_owned(),
            _ => span(section.first_bar, section.bars),
        };
        if instruments.is_empty() {
            continue;
        }
        if !section.has_four_quarters() {
            let Section { numerator, denominator, .. } = *section;
            let reason = Reason::TimeSignature { numerator, denominator };
            dropped.push(Dropped { what: label, reason });
            continue;
        }
        if section.is_cut {
            let reason = Reason::BeyondBar(section.first_bar.saturating_add(MAX_BARS));
            dropped.push(Dropped { what: format!("the rest of {label}"), reason });
        }
        if sections.len() > 1 {
            for instrument in &mut instruments {
                instrument.label = format!("{} in {label}", instrument.label);
            }
        }
        let (first_bar, bars) = (section.first_bar as usize, section.bars);
        parts.push(Part { label, first_bar, bars, instruments });
    }
    if parts.is_empty() && dropped.is_empty() {
        dropped.push(Dropped { what: "the piece".to_owned(), reason: Reason::NoNotes });
    }
    (parts, dropped)
}

/// `bars 9 to 16`, counted from 1 as people do.
fn span(first_bar: u32, bars: u32) -> String {
    let first = first_bar.saturating_add(1);
    match bars {
        1 => format!("bar {first}"),
        _ => format!("bars {first} to {}", first_bar.saturating_add(bars)),
    }
}

/// The instruments that play in each section.
fn instruments(
    score: &Score,
    sections: &[Section],
    resolution: Resolution,
) -> Vec<Vec<Instrument>> {
    let mut by_section = vec![Vec::new(); sections.len()];
    let is_drum_set = score.tracks.iter().filter(|track| track.is_drums).count() > 1;
    for (number, track) in (1..).zip(&score.tracks) {
        let is_in_set = track.is_drums && is_drum_set;
        let notes = in_steps(track, score.ticks_per_quarter, sections, resolution);
        for (section, notes) in notes {
            add(&mut by_section[section], track, notes, number, is_in_set);
        }
    }
    for instrument in by_section.iter_mut().flatten() {
        tidy(&mut instrument.notes);
    }
    by_section
}

/// Adds an instrument, or its notes to those of the drums.
fn add(
    instruments: &mut Vec<Instrument>,
    track: &Track,
    notes: Vec<Note>,
    number: usize,
    is_in_set: bool,
) {
    let drums = instruments.iter_mut().find(|instrument| instrument.is_drums);
    if let Some(drums) = drums.filter(|_| track.is_drums) {
        drums.notes.extend(notes);
        return;
    }
    let label = match track.name.as_str() {
        _ if is_in_set => "the drums".to_owned(),
        "" if track.is_drums => format!("track {number} (drums)"),
        "" => format!("track {number} ({})", Family::of(track.program)),
        name => format!("track {number} ({name})"),
    };
    let (program, is_drums) = (track.program, track.is_drums);
    instruments.push(Instrument { label, program, is_drums, notes });
}

/// The notes of a track in the sections in which it has any, in steps of the section.
fn in_steps(
    track: &Track,
    ticks_per_quarter: u16,
    sections: &[Section],
    resolution: Resolution,
) -> BTreeMap<usize, Vec<Note>> {
    let mut by_section: BTreeMap<usize, Vec<Note>> = BTreeMap::new();
    for note in &track.notes {
        let begun =
            |section: &Section| resolution.reaches(note.start, section.start, ticks_per_quarter);
        let index = sections.partition_point(begun).max(1) - 1;
        let section = &sections[index];
        let end_of_section = section.bars * resolution.steps_per_bar();
        let step =
            |tick: u32| resolution.step(tick.saturating_sub(section.start), ticks_per_quarter);
        let start = step(note.start);
        if start < end_of_section {
            let end = step(note.end).max(start + 1).min(end_of_section);
            by_section.entry(index).or_default().push(Note { start, end, ..*note });
        }
    }
    by_section
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::SIXTEENTHS;
    use crate::score::TimeSignature;

    fn note(pitch: u8, start: u32, end: u32) -> Note {
        Note { pitch, velocity: 80, start, end }
    }

    fn track(name: &str, is_drums: bool, notes: &[Note]) -> Track {
        Track { name: name.to_owned(), program: 40, is_drums, notes: notes.to_vec() }
    }

    #[test]
    fn an_early_downbeat_belongs_to_the_bar_that_it_begins() {
        let signature = |tick, numerator| TimeSignature { tick, numerator, denominator: 4 };
        let notes = [note(60, 1430, 1500), note(62, 5270, 5280)];
        let score = Score {
            time_signatures: vec![signature(0, 3), signature(1440, 4)],
            tracks: vec![track("Violin", false, &notes)],
            end: 5280,
            ..Score::empty()
        };
        let (parts, dropped) = parts(&score, SIXTEENTHS);
        assert_eq!(dropped, []);
        assert_eq!((parts.len(), parts[0].first_bar, parts[0].bars), (1, 1, 2));
        assert_eq!(parts[0].instruments[0].label, "track 1 (Violin) in bars 2 to 3");
        // The last one would begin where the piece ends.
        assert_eq!(parts[0].instruments[0].notes, [note(60, 0, 1)]);
    }

    #[test]
    fn drums_are_one_instrument_and_names_say_which() {
        let score = Score {
            tracks: vec![
                track("Kick", true, &[note(36, 0, 10)]),
                track("", false, &[note(60, 0, 480)]),
                track("Snare", true, &[note(38, 0, 10), note(36, 0, 20)]),
                track("nothing", false, &[]),
            ],
            end: 1920,
            ..Score::empty()
        };
        let (parts, _) = parts(&score, SIXTEENTHS);
        let [drums, strings] = &parts[0].instruments[..] else { panic!("two instruments") };
        assert_eq!([&*drums.label, &*strings.label], ["the drums", "track 2 (strings)"]);
        assert_eq!(drums.notes, [note(36, 0, 1), note(38, 0, 1)]);
    }

    #[test]
    fn other_bars_and_silence_are_told() {
        let mut score = Score { end: 1440, ..Score::empty() };
        let told = |score: &Score| {
            let (_, dropped) = parts(score, SIXTEENTHS);
            dropped.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(told(&score), ["the piece: no notes"]);
        score.tracks.push(track("", false, &[note(60, 0, 480)]));
        score.time_signatures[0].numerator = 3;
        assert_eq!(told(&score), ["the piece: its time signature is 3/4, not 4/4"]);
        score.time_signatures[0].numerator = 4;
        score.end = 480 * 4 * (MAX_BARS + 1);
        assert_eq!(told(&score), ["the rest of the piece: after bar 4096, the last that is read"]);
    }
}
