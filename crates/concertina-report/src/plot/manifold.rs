//! A sheet of decoded images without gaps: a walk over two latent dimensions.

use super::axis::Axis;
use super::block::{Block, MARGIN};
use super::canvas::{Area, Canvas};
use super::frame::{Frame, PlacedTick, TickLines, placed};
use super::pixels::Raster;
use super::theme::Theme;
use concertina::text::hundredths;
use concertina::{Error, ImageShape, Result};

/// What the sheet should measure.
const SIDE: usize = 1700;
/// More labels than this along one side are thinned out.
const MOST_TICKS: usize = 11;

/// A manifold: image (row, column) is the decoding of the code (`x_values[column]`,
/// `y_values[row]`).
///
/// The caller orders the images. Usually the first latent dimension goes across and the second up:
/// the first row of images then belongs to the largest of `y_values`. The arrows beside the names
/// show which way values increase.
#[derive(Clone, Copy, Debug)]
pub struct Manifold<'a> {
    /// Above the sheet; may be empty.
    pub title: &'a str,
    /// The shape of one image.
    pub shape: ImageShape,
    /// The images row by row, the first at the top left, with brightness in 0..=1.
    pub pixels: &'a [f32],
    /// The values of the columns, from left to right.
    pub x_values: &'a [f32],
    /// The values of the rows, from top to bottom.
    pub y_values: &'a [f32],
    /// The name of what goes across, such as "z1".
    pub x_name: &'a str,
    /// The name of what goes up or down, such as "z2".
    pub y_name: &'a str,
    /// Below the sheet; may be empty.
    pub note: &'a str,
}

impl Manifold<'_> {
    /// Draws the sheet.
    ///
    /// # Errors
    /// If there is no image, not one for every pair of values, or the images have neither one nor
    /// three channels.
    pub fn to_png(&self, theme: Theme) -> Result<Vec<u8>> {
        let raster = Raster::from_unit(self.shape, self.pixels)?;
        let (rows, columns) = (self.y_values.len(), self.x_values.len());
        if raster.count() == 0 || rows * columns != raster.count() {
            return Err(Error::data(format!(
                "expected {rows} rows of {columns} images to draw, found {} images",
                raster.count()
            )));
        }
        let longer = (rows * raster.height).max(columns * raster.width);
        let factor = (SIDE / longer).max(1);
        let (width, height) = (columns * raster.width * factor, rows * raster.height * factor);
        let from_below: Vec<f32> = self.y_values.iter().rev().copied().collect();
        let frame = Frame {
            x_name: &directed(self.x_name, self.x_values),
            y_name: &directed(self.y_name, &from_below),
            x_ticks: ticks(self.x_values),
            y_ticks: ticks(&from_below),
        };
        let colours = theme.colours();
        let left = MARGIN + frame.left_room();
        let sheet = (left + width as f32 + MARGIN).max(560.0);
        let heading = Block::heading(self.title, sheet - 2.0 * MARGIN);
        let notes = Block::notes([self.note], sheet - 2.0 * MARGIN);
        let top = MARGIN + heading.height();
        let below = top + height as f32 + frame.bottom_room();
        let mut canvas = Canvas::new(sheet, below + notes.height() + MARGIN, theme)?;
        heading.draw(&mut canvas, colours.ink, MARGIN, MARGIN);
        let area = Area { left, top, width: width as f32, height: height as f32 };
        frame.draw(&mut canvas, area, TickLines::Outside);
        for (i, image) in raster.iter().enumerate() {
            let (row, column) = (i / columns, i % columns);
            let x = left + (column * raster.width * factor) as f32;
            let y = top + (row * raster.height * factor) as f32;
            canvas.image(image, raster.width, factor, [x, y]);
        }
        notes.draw(&mut canvas, colours.muted, MARGIN, below);
        canvas.into_png()
    }
}

/// The name with an arrow in the direction of increasing values. A name that reads upwards turns
/// its arrow with it.
fn directed(name: &str, values: &[f32]) -> String {
    match (name, values) {
        ("", _) | (_, [] | [_]) => name.to_owned(),
        (_, [first, .., last]) if last < first => format!("← {name}"),
        _ => format!("{name} →"),
    }
}

/// Round numbers for evenly spaced values; otherwise the values themselves. A value belongs to the
/// middle of its images.
fn ticks(values: &[f32]) -> Vec<PlacedTick> {
    let n = values.len() as f64;
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return Vec::new() };
    let (first, last) = (f64::from(*first), f64::from(*last));
    let step = (last - first) / (n - 1.0).max(1.0);
    let even = values
        .iter()
        .enumerate()
        .all(|(i, value)| (f64::from(*value) - first - step * i as f64).abs() <= step.abs() * 1e-3);
    if even && step != 0.0 {
        let axis = Axis::linear(first.min(last), first.max(last));
        let round = placed(axis, axis.ticks(5, 0.0));
        return round
            .into_iter()
            .map(|(place, label)| {
                let along = f64::from(if step < 0.0 { 1.0 - place } else { place });
                (((along * (n - 1.0) + 0.5) / n) as f32, label)
            })
            .collect();
    }
    let stride = values.len().div_ceil(MOST_TICKS);
    values
        .iter()
        .enumerate()
        .step_by(stride)
        .map(|(i, value)| {
            (((i as f64 + 0.5) / n) as f32, hundredths((*value).into()).replace('-', "−"))
        })
        .collect()
}
