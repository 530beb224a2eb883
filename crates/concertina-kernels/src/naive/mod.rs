//! The textbook version of every layer, in f64, with which the fast one is compared.

mod activation;
mod bidirectional;
mod decoder;
mod lstm;
mod passes;
mod sites;

pub(crate) use self::passes::{backward, forward};
