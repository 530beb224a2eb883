//! The skeletons: for each class several ways of writing it, as knots of pen strokes.
//!
//! Coordinates are in hundredths of the digit's height, right and down from its upper left corner.
//! Size and position do not matter, since every digit is fitted into the frame afterwards.

mod five_to_nine;
mod zero_to_four;

use five_to_nine::{EIGHT, FIVE, NINE, SEVEN, SIX};
use zero_to_four::{FOUR, ONE, THREE, TWO, ZERO};

use super::Point;

/// One way to write a digit.
#[derive(Debug)]
pub(super) struct Form {
    /// How often it is chosen, relative to the class's other forms.
    pub share: u32,
    /// The strokes, each drawn without lifting the pen.
    pub strokes: &'static [&'static [Knot]],
}

/// A point that the pen passes, which varies between two extremes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Knot {
    /// One extreme.
    pub one: Point,
    /// The other.
    pub other: Point,
    /// Whether the pen may turn sharply here.
    pub corner: bool,
}

impl Knot {
    /// Sets the other extreme. All knots of a form are blended by the same factor.
    const fn to(self, x: f32, y: f32) -> Self {
        Self { other: [x, y], ..self }
    }

    /// Makes the knot a corner.
    const fn corner(self) -> Self {
        Self { corner: true, ..self }
    }
}

/// A smooth knot whose two extremes are the same.
const fn at(x: f32, y: f32) -> Knot {
    Knot { one: [x, y], other: [x, y], corner: false }
}

/// The forms of `class`, which must be below 10.
pub(super) fn of(class: u32) -> &'static [Form] {
    [ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE][class as usize]
}
