//! A picture file shrunk as it is read, so that no large picture is ever in memory as floats.

use std::path::Path;

use crate::data::FloatImages;
use crate::error::Result;
use crate::math::resize_bicubic;
use crate::memory;
use crate::restore::{Layout, PictureFile};
use crate::shape::ImageShape;

/// Rows that are read at a time.
const ROWS: usize = 16;
/// Pixels are averaged in squares while at least so many times as many are left as are wanted;
/// these are then resized properly.
const SPARE: f32 = 4.0;

/// Reads a picture to its end, averaged in squares of pixels, with at least four times `area`
/// pixels if it has as many. `on_rows` gets its bytes. Transparent parts become white; what is left
/// of a whole square at the right and lower edges is left out.
pub(super) fn shrunk(
    mut file: PictureFile,
    area: f32,
    mut on_rows: impl FnMut(&[u8]),
) -> Result<FloatImages> {
    let layout = file.layout();
    let sides = [layout.height, layout.width];
    let pixels = sides[0] as f32 * sides[1] as f32;
    let square = ((pixels / (SPARE * area)).sqrt() as usize).clamp(1, sides[0].min(sides[1]));
    let shape = ImageShape::new(layout.colours, sides[0] / square, sides[1] / square);
    let mut means = memory::zeros(1, shape.len(), "picture")?;
    let mut rows = Vec::with_capacity(ROWS * layout.row());
    for first in (0..layout.height).step_by(ROWS) {
        rows.clear();
        file.read_rows(ROWS, &mut rows)?;
        on_rows(&rows);
        for (y, row) in (first..).zip(rows.chunks_exact(layout.row())) {
            let y = y / square;
            if y < shape.height {
                for (channel, plane) in means.chunks_exact_mut(shape.area()).enumerate() {
                    add(layout, row, channel, square, &mut plane[y * shape.width..][..shape.width]);
                }
            }
        }
    }
    Ok(FloatImages::new(shape, means))
}

/// Adds to each mean what a row has of its square.
fn add(layout: Layout, row: &[u8], channel: usize, square: usize, means: &mut [f32]) {
    let share = 1.0 / (square * square) as f32;
    let value = |x| {
        let value = layout.value(row, x, channel);
        if layout.alpha {
            1.0 - (1.0 - value) * layout.value(row, x, layout.colours)
        } else {
            value
        }
    };
    for (at, mean) in means.iter_mut().enumerate() {
        *mean += share * (at * square..(at + 1) * square).map(value).sum::<f32>();
    }
}

/// A picture file as an image of at most `side` pixels a side, values in 0..1. Smaller pictures
/// keep their size.
///
/// # Errors
/// If the file is no picture, damaged, or larger than the memory.
pub fn thumbnail(path: &Path, side: usize) -> Result<FloatImages> {
    let area = (side * side) as f32;
    let picture = shrunk(PictureFile::open(path)?, area, |_| {})?;
    let shape = picture.shape();
    let longest = shape.height.max(shape.width);
    if longest <= side {
        return Ok(picture);
    }
    let [height, width] = [shape.height, shape.width].map(|from| (from * side / longest).max(1));
    let planes = picture.values().chunks_exact(shape.area());
    let from = [shape.height, shape.width];
    let values = planes.flat_map(|plane| resize_bicubic(plane, from, [height, width]));
    let values = values.map(|value| value.clamp(0.0, 1.0)).collect();
    Ok(FloatImages::new(ImageShape::new(shape.channels, height, width), values))
}
