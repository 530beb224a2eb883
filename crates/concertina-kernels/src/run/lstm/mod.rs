//! The long short-term memory layer.

mod cell;
mod layer;

pub(super) use self::layer::{Lstm, LstmTape, Reads};
