//! Bars side by side, such as the probabilities of a few outcomes.

use super::axis::Axis;
use super::block::{Block, MARGIN};
use super::canvas::{Area, Canvas};
use super::curves::{Key, Series};
use super::frame::{Frame, TickLines, placed};
use super::theme::Theme;
use concertina::{Error, Result};

const WIDTH: f32 = 1400.0;
const HEIGHT: f32 = 520.0;
/// The fraction of a group's width that is left free beside its bars.
const FREE: f32 = 0.26;

/// Groups of bars that start at zero, with one bar for each series in a group.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bars<'a> {
    /// Above the plot; may be empty.
    pub title: &'a str,
    /// The name of the x axis.
    pub x_name: &'a str,
    /// The name of the y axis, with its unit.
    pub y_name: &'a str,
    /// What the groups are called, from left to right.
    pub groups: &'a [String],
    /// The name of each series, and a value of at least 0 for each group.
    pub series: &'a [(String, Vec<f64>)],
    /// Below the plot; may be empty.
    pub note: &'a str,
}

impl Bars<'_> {
    /// Draws the plot.
    ///
    /// # Errors
    /// If there is no group or no series, a series does not have one value for each group, or a
    /// value is negative or not finite.
    pub fn to_png(&self, theme: Theme) -> Result<Vec<u8>> {
        let largest = self.largest()?;
        let y = Axis::linear(0.0, if largest > 0.0 { 1.06 * largest } else { 1.0 });
        let n = self.groups.len() as f32;
        let middle = |group: usize| (group as f32 + 0.5) / n;
        let frame = Frame {
            x_name: self.x_name,
            y_name: self.y_name,
            x_ticks: Vec::new(),
            y_ticks: placed(y, y.ticks(5, 0.0)),
        };
        let colours = theme.colours();
        let left = MARGIN + frame.left_room();
        let sheet = left + WIDTH + MARGIN;
        let heading = Block::heading(self.title, sheet - 2.0 * MARGIN);
        let notes = Block::notes([self.note], sheet - 2.0 * MARGIN);
        let key = Key::new(&self.names(), left, WIDTH);
        let top = MARGIN + heading.height() + key.height();
        let below = top + HEIGHT + frame.bottom_room();

        let mut canvas = Canvas::new(sheet, below + notes.height() + MARGIN, theme)?;
        heading.draw(&mut canvas, colours.ink, MARGIN, MARGIN);
        key.draw(&mut canvas, MARGIN + heading.height());
        let area = Area { left, top, width: WIDTH, height: HEIGHT };
        frame.draw(&mut canvas, area, TickLines::Across);
        // No line goes up between the bars of a group.
        let x_ticks = self.groups.iter().enumerate();
        let x_ticks = x_ticks.map(|(group, name)| (middle(group), name.clone())).collect();
        let below_bars = Frame { x_name: "", y_name: "", x_ticks, y_ticks: Vec::new() };
        below_bars.draw(&mut canvas, area, TickLines::Outside);
        let bar = WIDTH / n * (1.0 - FREE) / self.series.len() as f32;
        for (i, (_, values)) in self.series.iter().enumerate() {
            for (group, value) in values.iter().enumerate() {
                let height = y.place(*value) * HEIGHT;
                let start = left + middle(group) * WIDTH - bar * self.series.len() as f32 / 2.0;
                let area = Area {
                    left: start + i as f32 * bar,
                    top: area.bottom() - height,
                    width: bar - 2.0,
                    height,
                };
                canvas.fill(area, colours.class(i));
            }
        }
        notes.draw(&mut canvas, colours.muted, MARGIN, below);
        canvas.into_png()
    }

    /// Series without points, for the key.
    fn names(&self) -> Vec<Series> {
        let names = self.series.iter().map(|(name, _)| name.clone());
        names.map(|name| Series { name, points: Vec::new() }).collect()
    }

    /// The largest value.
    ///
    /// # Errors
    /// As [`Bars::to_png`].
    fn largest(&self) -> Result<f64> {
        let n = self.groups.len();
        if n == 0 || self.series.is_empty() {
            return Err(Error::data(format!(
                "expected bars to draw, found {n} groups of {}",
                self.series.len()
            )));
        }
        let mut largest = 0.0f64;
        for (name, values) in self.series {
            if values.len() != n {
                return Err(Error::data(format!(
                    "expected {n} values of `{name}`, one for each group, found {}",
                    values.len()
                )));
            }
            if let Some(value) = values.iter().find(|value| !value.is_finite() || **value < 0.0) {
                return Err(Error::data(format!(
                    "expected values of at least 0 of `{name}`, found {value}"
                )));
            }
            largest = values.iter().copied().fold(largest, f64::max);
        }
        Ok(largest)
    }
}
