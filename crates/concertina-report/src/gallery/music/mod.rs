//! The figures of a model of music, and what can be heard of them.

mod accuracy;
mod examples;
mod generated;
mod recording;
mod rolls;

pub(super) use self::accuracy::{Accuracies, Accuracy};
pub use self::recording::{Heard, Recording};
pub(crate) use self::rolls::untitled;
pub use self::rolls::{TokenRow, piano_rolls};
