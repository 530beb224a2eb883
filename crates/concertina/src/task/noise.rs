//! Additive Gaussian noise.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::rng::Stream;

/// The standard deviation of noise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a number, or the ends of a range, as [0, 0.2]")]
pub enum Std {
    /// The same for all images.
    Fixed(f32),
    /// Drawn for each image, uniformly from this range.
    Range([f32; 2]),
}

impl Default for Std {
    /// The lesson's.
    fn default() -> Self {
        Self::Fixed(0.5)
    }
}

impl fmt::Display for Std {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(std) => std.fmt(f),
            Self::Range([low, high]) => write!(f, "[{low}, {high}]"),
        }
    }
}

impl Std {
    /// Whether it is finite, at least 0, and in ascending order.
    pub(super) fn is_valid(self) -> bool {
        let [low, high] = match self {
            Self::Fixed(std) => [std; 2],
            Self::Range(range) => range,
        };
        low >= 0.0 && low <= high && high.is_finite()
    }

    /// That of an image.
    pub(super) fn draw(self, stream: &mut Stream) -> f32 {
        match self {
            Self::Fixed(std) => std,
            Self::Range([low, high]) => stream.uniform_in(low, high),
        }
    }
}

/// `input = clean + Normal(mean, std)`, independent for each value, clipped to 0..1 if `clip`.
pub(super) fn gaussian(
    clean: &[f32],
    mean: f32,
    std: f32,
    clip: bool,
    stream: &mut Stream,
    input: &mut [f32],
) {
    for (noisy, value) in input.iter_mut().zip(clean) {
        let sum = value + mean + std * stream.normal();
        *noisy = if clip { sum.clamp(0.0, 1.0) } else { sum };
    }
}
