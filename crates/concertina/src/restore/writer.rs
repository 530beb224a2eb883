//! Picture files, written row by row.

use std::io::Write;

use image::ExtendedColorType;
use png::{BitDepth, ColorType, Compression, Info};

use super::pixels::Layout;
use crate::artifact::PictureFormat;
use crate::error::{Error, Result};

/// Takes the next rows of a picture.
type Rows<'a> = &'a mut dyn FnMut(&[u8]) -> Result<()>;

/// The layout of pictures of this format that loses the least: a JPEG has no opacity, and only a
/// PNG has 16 bits.
pub(super) fn accepted(format: PictureFormat, layout: Layout) -> Layout {
    Layout {
        alpha: layout.alpha && format != PictureFormat::Jpeg,
        deep: layout.deep && format == PictureFormat::Png,
        ..layout
    }
}

/// Writes a picture, whose rows are what `produce` gives, from the top down. A PNG is written as
/// they come; other formats when all have come.
pub(super) fn write(
    to: &mut impl Write,
    format: PictureFormat,
    layout: Layout,
    profile: Option<&[u8]>,
    produce: impl FnOnce(Rows<'_>) -> Result<()>,
) -> Result<()> {
    debug_assert_eq!(accepted(format, layout), layout);
    if format == PictureFormat::Png {
        return write_png(to, layout, profile, produce);
    }
    let mut pixels: Vec<u8> = Vec::new();
    produce(&mut |rows| {
        pixels.try_reserve(rows.len()).map_err(|_| {
            Error::data("expected memory for all pixels, found less")
                .with_hint("write a .png, which is not held in memory")
        })?;
        pixels.extend(rows);
        Ok(())
    })?;
    let colour = match (layout.colours, layout.alpha) {
        (1, false) => ExtendedColorType::L8,
        (1, true) => ExtendedColorType::La8,
        (_, false) => ExtendedColorType::Rgb8,
        (_, true) => ExtendedColorType::Rgba8,
    };
    let size = [layout.width, layout.height].map(|side| side as u32);
    to.write_all(&format.written(&pixels, size, colour, profile.map(<[u8]>::to_vec))?)?;
    Ok(())
}

fn write_png(
    to: &mut impl Write,
    layout: Layout,
    profile: Option<&[u8]>,
    produce: impl FnOnce(Rows<'_>) -> Result<()>,
) -> Result<()> {
    let [Ok(width), Ok(height)] = [layout.width, layout.height].map(u32::try_from) else {
        return Err(Error::data(format!(
            "{} x {} pixels are too many for a PNG",
            layout.width, layout.height
        )));
    };
    let mut info = Info::with_size(width, height);
    info.color_type = match (layout.colours, layout.alpha) {
        (1, false) => ColorType::Grayscale,
        (1, true) => ColorType::GrayscaleAlpha,
        (_, false) => ColorType::Rgb,
        (_, true) => ColorType::Rgba,
    };
    info.bit_depth = if layout.deep { BitDepth::Sixteen } else { BitDepth::Eight };
    info.icc_profile = profile.map(|profile| profile.to_vec().into());
    let mut encoder = png::Encoder::with_info(to, info).map_err(failed)?;
    encoder.set_compression(Compression::Fast);
    let mut writer = encoder.write_header().map_err(failed)?;
    let mut stream = writer.stream_writer().map_err(failed)?;
    produce(&mut |rows| Ok(stream.write_all(rows)?))?;
    stream.finish().map_err(failed)?;
    writer.finish().map_err(failed)
}

fn failed(error: png::EncodingError) -> Error {
    match error {
        png::EncodingError::IoError(error) => error.into(),
        error => Error::failed(format!("a PNG cannot be written: {error}")),
    }
}
