//! Long short-term memories: layers of them, and what the decoder shares with these.

mod blocks;
mod cell;
mod distinct;
mod layer;
mod steps;
mod sums;
mod tape;

pub(crate) use self::blocks::{Block, Blocks};
pub(super) use self::cell::{Backward, GATES, forward as cell_forward};
pub(super) use self::layer::{Lstm, LstmTape, Reads};
pub(super) use self::sums::{add, sum_steps};
pub(super) use self::tape::{LayerTape, Written};
