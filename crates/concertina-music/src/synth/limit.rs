//! Nothing is louder than 1.

/// The highest peak that enters the curve. A louder sum is made softer as a whole.
const MAX_PEAK: f32 = 1.0;

/// Makes loud sums softer, then bends what is left smoothly into -1..=1. Samples up to a half stay
/// as they are within 2 percent, so that little is distorted; a peak of 1 becomes 0.84.
pub(super) fn limit(samples: &mut [f32]) {
    let peak = samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    let gain = if peak > MAX_PEAK { MAX_PEAK / peak } else { 1.0 };
    for sample in samples {
        let x = *sample * gain;
        *sample = x / (1.0 + x.powi(4)).sqrt().sqrt();
    }
}
