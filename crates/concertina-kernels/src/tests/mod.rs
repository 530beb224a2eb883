//! What must hold of every model.

mod agreement;
mod batch;
mod categorical;
mod decoder;
mod dense;
mod determinism;
mod errors;
mod gradient;
mod loss;
mod math;
mod models;
mod numbers;
mod optimiser;
mod passes;
mod special;
mod tokens;
mod wide;
