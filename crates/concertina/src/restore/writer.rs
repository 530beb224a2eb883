//! Picture files, written row by row.

use std::io::{BufWriter, Write};

use image::ExtendedColorType;
use png::{BitDepth, ColorType, Compression, Info};

use super::pixels::Layout;
use crate::artifact::PictureFormat;
use crate::error::{Error, Result};

/// The layout of pictures of this format that lose the least: a JPEG has no opacity, and only a PNG
/// has 16 bits.
pub(super) fn accepted(format: PictureFormat, layout: Layout) -> Layout {
    Layout {
        alpha: layout.alpha && format != PictureFormat::Jpeg,
        deep: layout.deep && format == PictureFormat::Png,
        ..layout
    }
}

/// Writes a picture from the top down. A PNG is written as its rows come; other formats when all
/// have come.
pub(super) enum Writer<W: Write + 'static> {
    Png(Box<png::StreamWriter<'static, BufWriter<W>>>),
    Whole {
        format: PictureFormat,
        layout: Layout,
        profile: Option<Vec<u8>>,
        pixels: Vec<u8>,
        to: W,
    },
}

impl<W: Write + 'static> Writer<W> {
    pub(super) fn new(
        to: W,
        format: PictureFormat,
        layout: Layout,
        profile: Option<&[u8]>,
    ) -> Result<Self> {
        debug_assert_eq!(accepted(format, layout), layout);
        if format != PictureFormat::Png {
            let profile = profile.map(<[u8]>::to_vec);
            return Ok(Self::Whole { format, layout, profile, pixels: Vec::new(), to });
        }
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
        let mut encoder = png::Encoder::with_info(BufWriter::new(to), info).map_err(failed)?;
        encoder.set_compression(Compression::Fast);
        let writer = encoder.write_header().map_err(failed)?;
        Ok(Self::Png(Box::new(writer.into_stream_writer().map_err(failed)?)))
    }

    pub(super) fn write_rows(&mut self, rows: &[u8]) -> Result<()> {
        match self {
            Self::Png(writer) => writer.write_all(rows)?,
            Self::Whole { pixels, .. } => {
                pixels.try_reserve(rows.len()).map_err(|_| {
                    Error::data("expected memory for all pixels, found less")
                        .with_hint("write a .png, which is not held in memory")
                })?;
                pixels.extend(rows);
            }
        }
        Ok(())
    }

    /// Writes what is left.
    pub(super) fn finish(self) -> Result<()> {
        match self {
            Self::Png(writer) => writer.finish().map_err(failed),
            Self::Whole { format, layout, profile, pixels, mut to } => {
                let colour = match (layout.colours, layout.alpha) {
                    (1, false) => ExtendedColorType::L8,
                    (1, true) => ExtendedColorType::La8,
                    (_, false) => ExtendedColorType::Rgb8,
                    (_, true) => ExtendedColorType::Rgba8,
                };
                let size = [layout.width, layout.height].map(|side| side as u32);
                let bytes = format.written(&pixels, size, colour, profile)?;
                Ok(to.write_all(&bytes)?)
            }
        }
    }
}

fn failed(error: png::EncodingError) -> Error {
    match error {
        png::EncodingError::IoError(error) => error.into(),
        error => Error::failed(format!("a PNG cannot be written: {error}")),
    }
}
