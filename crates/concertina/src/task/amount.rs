//! How much of something: the same for all images, or drawn for each.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rng::Stream;

/// How strong a corruption is.
#[derive(Clone, Copy, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a number, or the ends of a range, as [0, 0.2]")]
pub enum Amount {
    /// The same for all images.
    Fixed(f32),
    /// Drawn for each image, uniformly from this range.
    Range([f32; 2]),
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(amount) => amount.fmt(f),
            Self::Range([low, high]) => write!(f, "[{low}, {high}]"),
        }
    }
}

impl Amount {
    /// Whether it is within `least` and `most`, which are finite, and in ascending order.
    pub(super) fn is_within(self, [least, most]: [f32; 2]) -> bool {
        let [low, high] = match self {
            Self::Fixed(amount) => [amount; 2],
            Self::Range(range) => range,
        };
        least <= low && low <= high && high <= most
    }

    /// That of an image.
    pub(super) fn draw(self, stream: &mut Stream) -> f32 {
        match self {
            Self::Fixed(amount) => amount,
            Self::Range([low, high]) => stream.uniform_in(low, high),
        }
    }
}
