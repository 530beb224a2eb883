//! Forms of digits, and the knots that they are made of.

use crate::common::Point;

/// One way to write a digit.
#[derive(Debug)]
pub(crate) struct Form {
    /// How often it is chosen, relative to the class's other forms.
    pub share: u32,
    /// The strokes, each drawn without lifting the pen.
    pub strokes: &'static [&'static [Knot]],
}

/// A point that the pen passes, which varies between two extremes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Knot {
    /// One extreme.
    pub one: Point,
    /// The other.
    pub other: Point,
    /// Whether the pen may turn sharply here.
    pub corner: bool,
}

impl Knot {
    /// Sets the other extreme. All knots of a form are blended by the same factor.
    pub(super) const fn to(self, x: f32, y: f32) -> Self {
        Self { other: [x, y], ..self }
    }

    /// Makes the knot a corner.
    pub(super) const fn corner(self) -> Self {
        Self { corner: true, ..self }
    }
}

/// A smooth knot whose two extremes are the same.
pub(super) const fn at(x: f32, y: f32) -> Knot {
    Knot { one: [x, y], other: [x, y], corner: false }
}
