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
const WHITE: Rgb = [255; 3];
const BLACK: Rgb = [0; 3];

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

/// A [`HeatMap`] as pixels.
#[derive(Clone, Debug)]
pub struct DrawnMap {
    width: usize,
    height: usize,
    picture: Vec<Rgb>,
    /// The picture under the map.
    heated: Vec<Rgb>,
    /// White where the map is above the threshold.
    mask: Vec<Rgb>,
}

/// A picture, its heat map and its mask in small, each a PNG.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thumbnails {
    /// Of the picture.
    pub picture: Vec<u8>,
    /// Of the picture under its map.
    pub heat: Vec<u8>,
    /// Of where the map is above the threshold.
    pub mask: Vec<u8>,
}

impl HeatMap<'_> {
    /// The pixels.
    ///
    /// # Errors
    /// If the picture has neither 1 channel nor 3, or the map is of another size.
    pub fn draw(&self) -> Result<DrawnMap> {
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
        let heated = self.map.iter().zip(&picture).map(|(value, colour)| {
            let part = (value / (MOST * self.threshold)).clamp(0.0, 1.0);
            mix(*colour, scale_colour(part), (OPACITY * 2.0 * part).min(OPACITY))
        });
        let heated = heated.collect();
        let mask = self.map.iter().map(|value| if *value > self.threshold { WHITE } else { BLACK });
        let mask = mask.collect();
        Ok(DrawnMap { width, height, picture, heated, mask })
    }
}

impl DrawnMap {
    /// A PNG of the picture, and beside it the picture under its map.
    ///
    /// # Errors
    /// If it cannot be encoded.
    pub fn to_png(&self) -> Result<Vec<u8>> {
        let Self { width, height, .. } = *self;
        let rows = self.picture.chunks_exact(width).zip(self.heated.chunks_exact(width));
        let gap = [WHITE; GAP];
        let rgb: Vec<u8> = rows
            .flat_map(|(picture, heated)| [picture, &gap, heated])
            .flatten()
            .flatten()
            .copied()
            .collect();
        png::encode(&rgb, 2 * width + GAP, height)
    }

    /// A grey PNG, white where the map is above the threshold.
    ///
    /// # Errors
    /// If it cannot be encoded.
    pub fn to_mask_png(&self) -> Result<Vec<u8>> {
        let grey: Vec<u8> = self.mask.iter().map(|colour| colour[0]).collect();
        png::encode_grey(&grey, self.width, self.height)
    }

    /// In small: about `side` x `side` pixels, in the proportions of the picture. Smaller pictures
    /// stay as they are.
    ///
    /// # Errors
    /// If they cannot be encoded.
    ///
    /// # Panics
    /// If `side` is 0.
    pub fn thumbnails(&self, side: usize) -> Result<Thumbnails> {
        let small = |pixels: &[Rgb]| {
            let (rgb, width, height) = self.shrunk(pixels, side);
            png::encode(&rgb, width, height)
        };
        Ok(Thumbnails {
            picture: small(&self.picture)?,
            heat: small(&self.heated)?,
            mask: small(&self.mask)?,
        })
    }

    /// Pixels as bytes, each the mean of those that it stands for, with width and height.
    fn shrunk(&self, pixels: &[Rgb], side: usize) -> (Vec<u8>, usize, usize) {
        let area = (self.width * self.height) as f64;
        let factor = (side as f64 / area.sqrt()).min(1.0);
        let short = |length: usize| ((length as f64 * factor) as usize).max(1);
        let (width, height) = (short(self.width), short(self.height));
        let span = |at: usize, n: usize, of: usize| {
            let start = at * of / n;
            start..((at + 1) * of / n).max(start + 1)
        };
        let mut rgb = Vec::with_capacity(3 * width * height);
        for y in 0..height {
            let rows = span(y, height, self.height);
            for x in 0..width {
                let columns = span(x, width, self.width);
                let n = (rows.len() * columns.len()) as u32;
                let mut sums = [n / 2; 3];
                for row in rows.clone() {
                    for colour in &pixels[row * self.width..][columns.clone()] {
                        for (sum, value) in sums.iter_mut().zip(colour) {
                            *sum += u32::from(*value);
                        }
                    }
                }
                rgb.extend(sums.map(|sum| (sum / n) as u8));
            }
        }
        (rgb, width, height)
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
        let png =
            image::load_from_memory(&heat.draw().unwrap().to_png().unwrap()).unwrap().into_rgb8();
        assert_eq!(png.dimensions(), (14, 2));
        assert_eq!(png.get_pixel(11, 0), png.get_pixel(0, 0));
        assert_eq!(png.get_pixel(4, 0).0, [255; 3]);
        assert_ne!(png.get_pixel(12, 1), png.get_pixel(1, 1));
        assert_ne!(png.get_pixel(12, 1), png.get_pixel(13, 1));
        assert!(HeatMap { map: &map[1..], ..heat }.draw().is_err());
    }
    #[test]
    fn a_mask_is_white_above_the_threshold_and_thumbnails_are_small() {
        let shape = ImageShape::new(3, 40, 100);
        let map: Vec<f32> = (0..4000).map(|at| if at % 100 < 50 { 1.0 } else { 3.0 }).collect();
        let picture = vec![0.5; shape.len()];
        let heat = HeatMap { shape, picture: &picture, map: &map, threshold: 2.0 };
        let drawn = heat.draw().unwrap();
        let open = |png: &[u8]| image::load_from_memory(png).unwrap();
        let mask = open(&drawn.to_mask_png().unwrap());
        assert_eq!(mask.color(), image::ColorType::L8);
        let mask = mask.into_luma8();
        assert_eq!((mask.dimensions(), mask.get_pixel(49, 9).0), ((100, 40), [0]));
        assert_eq!(mask.get_pixel(50, 9).0, [255]);
        let small = drawn.thumbnails(25).unwrap();
        for (png, left, right) in [(&small.picture, 128, 128), (&small.mask, 0, 255)] {
            let png = open(png).into_rgb8();
            assert_eq!(png.dimensions(), (39, 15));
            assert_eq!((png.get_pixel(3, 3).0, png.get_pixel(30, 3).0), ([left; 3], [right; 3]));
        }
        // Of a small picture nothing is lost, and of a thin one something is left.
        let same = open(&drawn.thumbnails(100).unwrap().heat).into_rgb8();
        assert_eq!(same.as_raw(), &drawn.heated.concat());
        let thin = HeatMap {
            shape: ImageShape::new(1, 1, 90),
            picture: &[0.5; 90],
            map: &[0.0; 90],
            threshold: 1.0,
        };
        let thin = thin.draw().unwrap().thumbnails(3).unwrap();
        assert_eq!(open(&thin.picture).into_rgb8().dimensions(), (28, 1));
    }
}
