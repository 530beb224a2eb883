//! All tests of the formats that look at them from outside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod archives;
mod damage;
mod messages;
mod numpy;
mod round_trip;
