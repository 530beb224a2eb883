//! PNG files: writing them with their density, and reading size and density back.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _};

use concertina::{Error, Result};

/// Pixels to a point (a CSS pixel) in every figure.
const DENSITY: u32 = 2;

/// Figures take a third less time to draw than by default, and an eighth more room.
const COMPRESSION: CompressionType = CompressionType::Level(2);

/// The chunk "pHYs" (5,669 pixels to the metre, which is 144 to the inch, twice the 72 of old
/// screens), with its length before it and its checksum behind it.
const DENSITY_CHUNK: [u8; 21] = [
    0, 0, 0, 9, b'p', b'H', b'Y', b's', 0, 0, 0x16, 0x25, 0, 0, 0x16, 0x25, 1, 0x49, 0x52, 0x24,
    0xF0,
];

/// Where the signature and the first chunk, the header, end: the earliest place for another chunk.
const AFTER_HEADER: usize = 33;

/// Encodes `rgb`, three bytes a pixel.
pub(super) fn encode(rgb: &[u8], width: usize, height: usize) -> Result<Vec<u8>> {
    let mut file = written(rgb, width, height, ExtendedColorType::Rgb8)?;
    file.splice(AFTER_HEADER..AFTER_HEADER, DENSITY_CHUNK);
    Ok(file)
}

/// Encodes `grey`, one byte a pixel, without a density: it is data, not a figure.
pub(super) fn encode_grey(grey: &[u8], width: usize, height: usize) -> Result<Vec<u8>> {
    written(grey, width, height, ExtendedColorType::L8)
}

fn written(
    pixels: &[u8],
    width: usize,
    height: usize,
    colours: ExtendedColorType,
) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    // Most rows are like the row above: trying all filters takes time and gains nothing.
    PngEncoder::new_with_quality(&mut file, COMPRESSION, FilterType::Up)
        .write_image(pixels, width as u32, height as u32, colours)
        .map_err(|error| Error::failed("the figure could not be encoded").with_source(error))?;
    Ok(file)
}

/// Width and height of a PNG file in pixels, and how many of those make a point: [`DENSITY`] if the
/// file says so, else one. `None` if it is not a PNG file.
pub(crate) fn size_of(file: &[u8]) -> Option<PngSize> {
    let header = file.get(..AFTER_HEADER)?;
    if !header.starts_with(b"\x89PNG\r\n\x1a\n") || &header[12..16] != b"IHDR" {
        return None;
    }
    let dense = file[AFTER_HEADER..].starts_with(&DENSITY_CHUNK);
    Some(PngSize {
        width: u32::from_be_bytes([header[16], header[17], header[18], header[19]]),
        height: u32::from_be_bytes([header[20], header[21], header[22], header[23]]),
        density: if dense { DENSITY } else { 1 },
    })
}

/// What [`size_of`] finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PngSize {
    /// In pixels.
    pub(crate) width: u32,
    /// In pixels.
    pub(crate) height: u32,
    /// Pixels to a point.
    pub(crate) density: u32,
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_file_keeps_its_pixels_and_states_size_and_density() {
        let rgb: Vec<u8> = (0..5 * 3 * 3).map(|i| i * 5).collect();
        let file = encode(&rgb, 5, 3).unwrap();
        let image = image::load_from_memory_with_format(&file, image::ImageFormat::Png).unwrap();
        assert_eq!(image.into_rgb8().into_raw(), rgb);
        assert_eq!(size_of(&file), Some(PngSize { width: 5, height: 3, density: 2 }));
    }

    #[test]
    fn what_is_no_png_has_no_size() {
        assert_eq!(size_of(b""), None);
        assert_eq!(size_of(b"\x89PNG\r\n\x1a\n"), None);
        assert_eq!(size_of(&[0; 100]), None);
    }
}
