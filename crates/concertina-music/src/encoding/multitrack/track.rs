//! One track of a bar: notes to tokens and back.

use super::vocabulary::{BAR, EVENTS, Token, bin, velocity};
use crate::score::Note;

/// Who plays a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    Melodic(u8),
    Drums,
}

/// What happens to a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    On { pitch: u8, bin: u8 },
    Off { pitch: u8 },
}

impl Event {
    fn pitch_mut(&mut self) -> &mut u8 {
        match self {
            Self::On { pitch, .. } | Self::Off { pitch } => pitch,
        }
    }
}

/// The events of a track in the order of their steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Track {
    pub(super) program: Program,
    events: Vec<(u32, Event)>,
}

/// Loudness before anything is said of it, by what never says it.
const DEFAULT_BIN: u8 = 4;

/// Reads the tokens of a track up to its end; `None` if it has none.
///
/// A program among the notes, and whatever begins after the bar, is passed over.
pub(super) fn read(tokens: &[u16]) -> Option<Track> {
    let tokens = tokens.iter().map(|&number| Token::from_number(number));
    let mut tokens = tokens.take_while(|token| !matches!(token, Token::End | Token::Padding));
    let mut next = tokens.next();
    next?;
    let program = match next {
        Some(Token::Program(program)) => Program::Melodic(program),
        Some(Token::Drums) => Program::Drums,
        _ => Program::Melodic(0),
    };
    let mut events = Vec::new();
    let (mut now, mut bin) = (0, DEFAULT_BIN);
    while let Some(token) = next {
        match token {
            Token::NoteOn(pitch) if now < BAR => events.push((now, Event::On { pitch, bin })),
            Token::NoteOff(pitch) => events.push((now, Event::Off { pitch })),
            Token::TimeShift(steps) => now = (now + steps).min(BAR),
            Token::Velocity(new) => bin = new,
            _ => {}
        }
        next = tokens.next();
    }
    Some(Track { program, events })
}

impl Track {
    /// The track that plays these notes, which are tidy and end within the bar.
    pub(super) fn new(program: Program, notes: &[Note]) -> Self {
        let mut events = Vec::with_capacity(2 * notes.len());
        for (number, note) in notes.iter().enumerate() {
            let pitch = note.pitch.min(127);
            events.push((note.start, number, Event::On { pitch, bin: bin(note.velocity) }));
            events.push((note.end, number, Event::Off { pitch }));
        }
        // Notes end in the order in which they began, before those of the same step begin.
        events.sort_by_key(|&(step, number, _)| (step, number));
        let events = events.into_iter().map(|(step, _, event)| (step, event)).collect();
        Self { program, events }
    }

    /// The tokens, however many: program, events, end.
    pub(super) fn write(&self) -> Vec<u16> {
        let mut tokens = vec![match self.program {
            Program::Melodic(program) => Token::Program(program),
            Program::Drums => Token::Drums,
        }];
        let (mut now, mut current) = (0, None);
        for &(step, event) in &self.events {
            if step > now {
                tokens.push(Token::TimeShift(step - now));
                now = step;
            }
            match event {
                Event::On { pitch, bin } => {
                    if current != Some(bin) {
                        tokens.push(Token::Velocity(bin));
                        current = Some(bin);
                    }
                    tokens.push(Token::NoteOn(pitch));
                }
                Event::Off { pitch } => tokens.push(Token::NoteOff(pitch)),
            }
        }
        tokens.push(Token::End);
        tokens.into_iter().map(Token::number).collect()
    }

    /// The tokens padded to `room`; if there are more, the first that fit, without an end.
    pub(super) fn write_in(&self, room: usize) -> Vec<u16> {
        let mut tokens = self.write();
        tokens.resize(room, Token::Padding.number());
        tokens
    }

    /// The tokens padded to a track's room, if they fit.
    pub(super) fn write_padded(&self) -> Option<Vec<u16>> {
        (self.write().len() <= EVENTS).then(|| self.write_in(EVENTS))
    }

    /// Moves all notes, and deletes those that leave 0..=127.
    pub(super) fn transpose(&mut self, semitones: i32) {
        self.events.retain_mut(|(_, event)| {
            let pitch = event.pitch_mut();
            let moved = i32::from(*pitch).saturating_add(semitones);
            let kept = u8::try_from(moved).ok().filter(|&moved| moved <= 127);
            *pitch = kept.unwrap_or(*pitch);
            kept.is_some()
        });
    }

    /// Its notes in the order of their starts: no pitch sounds twice at a time, none has no length.
    pub(super) fn notes(&self) -> Vec<Note> {
        let mut notes: Vec<Note> = Vec::new();
        let mut sounding = [None; 128];
        for &(step, event) in &self.events {
            match event {
                Event::On { pitch, bin } => {
                    let place: &mut Option<usize> = &mut sounding[usize::from(pitch)];
                    // Struck again: the first note ends. Struck twice at once: it is one note.
                    if let Some(running) = *place {
                        if notes[running].start == step {
                            continue;
                        }
                        notes[running].end = notes[running].end.min(step);
                    }
                    *place = Some(notes.len());
                    notes.push(Note { pitch, velocity: velocity(bin), start: step, end: BAR });
                }
                Event::Off { pitch } => {
                    if let Some(running) = sounding[usize::from(pitch)] {
                        let note = &mut notes[running];
                        note.end = note.end.min(step.max(note.start + 1));
                    }
                }
            }
        }
        notes.sort_by_key(|note| (note.start, note.pitch));
        notes
    }
}
