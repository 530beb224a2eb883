//! A score to MIDI bytes.

use midly::num::{u4, u7, u15, u24, u28};
use midly::{Format, Header, MetaMessage, MidiMessage, Smf, Timing, TrackEvent, TrackEventKind};

use super::limits::MAX_TICKS;
use crate::score::{Note, Score, Track};

/// The channels of melodic instruments.
const MELODIC: [u8; 15] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15];
const DRUM_CHANNEL: u8 = 9;

/// A file counts its tracks in 16 bits, and the first one has no notes.
const MAX_TRACKS: usize = u16::MAX as usize - 1;

/// 24 MIDI clocks between the clicks of a metronome, and 8 of the 32nds that a quarter has.
const CLOCKS: (u8, u8) = (24, 8);

pub(super) fn write(score: &Score) -> Vec<u8> {
    let notes = score.tracks.iter().flat_map(|track| &track.notes);
    let end = notes.map(|&note| span(note).1).fold(score.end, u32::max).min(MAX_TICKS);
    let ticks = u15::new(score.ticks_per_quarter.clamp(1, i16::MAX as u16));
    let header = Header::new(Format::Parallel, Timing::Metrical(ticks));
    let mut tracks = vec![conductor(score, end)];
    let mut melodic = MELODIC.iter().cycle();
    for track in score.tracks.iter().take(MAX_TRACKS) {
        let channel = if track.is_drums {
            DRUM_CHANNEL
        } else {
            *melodic.next().expect("a cycle has no end")
        };
        tracks.push(instrument(track, u4::new(channel), end));
    }
    let mut bytes = Vec::new();
    Smf { header, tracks }
        .write(&mut bytes)
        .expect("a vector takes all bytes, and there are no more tracks than can be counted");
    bytes
}

/// The track of tempos and time signatures.
fn conductor(score: &Score, end: u32) -> Vec<TrackEvent<'static>> {
    let signatures = score.time_signatures.iter().map(|signature| {
        let exponent = signature.denominator.max(1).ilog2() as u8;
        let message =
            MetaMessage::TimeSignature(signature.numerator.max(1), exponent, CLOCKS.0, CLOCKS.1);
        (signature.tick, TrackEventKind::Meta(message))
    });
    let tempos = score.tempos.iter().map(|tempo| {
        let microseconds = tempo.microseconds_per_quarter.clamp(1, (1 << 24) - 1);
        (tempo.tick, TrackEventKind::Meta(MetaMessage::Tempo(u24::new(microseconds))))
    });
    let mut events: Vec<_> = signatures.chain(tempos).collect();
    events.sort_by_key(|&(tick, _)| tick);
    in_time(events, end)
}

fn instrument(track: &Track, channel: u4, end: u32) -> Vec<TrackEvent<'_>> {
    let midi = |message| TrackEventKind::Midi { channel, message };
    let program = MidiMessage::ProgramChange { program: u7::new(track.program.min(127)) };
    let mut events = vec![(0, midi(program))];
    if !track.name.is_empty() {
        let name = MetaMessage::TrackName(track.name.as_bytes());
        events.insert(0, (0, TrackEventKind::Meta(name)));
    }
    // A pitch ends before it is struck again.
    let mut keys: Vec<(u32, bool, u8, u8)> = Vec::with_capacity(2 * track.notes.len());
    for &note in &track.notes {
        let (start, end) = span(note);
        let pitch = note.pitch.min(127);
        keys.extend([(start, true, pitch, note.velocity.clamp(1, 127)), (end, false, pitch, 0)]);
    }
    keys.sort_unstable();
    events.extend(keys.into_iter().map(|(tick, is_on, pitch, velocity)| {
        let (key, vel) = (u7::new(pitch), u7::new(velocity));
        let message = if is_on {
            MidiMessage::NoteOn { key, vel }
        } else {
            MidiMessage::NoteOff { key, vel: u7::new(64) }
        };
        (tick, midi(message))
    }));
    in_time(events, end)
}

/// Start and end of a note, the end after the start and both within what a file can say.
fn span(note: Note) -> (u32, u32) {
    let start = note.start.min(MAX_TICKS - 1);
    (start, note.end.clamp(start + 1, MAX_TICKS))
}

/// Events at ticks as events after each other, and the end of the track.
fn in_time(events: Vec<(u32, TrackEventKind<'_>)>, end: u32) -> Vec<TrackEvent<'_>> {
    let end_of_track = (end, TrackEventKind::Meta(MetaMessage::EndOfTrack));
    let mut now = 0;
    let after = |(tick, kind): (u32, _)| {
        let delta = u28::new(tick.min(end) - now);
        now = tick.min(end);
        TrackEvent { delta, kind }
    };
    events.into_iter().chain([end_of_track]).map(after).collect()
}
