//! The sheet that figures are drawn on: rectangles, lines, dots, images and text in pixels from the
//! top left.

use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Mask, Paint, PathBuilder, Pixmap, Rect, Stroke, StrokeDash,
    Transform,
};

use super::font::Style;
use super::png;
use super::theme::{Colours, Rgb, Theme};
use concertina::{Error, Result};

/// More pixels than any screen or printer shows, and few enough for 512 MB.
const MOST_PIXELS: usize = 128 << 20;

/// Which end of a text the given x is.
#[derive(Clone, Copy)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// A rectangle in pixels.
#[derive(Clone, Copy)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Area {
    pub(super) fn right(self) -> f32 {
        self.left + self.width
    }

    pub(super) fn bottom(self) -> f32 {
        self.top + self.height
    }
}

pub(super) struct Canvas {
    pixmap: Pixmap,
    pub(super) colours: &'static Colours,
}

impl Canvas {
    /// An empty sheet. A fraction of a pixel is rounded up.
    pub(super) fn new(width: f32, height: f32, theme: Theme) -> Result<Self> {
        let (width, height) = (width.ceil() as usize, height.ceil() as usize);
        if width.saturating_mul(height) > MOST_PIXELS {
            return Err(Error::data(format!(
                "expected a figure of at most {MOST_PIXELS} pixels, found {width}x{height}"
            ))
            .with_hint("show fewer or smaller images"));
        }
        let colours = theme.colours();
        let mut pixmap = Pixmap::new(width as u32, height as u32)
            .ok_or_else(|| Error::data("expected a figure of at least one pixel, found none"))?;
        pixmap.fill(opaque(colours.ground));
        Ok(Self { pixmap, colours })
    }

    /// A filled rectangle.
    pub(super) fn fill(&mut self, area: Area, colour: Rgb) {
        if let Some(rect) = Rect::from_xywh(area.left, area.top, area.width, area.height) {
            self.pixmap.fill_rect(rect, &paint(colour, 1.0), Transform::identity(), None);
        }
    }

    /// Straight lines from point to point, where they lie inside of `clip`.
    pub(super) fn line(&mut self, points: &[[f32; 2]], pen: &Pen, clip: Option<&Clip>) {
        let mut builder = PathBuilder::new();
        for (i, [x, y]) in points.iter().enumerate() {
            if i == 0 { builder.move_to(*x, *y) } else { builder.line_to(*x, *y) }
        }
        let Some(path) = builder.finish() else { return };
        let stroke = Stroke {
            width: pen.width,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            dash: if pen.dashed { StrokeDash::new(vec![10.0, 9.0], 0.0) } else { None },
            ..Stroke::default()
        };
        self.pixmap.stroke_path(
            &path,
            &paint(pen.colour, 1.0),
            &stroke,
            Transform::identity(),
            clip.map(|clip| &clip.0),
        );
    }

    /// A disc.
    pub(super) fn dot(&mut self, [x, y]: [f32; 2], radius: f32, colour: Rgb, opacity: f32) {
        if let Some(path) = PathBuilder::from_circle(x, y, radius) {
            let paint = paint(colour, opacity);
            self.pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
        }
    }

    /// An image of `width` columns, each of its pixels `factor` x `factor` large, with its corner
    /// at (left, top).
    pub(super) fn image(&mut self, rgb: &[Rgb], width: usize, factor: usize, at: [f32; 2]) {
        let (left, top) = (at[0] as usize, at[1] as usize);
        let stride = self.pixmap.width() as usize;
        let pixels = self.pixmap.pixels_mut();
        for (row, line) in rgb.chunks_exact(width).enumerate() {
            for y in 0..factor {
                let start = (top + row * factor + y) * stride + left;
                let target = &mut pixels[start..start + width * factor];
                for (block, [r, g, b]) in target.chunks_exact_mut(factor).zip(line) {
                    block.fill(tiny_skia::ColorU8::from_rgba(*r, *g, *b, 255).premultiply());
                }
            }
        }
    }

    /// Text with its baseline at `y`.
    pub(super) fn text(
        &mut self,
        text: &str,
        style: Style,
        colour: Rgb,
        [x, y]: [f32; 2],
        align: Align,
    ) {
        let x = x - offset(text, style, align);
        // Whole pixels keep stems and baselines sharp.
        let place = Transform::from_translate(x.round(), y.round());
        self.outline(text, style, colour, place);
    }

    /// Text that reads upwards, with its baseline at `x` and its middle at `y`.
    pub(super) fn text_upwards(&mut self, text: &str, style: Style, colour: Rgb, [x, y]: [f32; 2]) {
        let y = y + offset(text, style, Align::Centre);
        let place = Transform::from_rotate(-90.0).post_translate(x.round(), y.round());
        self.outline(text, style, colour, place);
    }

    /// Text in the middle of (x, y) with a halo of the ground's colour, to be read on top of data.
    pub(super) fn mark(&mut self, text: &str, style: Style, colour: Rgb, [x, y]: [f32; 2]) {
        let Some(path) = style.path(text) else { return };
        let place = Transform::from_translate(
            (x - style.width(text) / 2.0).round(),
            (y + style.cap_height() / 2.0).round(),
        );
        let stroke = Stroke { width: 7.0, line_join: LineJoin::Round, ..Stroke::default() };
        let halo = paint(self.colours.ground, 0.85);
        self.pixmap.stroke_path(&path, &halo, &stroke, place, None);
        self.outline(text, style, colour, place);
    }

    fn outline(&mut self, text: &str, style: Style, colour: Rgb, place: Transform) {
        if let Some(path) = style.path(text) {
            self.pixmap.fill_path(&path, &paint(colour, 1.0), FillRule::Winding, place, None);
        }
    }

    /// A clip to `area`.
    pub(super) fn clip(&self, area: Area) -> Option<Clip> {
        let mut mask = Mask::new(self.pixmap.width(), self.pixmap.height())?;
        let rect = Rect::from_xywh(area.left, area.top, area.width, area.height)?;
        let path = PathBuilder::from_rect(rect);
        mask.fill_path(&path, FillRule::Winding, true, Transform::identity());
        Some(Clip(mask))
    }

    /// The sheet as the bytes of a PNG file.
    pub(super) fn into_png(self) -> Result<Vec<u8>> {
        // The ground is opaque, so every pixel is, and its colour is as it was given.
        let pixels = self.pixmap.pixels().iter();
        let rgb: Vec<[u8; 3]> = pixels.map(|p| [p.red(), p.green(), p.blue()]).collect();
        png::encode(rgb.as_flattened(), self.pixmap.width() as usize, self.pixmap.height() as usize)
    }
}

/// How a line is drawn.
pub(super) struct Pen {
    pub(super) width: f32,
    pub(super) colour: Rgb,
    pub(super) dashed: bool,
}

impl Pen {
    pub(super) fn new(width: f32, colour: Rgb) -> Self {
        Self { width, colour, dashed: false }
    }
}

/// A part of the sheet that lines are kept to.
pub(super) struct Clip(Mask);

fn offset(text: &str, style: Style, align: Align) -> f32 {
    match align {
        Align::Left => 0.0,
        Align::Centre => style.width(text) / 2.0,
        Align::Right => style.width(text),
    }
}

fn opaque([r, g, b]: Rgb) -> Color {
    Color::from_rgba8(r, g, b, 255)
}

fn paint([r, g, b]: Rgb, opacity: f32) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(r, g, b, (opacity * 255.0).round() as u8);
    paint
}
