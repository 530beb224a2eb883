//! An image as the bytes of a PNG, pixel for pixel.

use std::io::Cursor;

use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

use crate::error::{Error, Result};
use crate::shape::ImageShape;

/// A PNG of `values`, `[C, H, W]` in 0..1, grey or colour.
///
/// # Errors
/// If the number of channels is not 1 or 3.
pub fn picture_png(shape: ImageShape, values: &[f32]) -> Result<Vec<u8>> {
    let colour = match shape.channels {
        1 => ExtendedColorType::L8,
        3 => ExtendedColorType::Rgb8,
        found => {
            return Err(Error::data(format!(
                "expected 1 or 3 channels for a picture, found {found}"
            )));
        }
    };
    let area = shape.area();
    let interleaved: Vec<u8> = (0..shape.len())
        .map(|i| values[i % shape.channels * area + i / shape.channels])
        .map(|value| (value * 255.0).round() as u8)
        .collect();
    let mut bytes = Cursor::new(Vec::new());
    PngEncoder::new(&mut bytes)
        .write_image(&interleaved, shape.width as u32, shape.height as u32, colour)
        .map_err(|error| Error::data(format!("a picture of {shape} cannot be a PNG: {error}")))?;
    Ok(bytes.into_inner())
}
