//! Fits images to a size and a number of channels.

use image::imageops::FilterType;
use image::{DynamicImage, GrayImage, RgbImage};

use super::{Images, OpenOptions, resize};
use crate::error::{Error, Result};
use crate::parallel;
use crate::shape::ImageShape;

/// A larger data set is rejected, so that it does not exhaust the memory.
const MAX_DATASET_BYTES: usize = 1 << 33;

/// How each image is resized and converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fit {
    /// The side of the square to crop and resize to, if the size changes.
    pub(super) side: Option<usize>,
    /// Channels of the result, 1 or 3.
    pub(super) channels: usize,
}

impl Fit {
    /// What is done, in words, for the data card; `coloured` if the source had colours.
    pub(super) fn describe(self, coloured: bool) -> String {
        let size = match self.side {
            None => "kept at that size".to_owned(),
            Some(side) => {
                format!("the centre square of each resized to {side} x {side} (triangle filter)")
            }
        };
        size + self.colours(coloured)
    }

    /// What is done to colours, with a comma before it, or nothing.
    pub(super) fn colours(self, coloured: bool) -> &'static str {
        match (coloured, self.channels) {
            (true, 1) => ", colours turned to grey",
            (false, 3) => ", grey repeated as red, green and blue",
            _ => "",
        }
    }

    /// Writes the pixels of one fitted image to `planes`, `[C, H, W]`, whose length must match.
    pub(super) fn write(self, image: DynamicImage, planes: &mut [u8]) {
        let image = match self.side {
            Some(side) => square(&image, side as u32),
            None => image,
        };
        if self.channels == 1 {
            planes.copy_from_slice(&image.into_luma8());
        } else {
            let interleaved = image.into_rgb8();
            let (pixels, _) = interleaved.as_chunks::<3>();
            for (channel, plane) in planes.chunks_exact_mut(planes.len() / 3).enumerate() {
                plane.iter_mut().zip(pixels).for_each(|(to, pixel)| *to = pixel[channel]);
            }
        }
    }
}

/// The centre square, resized. Cropping first costs less than resizing first and gives the same
/// image.
fn square(image: &DynamicImage, side: u32) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let cut = width.min(height);
    if cut != side
        && let Some(resized) = resize::square(image, side as usize)
    {
        return resized;
    }
    let image = image.crop_imm((width - cut) / 2, (height - cut) / 2, cut, cut);
    if cut == side { image } else { image.resize_exact(side, side, FilterType::Triangle) }
}

/// Fits images of one size to the size and channels of the options.
pub(super) fn refit(images: Images, options: &OpenOptions) -> Result<Images> {
    let from = images.shape();
    let fit = Fit {
        side: options.size.filter(|&side| (side, side) != (from.width, from.height)),
        channels: options.channels.unwrap_or(from.channels),
    };
    if fit.side.is_none() && fit.channels == from.channels {
        return Ok(images);
    }
    let (height, width) = fit.side.map_or((from.height, from.width), |side| (side, side));
    let to = ImageShape::new(fit.channels, height, width);
    let mut pixels = blank(images.len(), to)?;
    let pairs = pixels.chunks_exact_mut(to.len()).zip(images.pixels().chunks_exact(from.len()));
    parallel::each(pairs, |(planes, image)| fit.write(picture(image, from), planes));
    Images::new(to, pixels)
}

/// A zeroed buffer for `n` images.
///
/// # Errors
/// If it would be larger than [`MAX_DATASET_BYTES`], or than the memory that there is.
pub(super) fn blank(n: usize, shape: ImageShape) -> Result<Vec<u8>> {
    let bytes = n.checked_mul(shape.len()).filter(|bytes| *bytes <= MAX_DATASET_BYTES);
    let mut buffer = Vec::new();
    // An error here, where `vec!` would end the program.
    let reserved = bytes.map(|bytes| buffer.try_reserve_exact(bytes).map(|()| bytes));
    let Some(Ok(bytes)) = reserved else {
        return Err(Error::data(format!("{n} images of {shape} are more than fit in memory"))
            .with_hint("ask for a smaller size, or limit the number of images"));
    };
    buffer.resize(bytes, 0);
    Ok(buffer)
}

/// Planes as an image of the `image` crate.
fn picture(planes: &[u8], shape: ImageShape) -> DynamicImage {
    let (width, height) = (shape.width as u32, shape.height as u32);
    let whole = "a buffer of the picture's own size";
    if shape.channels == 1 {
        return GrayImage::from_raw(width, height, planes.to_vec()).expect(whole).into();
    }
    let area = shape.area();
    let mut interleaved = Vec::with_capacity(planes.len());
    for pixel in 0..area {
        interleaved.extend((0..3).map(|channel| planes[channel * area + pixel]));
    }
    RgbImage::from_raw(width, height, interleaved).expect(whole).into()
}
