//! Running a model: runs of image-local layers, dense layers, and sequences.

mod backward;
mod decoder;
mod dense;
mod forward;
mod gradient;
pub(crate) mod local;
mod lstm;
mod operation;
mod places;
mod repeat;
mod rows;
pub(crate) mod segment;
mod tokens;
mod wide;
mod workspace;

pub use self::decoder::next_token;
