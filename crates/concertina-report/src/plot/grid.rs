//! Rows of images side by side, with names and captions.

use super::axis::number;
use super::block::{Block, MARGIN};
use super::canvas::{Align, Area, Canvas};
use super::font::{NAME, SMALL};
use super::pixels::Raster;
use super::theme::Theme;
use concertina::{Error, ImageShape, Result};

/// Between images.
const GAP: f32 = 8.0;
/// Around an image.
const OUTLINE: f32 = 2.0;
/// Row labels are shortened to this width.
const WIDEST_LABEL: f32 = 340.0;
/// The width that a row of images should fill, and how large one image may become to do so.
const ROW_WIDTH: usize = 1700;
const CELL_SIZES: (usize, usize) = (112, 280);
/// Of a sheet with more pixels, large images are shrunk.
const MAX_AREA: f32 = 32e6;
/// A sheet is at least so wide, for its heading to have room.
const LEAST_WIDTH: f32 = 560.0;

/// One row of a grid: images of one shape, and what is written about them.
pub struct Row {
    label: String,
    detail: String,
    raster: Raster,
    captions: Vec<String>,
}

impl Row {
    /// A row of images with brightness in 0..=1 (values outside are clipped), one after the other
    /// in `pixels`.
    ///
    /// # Errors
    /// If the images have neither one nor three channels, have no pixel, or the last one is
    /// incomplete.
    pub fn new(label: impl Into<String>, shape: ImageShape, pixels: &[f32]) -> Result<Self> {
        Ok(Self::with_raster(label.into(), Raster::from_unit(shape, pixels)?))
    }

    /// A row of images with brightness in 0..=255.
    ///
    /// # Errors
    /// As [`Row::new`].
    pub fn bytes(label: impl Into<String>, shape: ImageShape, pixels: &[u8]) -> Result<Self> {
        Ok(Self::with_raster(label.into(), Raster::from_bytes(shape, pixels)?))
    }

    /// A row of two-dimensional arrays of any numbers, such as codes. The range of all values of
    /// the row is mapped to a colour scale from dark violet to yellow, and stated below the label.
    ///
    /// # Errors
    /// As [`Row::new`], and if there is more than one channel.
    pub fn values(label: impl Into<String>, shape: ImageShape, values: &[f32]) -> Result<Self> {
        let (raster, range) = Raster::from_values(shape, values)?;
        let detail = range.map_or(String::new(), |(low, high)| {
            format!("{} to {}", number(low.into()), number(high.into()))
        });
        Ok(Self::with_raster(label.into(), raster).with_detail(detail))
    }

    /// The same row with small print below its label.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same row with a caption below each image, such as its error.
    #[must_use]
    pub fn with_captions(mut self, captions: Vec<String>) -> Self {
        self.captions = captions;
        self
    }

    fn with_raster(label: String, raster: Raster) -> Self {
        Self { label, detail: String::new(), raster, captions: Vec::new() }
    }

    /// How many times an image of this row is magnified to fit into `cell` pixels.
    fn factor(&self, cell: usize) -> usize {
        (cell / self.longer_side()).max(1)
    }

    fn longer_side(&self) -> usize {
        self.raster.height.max(self.raster.width)
    }

    fn label_width(&self) -> f32 {
        NAME.width(&self.label).max(SMALL.width(&self.detail)).min(WIDEST_LABEL)
    }
}

/// A sheet of images in rows and columns.
///
/// Small images are magnified by a whole factor, so that every pixel becomes a square; large ones
/// are shown as they are. Rows with smaller images (a low resolution above the full one) are
/// magnified to the same size.
#[derive(Default)]
pub struct ImageGrid {
    /// Above the images; may be empty.
    pub title: String,
    /// Above each column; may be empty.
    pub columns: Vec<String>,
    /// From top to bottom.
    pub rows: Vec<Row>,
    /// Below the images; may be empty.
    pub note: String,
}

impl ImageGrid {
    /// Images with brightness in 0..=1 in reading order, `columns` to a row.
    ///
    /// # Errors
    /// As [`Row::new`].
    pub fn sheet(
        title: impl Into<String>,
        shape: ImageShape,
        pixels: &[f32],
        columns: usize,
    ) -> Result<Self> {
        let mut raster = Raster::from_unit(shape, pixels)?;
        let mut rows = Vec::new();
        while raster.count() > 0 {
            let row = raster.split_off_front(columns.max(1));
            rows.push(Row::with_raster(String::new(), row));
        }
        Ok(Self { title: title.into(), rows, ..Self::default() })
    }

    /// The same sheet with images of at most `side` pixels.
    fn shrunk(&self, side: usize) -> Self {
        let row = |row: &Row| Row {
            label: row.label.clone(),
            detail: row.detail.clone(),
            raster: row.raster.shrunk(row.longer_side().div_ceil(side)),
            captions: row.captions.clone(),
        };
        Self {
            title: self.title.clone(),
            columns: self.columns.clone(),
            rows: self.rows.iter().map(row).collect(),
            note: self.note.clone(),
        }
    }

    /// Draws the sheet. Images of which it would become larger than a screen shows are shrunk.
    ///
    /// # Errors
    /// If there is no image, or there are more images than any screen or printer shows.
    pub fn to_png(&self, theme: Theme) -> Result<Vec<u8>> {
        let layout = Layout::new(self)?;
        if layout.width * layout.height > MAX_AREA && layout.cell > CELL_SIZES.1 {
            return self.shrunk(layout.cell.div_ceil(2)).to_png(theme);
        }
        let colours = theme.colours();
        let sheet = (layout.left + layout.width + MARGIN).max(LEAST_WIDTH);
        let heading = Block::heading(&self.title, sheet - 2.0 * MARGIN);
        let notes = Block::notes([self.note.as_str()], sheet - 2.0 * MARGIN);
        let heads = if self.columns.is_empty() { 0.0 } else { NAME.line_height() + GAP };
        let top = MARGIN + heading.height() + heads;
        let below = top + layout.height;
        let mut canvas = Canvas::new(sheet, below + notes.height() + MARGIN, theme)?;
        heading.draw(&mut canvas, colours.ink, MARGIN, MARGIN);
        for (name, x) in self.columns.iter().zip(layout.columns()) {
            let name = NAME.shorten(name, layout.cell_width + GAP / 2.0);
            let middle = x + layout.cell_width / 2.0;
            canvas.text(&name, NAME, colours.ink, [middle, top - 16.0], Align::Centre);
        }
        let mut y = top;
        for row in &self.rows {
            layout.draw_row(&mut canvas, row, y);
            y += layout.row_height(row) + GAP;
        }
        notes.draw(&mut canvas, colours.muted, MARGIN, below);
        canvas.into_png()
    }
}

/// Where everything of a grid lies.
struct Layout {
    /// The side of the square that every image is magnified into.
    cell: usize,
    /// The widest image.
    cell_width: f32,
    count: usize,
    left: f32,
    width: f32,
    height: f32,
}

impl Layout {
    fn new(grid: &ImageGrid) -> Result<Self> {
        let count = grid.rows.iter().map(|row| row.raster.count()).max().unwrap_or(0);
        let largest = grid.rows.iter().map(Row::longer_side).max().unwrap_or(0);
        if count == 0 {
            return Err(Error::data("expected at least one image to draw, found none"));
        }
        let aim = (ROW_WIDTH / count).clamp(CELL_SIZES.0, CELL_SIZES.1);
        let cell = (aim / largest).max(1) * largest;
        let cell_width =
            grid.rows.iter().map(|row| row.raster.width * row.factor(cell)).max().unwrap_or(cell)
                as f32;
        let label = grid.rows.iter().map(Row::label_width).fold(0.0, f32::max).ceil();
        let mut layout = Self {
            cell,
            cell_width,
            count,
            left: MARGIN + if label > 0.0 { label + 24.0 } else { 0.0 },
            width: count as f32 * (cell_width + GAP) - GAP,
            height: 0.0,
        };
        layout.height = grid.rows.iter().map(|row| layout.row_height(row) + GAP).sum::<f32>() - GAP;
        Ok(layout)
    }

    fn columns(&self) -> impl Iterator<Item = f32> {
        (0..self.count).map(|column| self.left + column as f32 * (self.cell_width + GAP))
    }

    fn image_height(&self, row: &Row) -> f32 {
        (row.raster.height * row.factor(self.cell)) as f32
    }

    fn row_height(&self, row: &Row) -> f32 {
        let caption = if row.captions.is_empty() { 0.0 } else { SMALL.line_height() + GAP };
        self.image_height(row) + caption
    }

    fn draw_row(&self, canvas: &mut Canvas, row: &Row, top: f32) {
        let colours = canvas.colours;
        let (factor, height) = (row.factor(self.cell), self.image_height(row));
        let width = (row.raster.width * factor) as f32;
        for (i, (image, x)) in row.raster.iter().zip(self.columns()).enumerate() {
            let left = x + ((self.cell_width - width) / 2.0).floor();
            let outline = Area {
                left: left - OUTLINE,
                top: top - OUTLINE,
                width: width + 2.0 * OUTLINE,
                height: height + 2.0 * OUTLINE,
            };
            canvas.fill(outline, colours.hairline);
            canvas.image(image, row.raster.width, factor, [left, top]);
            if let Some(caption) = row.captions.get(i) {
                let caption = SMALL.shorten(caption, self.cell_width);
                let place = [x + self.cell_width / 2.0, top + height + GAP + SMALL.size];
                canvas.text(&caption, SMALL, colours.muted, place, Align::Centre);
            }
        }
        let label = NAME.shorten(&row.label, WIDEST_LABEL);
        let detail = SMALL.shorten(&row.detail, WIDEST_LABEL);
        let shift = if detail.is_empty() { 0.0 } else { SMALL.line_height() / 2.0 };
        let baseline = top + f32::midpoint(height, NAME.cap_height()) - shift;
        canvas.text(&label, NAME, colours.ink, [MARGIN, baseline], Align::Left);
        let baseline = baseline + SMALL.line_height() + 4.0;
        canvas.text(&detail, SMALL, colours.muted, [MARGIN, baseline], Align::Left);
    }
}
