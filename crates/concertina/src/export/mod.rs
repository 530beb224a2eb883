//! What a trained model computes, as plain data: for programs that run it without this library.
//!
//! ```
//! use concertina::export::{Graph, Op};
//! use concertina::model::Architecture;
//! use concertina::recipe::Recipe;
//! use concertina::ImageShape;
//!
//! let recipe = Recipe::named("conv-ae")?;
//! let architecture = Architecture::new(&recipe, ImageShape::new(1, 28, 28), 0)?;
//! let graph = Graph::new(&recipe, &architecture);
//! assert!(matches!(graph.encoder.nodes[0].op, Op::Conv { kernel: 3, stride: 1, .. }));
//! assert_eq!(graph.encoder.nodes[0].output, [16, 28, 28]);
//! # Ok::<(), concertina::Error>(())
//! ```

mod answers;
mod bicubic;
mod checked;
mod graph;
mod op;
mod tensors;

pub mod onnx;
pub mod pytorch;

pub use self::answers::{Pixels, answers};
pub use self::graph::{Codes, Condition, Graph, GuideShape, Half, Output};
pub use self::op::{Activation, Core, Join, Node, Op, Voice};
pub use self::tensors::{Tensor, weights};

#[cfg(test)]
mod tests;
