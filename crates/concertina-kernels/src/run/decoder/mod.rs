//! The autoregressive decoder: a conductor if it is hierarchical, and its cores.

mod conductor;
mod core;
mod layer;
mod sequences;
mod stack;
mod token;
mod weights;

pub(super) use self::layer::{Decoder, DecoderTape};
pub use self::token::next as next_token;
