//! A picture file as a grey plane of one area, whatever the picture's size.

use sha2::{Digest, Sha256};

use super::shrunk::shrunk;
use crate::error::Result;
use crate::math::resize_bicubic;
use crate::restore::{PictureFile, luma};

/// Pixels of a plane: enough for keypoints, and the time does not depend on the picture's size.
const AREA: f32 = 65_536.0;

/// A picture in grey.
pub(super) struct Grey {
    /// Values in 0..1, about [`AREA`] of them.
    pub(super) plane: Vec<f32>,
    /// Height and width of the plane.
    pub(super) sides: [usize; 2],
    /// Height and width of the picture.
    pub(super) picture: [usize; 2],
    /// SHA-256 of the picture's pixels with their layout.
    pub(super) digest: [u8; 32],
}

impl Grey {
    /// Reads a picture to its end.
    pub(super) fn read(file: PictureFile) -> Result<Self> {
        let layout = file.layout();
        let mut digest = Sha256::new();
        digest.update(format!("{layout:?}"));
        let small = shrunk(file, AREA, |rows| digest.update(rows))?;
        let shape = small.shape();
        let plane =
            if shape.channels == 1 { small.values().to_vec() } else { luma(small.values()) };
        let picture = [layout.height, layout.width];
        let sides = with_area(picture, AREA);
        let plane = resize_bicubic(&plane, [shape.height, shape.width], sides);
        Ok(Self { plane, sides, picture, digest: digest.finalize().into() })
    }

    /// Pixels of the plane to one of the picture, along a side.
    pub(super) fn shrunk(&self) -> f32 {
        (AREA / (self.picture[0] as f32 * self.picture[1] as f32)).sqrt()
    }
}

/// Sides in the same ratio whose product is about `area`.
pub(super) fn with_area(sides: [usize; 2], area: f32) -> [usize; 2] {
    let factor = (area / (sides[0] as f32 * sides[1] as f32)).sqrt();
    sides.map(|side| ((side as f32 * factor).round() as usize).max(1))
}
