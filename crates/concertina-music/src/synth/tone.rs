//! A pitched tone.

use std::f64::consts::TAU;

use super::timbre::{PARTIALS, Timbre};

/// Samples for which partials are turned by a fixed angle. At the next block they begin anew from
/// their exact phase, so that rounding does not add up.
const BLOCK: usize = 256;

/// Vibrato, in Hz.
const VIBRATO: f64 = 5.2;

/// Above this frequency partials are weak, in Hz.
const BRIGHTEST: f64 = 5_000.0;

/// Partials beyond this share of the sample rate would fold back.
const HIGHEST: f64 = 0.45;

/// A tone that has become softer than this has ended.
const SILENT: f64 = 1e-4;

/// The middle C, in Hz.
const MIDDLE_C: f64 = 261.6;

/// What is played.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tone {
    /// In Hz.
    pub(super) frequency: f64,
    pub(super) amplitude: f32,
    /// How long it is held.
    pub(super) seconds: f64,
}

/// Adds a tone that begins with the first sample.
pub(super) fn add(samples: &mut [f32], rate: f64, timbre: &Timbre, tone: Tone) {
    let length = ((tone.seconds + timbre.release) * rate) as usize;
    let length = length.min(samples.len());
    let levels = levels(timbre, tone, rate);
    let decays = decays(timbre, tone.frequency);
    let mut phase = 0.0;
    for (block, samples) in samples[..length].chunks_mut(BLOCK).enumerate() {
        let first = block * BLOCK;
        let time = first as f64 / rate;
        if time > tone.seconds + timbre.release || decays[0] * time > -SILENT.ln() {
            break;
        }
        let cents = timbre.vibrato * (TAU * VIBRATO * time).sin();
        let angle = TAU * tone.frequency / rate * (cents / 1200.0).exp2();
        let mut partials = Partials::new(&levels, &decays, timbre, phase, angle, time, rate);
        for (number, sample) in samples.iter_mut().enumerate() {
            let time = (first + number) as f64 / rate;
            *sample += partials.next() * envelope(timbre, tone.seconds, time);
        }
        phase += angle * samples.len() as f64;
    }
}

/// Amplitude of each partial at the beginning.
fn levels(timbre: &Timbre, tone: Tone, rate: f64) -> [f32; PARTIALS] {
    let mut levels = timbre.levels.map(|level| level * tone.amplitude);
    for (level, ratio) in levels.iter_mut().zip(timbre.ratios) {
        let frequency = tone.frequency * ratio;
        let brightness = 1.0 / (1.0 + (frequency / BRIGHTEST).powi(2));
        *level *= if frequency < HIGHEST * rate { brightness as f32 } else { 0.0 };
    }
    levels
}

/// How fast each partial fades, in nepers per second.
fn decays(timbre: &Timbre, frequency: f64) -> [f64; PARTIALS] {
    let by_pitch = (frequency / MIDDLE_C).sqrt();
    std::array::from_fn(|number| (timbre.decay + timbre.decay_step * number as f64) * by_pitch)
}

/// Rise at the beginning, and fading to nothing after the end.
fn envelope(timbre: &Timbre, held: f64, time: f64) -> f32 {
    let rise = (time / timbre.attack).min(1.0);
    let fade = (1.0 - (time - held) / timbre.release).clamp(0.0, 1.0);
    (rise * rise * (3.0 - 2.0 * rise) * fade * fade) as f32
}

/// Partials as numbers that turn in the complex plane, and shrink as they do.
struct Partials {
    real: [f32; PARTIALS],
    imaginary: [f32; PARTIALS],
    turn_real: [f32; PARTIALS],
    turn_imaginary: [f32; PARTIALS],
}

impl Partials {
    fn new(
        levels: &[f32; PARTIALS],
        decays: &[f64; PARTIALS],
        timbre: &Timbre,
        phase: f64,
        angle: f64,
        time: f64,
        rate: f64,
    ) -> Self {
        let zero = [0.0; PARTIALS];
        let mut partials =
            Self { real: zero, imaginary: zero, turn_real: zero, turn_imaginary: zero };
        for number in 0..PARTIALS {
            let ratio = timbre.ratios[number];
            let level = f64::from(levels[number]) * (-decays[number] * time).exp();
            let (sin, cos) = (phase * ratio).sin_cos();
            partials.real[number] = (level * cos) as f32;
            partials.imaginary[number] = (level * sin) as f32;
            let shrink = (-decays[number] / rate).exp();
            let (sin, cos) = (angle * ratio).sin_cos();
            partials.turn_real[number] = (shrink * cos) as f32;
            partials.turn_imaginary[number] = (shrink * sin) as f32;
        }
        partials
    }

    /// The sum of all partials, which then turn by one sample.
    fn next(&mut self) -> f32 {
        let sum = self.imaginary.iter().sum();
        for number in 0..PARTIALS {
            let (real, imaginary) = (self.real[number], self.imaginary[number]);
            let (cos, sin) = (self.turn_real[number], self.turn_imaginary[number]);
            self.real[number] = real * cos - imaginary * sin;
            self.imaginary[number] = real * sin + imaginary * cos;
        }
        sum
    }
}
