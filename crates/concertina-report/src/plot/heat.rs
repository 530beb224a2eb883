//! A picture beside what was found in it.

use concertina::{Error, ImageShape, Result};

use super::pixels::{Raster, scale_colour};
use super::png;
use super::theme::{Rgb, mix};

/// Pixels between the two.
const GAP: usize = 8;
/// The end of the scale, in thresholds.
const MOST: f32 = 2.0;
/// How much of the picture a value at the end of the scale hides.
const OPACITY: f32 = 0.9;

/// A picture, and beside it the same picture under a map of values, such as those of an inspection.
///
/// The scale is fixed: from 0, where the picture is seen alone, through the threshold, to twice the
/// threshold and more. So the maps of many pictures can be compared, and one of a picture in which
/// nothing was found shows nothing.
#[derive(Clone, Copy, Debug)]
pub struct HeatMap<'a> {
    /// Of the picture: 1 or 3 channels.
    pub shape: ImageShape,
    /// The picture, `[C, H, W]` in 0..=1.
    pub picture: &'a [f32],
    /// `[H, W]`.
    pub map: &'a [f32],
    /// Above 0.
    pub threshold: f32,
}

impl HeatMap<'_> {
    /// A PNG of the two side by side.
    ///
    /// # Errors
    /// If the picture has neither 1 channel nor 3, or the map is of another size.
    pub fn to_png(&self) -> Result<Vec<u8>> {
        let ImageShape { height, width, .. } = self.shape;
        if self.map.len() != self.shape.area() || self.picture.len() != self.shape.len() {
            return Err(Error::data(format!(
                "expected a map of {} values for a picture of {}, found {}",
                self.shape.area(),
                self.shape,
                self.map.len()
            )));
        }
        let raster = Raster::from_unit(self.shape, self.picture)?;
        let picture: Vec<Rgb> = raster.iter().flatten().copied().collect();
        let whole = 2 * width + GAP;
        let mut rgb = vec![255; 3 * whole * height];
        for (at, value) in self.map.iter().enumerate() {
            let (y, x) = (at / width, at % width);
            let colour = picture[at];
            let part = (value / (MOST * self.threshold)).clamp(0.0, 1.0);
            let heated = mix(colour, scale_colour(part), (OPACITY * 2.0 * part).min(OPACITY));
            for (left, colour) in [(0, colour), (width + GAP, heated)] {
                let start = 3 * (y * whole + left + x);
                rgb[start..start + 3].copy_from_slice(&colour);
            }
        }
        png::encode(&rgb, whole, height)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn nothing_found_shows_nothing_and_a_defect_shows() {
        let shape = ImageShape::new(1, 2, 3);
        let map = [0.0, 0.0, 0.0, 0.0, 5.0, 50.0];
        let heat = HeatMap { shape, picture: &[0.5; 6], map: &map, threshold: 5.0 };
        let png = image::load_from_memory(&heat.to_png().unwrap()).unwrap().into_rgb8();
        assert_eq!(png.dimensions(), (14, 2));
        assert_eq!(png.get_pixel(11, 0), png.get_pixel(0, 0));
        assert_eq!(png.get_pixel(4, 0).0, [255; 3]);
        assert_ne!(png.get_pixel(12, 1), png.get_pixel(1, 1));
        assert_ne!(png.get_pixel(12, 1), png.get_pixel(13, 1));
        assert!(HeatMap { map: &map[1..], ..heat }.to_png().is_err());
    }
}
