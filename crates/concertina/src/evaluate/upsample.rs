//! Upsampling by interpolation, the baseline of super-resolution models.
//!
//! Pixel i of the large image is interpolated at (i + 1/2) / factor - 1/2 of the small one: pixel
//! centres are at half-integers. The border is replicated.

use crate::shape::ImageShape;

/// The interpolation method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Nearest neighbour.
    Nearest,
    /// Bilinear interpolation.
    Bilinear,
    /// Bicubic interpolation by Keys's cubic convolution with a = -0.5 (Keys, "Cubic Convolution
    /// Interpolation for Digital Image Processing", 1981). Values may leave the range of the input.
    Bicubic,
}

impl Method {
    /// Its name in tables.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nearest => "nearest",
            Self::Bilinear => "bilinear",
            Self::Bicubic => "bicubic",
        }
    }

    /// The radius of the kernel, in pixels.
    fn reach(self) -> isize {
        match self {
            Self::Nearest | Self::Bilinear => 1,
            Self::Bicubic => 2,
        }
    }

    /// The weight of a pixel at this distance, in pixels.
    fn weight(self, distance: f64) -> f64 {
        let x = distance.abs();
        match self {
            // Ties would have weight 0, but do not occur for factors of 2 to 4.
            Self::Nearest => f64::from(u8::from(x < 0.5)),
            Self::Bilinear => (1.0 - x).max(0.0),
            Self::Bicubic if x <= 1.0 => 1.0 + x * x * (1.5 * x - 2.5),
            Self::Bicubic if x < 2.0 => 2.0 + x * (-4.0 + x * (2.5 - 0.5 * x)),
            Self::Bicubic => 0.0,
        }
    }
}

/// Upsamples an image, `values` of shape `shape`, by `factor` along both sides.
pub fn upsample(shape: ImageShape, values: &[f32], factor: usize, method: Method) -> Vec<f32> {
    let [down, across] = [shape.height, shape.width].map(|side| taps(side, factor, method));
    let mut large = Vec::with_capacity(values.len() * factor * factor);
    for plane in values.chunks_exact(shape.area()) {
        // First along rows, then along columns.
        let wide: Vec<Vec<f64>> = plane
            .chunks_exact(shape.width)
            .map(|row| across.iter().map(|taps| dot(taps, |x| f64::from(row[x]))).collect())
            .collect();
        for taps in &down {
            large.extend((0..across.len()).map(|x| dot(taps, |y| wide[y][x]) as f32));
        }
    }
    large
}

/// The input pixels and their weights for each pixel along an upsampled side.
fn taps(side: usize, factor: usize, method: Method) -> Vec<Vec<(usize, f64)>> {
    let place = |i: usize| {
        let centre = (i as f64 + 0.5) / factor as f64 - 0.5;
        let first = centre.floor() as isize - method.reach() + 1;
        let neighbours = first..=first + 2 * method.reach() - 1;
        let within = |x: isize| x.clamp(0, side.cast_signed() - 1).cast_unsigned();
        neighbours.map(|x| (within(x), method.weight(centre - x as f64))).collect()
    };
    (0..side * factor).map(place).collect()
}

fn dot(taps: &[(usize, f64)], value: impl Fn(usize) -> f64) -> f64 {
    taps.iter().map(|&(place, weight)| weight * value(place)).sum()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::fixture::{check_within, pictures};

    #[test]
    fn pictures_are_enlarged_as_by_pillow() {
        for (name, case, shape, picture) in pictures("enlarge") {
            let factor = case["factor"].as_u64().unwrap() as usize;
            for method in [Method::Nearest, Method::Bilinear, Method::Bicubic] {
                let found = upsample(shape, &picture, factor, method);
                let what = format!("{name}, {}", method.name());
                check_within(&found, &case[method.name()], 1e-6, &what);
            }
        }
    }

    /// A plane of `height` rows.
    fn enlarged(height: usize, values: &[f32], factor: usize, method: Method) -> Vec<f32> {
        upsample(ImageShape::new(1, height, values.len() / height), values, factor, method)
    }

    #[test]
    fn pixels_become_squares() {
        let large = enlarged(1, &[0.0, 1.0], 2, Method::Nearest);
        assert_eq!(large, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn lines_lie_between_the_middles() {
        let large = enlarged(1, &[0.0, 1.0], 4, Method::Bilinear);
        assert_eq!(large[..8], [0.0, 0.0, 0.125, 0.375, 0.625, 0.875, 1.0, 1.0]);
        // A slope stays a slope, and its averages over blocks are the small picture again.
        let slope: Vec<f32> = (0..9).map(|i| (i / 3 + i % 3) as f32).collect();
        let large = enlarged(3, &slope, 2, Method::Bilinear);
        let middle = [2 * 6 + 2, 3 * 6 + 3].map(|place| large[place]);
        assert_eq!(f32::midpoint(middle[0], middle[1]), 2.0);
    }

    #[test]
    fn flat_pictures_stay_flat_to_their_borders() {
        for factor in [2, 4] {
            for method in [Method::Nearest, Method::Bilinear, Method::Bicubic] {
                let large = upsample(ImageShape::new(1, 1, 3), &[0.25; 3], factor, method);
                assert_eq!(large, vec![0.25; 3 * factor * factor], "{factor} {method:?}");
            }
        }
    }
}
