//! The frame of a plot: two axes with their ticks and names around an area.

use super::axis::Tick;
use super::canvas::{Align, Area, Canvas, Pen};
use super::font::{NAME, SMALL};

/// From the area to the tick labels, and from those to the name.
const GAP: f32 = 14.0;

/// A tick: where on its axis it stands, 0 at the low end and 1 at the high end, and its label.
pub(super) type PlacedTick = (f32, String);

/// What is written around an area.
pub(super) struct Frame<'a> {
    pub(super) x_name: &'a str,
    pub(super) y_name: &'a str,
    pub(super) x_ticks: Vec<PlacedTick>,
    /// From the bottom up.
    pub(super) y_ticks: Vec<PlacedTick>,
}

/// How ticks are drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TickLines {
    /// Hairlines across the area.
    Across,
    /// Short strokes outside of it.
    Outside,
}

impl Frame<'_> {
    /// The room left of the area.
    pub(super) fn left_room(&self) -> f32 {
        let widest = self.y_ticks.iter().map(|(_, label)| SMALL.width(label)).fold(0.0, f32::max);
        let name = if self.y_name.is_empty() { 0.0 } else { NAME.line_height() + GAP };
        (name + widest + GAP).ceil()
    }

    /// The room below the area.
    pub(super) fn bottom_room(&self) -> f32 {
        let name = if self.x_name.is_empty() { 0.0 } else { NAME.line_height() + 4.0 };
        (GAP + SMALL.line_height() + name).ceil()
    }

    /// Draws everything but the data.
    pub(super) fn draw(&self, canvas: &mut Canvas, area: Area, lines: TickLines) {
        let colours = canvas.colours;
        let pen = match lines {
            TickLines::Across => Pen::new(2.0, colours.hairline),
            TickLines::Outside => Pen::new(2.0, colours.muted),
        };
        for (place, label) in &self.x_ticks {
            let x = (area.left + place * area.width).round();
            let line = match lines {
                TickLines::Across => [[x, area.top], [x, area.bottom()]],
                TickLines::Outside => [[x, area.bottom() + 2.0], [x, area.bottom() + 8.0]],
            };
            canvas.line(&line, &pen, None);
            let y = area.bottom() + GAP + SMALL.size;
            canvas.text(label, SMALL, colours.muted, [x, y], Align::Centre);
        }
        for (place, label) in &self.y_ticks {
            let y = (area.bottom() - place * area.height).round();
            let line = match lines {
                TickLines::Across => [[area.left, y], [area.right(), y]],
                TickLines::Outside => [[area.left - 8.0, y], [area.left - 2.0, y]],
            };
            canvas.line(&line, &pen, None);
            let baseline = y + SMALL.cap_height() / 2.0;
            canvas.text(label, SMALL, colours.muted, [area.left - GAP, baseline], Align::Right);
        }
        let (middle, baseline) = (area.left + area.width / 2.0, area.bottom() + self.bottom_room());
        let x_name = NAME.shorten(self.x_name, area.width);
        canvas.text(&x_name, NAME, colours.ink, [middle, baseline - 8.0], Align::Centre);
        let left = area.left - self.left_room() + NAME.size;
        let y_name = NAME.shorten(self.y_name, area.height);
        canvas.text_upwards(&y_name, NAME, colours.ink, [left, area.top + area.height / 2.0]);
    }
}

/// The ticks of an axis at their places.
pub(super) fn placed(axis: super::axis::Axis, ticks: Vec<Tick>) -> Vec<PlacedTick> {
    ticks.into_iter().map(|tick| (axis.place(tick.value), tick.label)).collect()
}
