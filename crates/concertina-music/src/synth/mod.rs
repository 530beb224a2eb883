//! A small synthesiser: notes to samples, with no recorded sound.
//!
//! Pitched tones are sums of up to eight decaying partials, chosen by the family of the program;
//! drums are swept tones and filtered noise. Tones begin softly, high partials are weak, and the
//! sum is limited softly, so nothing clicks or clips. The same score gives the same samples.

mod drum;
mod filter;
mod limit;
mod noise;
#[cfg(test)]
mod tests;
mod timbre;
mod tone;

use crate::score::{Family, Note, Score, Track};

/// Length of the longest music that is rendered, in seconds. What comes later is left out.
pub const MAX_SECONDS: f64 = 1200.0;

/// Samples of the longest music that is rendered: [`MAX_SECONDS`] at 48,000 a second. At a higher
/// rate less is rendered.
pub const MAX_SAMPLES: usize = 1200 * 48_000;

/// Notes that sound at the same time. Of more, those that begin last are not heard.
const MAX_NOTES: usize = 96;

/// How long the last tones may ring after the end of the score, in seconds.
const TAIL: f64 = 1.0;

/// Amplitude of a single loud note.
const GAIN: f32 = 0.4;

/// Renders a score as mono samples in -1..=1, `sample_rate` to a second.
///
/// The samples last a second longer than the score, in which its last notes fade away. Music beyond
/// [`MAX_SECONDS`] or [`MAX_SAMPLES`] is left out. A rate of 0 gives no samples.
pub fn render(score: &Score, sample_rate: u32) -> Vec<f32> {
    let rate = f64::from(sample_rate);
    let seconds = (score.seconds() + TAIL).min(MAX_SECONDS);
    let mut samples = vec![0.0; ((seconds * rate) as usize).min(MAX_SAMPLES)];
    if samples.is_empty() {
        return samples;
    }
    let tempos = score.tempo_map();
    let mut kit = drum::Kit::new(rate, samples.len());
    let mut sounding: Vec<u32> = Vec::new();
    for (note, track) in in_time(score) {
        let start = (tempos.seconds(note.start) * rate).round() as usize;
        let Some(samples) = samples.get_mut(start..) else { continue };
        sounding.retain(|&end| end > note.start);
        if sounding.len() == MAX_NOTES {
            continue;
        }
        sounding.push(note.end);
        let amplitude = GAIN * loudness(note.velocity);
        if track.is_drums {
            kit.add(samples, note.pitch, amplitude);
        } else {
            let frequency = 440.0 * ((f64::from(note.pitch) - 69.0) / 12.0).exp2();
            let seconds = tempos.seconds(note.end) - tempos.seconds(note.start);
            let timbre = timbre::of(Family::of(track.program));
            tone::add(samples, rate, timbre, tone::Tone { frequency, amplitude, seconds });
        }
    }
    filter::soften(&mut samples, rate);
    limit::limit(&mut samples);
    samples
}

/// All notes with their tracks, in the order of their starts.
fn in_time(score: &Score) -> Vec<(Note, &Track)> {
    let notes = score.tracks.iter().flat_map(|track| track.notes.iter().map(move |n| (*n, track)));
    let mut notes: Vec<(Note, &Track)> = notes.collect();
    notes.sort_by_key(|(note, _)| note.start);
    notes
}

/// Amplitude of a velocity, in 0..=1: 24 dB from the softest that is played to the loudest.
fn loudness(velocity: u8) -> f32 {
    let share = f32::from(velocity.min(127)) / 127.0;
    share * (0.3 + 0.7 * share)
}
