//! Values of flags, read and checked.

use std::num::{IntErrorKind, ParseIntError};

pub(super) fn count(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(0) => Err("expected a whole number of at least 1"),
        Err(error) => Err(not_whole(&error, "expected a whole number of at least 1")),
        Ok(n) => Ok(n),
    }
}

pub(super) fn zero_to_one(text: &str) -> Result<f64, &'static str> {
    text.parse().ok().filter(|x| (0.0..=1.0).contains(x)).ok_or("expected a number from 0 to 1")
}

pub(super) fn positive(text: &str) -> Result<f64, &'static str> {
    text.parse().ok().filter(|x: &f64| x.is_finite() && *x > 0.0).ok_or("expected a number above 0")
}

pub(super) fn whole(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|error| not_whole(&error, "expected a whole number of at least 0"))
}

fn not_whole(error: &ParseIntError, otherwise: &'static str) -> &'static str {
    match error.kind() {
        IntErrorKind::PosOverflow => "expected a whole number below 2^64",
        _ => otherwise,
    }
}
