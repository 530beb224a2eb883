//! The command as a whole: the real binary, in a folder of its own.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod kill;
mod lesson;
mod pages;
mod place;
mod teach;
mod use_it;
