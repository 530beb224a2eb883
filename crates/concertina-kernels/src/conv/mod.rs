//! Convolutions of every kind, as one gathering sum.

mod algorithm;
mod axis;
mod correlate;
mod correlation;
mod operator;
mod packing;
mod weight_gradient;
mod winograd;

pub(crate) use operator::{Convolution, Kind};
