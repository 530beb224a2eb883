//! Points in a plane, such as two-dimensional codes, coloured by class.

use std::fmt::Write as _;

use super::axis::Axis;
use super::block::{Block, MARGIN};
use super::canvas::{Area, Canvas, Pen};
use super::classes::Classes;
use super::font::{MARK, NAME};
use super::frame::{Frame, TickLines, placed};
use super::legend::Legend;
use super::theme::Theme;
use super::thumbnails::Thumbnails;
use concertina::data::Images;
use concertina::text::thousands;
use concertina::{Error, Result};

/// The width of the area that the points lie in; its height follows from the data.
const WIDTH: f32 = 1200.0;
/// Smallest and largest height as fractions of the width.
const HEIGHTS: (f64, f64) = (0.62, 1.05);
/// How far the frame may reach beyond the 1st and the 99th percentile of the values, as a fraction
/// of the distance between these.
const REACH: f64 = 0.5;

/// A scatter plot with the same scale on both axes.
///
/// Points are drawn in an order that mixes the classes, so that none hides another. A few outliers
/// do not squeeze the rest: the frame reaches beyond the 1st and the 99th percentile by half of the
/// distance between them, and a note says how many points lie outside. Values that are not finite
/// are left out and counted too.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scatter<'a> {
    /// Above the plot; may be empty.
    pub title: &'a str,
    /// x and y of each.
    pub points: &'a [[f32; 2]],
    /// A class for every point, or empty for points of one colour.
    pub labels: &'a [u32],
    /// Names by class, for the key; a class without one is named by its number.
    pub class_names: &'a [String],
    /// The name of the x axis; may be empty.
    pub x_name: &'a str,
    /// The name of the y axis; may be empty.
    pub y_name: &'a str,
    /// Circles around the origin, such as 1 and 2 for one and two standard deviations of a normal
    /// prior.
    pub circles: &'a [f32],
    /// The image of every point, drawn in place of its dot where there is room: points without
    /// classes tell little otherwise.
    pub thumbnails: Option<&'a Images>,
    /// Below the plot; may be empty.
    pub note: &'a str,
}

impl Scatter<'_> {
    /// Draws the plot. No point at all gives an empty frame that says so.
    ///
    /// # Errors
    /// If there are labels or thumbnails, but not one for every point.
    pub fn to_png(&self, theme: Theme) -> Result<Vec<u8>> {
        if !self.labels.is_empty() && self.labels.len() != self.points.len() {
            return Err(Error::data(format!(
                "expected a label for each of {} points, found {} labels",
                self.points.len(),
                self.labels.len()
            )));
        }
        let thumbnails = self.thumbnails.map(|images| Thumbnails::new(images, self.points.len()));
        let thumbnails = thumbnails.transpose()?;
        let finite: Vec<usize> = (0..self.points.len())
            .filter(|i| self.points[*i].iter().all(|value| value.is_finite()))
            .collect();
        let (x, y) = self.axes(&finite);
        let (width, height) = (WIDTH, (f64::from(WIDTH) * y.span() / x.span()) as f32);
        let frame = Frame {
            x_name: self.x_name,
            y_name: self.y_name,
            x_ticks: placed(x, x.ticks(8, 0.0)),
            y_ticks: placed(y, y.ticks((8.0 * height / width) as usize, 0.0)),
        };
        let colours = theme.colours();
        let classes = Classes::new(self.labels, self.class_names, colours);
        let legend = Legend::new(classes.legend(colours), height);
        let key = if legend.width() > 0.0 { legend.width() + MARGIN } else { 0.0 };

        let left = MARGIN + frame.left_room();
        let sheet = left + width + key + MARGIN;
        let heading = Block::heading(self.title, sheet - 2.0 * MARGIN);
        let top = MARGIN + heading.height();
        let outside = finite.len() - finite.iter().filter(|i| self.inside(**i, x, y)).count();
        let counts = self.counts(finite.len(), outside);
        let at = |[across, up]: [f64; 2]| {
            [left + x.place(across) * width, top + height - y.place(up) * height]
        };
        let inside: Vec<usize> = finite.iter().copied().filter(|i| self.inside(*i, x, y)).collect();
        let places = inside
            .iter()
            .map(|i| (self.labels.get(*i).copied(), at(self.points[*i].map(f64::from))))
            .collect::<Vec<_>>();
        let area = Area { left, top, width, height };
        let middles: Vec<[f32; 2]> = places.iter().map(|(_, middle)| *middle).collect();
        let shown = thumbnails.as_ref().map(|thumbnails| thumbnails.choose(&middles, area));
        let counts =
            counts + &shown.as_ref().map_or(String::new(), |s| shown_note(s.len(), &places));
        let notes = Block::notes([self.note, &counts], sheet - 2.0 * MARGIN);
        let below = top + height + frame.bottom_room();

        let mut canvas = Canvas::new(sheet, below + notes.height() + MARGIN, theme)?;
        heading.draw(&mut canvas, colours.ink, MARGIN, MARGIN);
        frame.draw(&mut canvas, area, TickLines::Across);
        self.draw_circles(&mut canvas, area, at);
        draw_points(&mut canvas, &classes, &places);
        if let Some((thumbnails, shown)) = thumbnails.zip(shown) {
            let images = shown.iter().map(|&place| (inside[place], middles[place]));
            thumbnails.draw(&mut canvas, images);
        }
        draw_marks(&mut canvas, &classes, &places);
        if places.is_empty() {
            let middle = [left + width / 2.0, top + height / 2.0];
            canvas.mark("no points", NAME, colours.muted, middle);
        }
        legend.draw(&mut canvas, left + width + MARGIN, top);
        notes.draw(&mut canvas, colours.muted, MARGIN, below);
        canvas.into_png()
    }

    /// Two axes with the same length to a unit.
    fn axes(&self, finite: &[usize]) -> (Axis, Axis) {
        let axis = |dimension: usize| {
            let mut values: Vec<f64> =
                finite.iter().map(|i| f64::from(self.points[*i][dimension])).collect();
            let (low, high) = robust_range(&mut values).unwrap_or((-1.0, 1.0));
            Axis::linear(low, high)
        };
        let (x, y) = (axis(0), axis(1));
        // One point, or all on one line: the longer axis gives the scale.
        let x = x.widened_to(y.span() / HEIGHTS.1).with_margin(0.03);
        let y = y.widened_to(0.0).with_margin(0.03);
        let y = y.widened_to(x.span() * HEIGHTS.0);
        let x = x.widened_to(y.span() / HEIGHTS.1);
        (x, y)
    }

    fn inside(&self, i: usize, x: Axis, y: Axis) -> bool {
        let [across, up] = self.points[i].map(f64::from);
        x.contains(across) && y.contains(up)
    }

    /// What is missing from the plot, in words; empty if nothing is.
    fn counts(&self, finite: usize, outside: usize) -> String {
        let all = self.points.len();
        let mut text = String::new();
        for (what, missing) in
            [("Outside the frame", outside), ("Not finite and left out", all - finite)]
        {
            if missing > 0 {
                let _ =
                    write!(text, "{what}: {} of {} points. ", thousands(missing), thousands(all));
            }
        }
        text
    }

    fn draw_circles(&self, canvas: &mut Canvas, area: Area, at: impl Fn([f64; 2]) -> [f32; 2]) {
        let Some(clip) = canvas.clip(area) else { return };
        let pen = Pen { width: 2.5, colour: canvas.colours.muted, dashed: true };
        for radius in self.circles.iter().copied().filter(|r| r.is_finite()).map(f64::from) {
            let ring: Vec<[f32; 2]> = (0..=180)
                .map(|step| f64::from(step).to_radians() * 2.0)
                .map(|angle| at([radius * angle.cos(), radius * angle.sin()]))
                .collect();
            canvas.line(&ring, &pen, Some(&clip));
        }
    }
}

/// A place on the sheet and the class of the point there.
type Place = (Option<u32>, [f32; 2]);

fn draw_points(canvas: &mut Canvas, classes: &Classes, places: &[Place]) {
    let (radius, opacity) = match places.len() {
        0..=200 => (8.0, 0.9),
        201..=2_000 => (6.0, 0.75),
        2_001..=20_000 => (4.2, 0.6),
        _ => (3.0, 0.4),
    };
    let (plain, grey) = (canvas.colours.palette[0], canvas.colours.grey);
    for i in mixed_order(places.len()) {
        let (label, place) = places[i];
        let colour = match label {
            None => plain,
            Some(label) => classes.get(label).map_or(grey, |class| class.colour),
        };
        canvas.dot(place, radius, colour, opacity);
    }
}

/// How many are shown as pictures; empty if all are.
fn shown_note(shown: usize, places: &[Place]) -> String {
    if shown == places.len() {
        return String::new();
    }
    let (some, all) = (thousands(shown), thousands(places.len()));
    format!("{some} of {all} are shown as pictures, where there is room; the others are dots. ")
}

/// Writes the name of each class at the median of its points.
fn draw_marks(canvas: &mut Canvas, classes: &Classes, places: &[Place]) {
    let mut marks: Vec<([f32; 2], f32, String)> = Vec::new();
    for (label, class) in classes.iter() {
        let of_class = || places.iter().filter(|(l, _)| *l == Some(label)).map(|(_, place)| place);
        let (across, up) = (median(of_class().map(|p| p[0])), median(of_class().map(|p| p[1])));
        let (Some(across), Some(up)) = (across, up) else { continue };
        let name = MARK.shorten(&class.name, 220.0).into_owned();
        marks.push(([across, up], MARK.width(&name), name));
    }
    // A few rounds of pushing apart what overlaps, up and down, as far as half of a line each.
    for _ in 0..12 {
        for i in 0..marks.len() {
            for j in 0..i {
                let apart = [marks[i].0[0] - marks[j].0[0], marks[i].0[1] - marks[j].0[1]];
                let room = [f32::midpoint(marks[i].1, marks[j].1) + 8.0, MARK.cap_height() + 10.0];
                if apart[0].abs() < room[0] && apart[1].abs() < room[1] {
                    let push =
                        (room[1] - apart[1].abs()) / 2.0 * if apart[1] < 0.0 { -1.0 } else { 1.0 };
                    marks[i].0[1] += push;
                    marks[j].0[1] -= push;
                }
            }
        }
    }
    for (place, _, name) in marks {
        canvas.mark(&name, MARK, canvas.colours.ink, place);
    }
}

/// The smallest and largest of those `values` that lie no further than [`REACH`] beyond the 1st and
/// 99th percentile.
fn robust_range(values: &mut [f64]) -> Option<(f64, f64)> {
    values.sort_unstable_by(f64::total_cmp);
    let hundredth = values.len() / 100;
    let (first, last) = (*values.get(hundredth)?, values[values.len() - 1 - hundredth]);
    let reach = (last - first) * REACH;
    let mut near = values.iter().filter(|value| (first - reach..=last + reach).contains(*value));
    let smallest = *near.next()?;
    Some((smallest, *near.next_back().unwrap_or(&smallest)))
}

fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_unstable_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

/// The numbers 0..n in strides of about the golden ratio, which puts distant ones next to each
/// other.
fn mixed_order(n: usize) -> impl Iterator<Item = usize> {
    let mut stride = (n as f64 * 0.618_034) as usize;
    while n > 1 && common_divisor(stride, n) != 1 {
        stride += 1;
    }
    (0..n).map(move |i| (i as u64 * stride as u64 % n as u64) as usize)
}

fn common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_divisor(b, a % b) }
}
