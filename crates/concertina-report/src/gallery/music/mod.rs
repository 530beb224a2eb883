//! The figures of a model of music, and what can be heard of them.

mod accuracy;
mod examples;
mod generated;
mod recording;
mod rolls;
mod thumbnails;

pub(super) use self::accuracy::{Accuracies, Accuracy};
pub use self::recording::{Heard, Recording};
pub(crate) use self::rolls::untitled;
pub use self::rolls::{TokenRow, columns as roll_columns, piano_rolls};
pub use self::thumbnails::roll_thumbnails;
