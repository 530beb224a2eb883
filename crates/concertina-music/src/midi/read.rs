//! MIDI bytes to a score.

use std::collections::{BTreeMap, VecDeque};

use midly::{EventIter, Format, MetaMessage, MidiMessage, Timing, TrackEventKind};

use super::error::MidiError;
use super::limits::{HEADER_BYTES, MAX_NOTES, MAX_TICKS};
use crate::score::{Note, Score, Tempo, TimeSignature, Track, tidy};

const DRUM_CHANNEL: usize = 9;
const SUSTAIN: u8 = 64;

/// The denominators of time signatures are powers of two, up to the 64th.
const MAX_EXPONENT: u8 = 6;

pub(super) fn read(bytes: &[u8]) -> Result<Score, MidiError> {
    check_beginning(bytes)?;
    if has_impossible_rate(bytes) {
        return Err(MidiError::Smpte);
    }
    let (header, tracks) = midly::parse(bytes).map_err(damaged)?;
    let ticks_per_quarter = match header.timing {
        Timing::Metrical(ticks) if ticks.as_int() > 0 => ticks.as_int(),
        Timing::Metrical(_) => return Err(MidiError::NoTicks),
        Timing::Timecode(..) => return Err(MidiError::Smpte),
    };
    if header.format == Format::Sequential {
        return Err(MidiError::Sequential);
    }
    let (tempos, time_signatures) = (Vec::new(), Vec::new());
    let mut score =
        Score { ticks_per_quarter, tempos, time_signatures, tracks: Vec::new(), end: 0 };
    let mut notes_left = MAX_NOTES;
    for track in tracks {
        let events = track.map_err(damaged)?;
        read_track(events, &mut score, &mut notes_left)?;
    }
    keep_last_of_each_tick(&mut score.tempos, |tempo| tempo.tick);
    keep_last_of_each_tick(&mut score.time_signatures, |signature| signature.tick);
    Ok(score)
}

fn check_beginning(bytes: &[u8]) -> Result<(), MidiError> {
    let is_text = |&byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    match bytes {
        [] => Err(MidiError::Empty),
        [b'M', b'T', b'h', b'd', ..] if bytes.len() < HEADER_BYTES => {
            Err(MidiError::Truncated(bytes.len()))
        }
        [b'M', b'T', b'h', b'd', ..] | [b'R', b'I', b'F', b'F', ..] => Ok(()),
        _ if bytes.iter().take(64).all(is_text) => Err(MidiError::NotMidi("text".to_owned())),
        _ => {
            let found: Vec<String> = bytes.iter().take(4).map(|b| format!("{b:02x}")).collect();
            Err(MidiError::NotMidi(found.join(" ")))
        }
    }
}

/// Whether a header counts time in -128 frames a second, which overflows when the parser negates
/// it.
fn has_impossible_rate(bytes: &[u8]) -> bool {
    const RATE: usize = 4;
    let is_header =
        |(id, chunk): (&[u8; 4], &[u8])| id == b"MThd" && chunk.get(RATE) == Some(&0x80);
    if !bytes.starts_with(b"RIFF") {
        return chunks(bytes, Kind::Midi).any(is_header);
    }
    // Within its one chunk, after the word RMID, a file of this kind has a MIDI file as a chunk.
    let inner = chunks(bytes, Kind::Riff).next().and_then(|(_, riff)| riff.get(4..));
    inner
        .and_then(|inner| chunks(inner, Kind::Riff).find(|(id, _)| *id == b"data"))
        .is_some_and(|(_, midi)| chunks(midi, Kind::Midi).any(is_header))
}

/// Whose chunks are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Midi,
    /// Lengths have their low byte first, and odd ones are followed by a byte of nothing.
    Riff,
}

/// The chunks of a file, with their names. The last may be cut short.
fn chunks(bytes: &[u8], kind: Kind) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (id, after) = rest.split_first_chunk()?;
        let (&length, after) = after.split_first_chunk()?;
        let length = match kind {
            Kind::Midi => u32::from_be_bytes(length),
            Kind::Riff => u32::from_le_bytes(length),
        } as usize;
        let (chunk, after) = after.split_at(length.min(after.len()));
        let is_padded = kind == Kind::Riff && length % 2 == 1;
        rest = if is_padded { after.get(1..).unwrap_or_default() } else { after };
        Some((id, chunk))
    })
}

#[expect(clippy::needless_pass_by_value, reason = "it is what a result's error is mapped with")]
fn damaged(error: midly::Error) -> MidiError {
    MidiError::Header(error.kind().message().to_owned())
}

/// What happened at the same tick is replaced by what happened there last.
fn keep_last_of_each_tick<T: Copy>(events: &mut Vec<T>, tick: impl Fn(&T) -> u32) {
    events.sort_by_key(&tick);
    events.dedup_by(|later, earlier| {
        let is_same = tick(later) == tick(earlier);
        if is_same {
            *earlier = *later;
        }
        is_same
    });
}

/// A channel while its track is read.
#[derive(Default)]
struct Channel {
    program: u8,
    is_pedal_down: bool,
    /// Notes whose keys are down, by pitch, oldest first.
    down: BTreeMap<u8, VecDeque<Open>>,
    /// Notes that only the pedal holds.
    held: Vec<(u8, Open)>,
}

/// A note that has begun.
struct Open {
    program: u8,
    velocity: u8,
    start: u32,
}

/// The notes of a file's track by channel and program, in the order in which these appear.
#[derive(Default)]
struct Instruments(Vec<(usize, u8, Vec<Note>)>);

impl Instruments {
    fn end_note(&mut self, channel: usize, pitch: u8, open: &Open, end: u32) {
        let Open { program, velocity, start } = *open;
        let is_it = |(c, p, _): &&mut (usize, u8, Vec<Note>)| (*c, *p) == (channel, program);
        let note = Note { pitch, velocity, start, end };
        match self.0.iter_mut().find(is_it) {
            Some((_, _, notes)) => notes.push(note),
            None => self.0.push((channel, program, vec![note])),
        }
    }
}

fn read_track(
    events: EventIter<'_>,
    score: &mut Score,
    notes_left: &mut usize,
) -> Result<(), MidiError> {
    let mut channels: [Channel; 16] = Default::default();
    let mut instruments = Instruments::default();
    let mut name = String::new();
    let mut tick = 0u32;
    // A track that breaks off yields no more events.
    for event in events.map_while(Result::ok) {
        tick += event.delta.as_int();
        if tick > MAX_TICKS {
            return Err(MidiError::TooLong);
        }
        match event.kind {
            TrackEventKind::Midi { channel, message } => {
                let number = usize::from(channel.as_int());
                let channel = &mut channels[number];
                if let MidiMessage::NoteOn { vel, .. } = message
                    && vel > 0
                {
                    *notes_left = notes_left.checked_sub(1).ok_or(MidiError::TooManyNotes)?;
                }
                play(message, tick, number, channel, &mut instruments);
            }
            TrackEventKind::Meta(MetaMessage::TrackName(text)) if name.is_empty() => {
                String::from_utf8_lossy(text).trim().clone_into(&mut name);
            }
            TrackEventKind::Meta(MetaMessage::EndOfTrack) => break,
            TrackEventKind::Meta(message) => read_meta(message, tick, score),
            TrackEventKind::SysEx(_) | TrackEventKind::Escape(_) => {}
        }
    }
    for (number, channel) in channels.into_iter().enumerate() {
        let down = channel.down.into_iter();
        let down = down.flat_map(|(pitch, opens)| opens.into_iter().map(move |open| (pitch, open)));
        for (pitch, open) in channel.held.into_iter().chain(down) {
            instruments.end_note(number, pitch, &open, tick);
        }
    }
    score.end = score.end.max(tick);
    for (channel, program, mut notes) in instruments.0 {
        tidy(&mut notes);
        // A note without length gets one tick, with which it may outlast the track.
        score.end = notes.iter().map(|note| note.end).fold(score.end, u32::max);
        let is_drums = channel == DRUM_CHANNEL;
        score.tracks.push(Track { name: name.clone(), program, is_drums, notes });
    }
    Ok(())
}

fn play(
    message: MidiMessage,
    tick: u32,
    number: usize,
    channel: &mut Channel,
    instruments: &mut Instruments,
) {
    match message {
        MidiMessage::NoteOn { key, vel } if vel > 0 => {
            let open = Open { program: channel.program, velocity: vel.as_int(), start: tick };
            channel.down.entry(key.as_int()).or_default().push_back(open);
        }
        MidiMessage::NoteOn { key, .. } | MidiMessage::NoteOff { key, .. } => {
            let pitch = key.as_int();
            let Some(open) = channel.down.get_mut(&pitch).and_then(VecDeque::pop_front) else {
                return;
            };
            if channel.is_pedal_down && number != DRUM_CHANNEL {
                channel.held.push((pitch, open));
            } else {
                instruments.end_note(number, pitch, &open, tick);
            }
        }
        MidiMessage::Controller { controller, value } if controller == SUSTAIN => {
            channel.is_pedal_down = value >= 64;
            if !channel.is_pedal_down {
                for (pitch, open) in channel.held.drain(..) {
                    instruments.end_note(number, pitch, &open, tick);
                }
            }
        }
        MidiMessage::ProgramChange { program } => channel.program = program.as_int(),
        _ => {}
    }
}

fn read_meta(message: MetaMessage<'_>, tick: u32, score: &mut Score) {
    match message {
        MetaMessage::Tempo(microseconds) if microseconds > 0 => {
            score.tempos.push(Tempo { tick, microseconds_per_quarter: microseconds.as_int() });
        }
        MetaMessage::TimeSignature(numerator, exponent, ..)
            if numerator > 0 && exponent <= MAX_EXPONENT =>
        {
            let denominator = 1 << exponent;
            score.time_signatures.push(TimeSignature { tick, numerator, denominator });
        }
        _ => {}
    }
}
