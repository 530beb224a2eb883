//! From values to colours: brightness as it is, or any numbers mapped to a colour scale.

use super::theme::{Rgb, mix};
use concertina::{Error, ImageShape, Result};

/// Stands for a value that is not a number, so that it is seen and not taken for black.
const NOT_A_NUMBER: Rgb = [255, 0, 200];

/// Nine steps along matplotlib's "viridis" (S. van der Walt and N. Smith, 2015), even in brightness
/// and safe for colour-blind eyes; the lesson shows its codes in it.
const VIRIDIS: [Rgb; 9] = [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
];

/// Images of one shape as colours, one after the other, each row by row.
pub(super) struct Raster {
    pub(super) height: usize,
    pub(super) width: usize,
    colours: Vec<Rgb>,
}

impl Raster {
    /// Brightness in 0..=1; values outside are clipped.
    pub(super) fn from_unit(shape: ImageShape, values: &[f32]) -> Result<Self> {
        Self::new(shape, values, |planes| match planes {
            [grey] => unit(&[*grey, *grey, *grey]),
            planes => unit(planes),
        })
    }

    /// Brightness in 0..=255.
    pub(super) fn from_bytes(shape: ImageShape, values: &[u8]) -> Result<Self> {
        Self::new(shape, values, |planes| match planes {
            [grey] => [*grey; 3],
            planes => [planes[0], planes[1], planes[2]],
        })
    }

    /// Any numbers, the smallest of all images dark and the largest bright. Also returns these two,
    /// if any number is finite.
    pub(super) fn from_values(
        shape: ImageShape,
        values: &[f32],
    ) -> Result<(Self, Option<(f32, f32)>)> {
        if shape.channels != 1 {
            return Err(Error::data(format!(
                "expected values of one channel to show as colours, found shape {shape}"
            )));
        }
        let range = values.iter().filter(|value| value.is_finite()).fold(None, |range, value| {
            let (smallest, largest) = range.unwrap_or((*value, *value));
            Some((value.min(smallest), value.max(largest)))
        });
        let (smallest, largest) = range.unwrap_or_default();
        // In f64, because the difference of two f32 need not be an f32.
        let span = f64::from(largest) - f64::from(smallest);
        let raster = Self::new(shape, values, |value| {
            if !value[0].is_finite() {
                return NOT_A_NUMBER;
            }
            if span == 0.0 {
                return VIRIDIS[0];
            }
            scale_colour(((f64::from(value[0]) - f64::from(smallest)) / span) as f32)
        })?;
        Ok((raster, range))
    }

    fn new<T: Copy + Default>(
        shape: ImageShape,
        values: &[T],
        colour: impl Fn(&[T]) -> Rgb,
    ) -> Result<Self> {
        let ImageShape { channels, height, width } = shape;
        if (channels != 1 && channels != 3) || shape.area() == 0 {
            return Err(Error::data(format!(
                "expected images of 1 or 3 channels and at least one pixel to draw, \
                 found shape {shape}"
            )));
        }
        if !values.len().is_multiple_of(shape.len()) {
            return Err(Error::data(format!(
                "expected whole images of shape {shape} to draw, found {} values, \
                 which is not a multiple of {}",
                values.len(),
                shape.len()
            )));
        }
        let colours = values
            .chunks_exact(shape.len())
            .flat_map(|image| (0..shape.area()).map(move |pixel| (image, pixel)))
            .map(|(image, pixel)| {
                let mut planes = [T::default(); 3];
                for (channel, value) in planes[..channels].iter_mut().enumerate() {
                    *value = image[channel * height * width + pixel];
                }
                colour(&planes[..channels])
            })
            .collect();
        Ok(Self { height, width, colours })
    }

    /// The images at a fraction of their size: each pixel the mean of `divisor` x `divisor`, fewer
    /// at the right and lower edges.
    pub(super) fn shrunk(&self, divisor: usize) -> Self {
        let (height, width) = (self.height.div_ceil(divisor), self.width.div_ceil(divisor));
        let mut colours = Vec::with_capacity(self.count() * height * width);
        for image in self.iter() {
            for pixel in 0..height * width {
                let (top, left) = (pixel / width * divisor, pixel % width * divisor);
                let mut sums = [0usize; 3];
                let rows = top..self.height.min(top + divisor);
                let columns = left..self.width.min(left + divisor);
                let n = rows.len() * columns.len();
                for row in rows {
                    for colour in &image[row * self.width..][columns.clone()] {
                        for (sum, value) in sums.iter_mut().zip(colour) {
                            *sum += usize::from(*value);
                        }
                    }
                }
                colours.push(sums.map(|sum| ((sum + n / 2) / n) as u8));
            }
        }
        Self { height, width, colours }
    }

    /// How many images there are.
    pub(super) fn count(&self) -> usize {
        self.colours.len() / (self.height * self.width)
    }

    /// The images in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[Rgb]> {
        self.colours.chunks_exact(self.height * self.width)
    }

    /// The first `count` images taken out, the rest left.
    pub(super) fn split_off_front(&mut self, count: usize) -> Self {
        let taken = (count * self.height * self.width).min(self.colours.len());
        let rest = self.colours.split_off(taken);
        let front = std::mem::replace(&mut self.colours, rest);
        Self { height: self.height, width: self.width, colours: front }
    }
}

fn unit(planes: &[f32]) -> Rgb {
    if planes.iter().any(|value| value.is_nan()) {
        return NOT_A_NUMBER;
    }
    let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    [byte(planes[0]), byte(planes[1]), byte(planes[2])]
}

/// The colour at `t` on the scale, from 0, the darkest, to 1, the brightest.
pub(super) fn scale_colour(t: f32) -> Rgb {
    let place = t.clamp(0.0, 1.0) * (VIRIDIS.len() - 1) as f32;
    let step = (place as usize).min(VIRIDIS.len() - 2);
    mix(VIRIDIS[step], VIRIDIS[step + 1], place - step as f32)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_shrunk_image_has_the_means_of_its_squares() {
        let shape = ImageShape::new(1, 3, 3);
        let raster = Raster::from_bytes(shape, &[0, 2, 9, 4, 6, 11, 100, 102, 50]).unwrap();
        let small = raster.shrunk(2);
        assert_eq!((small.height, small.width, small.count()), (2, 2, 1));
        let grey: Vec<u8> = small.iter().flatten().map(|colour| colour[0]).collect();
        assert_eq!(grey, [3, 10, 101, 50]);
        assert_eq!(raster.shrunk(1).colours, raster.colours);
    }

    fn colours(raster: &Raster) -> Vec<Rgb> {
        raster.iter().flatten().copied().collect()
    }

    #[test]
    fn brightness_is_clipped_and_rounded() {
        let shape = ImageShape::new(1, 1, 5);
        let raster = Raster::from_unit(shape, &[-1.0, 0.0, 0.5, 7.0, f32::NAN]).unwrap();
        assert_eq!(colours(&raster), [[0; 3], [0; 3], [128; 3], [255; 3], NOT_A_NUMBER]);
    }

    #[test]
    fn planes_become_the_colours_of_pixels() {
        let shape = ImageShape::new(3, 1, 2);
        let raster =
            Raster::from_bytes(shape, &[1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]).unwrap();
        assert_eq!(raster.count(), 2);
        assert_eq!(colours(&raster), [[1, 3, 5], [2, 4, 6], [11, 13, 15], [12, 14, 16]]);
    }

    #[test]
    fn values_are_mapped_to_the_colour_scale() {
        let shape = ImageShape::new(1, 1, 4);
        let values = [-3.0, 5.0, 1.0, f32::INFINITY];
        let (raster, range) = Raster::from_values(shape, &values).unwrap();
        assert_eq!(range, Some((-3.0, 5.0)));
        assert_eq!(colours(&raster), [VIRIDIS[0], VIRIDIS[8], VIRIDIS[4], NOT_A_NUMBER]);
        let (raster, range) = Raster::from_values(shape, &[f32::NAN; 4]).unwrap();
        assert_eq!((colours(&raster), range), (vec![NOT_A_NUMBER; 4], None));
        let (raster, _) = Raster::from_values(shape, &[2.0; 4]).unwrap();
        assert_eq!(colours(&raster), [VIRIDIS[0]; 4]);
        let (raster, _) = Raster::from_values(shape, &[f32::MIN, f32::MAX, 0.0, 0.0]).unwrap();
        assert_eq!(colours(&raster)[2], VIRIDIS[4]);
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        for (shape, count) in [((2, 4, 4), 32), ((1, 0, 4), 0), ((1, 4, 4), 17), ((1, 4, 4), 15)] {
            let shape = ImageShape::new(shape.0, shape.1, shape.2);
            assert!(Raster::from_unit(shape, &vec![0.0; count]).is_err(), "{shape} {count}");
        }
        assert!(Raster::from_values(ImageShape::new(3, 1, 1), &[0.0; 3]).is_err());
        assert_eq!(Raster::from_unit(ImageShape::new(1, 4, 4), &[]).unwrap().count(), 0);
    }
}
