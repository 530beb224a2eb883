//! Curves over the epochs of a training, such as losses.

use super::axis::{Axis, number};
use super::block::{Block, MARGIN};
use super::canvas::{Align, Area, Canvas, Pen};
use super::font::NAME;
use super::frame::{Frame, TickLines, placed};
use super::theme::{Rgb, Theme};
use concertina::Result;
use concertina::text::thousands;

const WIDTH: f32 = 1400.0;
const HEIGHT: f32 = 640.0;
/// The ratio of largest to smallest value from which on the scale is logarithmic.
const LOGARITHMIC_FROM: f64 = 20.0;
/// A first value that would make the scale so many times longer is left out of the frame.
const FIRST_VALUE_LIMIT: f64 = 3.0;
/// With fewer epochs than this, the first is treated like any other.
const FEWEST_EPOCHS: usize = 5;
/// Up to this many points are marked by dots.
const MOST_DOTS: usize = 40;

/// One curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// What it is, for the key.
    pub name: String,
    /// x (the epoch) and y, in the order of drawing. A value that is not finite makes a gap.
    pub points: Vec<[f64; 2]>,
}

impl Series {
    /// A value for each epoch, the first of which is epoch 1.
    pub fn by_epoch(name: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        let points = (1u32..).zip(values).map(|(epoch, value)| [epoch.into(), value]).collect();
        Self { name: name.into(), points }
    }
}

/// A line plot with a key that gives the last value of each curve.
///
/// The y axis is logarithmic if the largest value is at least twenty times the smallest, and linear
/// otherwise. If there are five epochs or more and the first alone would make the axis three times
/// longer, it is left out of the frame, and a note gives its value.
#[derive(Clone, Copy, Debug, Default)]
pub struct Curves<'a> {
    /// Above the plot; may be empty.
    pub title: &'a str,
    /// The name of the x axis, such as "epoch".
    pub x_name: &'a str,
    /// The name of the y axis, with its unit.
    pub y_name: &'a str,
    /// The curves, in the order of the key.
    pub series: &'a [Series],
    /// Below the plot; may be empty.
    pub note: &'a str,
}

impl Curves<'_> {
    /// Draws the plot. Without any finite value it is an empty frame that says so.
    pub fn to_png(&self, theme: Theme) -> Result<Vec<u8>> {
        let (x, y) = (self.x_axis(), self.y_axis());
        let whole = self.finite().all(|[x, _]| x.fract() == 0.0);
        let frame = Frame {
            x_name: self.x_name,
            y_name: self.y_name,
            x_ticks: placed(x, x.ticks(10, if whole { 1.0 } else { 0.0 })),
            y_ticks: placed(y, y.ticks(6, 0.0)),
        };
        let colours = theme.colours();
        let left = MARGIN + frame.left_room();
        let sheet = left + WIDTH + MARGIN;
        let room = sheet - 2.0 * MARGIN;
        let heading = Block::heading(self.title, room);
        let outside = self.outside(y);
        let scale = if y.is_logarithmic() { "The y axis is logarithmic." } else { "" };
        let key_note = if self.finite().next().is_some() {
            "The key gives the last value of each curve."
        } else {
            ""
        };
        let written = [key_note, scale, &outside, &self.missing()].join(" ");
        let notes = Block::notes([self.note, &written], room);
        let key = Key::new(self.series, left, WIDTH);
        let top = MARGIN + heading.height() + key.height();
        let below = top + HEIGHT + frame.bottom_room();

        let mut canvas = Canvas::new(sheet, below + notes.height() + MARGIN, theme)?;
        heading.draw(&mut canvas, colours.ink, MARGIN, MARGIN);
        key.draw(&mut canvas, MARGIN + heading.height());
        let area = Area { left, top, width: WIDTH, height: HEIGHT };
        frame.draw(&mut canvas, area, TickLines::Across);
        for (i, series) in self.series.iter().enumerate().rev() {
            draw_series(&mut canvas, area, series, colours.class(i), (x, y));
        }
        if self.finite().next().is_none() {
            let middle = [left + WIDTH / 2.0, top + HEIGHT / 2.0];
            canvas.mark("no finite values", NAME, colours.muted, middle);
        }
        notes.draw(&mut canvas, colours.muted, MARGIN, below);
        canvas.into_png()
    }

    fn finite(&self) -> impl Iterator<Item = [f64; 2]> {
        self.series.iter().flat_map(finite_points)
    }

    fn x_axis(&self) -> Axis {
        let (low, high) = range(self.finite().map(|[x, _]| x)).unwrap_or((0.0, 1.0));
        if low == high { Axis::linear(low - 0.9, high + 0.9) } else { Axis::linear(low, high) }
            .with_margin(0.02)
    }

    fn y_axis(&self) -> Axis {
        let Some((low, high)) = range(self.finite().map(|[_, y]| y)) else {
            return Axis::linear(0.0, 1.0);
        };
        if low > 0.0 && high / low >= LOGARITHMIC_FROM {
            return Axis::logarithmic(low, high).with_margin(0.05);
        }
        let later = self.series.iter().flat_map(|series| finite_points(series).skip(1));
        let long = self.series.iter().any(|series| series.points.len() >= FEWEST_EPOCHS);
        match range(later.map(|[_, y]| y)) {
            Some((smallest, largest))
                if long
                    && largest > smallest
                    && high - smallest > FIRST_VALUE_LIMIT * (largest - smallest) =>
            {
                Axis::linear(smallest.min(low), largest).with_margin(0.08)
            }
            // A single value or two would stand at the very edges.
            None => Axis::linear(low, high).with_margin(0.4),
            _ => Axis::linear(low, high).with_margin(0.05),
        }
    }

    /// The first values that lie above the frame, in words; empty if none does.
    fn outside(&self, y: Axis) -> String {
        let first: Vec<String> = self
            .series
            .iter()
            .filter_map(|series| Some((series, finite_points(series).next()?)))
            .filter(|(_, [_, value])| !y.contains(*value))
            .map(|(series, [_, value])| format!("{} {}", series.name, number(value)))
            .collect();
        if first.is_empty() {
            return String::new();
        }
        format!("Outside the frame in the first epoch: {}.", first.join(", "))
    }

    fn missing(&self) -> String {
        let all: usize = self.series.iter().map(|series| series.points.len()).sum();
        match all - self.finite().count() {
            0 => String::new(),
            missing => {
                format!(
                    "Not finite and left out: {} of {} values.",
                    thousands(missing),
                    thousands(all)
                )
            }
        }
    }
}

/// The names of the curves in a row above the area, with their last values.
pub(super) struct Key {
    /// Left end, line, and text of each.
    entries: Vec<(f32, usize, String)>,
    lines: usize,
}

impl Key {
    const SWATCH: f32 = 44.0;
    const LINE: f32 = 44.0;

    pub(super) fn new(series: &[Series], left: f32, width: f32) -> Self {
        let (mut x, mut line) = (left, 0);
        let mut entries = Vec::new();
        for series in series {
            let last = finite_points(series).last().map_or(String::new(), |[_, y]| number(y));
            let room = width - Self::SWATCH - NAME.width(&last) - 40.0;
            let name = NAME.shorten(&series.name, room);
            let text = format!("{name}  {last}").trim_end().to_owned();
            let needed = Self::SWATCH + 12.0 + NAME.width(&text);
            if x > left && x + needed > left + width {
                (x, line) = (left, line + 1);
            }
            entries.push((x, line, text));
            x += needed + 44.0;
        }
        Self { lines: if entries.is_empty() { 0 } else { line + 1 }, entries }
    }

    pub(super) fn height(&self) -> f32 {
        if self.lines == 0 { 0.0 } else { self.lines as f32 * Self::LINE + 10.0 }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, top: f32) {
        for (i, (x, line, text)) in self.entries.iter().enumerate() {
            let middle = top + *line as f32 * Self::LINE + Self::LINE / 2.0;
            let swatch = [[*x + 3.0, middle], [x + Self::SWATCH - 3.0, middle]];
            canvas.line(&swatch, &Pen::new(6.0, canvas.colours.class(i)), None);
            let start = [x + Self::SWATCH + 12.0, middle + NAME.cap_height() / 2.0];
            canvas.text(text, NAME, canvas.colours.ink, start, Align::Left);
        }
    }
}

fn draw_series(canvas: &mut Canvas, area: Area, series: &Series, colour: Rgb, axes: (Axis, Axis)) {
    let Some(clip) = canvas.clip(area) else { return };
    let (x, y) = axes;
    let place = |[across, up]: [f64; 2]| {
        [area.left + x.place(across) * area.width, area.bottom() - y.place(up) * area.height]
    };
    let pen = Pen::new(5.0, colour);
    for run in series.points.split(|point| !is_finite(*point)) {
        let run: Vec<[f32; 2]> = run.iter().map(|point| place(*point)).collect();
        canvas.line(&run, &pen, Some(&clip));
    }
    let dots: Vec<[f64; 2]> = finite_points(series).filter(|[_, v]| y.contains(*v)).collect();
    // Of a long curve only the end is marked.
    let marked = if dots.len() <= MOST_DOTS { 0 } else { dots.len() - 1 };
    for dot in &dots[marked..] {
        canvas.dot(place(*dot), 7.0, colour, 1.0);
    }
}

fn finite_points(series: &Series) -> impl Iterator<Item = [f64; 2]> {
    series.points.iter().copied().filter(|point| is_finite(*point))
}

fn is_finite(point: [f64; 2]) -> bool {
    point.iter().all(|value| value.is_finite())
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range, value| {
        let (low, high) = range.unwrap_or((value, value));
        Some((value.min(low), value.max(high)))
    })
}
