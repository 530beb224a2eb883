//! A picture in memory: fitted to a model's images as one in a file is.

use std::sync::Arc;

use super::Images;
use super::fit::Fit;
use super::picture::{self, Header, Origin};
use crate::error::{Error, Result};
use crate::shape::ImageShape;

/// The bytes of a picture's file (png, jpeg, webp, bmp, tiff or gif), as somebody sent them.
///
/// ```
/// use concertina::ImageShape;
/// use concertina::artifact::PictureFormat;
/// use concertina::data::PictureBytes;
///
/// let shape = ImageShape::new(1, 1, 2);
/// let png = PictureFormat::Png.encode(shape, &[0.0, 0.2])?;
/// let picture = PictureBytes::new(png)?;
/// assert_eq!(picture.size(), [2, 1]);
/// assert_eq!(picture.fitted(&[shape], shape)?.pixels(), [0, 51]);
/// # Ok::<(), concertina::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PictureBytes {
    origin: Origin,
    header: Header,
}

impl PictureBytes {
    /// Reads the header only.
    ///
    /// # Errors
    /// If it is no header of a picture, or of one that is too large.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Result<Self> {
        let origin = Origin::Memory(bytes.into());
        let header = picture::header(&origin).map_err(|reason| origin.bad(&reason))?;
        Ok(Self { origin, header })
    }

    /// Width and height, upright.
    pub fn size(&self) -> [usize; 2] {
        self.header.size
    }

    /// The picture as one image: as it is if its shape is one of `kept`, else its centre square
    /// resized, with the channels of `otherwise`. A picture in a file that is opened for a model
    /// becomes the same pixels.
    ///
    /// # Errors
    /// If the picture is damaged or cut short, or is to be resized to what is no square.
    pub fn fitted(&self, kept: &[ImageShape], otherwise: ImageShape) -> Result<Images> {
        let [width, height] = self.size();
        let own = ImageShape::new(if self.header.grey { 1 } else { 3 }, height, width);
        let shape = if kept.contains(&own) { own } else { otherwise };
        let keeps_size = (shape.height, shape.width) == (height, width);
        if !keeps_size && shape.width != shape.height {
            return Err(Error::data(format!(
                "expected a picture of {} x {} pixels, since pictures are resized to squares only, \
                 found {width} x {height}",
                shape.width, shape.height
            )));
        }
        let fit = Fit { side: (!keeps_size).then_some(shape.width), channels: shape.channels };
        let image = picture::decode(&self.origin, &self.header);
        let image = image.map_err(|reason| self.origin.bad(&reason))?;
        let mut planes = vec![0; shape.len()];
        fit.write(image, &mut planes);
        Images::new(shape, planes)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use image::{DynamicImage, ImageFormat};

    use super::*;

    /// Every format that files may have, in memory.
    #[test]
    fn pictures_of_all_formats_are_read() {
        let image = DynamicImage::ImageRgb8(image::RgbImage::from_fn(9, 6, |x, y| {
            image::Rgb([(x * 20) as u8, (y * 30) as u8, 90])
        }));
        let shape = ImageShape::new(3, 6, 9);
        for format in [
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::WebP,
            ImageFormat::Bmp,
            ImageFormat::Tiff,
            ImageFormat::Gif,
        ] {
            let mut bytes = std::io::Cursor::new(Vec::new());
            image.write_to(&mut bytes, format).unwrap();
            let bytes = bytes.into_inner();
            let picture = PictureBytes::new(bytes.clone()).unwrap();
            assert_eq!(picture.size(), [9, 6], "{format:?}");
            let own = picture.fitted(&[shape], shape).unwrap();
            assert!(own.pixels()[8].abs_diff(160) < 30, "{format:?}: {}", own.pixels()[8]);
            // A square of another size is cut out of its middle.
            let square = ImageShape::new(1, 4, 4);
            assert_eq!(picture.fitted(&[], square).unwrap().shape(), square);
            // No beginning of it is more than an error.
            for length in 0..bytes.len() {
                let cut = PictureBytes::new(bytes[..length].to_vec());
                let _read = cut.and_then(|picture| picture.fitted(&[shape], shape));
            }
        }
        let oblong = ImageShape::new(3, 5, 9);
        let png =
            crate::artifact::PictureFormat::Png.encode(shape, &vec![0.5; shape.len()]).unwrap();
        assert!(PictureBytes::new(png).unwrap().fitted(&[], oblong).is_err());
    }
}
