//! The shape of one image.
//!
//! ```
//! use concertina_base::ImageShape;
//!
//! let shape: ImageShape = "3x64x48".parse()?;
//! assert_eq!((shape.height, shape.len()), (64, 3 * 64 * 48));
//! # Ok::<(), String>(())
//! ```

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Channels, height and width of one image. Images are stored plane by plane: all of channel 0, row
/// by row, then channel 1. With a batch axis before it this is `B C H W`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, JsonSchema, Serialize, Deserialize)]
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

    /// True if there is no pixel.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Values in one plane: height x width.
    pub const fn area(self) -> usize {
        self.height * self.width
    }
}

/// Parses `CxHxW`, as `Display` writes it. The shape must have at least one pixel.
impl FromStr for ImageShape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sizes: Option<Vec<usize>> = text.split('x').map(|size| size.parse().ok()).collect();
        let Some(&[channels, height, width]) = sizes.as_deref() else {
            return Err(format!(
                "expected channels, height and width, as in `3x64x64`, found `{text}`"
            ));
        };
        let size = [height, width].iter().try_fold(channels, |size: usize, n| size.checked_mul(*n));
        match size {
            Some(0) => Err("expected at least one pixel".to_owned()),
            None => Err(format!("expected an image that fits into memory, found {text}")),
            Some(_) => Ok(Self { channels, height, width }),
        }
    }
}

/// Writes `CxHxW`, for instance `1x28x28`: channels, height, width.
impl fmt::Display for ImageShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}x{}", self.channels, self.height, self.width)
    }
}

/// Floats of the examples that are processed at a time: 64 MiB of them.
const VALUES_AT_ONCE: usize = 1 << 24;

/// How many examples of so many values are processed at a time: `most`, or fewer large ones.
pub fn at_once(most: usize, values: usize) -> usize {
    (VALUES_AT_ONCE / values.max(1)).clamp(1, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_read_as_it_is_written() {
        let shape = ImageShape::new(3, 64, 48);
        assert_eq!(shape.to_string().parse(), Ok(shape));
        for text in
            ["", "3", "3x4", "3x4x5x6", "3x-4x5", "0x4x4", "3x4x", "9999999999x9999999999x9"]
        {
            let error = text.parse::<ImageShape>().expect_err(text);
            assert!(error.starts_with("expected"), "{error}");
        }
    }
}
