//! An image as the bytes of a picture file, pixel for pixel.

use std::io::Cursor;

use image::codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder};
use image::{ExtendedColorType, ImageEncoder, ImageError, ImageFormat, ImageResult};

use crate::error::{Error, Result};
use crate::shape::ImageShape;

/// Of a JPEG, 1 to 100: what is lost cannot be seen, and the file is a third of a PNG.
const QUALITY: u8 = 95;

/// The format of a picture file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PictureFormat {
    /// Without loss.
    Png,
    /// With a loss that cannot be seen.
    Jpeg,
    /// Without loss, smaller than a PNG.
    WebP,
}

impl PictureFormat {
    /// The format that the end of a file name, without its dot and in lower case, stands for.
    pub fn by_extension(extension: &str) -> Option<Self> {
        match extension {
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "webp" => Some(Self::WebP),
            _ => None,
        }
    }

    /// A picture of `values`, `[C, H, W]` in 0..1, grey or colour.
    ///
    /// # Errors
    /// If the number of channels is not 1 or 3, or the picture is too large for the format.
    pub fn encode(self, shape: ImageShape, values: &[f32]) -> Result<Vec<u8>> {
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
        self.written(&interleaved, [shape.width as u32, shape.height as u32], colour, None)
    }

    /// The picture that is in the bytes of a PNG.
    ///
    /// # Errors
    /// If the bytes are not a PNG, or the picture is too large for the format.
    pub fn of_png(self, png: Vec<u8>) -> Result<Vec<u8>> {
        if self == Self::Png {
            return Ok(png);
        }
        let picture = image::load_from_memory_with_format(&png, ImageFormat::Png)
            .map_err(|error| Error::data(format!("expected a PNG, found: {error}")))?
            .into_rgb8();
        let size = [picture.width(), picture.height()];
        self.written(picture.as_raw(), size, ExtendedColorType::Rgb8, None)
    }

    /// A picture of these pixels, with a colour profile if there is one and the format has any.
    ///
    /// # Errors
    /// If the picture is too large for the format.
    pub(crate) fn written(
        self,
        pixels: &[u8],
        [width, height]: [u32; 2],
        colour: ExtendedColorType,
        profile: Option<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        fn write(
            mut encoder: impl ImageEncoder,
            pixels: &[u8],
            [width, height]: [u32; 2],
            colour: ExtendedColorType,
            profile: Option<Vec<u8>>,
        ) -> ImageResult<()> {
            if let Some(profile) = profile {
                // All three formats have colour profiles.
                encoder.set_icc_profile(profile).map_err(ImageError::Unsupported)?;
            }
            encoder.write_image(pixels, width, height, colour)
        }
        let mut bytes = Cursor::new(Vec::new());
        let size = [width, height];
        let written = match self {
            Self::Png => write(PngEncoder::new(&mut bytes), pixels, size, colour, profile),
            Self::Jpeg => {
                let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
                write(encoder, pixels, size, colour, profile)
            }
            Self::WebP => {
                write(WebPEncoder::new_lossless(&mut bytes), pixels, size, colour, profile)
            }
        };
        written.map_err(|error| {
            Error::data(format!("a picture of {width} x {height} cannot be a {self:?}: {error}"))
        })?;
        Ok(bytes.into_inner())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn pictures_are_read_again() {
        for shape in [ImageShape::new(1, 9, 7), ImageShape::new(3, 9, 7)] {
            let values: Vec<f32> =
                (0..shape.len()).map(|i| i as f32 / shape.len() as f32).collect();
            let png = PictureFormat::Png.encode(shape, &values).unwrap();
            let exact = image::load_from_memory(&png).unwrap().into_rgb8();
            let place = shape.len() / shape.channels - 1;
            assert_eq!(exact.as_raw()[place * 3], (values[place] * 255.0).round() as u8);
            for extension in ["png", "jpg", "jpeg", "webp"] {
                let format = PictureFormat::by_extension(extension).unwrap();
                for bytes in [format.encode(shape, &values), format.of_png(png.clone())] {
                    let found = image::load_from_memory(&bytes.unwrap()).unwrap().into_rgb8();
                    assert_eq!(found.dimensions(), (7, 9), "{extension}");
                    let most = if format == PictureFormat::Jpeg { 60 } else { 0 };
                    for (found, exact) in found.as_raw().iter().zip(exact.as_raw()) {
                        assert!(found.abs_diff(*exact) <= most, "{extension}: {found}, {exact}");
                    }
                }
            }
        }
        assert_eq!(PictureFormat::by_extension("tiff"), None);
        assert!(PictureFormat::Png.encode(ImageShape::new(2, 1, 1), &[0.0; 2]).is_err());
        assert!(PictureFormat::WebP.of_png(vec![1, 2, 3]).unwrap_err().is_data());
        let wide = ImageShape::new(1, 1, 70_000);
        assert!(PictureFormat::Jpeg.encode(wide, &vec![0.0; 70_000]).unwrap_err().is_data());
    }
}
