//! A few lines of text that take their own height: headings and notes.

use super::canvas::{Align, Canvas};
use super::font::{SMALL, Style, TITLE};
use super::theme::Rgb;

/// The margin around every figure.
pub(super) const MARGIN: f32 = 36.0;

/// Lines of one style; perhaps none.
pub(super) struct Block {
    style: Style,
    lines: Vec<String>,
    /// Free room above and below, if there is any line.
    above: f32,
    below: f32,
}

impl Block {
    /// The heading of a figure, no wider than `room`.
    pub(super) fn heading(text: &str, room: f32) -> Self {
        Self { style: TITLE, lines: TITLE.wrap(text, room), above: 0.0, below: 18.0 }
    }

    /// Small print below a figure, each note on lines of its own, no wider than `room`.
    pub(super) fn notes<'a>(notes: impl IntoIterator<Item = &'a str>, room: f32) -> Self {
        let lines = notes.into_iter().flat_map(|note| SMALL.wrap(note, room)).collect();
        Self { style: SMALL, lines, above: 18.0, below: 0.0 }
    }

    /// With the free room around it.
    pub(super) fn height(&self) -> f32 {
        if self.lines.is_empty() {
            return 0.0;
        }
        self.above + self.lines.len() as f32 * self.style.line_height() + self.below
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, colour: Rgb, left: f32, top: f32) {
        for (i, line) in self.lines.iter().enumerate() {
            let y = top + self.above + i as f32 * self.style.line_height() + self.style.size;
            canvas.text(line, self.style, colour, [left, y], Align::Left);
        }
    }
}
