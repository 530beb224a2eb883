//! The notes of windows, one after another, as a score.

use super::sounding::Sounding;
use crate::grid::Resolution;
use crate::score::{Note, Score, Track, tidy};

/// Puts windows of `bars` bars at their bars, which ascend; notes that begin before the end of the
/// window before are left out. Tracks of one instrument in different windows are one track.
pub(super) fn assemble(
    windows: impl Iterator<Item = (usize, Vec<Sounding>)>,
    resolution: Resolution,
    bars: usize,
) -> Score {
    let mut score = Score::empty();
    let ticks_per_step = u32::from(score.ticks_per_quarter) / resolution.steps_per_quarter;
    let ticks_per_bar = resolution.steps_per_bar().saturating_mul(ticks_per_step);
    let ticks = |bars: usize| ticks_per_bar.saturating_mul(u32::try_from(bars).unwrap_or(u32::MAX));
    for (bar, notes) in windows {
        let begin = ticks(bar);
        let tick = |step: u32| begin.saturating_add(step * ticks_per_step);
        // Of the same instrument, the first track of a window goes on in the first of the next.
        let mut taken: Vec<(usize, usize)> = Vec::new();
        for note in notes.into_iter().filter(|note| tick(note.start) >= score.end) {
            let known = taken.iter().find(|(track, _)| *track == note.track).copied();
            let (_, place) = known.unwrap_or_else(|| {
                let place = place(&mut score.tracks, &note, &taken);
                taken.push((note.track, place));
                (note.track, place)
            });
            let Sounding { pitch, velocity, start, end, .. } = note;
            let note = Note { pitch, velocity, start: tick(start), end: tick(end) };
            score.tracks[place].notes.push(note);
        }
        score.end = begin.saturating_add(ticks(bars)).max(score.end);
    }
    for track in &mut score.tracks {
        tidy(&mut track.notes);
    }
    score
}

/// The first track of the note's instrument that no other track of its window has taken.
fn place(tracks: &mut Vec<Track>, note: &Sounding, taken: &[(usize, usize)]) -> usize {
    let is_free = |place: usize| taken.iter().all(|&(_, other)| other != place);
    let fits = |track: &Track| (track.program, track.is_drums) == (note.program, note.is_drums);
    let found = tracks.iter().enumerate().position(|(place, track)| fits(track) && is_free(place));
    found.unwrap_or_else(|| {
        let (program, is_drums) = (note.program, note.is_drums);
        tracks.push(Track { name: String::new(), program, is_drums, notes: Vec::new() });
        tracks.len() - 1
    })
}
