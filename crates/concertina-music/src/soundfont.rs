//! Recorded instruments: a SoundFont plays a score where the synthesiser of [`crate::synth`] is not
//! enough.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustysynth::{MidiFile, MidiFileSequencer, Synthesizer, SynthesizerSettings};

use crate::score::Score;
use crate::synth::{MAX_SAMPLES, MAX_SECONDS};

/// How long the last tones may ring after the end of the score, in seconds.
const TAIL: f64 = 2.0;

/// The loudest sample: music is turned up or down as a whole, since fonts differ much in loudness.
const LOUDEST: f32 = 0.7;

/// The instruments of a SoundFont 2 file (.sf2).
#[derive(Clone)]
pub struct SoundFont(Arc<rustysynth::SoundFont>);

/// Bytes that are no SoundFont 2 file, or a score that it cannot play.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a SoundFont 2 file (.sf2): {0}")]
pub struct SoundFontError(String);

impl SoundFont {
    /// Reads a file.
    ///
    /// # Errors
    /// If it is none, or a damaged one.
    pub fn read(mut bytes: &[u8]) -> Result<Self, SoundFontError> {
        // The reader trusts the indices in a file, so that a damaged one may send it out of bounds.
        let read = catch_unwind(AssertUnwindSafe(|| rustysynth::SoundFont::new(&mut bytes)));
        match read {
            Ok(Ok(font)) => Ok(Self(Arc::new(font))),
            Ok(Err(error)) => Err(SoundFontError(error.to_string())),
            Err(_) => Err(SoundFontError("the file is damaged".to_owned())),
        }
    }

    /// Plays a score: mono samples in -1..=1, `sample_rate` (16,000 to 192,000) to a second.
    ///
    /// As with [`crate::synth::render`], music beyond [`MAX_SECONDS`] or [`MAX_SAMPLES`] is left
    /// out. The same score gives the same samples.
    ///
    /// # Errors
    /// If the rate is out of range.
    pub fn render(&self, score: &Score, sample_rate: u32) -> Result<Vec<f32>, SoundFontError> {
        let told = |error: &dyn fmt::Display| SoundFontError(error.to_string());
        let settings = SynthesizerSettings::new(i32::try_from(sample_rate).unwrap_or(i32::MAX));
        let synthesizer = Synthesizer::new(&self.0, &settings).map_err(|error| told(&error))?;
        let midi = MidiFile::new(&mut &score.to_midi()[..]).map_err(|error| told(&error))?;
        let seconds = (score.seconds() + TAIL).min(MAX_SECONDS);
        let n = ((seconds * f64::from(sample_rate)) as usize).min(MAX_SAMPLES);
        let [mut left, mut right] = [0, 1].map(|_| vec![0.0; n]);
        let mut sequencer = MidiFileSequencer::new(synthesizer);
        sequencer.play(&Arc::new(midi), false);
        sequencer.render(&mut left, &mut right);
        left.iter_mut().zip(right).for_each(|(left, right)| *left = f32::midpoint(*left, right));
        let loudest = left.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
        if loudest > 0.0 {
            for sample in &mut left {
                *sample *= LOUDEST / loudest;
            }
        }
        Ok(left)
    }
}

impl fmt::Debug for SoundFont {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SoundFont").field(&self.0.get_info().get_bank_name()).finish()
    }
}
