//! Thumbnails side by side in few pictures.

use std::io::Cursor;

use concertina::data::Images;
use concertina::{Error, ImageShape, Result};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use serde::Serialize;

use crate::blocks::Blocks;

/// The largest side of an atlas in pixels: browsers refuse much larger pictures on phones.
const SIDE: usize = 2048;

/// Where the page finds the thumbnails of the first pictures.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Atlas {
    /// The names of blocks with PNG files.
    #[serde(rename = "atlas")]
    files: Vec<String>,
    /// Thumbnails in a row.
    columns: usize,
    /// Height and width of one.
    side: [usize; 2],
    /// Thumbnails in each picture.
    #[serde(rename = "perAtlas")]
    per_file: usize,
    /// How many there are.
    n: usize,
}

impl Atlas {
    /// Draws the images in their order.
    pub(crate) fn new(images: &Images, blocks: &mut Blocks) -> Result<Self> {
        let ImageShape { height, width, .. } = images.shape();
        let columns = (SIDE / width).clamp(1, images.len().isqrt() + 1);
        let rows = (SIDE / height).max(1);
        let per_file = rows * columns;
        let chunks = (0..images.len()).step_by(per_file);
        let names = chunks.enumerate().map(|(n, start)| {
            let some: Vec<usize> = (start..images.len().min(start + per_file)).collect();
            Ok(blocks.packed(format!("atlas-{n}"), drawn(images, &some, columns)?))
        });
        let files = names.collect::<Result<_>>()?;
        Ok(Self { files, columns, side: [height, width], per_file, n: images.len() })
    }
}

/// Some images, row by row, as PNG.
fn drawn(images: &Images, some: &[usize], columns: usize) -> Result<Vec<u8>> {
    let ImageShape { channels, height, width } = images.shape();
    // Greys stay one channel; of other numbers of channels the first is shown.
    let shown = if channels == 3 { 3 } else { 1 };
    let rows = some.len().div_ceil(columns);
    let line = columns * width * shown;
    let mut pixels = vec![0; rows * height * line];
    for (place, &index) in some.iter().enumerate() {
        let corner = place / columns * height * line + place % columns * width * shown;
        let image = images.image(index);
        for channel in 0..shown {
            for (y, row) in image[channel * height * width..].chunks(width).take(height).enumerate()
            {
                for (x, value) in row.iter().enumerate() {
                    pixels[corner + y * line + x * shown + channel] = *value;
                }
            }
        }
    }
    let mut png = Vec::new();
    let colour = if shown == 3 { ExtendedColorType::Rgb8 } else { ExtendedColorType::L8 };
    // Thumbnails beside each other are not alike: no filter compresses them better.
    let encoder = PngEncoder::new_with_quality(
        Cursor::new(&mut png),
        CompressionType::Best,
        FilterType::NoFilter,
    );
    let [width, height] = [columns * width, rows * height].map(|side| side as u32);
    encoder
        .write_image(&pixels, width, height, colour)
        .map_err(|error| Error::failed("thumbnails could not be encoded").with_source(error))?;
    Ok(png)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn thumbnails_lie_row_by_row() {
        for channels in [1, 3] {
            let shape = ImageShape::new(channels, 2, 3);
            let pixels = (0..5 * shape.len()).map(|value| value as u8).collect();
            let images = Images::new(shape, pixels).unwrap();
            let mut blocks = Blocks::default();
            let atlas = Atlas::new(&images, &mut blocks).unwrap();
            assert_eq!((atlas.columns, atlas.n, atlas.files.len()), (3, 5, 1));
            let (_, block) = blocks.iter().next().unwrap();
            let png = image::load_from_memory(&block.bytes).unwrap().to_rgb8();
            assert_eq!(png.dimensions(), (9, 4));
            for index in 0..5 {
                let image = images.image(index);
                for (y, x) in (0..2).flat_map(|y| (0..3).map(move |x| (y, x))) {
                    let found =
                        png.get_pixel((index % 3 * 3 + x) as u32, (index / 3 * 2 + y) as u32);
                    for channel in 0..3 {
                        let own = channel.min(channels - 1);
                        assert_eq!(found.0[channel], image[own * 6 + y * 3 + x]);
                    }
                }
            }
        }
    }
}
