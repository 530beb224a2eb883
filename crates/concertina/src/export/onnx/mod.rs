//! Encoder and decoder as ONNX files, for any program that runs ONNX.
//!
//! ```
//! use concertina::ImageShape;
//! use concertina::export::{Graph, Pixels, onnx};
//! use concertina::model::Architecture;
//! use concertina::recipe::Recipe;
//!
//! let recipe = Recipe::named("conv-ae")?;
//! let architecture = Architecture::new(&recipe, ImageShape::new(1, 28, 28), 0)?;
//! let graph = Graph::new(&recipe, &architecture);
//! let weights = vec![0.0; architecture.n_parameters()];
//! let encoder = onnx::encoder(&graph, &weights, Pixels::Bytes);
//! assert_eq!(encoder.inputs[0].name, "pixels");
//! # Ok::<(), concertina::Error>(())
//! ```
#![expect(clippy::cast_possible_wrap, reason = "ONNX counts in i64, and tensors are far smaller")]

mod build;
mod decoder;
mod ends;
mod enlarge;
mod folder;
mod layers;
mod lstm;
mod network;
mod readme;

pub use self::ends::{decoder, encoder};
pub use self::folder::folder;
