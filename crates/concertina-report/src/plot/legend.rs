//! The key of a plot: a dot and a name for each colour, in columns.

use super::canvas::{Align, Canvas};
use super::font::NAME;
use super::theme::Rgb;

/// Longer names are shortened.
const WIDEST_NAME: f32 = 300.0;
const ROW: f32 = 42.0;
/// From the left of a dot to its name.
const INDENT: f32 = 34.0;
const COLUMN_GAP: f32 = 36.0;

/// One colour and what it stands for.
pub(super) struct Entry {
    pub(super) colour: Rgb,
    pub(super) name: String,
}

/// The entries from top to bottom, in as many columns as the height asks for.
pub(super) struct Legend {
    entries: Vec<Entry>,
    rows: usize,
    column: f32,
}

impl Legend {
    /// A key no higher than `height`.
    pub(super) fn new(mut entries: Vec<Entry>, height: f32) -> Self {
        for entry in &mut entries {
            entry.name = NAME.shorten(&entry.name, WIDEST_NAME).into_owned();
        }
        let widest = entries.iter().map(|entry| NAME.width(&entry.name)).fold(0.0, f32::max);
        let rows = ((height / ROW) as usize).max(1);
        Self { entries, rows, column: INDENT + widest.ceil() }
    }

    pub(super) fn width(&self) -> f32 {
        let columns = self.entries.len().div_ceil(self.rows) as f32;
        (columns * (self.column + COLUMN_GAP) - COLUMN_GAP).max(0.0)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, left: f32, top: f32) {
        for (i, entry) in self.entries.iter().enumerate() {
            let x = left + (i / self.rows) as f32 * (self.column + COLUMN_GAP);
            let middle = top + (i % self.rows) as f32 * ROW + ROW / 2.0;
            canvas.dot([x + 10.0, middle], 10.0, entry.colour, 1.0);
            let baseline = middle + NAME.cap_height() / 2.0;
            let ink = canvas.colours.ink;
            canvas.text(&entry.name, NAME, ink, [x + INDENT, baseline], Align::Left);
        }
    }
}
