//! Drums and cymbals.

use std::f64::consts::TAU;

use super::filter::LowPass;
use super::noise::Noise;
use crate::drum_kit;

/// The sound of one drum: a tone that falls in pitch, and noise.
#[derive(Clone, Copy, Debug)]
struct Sound {
    /// Frequency at the beginning and at the end, in Hz.
    sweep: (f64, f64),
    /// Amplitude of the tone, and the time in which it fades by 8.7 dB, in seconds.
    tone: (f32, f64),
    /// Amplitude of the noise, and the time in which it fades by 8.7 dB, in seconds.
    noise: (f32, f64),
    /// The band of the noise, in Hz.
    band: (f64, f64),
}

/// The sound of each class of the kit.
const SOUNDS: [Sound; drum_kit::DRUMS] = [
    Sound { sweep: (150.0, 48.0), tone: (1.3, 0.11), noise: (0.1, 0.006), band: (200.0, 3e3) },
    Sound { sweep: (240.0, 180.0), tone: (0.5, 0.05), noise: (0.7, 0.07), band: (900.0, 6e3) },
    Sound { sweep: (1.0, 1.0), tone: (0.0, 0.01), noise: (0.9, 0.022), band: (6e3, 9e3) },
    Sound { sweep: (1.0, 1.0), tone: (0.0, 0.01), noise: (0.7, 0.13), band: (6e3, 9e3) },
    Sound { sweep: (130.0, 85.0), tone: (1.0, 0.15), noise: (0.08, 0.02), band: (300.0, 3e3) },
    Sound { sweep: (185.0, 125.0), tone: (0.95, 0.13), noise: (0.08, 0.02), band: (300.0, 3e3) },
    Sound { sweep: (250.0, 170.0), tone: (0.9, 0.11), noise: (0.08, 0.02), band: (300.0, 3e3) },
    Sound { sweep: (1.0, 1.0), tone: (0.0, 0.01), noise: (0.75, 0.38), band: (3e3, 8e3) },
    Sound { sweep: (620.0, 615.0), tone: (0.05, 0.2), noise: (0.5, 0.16), band: (5e3, 8e3) },
];

/// What any other percussion is played as: a wooden click.
const OTHER: Sound =
    Sound { sweep: (880.0, 820.0), tone: (0.5, 0.02), noise: (0.1, 0.01), band: (1e3, 5e3) };

/// Time of rising, in seconds.
const ATTACK: f64 = 0.001;

/// Time in which the pitch of a drum falls to a third of the way, in seconds.
const FALL: f64 = 0.035;

/// A drum rings for so many times the time in which it fades by 8.7 dB.
const RINGS: f64 = 7.0;

/// The drums that were played already, each as it sounds at amplitude 1.
pub(super) struct Kit {
    rate: f64,
    /// Samples that are kept of one drum, at most.
    longest: usize,
    sounds: Vec<Option<Vec<f32>>>,
}

impl Kit {
    pub(super) fn new(rate: f64, longest: usize) -> Self {
        Self { rate, longest, sounds: vec![None; 256] }
    }

    /// Adds a hit that begins with the first sample.
    pub(super) fn add(&mut self, samples: &mut [f32], pitch: u8, amplitude: f32) {
        let (rate, longest) = (self.rate, self.longest);
        let sound =
            self.sounds[usize::from(pitch)].get_or_insert_with(|| synthesise(pitch, rate, longest));
        for (sample, sound) in samples.iter_mut().zip(sound) {
            *sample += amplitude * *sound;
        }
    }
}

fn synthesise(pitch: u8, rate: f64, longest: usize) -> Vec<f32> {
    let sound = drum_kit::class(pitch).map_or(OTHER, |class| SOUNDS[class]);
    let Sound { sweep, tone, noise, band } = sound;
    let seconds = RINGS * if tone.0 > 0.0 { tone.1.max(noise.1) } else { noise.1 };
    let mut source = Noise::new(pitch);
    let (mut low, mut high) = (LowPass::new(band.1, rate), LowPass::new(band.0, rate));
    let mut phase = 0.0f64;
    let length = ((seconds * rate) as usize).min(longest);
    let sample = |number: usize| {
        let time = number as f64 / rate;
        let frequency = sweep.1 + (sweep.0 - sweep.1) * (-time / FALL).exp();
        phase += TAU * frequency / rate;
        let noisy = high.high(low.low(source.next())) * noise.0 * (-time / noise.1).exp() as f32;
        let tonal = phase.sin() as f32 * tone.0 * (-time / tone.1).exp() as f32;
        let rise = (time / ATTACK).min(1.0);
        let fade = 1.0 - number as f64 / length as f64;
        (noisy + tonal) * (rise * fade) as f32
    };
    (0..length).map(sample).collect()
}
