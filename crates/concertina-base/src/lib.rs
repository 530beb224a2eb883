//! What the library `concertina` stands on: errors that say what to do next, random numbers, work
//! shared out among threads, and numerical methods on plain numbers.
//!
//! Nothing here knows a model, a file or a data set. All results have the same bits for any number
//! of threads.
//!
//! | module | what it has |
//! |---|---|
//! | [`error`], [`hint`] | the one error type, and what to do about an error |
//! | [`shape`], [`text`] | the shape of images; numbers in words |
//! | [`memory`] | how much there is, and taking it without ending the program |
//! | [`parallel`] | loops on many threads, whose results come in the order of the jobs |
//! | [`rng`] | random numbers as a function of seed, purpose and position |
//! | [`math`] | codes and points: moments, neighbours, mixtures, linear algebra |
//!
//! The library has all of it under its own name, except for `parallel`.

#![forbid(unsafe_code)]

pub mod hint;

pub mod error;

pub mod shape;

pub mod text;

pub mod memory;

pub mod parallel;

pub mod rng;

pub mod math;

#[cfg(test)]
mod testing;

pub use error::{Error, Result};
pub use hint::{Hint, HintPart, Warning};
pub use shape::ImageShape;
