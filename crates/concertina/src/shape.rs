//! The shape of one image, and the few checks on it that everything else relies on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Channels, height and width of one image. Images are stored plane by plane: all of channel 0, row by row, then
/// channel 1. With a batch axis before it this is `B C H W`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ImageShape {
    /// 1 for grey, 3 for red, green, blue.
    pub channels: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

impl ImageShape {
    /// A shape of `channels` planes of `height` rows and `width` columns.
    pub const fn new(channels: usize, height: usize, width: usize) -> Self {
        Self { channels, height, width }
    }

    /// Values in one image: channels x height x width.
    pub const fn len(self) -> usize {
        self.channels * self.height * self.width
    }

    /// True if there is no pixel at all.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Values in one plane: height x width.
    pub const fn area(self) -> usize {
        self.height * self.width
    }
}

/// As in `1x28x28`: channels, height, width.
impl fmt::Display for ImageShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}x{}", self.channels, self.height, self.width)
    }
}
