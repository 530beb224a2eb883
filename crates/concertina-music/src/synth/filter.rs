//! Filters of first order.

use std::f64::consts::TAU;

/// Above this frequency the whole sound is made softer, in Hz.
const BRIGHTEST: f64 = 9_000.0;

/// A low pass of one pole; what it takes away is a high pass.
pub(super) struct LowPass {
    share: f32,
    value: f32,
}

impl LowPass {
    /// Halves the power at `cutoff` Hz and falls by 6 dB an octave above.
    pub(super) fn new(cutoff: f64, rate: f64) -> Self {
        Self { share: (1.0 - (-TAU * cutoff / rate).exp()) as f32, value: 0.0 }
    }

    pub(super) fn low(&mut self, sample: f32) -> f32 {
        self.value += self.share * (sample - self.value);
        self.value
    }

    pub(super) fn high(&mut self, sample: f32) -> f32 {
        sample - self.low(sample)
    }
}

/// Rolls off the highs of the whole sound.
pub(super) fn soften(samples: &mut [f32], rate: f64) {
    let mut filter = LowPass::new(BRIGHTEST, rate);
    for sample in samples {
        *sample = filter.low(*sample);
        // What has faded is silent, and quick to compute with.
        if filter.value.abs() < 1e-9 {
            filter.value = 0.0;
        }
    }
}
