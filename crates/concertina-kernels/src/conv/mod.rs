//! Convolutions of every kind, as one gathering sum.

mod axis;
mod correlate;
mod correlation;
mod operator;
mod packing;
mod weight_gradient;

pub(crate) use operator::{Convolution, Kind};
