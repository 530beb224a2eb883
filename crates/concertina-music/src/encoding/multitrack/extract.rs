//! Bars of a piece as tokens.

use super::super::window::{Collector, Extraction, Window};
use super::track::{Program, Track};
use super::vocabulary::{BAR, EVENTS, TRACKS, Token};
use crate::chord::Chord;
use crate::dropped::{Dropped, Reason};
use crate::grid::{Instrument, Part, TWENTY_FOURTHS, parts};
use crate::score::{Note, Score};

/// The fewest tracks of a bar. A track has four events or more (loudness, a note, time, its end),
/// so there is no need to ask for eight as Magenta does.
const MIN_TRACKS: usize = 2;

pub(in super::super) fn extract(score: &Score) -> Extraction {
    let (parts, dropped) = parts(score, TWENTY_FOURTHS);
    let mut collector = Collector::new(dropped);
    let mut left_out = LeftOut::default();
    for part in &parts {
        for (bar, tracks) in bars(part) {
            let bar = part.first_bar + bar;
            match window(&tracks, bar) {
                Ok(window) => collector.add(window),
                Err(reason) => left_out.add(bar, reason),
            }
        }
    }
    for Dropped { what, reason } in left_out.told() {
        collector.drop(&what, reason);
    }
    collector.finish()
}

/// The instruments that play in a bar, each with its notes there.
type Tracks<'a> = Vec<(&'a Instrument, Vec<Note>)>;

/// The bars of a part in which a note begins. Notes are cut at the end of their bar; what sounds on
/// from the bar before is not in it.
fn bars(part: &Part) -> Vec<(usize, Tracks<'_>)> {
    let mut bars: Vec<Tracks<'_>> = vec![Vec::new(); part.bars as usize];
    // Stable: tracks of one program stay in the order of the score.
    let mut instruments: Vec<&Instrument> = part.instruments.iter().collect();
    instruments.sort_by_key(|instrument| (instrument.is_drums, instrument.program));
    for instrument in instruments {
        for notes in instrument.notes.chunk_by(|one, next| one.start / BAR == next.start / BAR) {
            let bar = notes[0].start / BAR;
            let within = |note: &Note| Note {
                start: note.start - bar * BAR,
                end: note.end.min((bar + 1) * BAR) - bar * BAR,
                ..*note
            };
            let notes = notes.iter().map(within).collect();
            bars[bar as usize].push((instrument, notes));
        }
    }
    bars.into_iter().enumerate().filter(|(_, tracks)| !tracks.is_empty()).collect()
}

fn window(tracks: &Tracks<'_>, bar: usize) -> Result<Window, Reason> {
    if tracks.len() < MIN_TRACKS {
        return Err(Reason::FewTracks { limit: MIN_TRACKS });
    }
    if tracks.len() > TRACKS {
        return Err(Reason::ManyTracks { limit: TRACKS });
    }
    let mut tokens = Vec::with_capacity(TRACKS * EVENTS);
    for (instrument, notes) in tracks {
        let program = if instrument.is_drums {
            Program::Drums
        } else {
            Program::Melodic(instrument.program.min(127))
        };
        let track = Track::new(program, notes).write_padded();
        tokens.extend(track.ok_or(Reason::ManyEvents { limit: EVENTS })?);
    }
    while tokens.len() < TRACKS * EVENTS {
        tokens.push(Token::End.number());
        tokens.resize(tokens.len().next_multiple_of(EVENTS), Token::Padding.number());
    }
    let pitched = tracks.iter().filter(|(instrument, _)| instrument.has_pitch());
    let notes = pitched.flat_map(|(_, notes)| notes).map(|n| (n.pitch, n.end - n.start));
    Ok(Window { tokens, bar, chord: Some(Chord::of(notes)) })
}

/// Bars that became no window, by reason, in the order in which reasons appear.
#[derive(Default)]
struct LeftOut(Vec<(Reason, Vec<usize>)>);

impl LeftOut {
    fn add(&mut self, bar: usize, reason: Reason) {
        match self.0.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, bars)) => bars.push(bar + 1),
            None => self.0.push((reason, vec![bar + 1])),
        }
    }

    fn told(self) -> impl Iterator<Item = Dropped> {
        self.0.into_iter().map(|(reason, bars)| {
            let what = match bars[..] {
                [bar] => format!("bar {bar}"),
                [first, ..] => format!("{} bars, the first of them bar {first}", bars.len()),
                [] => "no bar".to_owned(),
            };
            Dropped { what, reason }
        })
    }
}
