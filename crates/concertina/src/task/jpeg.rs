//! The artefacts of JPEG compression (ITU-T T.81).
//!
//! What JPEG loses, it loses in three steps: colours become luma and chroma, of which the chroma is
//! halved; squares of 8x8 values become cosines; their factors become multiples of a table's
//! numbers. What comes after, the coding of these multiples, loses nothing, and is left out here.

use std::f32::consts::FRAC_1_SQRT_2;

use super::Amount;
use crate::error::{Error, Result};
use crate::rng::Stream;
use crate::shape::ImageShape;

/// The side of a square.
const SIDE: usize = 8;
type Square = [[f32; SIDE]; SIDE];

/// What factors of the luma are multiples of at quality 50 (table K.1), down and across.
const LUMA: [[u16; SIDE]; SIDE] = [
    [16, 11, 10, 16, 24, 40, 51, 61],
    [12, 12, 14, 19, 26, 58, 60, 55],
    [14, 13, 16, 24, 40, 57, 69, 56],
    [14, 17, 22, 29, 51, 87, 80, 62],
    [18, 22, 37, 56, 68, 109, 103, 77],
    [24, 35, 55, 64, 81, 104, 113, 92],
    [49, 64, 78, 87, 103, 121, 120, 101],
    [72, 92, 95, 98, 112, 100, 103, 99],
];
/// The same for the chroma (table K.2).
const CHROMA: [[u16; SIDE]; SIDE] = [
    [17, 18, 24, 47, 99, 99, 99, 99],
    [18, 21, 26, 66, 99, 99, 99, 99],
    [24, 26, 56, 99, 99, 99, 99, 99],
    [47, 66, 99, 99, 99, 99, 99, 99],
    [99, 99, 99, 99, 99, 99, 99, 99],
    [99, 99, 99, 99, 99, 99, 99, 99],
    [99, 99, 99, 99, 99, 99, 99, 99],
    [99, 99, 99, 99, 99, 99, 99, 99],
];

/// The range of qualities.
const QUALITIES: [f32; 2] = [1.0, 100.0];

/// # Errors
/// If the quality is not 1 to 100, or the images are neither grey nor coloured.
pub(super) fn check(quality: Amount, channels: usize) -> Result<()> {
    if !quality.is_within(QUALITIES) {
        return Err(Error::config(format!(
            "`task.quality`: expected a number from 1 to 100, or the ends of a range in ascending \
             order, found {quality}"
        )));
    }
    if ![1, 3].contains(&channels) {
        return Err(Error::config(format!(
            "`task`: expected images of 1 or 3 channels for \"jpeg\", found {channels}"
        )));
    }
    Ok(())
}

/// Writes the image as it comes back from JPEG, rounded to 255ths. The squares' grid lies anywhere,
/// as in a picture that was cut.
pub(super) fn compress(
    clean: &[f32],
    shape: ImageShape,
    quality: f32,
    stream: &mut Stream,
    input: &mut [f32],
) {
    // Halved, a square of chroma is two wide.
    let unit = if shape.channels == 1 { SIDE } else { 2 * SIDE };
    let sides = [shape.height, shape.width];
    let corner = sides.map(|_| stream.below(unit as u32) as usize);
    let framed = [0, 1].map(|axis| (corner[axis] + sides[axis]).next_multiple_of(unit));
    let frame = Frame { sides, corner, framed };
    let area = shape.area();
    let mut planes: Vec<Vec<f32>> =
        clean.chunks_exact(area).map(|plane| frame.surround(plane)).collect();
    if let [red, green, blue] = planes.as_mut_slice() {
        to_luma_and_chroma(red, green, blue);
    }
    for (channel, plane) in planes.iter_mut().enumerate() {
        if channel == 0 {
            quantise(plane, framed[1], &steps(&LUMA, quality));
        } else {
            let mut half = halve(plane, framed);
            quantise(&mut half, framed[1] / 2, &steps(&CHROMA, quality));
            *plane = double(&half, framed.map(|side| side / 2));
        }
    }
    if let [luma, blue, red] = planes.as_mut_slice() {
        to_colours(luma, blue, red);
    }
    for (plane, input) in planes.iter().zip(input.chunks_exact_mut(area)) {
        frame.cut(plane, input);
    }
}

/// An image within a larger one, whose sides are multiples of a square's.
struct Frame {
    sides: [usize; 2],
    /// The image's place.
    corner: [usize; 2],
    framed: [usize; 2],
}

impl Frame {
    /// The larger image: around the image its outermost pixels go on. Values are 0 to 255.
    fn surround(&self, plane: &[f32]) -> Vec<f32> {
        let [height, width] = self.framed;
        let place =
            |axis: usize, at: usize| at.saturating_sub(self.corner[axis]).min(self.sides[axis] - 1);
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (y, x)));
        pixels
            .map(|(y, x)| (plane[place(0, y) * self.sides[1] + place(1, x)] * 255.0).round())
            .collect()
    }

    fn cut(&self, framed: &[f32], plane: &mut [f32]) {
        for (y, row) in plane.chunks_exact_mut(self.sides[1]).enumerate() {
            let start = (y + self.corner[0]) * self.framed[1] + self.corner[1];
            for (value, level) in row.iter_mut().zip(&framed[start..]) {
                *value = level / 255.0;
            }
        }
    }
}

/// The table for a quality, as libjpeg scales it.
fn steps(table: &[[u16; SIDE]; SIDE], quality: f32) -> Square {
    let quality = quality.round() as u32;
    let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    table.map(|row| row.map(|step| ((u32::from(step) * percent + 50) / 100).clamp(1, 255) as f32))
}

/// Makes the cosines' factors in each square multiples of `steps`.
fn quantise(plane: &mut [f32], width: usize, steps: &Square) {
    let cosines = cosines();
    let transposed = transpose(&cosines);
    for rows in plane.chunks_exact_mut(width * SIDE) {
        for left in (0..width).step_by(SIDE) {
            let mut square = [[0.0; SIDE]; SIDE];
            for (to, from) in square.iter_mut().zip(rows.chunks_exact(width)) {
                for (to, from) in to.iter_mut().zip(&from[left..]) {
                    *to = from - 128.0;
                }
            }
            let mut factors = product(&product(&cosines, &square), &transposed);
            for (factor, step) in factors.as_flattened_mut().iter_mut().zip(steps.as_flattened()) {
                *factor = (*factor / step).round() * step;
            }
            let square = product(&product(&transposed, &factors), &cosines);
            for (from, to) in square.iter().zip(rows.chunks_exact_mut(width)) {
                for (from, to) in from.iter().zip(&mut to[left..]) {
                    *to = (from + 128.0).round().clamp(0.0, 255.0);
                }
            }
        }
    }
}

/// The cosines of multiples of pi/16, up to pi/2: the same numbers on every machine.
const COSINES: [f32; SIDE + 1] = [
    1.0,
    0.980_785_3,
    0.923_879_5,
    0.831_469_6,
    FRAC_1_SQRT_2,
    0.555_570_2,
    0.382_683_43,
    0.195_090_32,
    0.0,
];

/// Row `k` holds the cosine of frequency `k` (T.81, A.3.3), with a norm of 1.
fn cosines() -> Square {
    let cosine = |sixteenths: usize| match sixteenths % 32 {
        n @ 0..=8 => COSINES[n],
        n @ 9..=16 => -COSINES[16 - n],
        n @ 17..=24 => -COSINES[n - 16],
        n => COSINES[32 - n],
    };
    std::array::from_fn(|k| {
        let scale = if k == 0 { FRAC_1_SQRT_2 } else { 1.0 };
        std::array::from_fn(|n| 0.5 * scale * cosine((2 * n + 1) * k))
    })
}

fn transpose(a: &Square) -> Square {
    std::array::from_fn(|y| std::array::from_fn(|x| a[x][y]))
}

fn product(a: &Square, b: &Square) -> Square {
    a.map(|row| {
        let mut sums = [0.0; SIDE];
        for (value, others) in row.iter().zip(b) {
            for (sum, other) in sums.iter_mut().zip(others) {
                *sum += value * other;
            }
        }
        sums
    })
}

/// Red, green and blue become luma, blue and red difference (JFIF).
fn to_luma_and_chroma(red: &mut [f32], green: &mut [f32], blue: &mut [f32]) {
    for ((first, second), third) in red.iter_mut().zip(green).zip(blue) {
        let (r, g, b) = (*first, *second, *third);
        *first = (0.299 * r + 0.587 * g + 0.114 * b).round();
        *second = (128.0 - 0.168_736 * r - 0.331_264 * g + 0.5 * b).round();
        *third = (128.0 + 0.5 * r - 0.418_688 * g - 0.081_312 * b).round();
    }
}

/// The inverse, rounded and within 0 to 255.
fn to_colours(luma: &mut [f32], blue: &mut [f32], red: &mut [f32]) {
    for ((first, second), third) in luma.iter_mut().zip(blue).zip(red) {
        let (y, cb, cr) = (*first, *second - 128.0, *third - 128.0);
        let level = |value: f32| value.round().clamp(0.0, 255.0);
        *first = level(y + 1.402 * cr);
        *second = level(y - 0.344_136 * cb - 0.714_136 * cr);
        *third = level(y + 1.772 * cb);
    }
}

/// The means of 2x2 values.
fn halve(plane: &[f32], [_, width]: [usize; 2]) -> Vec<f32> {
    let pairs = plane.chunks_exact(2 * width).map(|rows| rows.split_at(width));
    let means = pairs.flat_map(|(upper, lower)| {
        let columns = upper.chunks_exact(2).zip(lower.chunks_exact(2));
        columns.map(|(upper, lower)| ((upper[0] + upper[1] + lower[0] + lower[1]) / 4.0).round())
    });
    means.collect()
}

/// Twice the sides: each value is three quarters of the nearest and a quarter of the next, down and
/// across, as libjpeg's "fancy upsampling".
fn double(half: &[f32], [height, width]: [usize; 2]) -> Vec<f32> {
    // The two values that a value between them is made of.
    let pair = |at: usize, n: usize| {
        let next = if at.is_multiple_of(2) { (at / 2).saturating_sub(1) } else { at / 2 + 1 };
        [at / 2, next.min(n - 1)]
    };
    let mut plane = Vec::with_capacity(4 * half.len());
    for y in 0..2 * height {
        let [near, next] = pair(y, height);
        let column = |x: usize| 0.75 * half[near * width + x] + 0.25 * half[next * width + x];
        plane.extend((0..2 * width).map(|x| {
            let [near, next] = pair(x, width);
            (0.75 * column(near) + 0.25 * column(next)).round()
        }));
    }
    plane
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use image::codecs::jpeg::JpegEncoder;
    use image::{ExtendedColorType, ImageFormat};

    use super::*;
    use crate::rng::{Purpose, Seed};

    /// A grey or coloured picture with edges, ramps and texture, `[C, H, W]`.
    fn picture(shape: ImageShape) -> Vec<u8> {
        let mut stream = Stream::new(Seed(3), Purpose::Augmentation, [0; 3]);
        let mut pixels = Vec::with_capacity(shape.len());
        for channel in 0..shape.channels {
            for y in 0..shape.height {
                for x in 0..shape.width {
                    let ramp = (3 * x + 2 * y + 40 * channel) as f32;
                    let edge = if x * 3 > y * 5 { 60.0 } else { 0.0 };
                    let level = 20.0 + ramp * 0.7 + edge + 6.0 * stream.normal();
                    pixels.push(level.clamp(0.0, 255.0) as u8);
                }
            }
        }
        pixels
    }

    fn compressed(pixels: &[u8], shape: ImageShape, quality: f32, seed: u64) -> Vec<f32> {
        let clean: Vec<f32> = pixels.iter().map(|&pixel| f32::from(pixel) / 255.0).collect();
        let mut stream = Stream::new(Seed(seed), Purpose::Augmentation, [0; 3]);
        let mut input = vec![f32::NAN; clean.len()];
        compress(&clean, shape, quality, &mut stream, &mut input);
        input
    }

    /// A seed whose grid begins at the picture's corner.
    fn aligned(unit: u32) -> u64 {
        let is_aligned = |seed: &u64| {
            let mut stream = Stream::new(Seed(*seed), Purpose::Augmentation, [0; 3]);
            stream.below(unit) == 0 && stream.below(unit) == 0
        };
        (0..1_000_000).find(is_aligned).unwrap()
    }

    #[test]
    fn grey_pictures_are_what_a_jpeg_file_gives_back() {
        let shape = ImageShape::new(1, 40, 51);
        let pixels = picture(shape);
        let seed = aligned(8);
        for quality in [5_u8, 10, 50, 75, 95] {
            let mut file = Vec::new();
            let mut encoder = JpegEncoder::new_with_quality(&mut file, quality);
            encoder.encode(&pixels, 51, 40, ExtendedColorType::L8).unwrap();
            let read = image::load_from_memory_with_format(&file, ImageFormat::Jpeg).unwrap();
            let read = read.into_luma8().into_raw();
            let own = compressed(&pixels, shape, f32::from(quality), seed);
            let own: Vec<f32> = own.iter().map(|x| x * 255.0).collect();
            // A factor about halfway between two multiples may become the other one, above all as
            // this encoder drops the fractions of factors: a whole square differs then.
            let is_far = |(read, own): (&u8, &f32)| (f32::from(*read) - own).abs() > 1.5;
            let far = read.iter().zip(&own).filter(|pair| is_far(*pair)).count();
            assert!(far <= pixels.len() / 5, "quality {quality}: {far}");
            let lost = |values: &mut dyn Iterator<Item = f32>| {
                values.zip(&pixels).map(|(x, pixel)| (x - f32::from(*pixel)).powi(2)).sum::<f32>()
            };
            let ratio = lost(&mut own.iter().copied()) / lost(&mut read.iter().map(|&x| x.into()));
            assert!((0.95..1.05).contains(&ratio), "quality {quality}: {ratio}");
        }
    }

    #[test]
    fn the_error_falls_with_the_quality_and_lies_on_a_grid() {
        for channels in [1, 3] {
            let shape = ImageShape::new(channels, 48, 48);
            let pixels = picture(shape);
            let errors = [5.0, 20.0, 50.0, 80.0, 100.0].map(|quality| {
                let found = compressed(&pixels, shape, quality, 1);
                let errors = pixels.iter().zip(&found);
                errors.map(|(pixel, x)| (f32::from(*pixel) / 255.0 - x).powi(2)).sum::<f32>()
            });
            assert!(errors.is_sorted_by(|low, high| low > high), "{channels}: {errors:?}");
            // Rounding, and for colours the halved chroma, is all that quality 100 loses.
            let psnr = -10.0 * (errors[4] / pixels.len() as f32).log10();
            assert!(psnr > if channels == 1 { 50.0 } else { 30.0 }, "{channels}: {psnr}");
        }
        // A flat picture is flat.
        let shape = ImageShape::new(3, 5, 7);
        for seed in 0..20 {
            let found = compressed(&[128; 105], shape, 10.0, seed);
            assert!(found.iter().all(|x| (x * 255.0).round() == 128.0), "{found:?}");
        }
    }

    #[test]
    fn cosines_are_orthonormal() {
        let identity = product(&cosines(), &transpose(&cosines()));
        for (y, row) in identity.iter().enumerate() {
            for (x, value) in row.iter().enumerate() {
                let expected = if x == y { 1.0 } else { 0.0 };
                assert!((value - expected).abs() < 1e-6, "{y} {x}: {value}");
            }
        }
    }
}
