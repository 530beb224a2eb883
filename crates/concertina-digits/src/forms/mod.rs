//! The skeletons: for each class several ways of writing it, as knots of pen strokes.
//!
//! Coordinates are in hundredths of the digit's height, right and down from its upper left corner.
//! Size and position do not matter, since every digit is fitted into the frame afterwards.

mod five_to_nine;
mod form;
mod zero_to_four;

use five_to_nine::{EIGHT, FIVE, NINE, SEVEN, SIX};
use zero_to_four::{FOUR, ONE, THREE, TWO, ZERO};

pub(super) use self::form::{Form, Knot};

/// The forms of `class`, which must be below 10.
pub(super) fn of(class: u32) -> &'static [Form] {
    [ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE][class as usize]
}
