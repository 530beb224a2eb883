//! Text as outlines: how wide it is, how it breaks into lines, and the path that draws it.

use std::borrow::Cow;
use std::sync::LazyLock;

use ab_glyph::{Font as _, FontRef, GlyphId, OutlineCurve, Point};
use tiny_skia::{Path, PathBuilder};

static REGULAR: LazyLock<FontRef<'static>> =
    LazyLock::new(|| parse(include_bytes!("../../assets/inter-regular.otf")));
static SEMIBOLD: LazyLock<FontRef<'static>> =
    LazyLock::new(|| parse(include_bytes!("../../assets/inter-semibold.otf")));

fn parse(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("the embedded typeface is a font")
}

/// A size, in pixels to the em, and a weight.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) size: f32,
    bold: bool,
}

/// The heading of a figure.
pub(super) const TITLE: Style = Style { size: 31.0, bold: true };
/// Names: of axes, rows, columns, classes.
pub(super) const NAME: Style = Style { size: 25.0, bold: false };
/// A name that stands on top of the data.
pub(super) const MARK: Style = Style { size: 30.0, bold: true };
/// Tick labels, captions and notes.
pub(super) const SMALL: Style = Style { size: 22.0, bold: false };

/// The height of a capital, as a fraction of the size.
const CAP_HEIGHT: f32 = 0.727;

impl Style {
    /// From one baseline to the next.
    pub(super) fn line_height(self) -> f32 {
        (self.size * 1.36).round()
    }

    /// From the baseline up to the top of a capital or a digit.
    pub(super) fn cap_height(self) -> f32 {
        self.size * CAP_HEIGHT
    }

    /// The width of `text` in pixels.
    pub(super) fn width(self, text: &str) -> f32 {
        text.chars().map(|c| self.scale() * self.font().h_advance_unscaled(self.glyph(c))).sum()
    }

    /// `text`, or its beginning and "…" if it is wider than `room`.
    pub(super) fn shorten(self, text: &str, room: f32) -> Cow<'_, str> {
        if self.width(text) <= room {
            return Cow::Borrowed(text);
        }
        let room = room - self.width("…");
        let mut width = 0.0;
        let kept: String = text
            .chars()
            .take_while(|c| {
                width += self.scale() * self.font().h_advance_unscaled(self.glyph(*c));
                width <= room
            })
            .collect();
        Cow::Owned(kept.trim_end().to_owned() + "…")
    }

    /// `text` broken between words into lines no wider than `room`; a word that is wider than that
    /// is shortened.
    pub(super) fn wrap(self, text: &str, room: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let word = self.shorten(word, room);
            match lines.last_mut() {
                Some(line) if self.width(line) + self.width(" ") + self.width(&word) <= room => {
                    line.push(' ');
                    line.push_str(&word);
                }
                _ => lines.push(word.into_owned()),
            }
        }
        lines
    }

    /// The outline of `text`, its baseline beginning at the origin, y downwards. `None` if nothing
    /// is visible.
    pub(super) fn path(self, text: &str) -> Option<Path> {
        let mut builder = PathBuilder::new();
        let mut x = 0.0;
        for c in text.chars() {
            let glyph = self.glyph(c);
            if let Some(outline) = self.font().outline(glyph) {
                append(&mut builder, &outline.curves, self.scale(), x);
            }
            x += self.scale() * self.font().h_advance_unscaled(glyph);
        }
        builder.finish()
    }

    fn font(self) -> &'static FontRef<'static> {
        if self.bold { &SEMIBOLD } else { &REGULAR }
    }

    /// Line ends and other controls take the place of a space.
    fn glyph(self, c: char) -> GlyphId {
        self.font().glyph_id(if c.is_control() { ' ' } else { c })
    }

    fn scale(self) -> f32 {
        self.size / self.font().units_per_em().expect("the embedded typeface states its em")
    }
}

/// Adds the contours of one glyph. The curves come in order, without saying where a contour ends:
/// it ends where the next curve does not begin where the last one stopped.
fn append(builder: &mut PathBuilder, curves: &[OutlineCurve], scale: f32, x: f32) {
    let at = |point: &Point| (x + point.x * scale, -point.y * scale);
    let mut last = None;
    for curve in curves {
        let (OutlineCurve::Line(from, to)
        | OutlineCurve::Quad(from, _, to)
        | OutlineCurve::Cubic(from, _, _, to)) = curve;
        if last != Some(*from) {
            if last.is_some() {
                builder.close();
            }
            let (x, y) = at(from);
            builder.move_to(x, y);
        }
        let (x, y) = at(to);
        match curve {
            OutlineCurve::Line(..) => builder.line_to(x, y),
            OutlineCurve::Quad(_, control, _) => {
                let (x1, y1) = at(control);
                builder.quad_to(x1, y1, x, y);
            }
            OutlineCurve::Cubic(_, first, second, _) => {
                let ((x1, y1), (x2, y2)) = (at(first), at(second));
                builder.cubic_to(x1, y1, x2, y2, x, y);
            }
        }
        last = Some(*to);
    }
    if last.is_some() {
        builder.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_as_wide_as_its_outline() {
        let path = NAME.path("Hamburg").expect("letters have outlines");
        let bounds = path.bounds();
        assert!((bounds.right() - NAME.width("Hamburg")).abs() < 4.0);
        assert!((-bounds.top() - NAME.cap_height()).abs() < 1.0);
        assert!(NAME.path(" ").is_none());
    }

    #[test]
    fn long_text_is_shortened_and_wrapped_to_the_room() {
        let text = "a recipe with a rather long name";
        for room in [40.0, 90.0, 200.0] {
            assert!(NAME.width(&NAME.shorten(text, room)) <= room);
            let lines = NAME.wrap(text, room);
            assert!(lines.iter().all(|line| NAME.width(line) <= room), "{lines:?}");
        }
        assert_eq!(NAME.wrap(text, 10_000.0), [text]);
        assert_eq!(NAME.shorten("short", 500.0), "short");
        assert!(NAME.wrap("  ", 50.0).is_empty());
    }

    #[test]
    fn every_character_that_figures_use_is_in_the_typeface() {
        let signs = "0123456789−+.…×→↑≤²₁zé→←↓–";
        let polish = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ";
        let serbian = "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ";
        for c in [signs, polish, serbian].concat().chars() {
            for style in [NAME, TITLE] {
                assert_ne!(style.glyph(c).0, 0, "{c}");
            }
        }
    }
}
