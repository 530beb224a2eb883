//! Resizing of pictures of 8 bits, to the bit as the `image` crate's triangle filter does it, at a
//! tenth of its time: most of what reading a folder of pictures takes.

use std::ops::Range;

use image::{DynamicImage, GrayImage, RgbImage};

/// For one place of the result: the pixels that it is the mean of, and the weights of each.
struct Taps {
    pixels: Range<usize>,
    weights: Vec<f32>,
}

/// The centre square of a picture, resized to `side`; `None` for a picture with an alpha channel or
/// of more than 8 bits.
pub(super) fn square(image: &DynamicImage, side: usize) -> Option<DynamicImage> {
    let [width, height] = [image.width(), image.height()].map(|length| length as usize);
    let cut = width.min(height);
    let corner = [(width - cut) / 2, (height - cut) / 2];
    let length = side as u32;
    let mut resized: DynamicImage = match image {
        DynamicImage::ImageLuma8(image) => {
            let pixels = resize::<1>(image.as_raw(), width, corner, cut, side);
            GrayImage::from_raw(length, length, pixels)?.into()
        }
        DynamicImage::ImageRgb8(image) => {
            let pixels = resize::<3>(image.as_raw(), width, corner, cut, side);
            RgbImage::from_raw(length, length, pixels)?.into()
        }
        _ => return None,
    };
    resized.set_color_space(image.color_space()).ok()?;
    Some(resized)
}

/// The square of side `cut` at `corner` (x, y) of a picture `[H, W, C]` of width `width`, resized.
fn resize<const C: usize>(
    pixels: &[u8],
    width: usize,
    [left, top]: [usize; 2],
    cut: usize,
    side: usize,
) -> Vec<u8> {
    let taps = taps(cut, side);
    let row = |y: usize| &pixels[((top + y) * width + left) * C..][..cut * C];
    let mut resized = Vec::with_capacity(side * side * C);
    let mut sums = vec![0.0; cut * C];
    for Taps { pixels, weights } in &taps {
        sums.fill(0.0);
        for (y, weight) in pixels.clone().zip(weights) {
            for (sum, &value) in sums.iter_mut().zip(row(y)) {
                *sum += f32::from(value) * weight;
            }
        }
        let (of_pixels, _) = sums.as_chunks::<C>();
        for Taps { pixels, weights } in &taps {
            let mut mean = [0.0; C];
            for (pixel, weight) in of_pixels[pixels.clone()].iter().zip(weights) {
                for (mean, value) in mean.iter_mut().zip(pixel) {
                    *mean += value * weight;
                }
            }
            resized.extend(mean.map(nearest));
        }
    }
    resized
}

/// The nearest byte, halves up.
fn nearest(value: f32) -> u8 {
    let whole = value as u8;
    whole.saturating_add(u8::from(value - f32::from(whole) >= 0.5))
}

/// Of every place of a line of `from` pixels that becomes one of `to`. A triangle reaches as far as
/// the pixels of the coarser of the two lie apart.
fn taps(from: usize, to: usize) -> Vec<Taps> {
    let ratio = from as f32 / to as f32;
    let reach = ratio.max(1.0);
    let taps = |place: usize| {
        let centre = (place as f32 + 0.5) * ratio;
        let first = ((centre - reach).floor().max(0.0) as usize).min(from - 1);
        let end = ((centre + reach).ceil() as usize).clamp(first + 1, from);
        let centre = centre - 0.5;
        let weight = |pixel: usize| (1.0 - ((pixel as f32 - centre) / reach).abs()).max(0.0);
        let mut weights: Vec<f32> = (first..end).map(weight).collect();
        let sum: f32 = weights.iter().fold(0.0, |sum, weight| sum + weight);
        for weight in &mut weights {
            *weight /= sum;
        }
        Taps { pixels: first..end, weights }
    };
    (0..to).map(taps).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use image::imageops::FilterType;

    use super::*;
    use crate::rng::{Purpose, Seed, Stream};

    /// The same as the image crate finds, of pictures of any size made larger and smaller.
    #[test]
    fn squares_are_those_of_the_image_crate_to_the_bit() {
        let mut stream = Stream::new(Seed(1), Purpose::Digits, [0; 3]);
        let mut below = |n: u32| stream.below(n);
        for case in 0..300 {
            let [width, height] = [1 + below(90), 1 + below(90)];
            let side = [1 + below(100), 16, 64][case % 3];
            // Noise, and black and white, which are the ends of what a byte can be.
            let mut value = || if case % 2 == 0 { below(256) as u8 } else { 255 * below(2) as u8 };
            let mut values = |n: u32| (0..n).map(|_| value()).collect();
            let grey = GrayImage::from_raw(width, height, values(width * height)).unwrap();
            let colour = RgbImage::from_raw(width, height, values(3 * width * height)).unwrap();
            for image in [DynamicImage::from(grey), colour.into()] {
                let cut = width.min(height);
                let whole = image.crop_imm((width - cut) / 2, (height - cut) / 2, cut, cut);
                let expected = whole.resize_exact(side, side, FilterType::Triangle);
                let found = square(&image, side as usize).unwrap();
                assert!(found == expected, "{width} x {height} to {side}");
            }
        }
    }

    #[test]
    fn others_are_left_to_the_image_crate() {
        assert!(square(&DynamicImage::new_rgba8(5, 4), 3).is_none());
        assert!(square(&DynamicImage::new_luma16(5, 4), 3).is_none());
    }
}
