//! A model on a picture file, row by row.

use std::io::Write;

use super::noise;
use super::pixels::Layout;
use super::plan::Span;
use super::reader::PictureFile;
use super::restorer::{Restorer, Tiles};
use super::writer::{accepted, write};
use crate::artifact::PictureFormat;
use crate::error::Result;
use crate::parallel;
use crate::shape::ImageShape;

/// How much of a picture is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rows of the result that are written.
    pub done: usize,
    /// Rows of the result.
    pub total: usize,
}

/// Rows of a picture that are in memory.
struct Band {
    layout: Layout,
    /// The number of the first of them.
    first: usize,
    bytes: Vec<u8>,
}

impl Restorer<'_> {
    /// Restores a picture: writes it with its channels, its bits and its colour profile, as far as
    /// the format has them. Opacity is enlarged by bicubic interpolation. Memory does not grow with
    /// the height of a PNG that is written as a PNG. `report` is called as it goes on and may end
    /// the work by an error.
    ///
    /// # Errors
    /// If the file is damaged or cut short, the picture has other channels than the model takes, or
    /// it cannot be written.
    pub fn restore_file(
        &self,
        mut picture: PictureFile,
        format: PictureFormat,
        to: &mut impl Write,
        mut report: impl FnMut(Progress) -> Result<()>,
    ) -> Result<()> {
        let layout = picture.layout();
        let factor = self.factor();
        let large = accepted(
            format,
            Layout { width: layout.width * factor, height: layout.height * factor, ..layout },
        );
        let shape = ImageShape::new(layout.colours, layout.height, layout.width);
        // Of the result there are the tiles' pieces and the rows that they are put together to.
        let mut tiles = self.tiles(shape, layout.row() + 2 * factor * large.row())?;
        if self.hides_pixels() {
            tiles.noise = Some(noise::of_file(picture.again()?)?);
        }
        let profile = picture.profile().map(<[u8]>::to_vec);
        let mut band = Band { layout, first: 0, bytes: Vec::new() };
        write(to, format, large, profile.as_deref(), |write_rows| {
            for row in &tiles.plan.rows {
                band.advance(&mut picture, row.start, tiles.plan.height)?;
                let pieces = parallel::map(&tiles.plan.columns, |column| {
                    band.piece(&tiles, row, column, large)
                });
                let done = (row.kept.end * factor).min(large.height);
                let rows = done - row.kept.start * factor;
                write_rows(&side_by_side(&pieces, &tiles, rows, large))?;
                report(Progress { done, total: large.height })?;
            }
            Ok(())
        })
    }
}

impl Band {
    /// Holds so many rows from `first` on, as far as there are, and no others.
    fn advance(&mut self, picture: &mut PictureFile, first: usize, n: usize) -> Result<()> {
        let row = self.layout.row();
        self.bytes.drain(..(first - self.first) * row);
        self.first = first;
        let held = self.bytes.len() / row;
        picture.read_rows(n.min(self.layout.height - first) - held, &mut self.bytes)
    }

    /// What becomes of a tile, in the layout of the result.
    fn piece(&self, tiles: &Tiles<'_>, row: &Span, column: &Span, large: Layout) -> Vec<u8> {
        let layout = self.layout;
        let value = |channel, y: usize, x: usize| {
            let y = y.min(layout.height - 1) - self.first;
            let row = &self.bytes[y * layout.row()..][..layout.row()];
            layout.value(row, x.min(layout.width - 1), channel)
        };
        let tile = tiles.cut(row, column, layout.colours, value);
        let mut planes = tiles.run(row, column, &tile);
        if large.alpha {
            let opacity = tiles.cut(row, column, 1, |_, y, x| value(layout.colours, y, x));
            planes.extend(tiles.enlarge(row, column, &opacity));
        }
        let [height, width] = [row, column].map(|span| span.kept.len() * tiles.factor);
        let piece = Layout { width, height, ..large };
        let mut bytes = vec![0; piece.height * piece.row()];
        for (y, bytes) in bytes.chunks_exact_mut(piece.row()).enumerate() {
            for channel in 0..piece.channels() {
                let values = &planes[(channel * height + y) * width..][..width];
                for (x, value) in values.iter().enumerate() {
                    piece.store(bytes, x, channel, *value);
                }
            }
        }
        bytes
    }
}

/// The first rows of pieces side by side.
fn side_by_side(pieces: &[Vec<u8>], tiles: &Tiles<'_>, rows: usize, large: Layout) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rows * large.row());
    for y in 0..rows {
        let start = bytes.len();
        for (piece, column) in pieces.iter().zip(&tiles.plan.columns) {
            let row = Layout { width: column.kept.len() * tiles.factor, ..large }.row();
            bytes.extend(&piece[y * row..(y + 1) * row]);
        }
        // The last tile may reach beyond the picture.
        bytes.truncate(start + large.row());
    }
    bytes
}
