//! Bars of up to eight tracks, each a sequence of events.
//!
//! Rules as in Magenta's multitrack model (Simon et al. 2018). A bar that does not fit is left out
//! rather than cut.

mod extract;
mod track;
mod vocabulary;

use self::track::Program;
pub(super) use extract::extract;
pub(super) use vocabulary::{CLASSES, STEPS};
pub use vocabulary::{END, EVENTS};

use super::sounding::Sounding;

pub(super) fn notes(tokens: &[u16]) -> Vec<Sounding> {
    let mut all = Vec::new();
    for (number, tokens) in tokens.chunks(EVENTS).enumerate() {
        let Some(track) = track::read(tokens) else { continue };
        let (program, is_drums) = match track.program {
            Program::Melodic(program) => (program, false),
            Program::Drums => (0, true),
        };
        all.extend(track.notes().into_iter().map(|note| Sounding {
            track: number,
            program,
            is_drums,
            pitch: note.pitch,
            velocity: note.velocity,
            start: note.start,
            end: note.end,
        }));
    }
    all
}

pub(super) fn transpose(tokens: &[u16], semitones: i32) -> Vec<u16> {
    let mut moved = Vec::with_capacity(tokens.len());
    for tokens in tokens.chunks(EVENTS) {
        match track::read(tokens) {
            Some(mut track) if track.program != Program::Drums => {
                track.transpose(semitones);
                moved.extend(track.write_in(tokens.len()));
            }
            _ => moved.extend(tokens),
        }
    }
    moved
}
