//! All tests of music that look at it from outside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a skipped test should be seen")]

mod extraction;
mod law;
mod midi;
mod real;
mod soundfont;
