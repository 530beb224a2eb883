//! ONNX, the exchange format of neural networks: a graph of operators as one protobuf message.
//!
//! The structs are the parts of ONNX's messages that a network for inference needs, under ONNX's
//! names; [`write()`] encodes them by the field numbers of `onnx.proto3`. The same model gives the
//! same bytes.
//!
//! ```
//! use concertina_formats::onnx::{self, Dim, Element, Graph, Model, Node, Value};
//!
//! let any = |name: &str| Value {
//!     name: name.to_owned(),
//!     element: Element::Float,
//!     shape: vec![Dim::Named("N".to_owned()), Dim::Fixed(3)],
//! };
//! let relu = Node::new("Relu", ["x"], ["y"]);
//! let graph = Graph { nodes: vec![relu], ..Graph::new("relu", vec![any("x")], vec![any("y")]) };
//! let bytes = onnx::write(&Model { graph, metadata: Vec::new() })?;
//! assert!(bytes.windows(4).any(|four| four == b"Relu"));
//! # Ok::<(), concertina_formats::Error>(())
//! ```

mod message;

pub use self::message::write;

/// The version of the operators, of ONNX 1.13: the oldest with all that is needed.
pub const OPSET: u64 = 18;

/// A graph and what is said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What is computed.
    pub graph: Graph,
    /// Names and values of whatever a reader may want to know.
    pub metadata: Vec<(String, String)>,
}

/// Operators from inputs to outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// What it is called.
    pub name: String,
    /// Each after those whose outputs it takes.
    pub nodes: Vec<Node>,
    /// Constants and weights.
    pub initializers: Vec<Tensor>,
    /// What has to be given.
    pub inputs: Vec<Value>,
    /// What is computed.
    pub outputs: Vec<Value>,
}

impl Graph {
    /// A graph that has no nodes yet.
    pub fn new(name: impl Into<String>, inputs: Vec<Value>, outputs: Vec<Value>) -> Self {
        let (nodes, initializers) = (Vec::new(), Vec::new());
        Self { name: name.into(), nodes, initializers, inputs, outputs }
    }
}

/// An application of an operator. Values are known by their names.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The operator, for instance "Conv".
    pub op: &'static str,
    /// The names of its arguments; an empty one is left out.
    pub inputs: Vec<String>,
    /// The names of its results; an empty one is not wanted.
    pub outputs: Vec<String>,
    /// Its attributes.
    pub attributes: Vec<(&'static str, Attribute)>,
}

impl Node {
    /// A node without attributes.
    pub fn new<I: Into<String>, O: Into<String>>(
        op: &'static str,
        inputs: impl IntoIterator<Item = I>,
        outputs: impl IntoIterator<Item = O>,
    ) -> Self {
        let inputs = inputs.into_iter().map(Into::into).collect();
        let outputs = outputs.into_iter().map(Into::into).collect();
        Self { op, inputs, outputs, attributes: Vec::new() }
    }
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Attribute {
    /// A number.
    Float(f32),
    /// A whole number.
    Int(i64),
    /// Whole numbers.
    Ints(Vec<i64>),
    /// A word.
    Text(&'static str),
    /// The body of a loop.
    Graph(Graph),
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Its shape; none for a single number. The last axis is the fastest.
    pub shape: Vec<usize>,
    /// Its values.
    pub values: Values,
}

/// The values of a constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// As FLOAT.
    Floats(Vec<f32>),
    /// As INT64.
    Ints(Vec<i64>),
}

/// An input or output of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Its name.
    pub name: String,
    /// What it is made of.
    pub element: Element,
    /// The length of each axis; none for a single number.
    pub shape: Vec<Dim>,
}

/// A type of tensors' values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// `f32`.
    Float,
    /// `u8`.
    Uint8,
    /// `i64`.
    Int64,
    /// `bool`.
    Bool,
}

/// The length of an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dim {
    /// Always this.
    Fixed(usize),
    /// Whatever is given, as "N", the number of examples.
    Named(String),
}

#[cfg(test)]
mod tests;
