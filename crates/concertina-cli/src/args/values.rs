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

/// `I/N`, with I below N.
pub(super) fn share(text: &str) -> Result<[usize; 2], &'static str> {
    let parsed = text.split_once('/').map(|(part, of)| [part.parse(), of.parse()]);
    match parsed {
        Some([Ok(part), Ok(of)]) if part < of => Ok([part, of]),
        _ => Err("expected a part and the number of parts, such as 0/8 to 7/8"),
    }
}

fn not_whole(error: &ParseIntError, otherwise: &'static str) -> &'static str {
    match error.kind() {
        IntErrorKind::PosOverflow => "expected a whole number below 2^64",
        _ => otherwise,
    }
}
