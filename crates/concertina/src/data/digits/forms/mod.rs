//! The skeletons: for each class the ways in which people write it, as knots of pen strokes.
//!
//! Places are in hundredths of the figure's height, right and down from its upper left corner. Size and position do not
//! matter, since every figure is fitted into the frame afterwards.

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
    /// What the pen draws between being put down and lifted.
    pub strokes: &'static [&'static [Knot]],
}

/// A place the pen passes, anywhere between two extremes.
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
    /// The other extreme. The knots of a form go from one extreme to the other together.
    const fn to(self, x: f32, y: f32) -> Self {
        Self { other: [x, y], ..self }
    }

    /// The same knot, where the pen may turn sharply.
    const fn corner(self) -> Self {
        Self { corner: true, ..self }
    }
}

/// A smooth knot whose extremes are the same.
const fn at(x: f32, y: f32) -> Knot {
    Knot { one: [x, y], other: [x, y], corner: false }
}

/// The forms of `class`, which must be below 10.
pub(super) fn of(class: u32) -> &'static [Form] {
    [ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE][class as usize]
}
