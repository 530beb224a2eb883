//! The messages of `onnx.proto3` and the numbers of their fields.

use super::{Attribute, Dim, Element, Graph, Model, Node, OPSET, Tensor, Value, Values};
use crate::protobuf::Message;
use crate::{Error, Result};

/// The version of the messages, of ONNX 1.13 as [`OPSET`].
const IR_VERSION: u64 = 8;
/// What protobuf's readers take.
const MOST_BYTES: usize = i32::MAX as usize;

/// Encodes a model.
///
/// # Errors
/// If it has more than the 2 GiB that a protobuf message may have.
pub fn write(model: &Model) -> Result<Vec<u8>> {
    let mut message = Message::default();
    message.int(1, IR_VERSION);
    message.text(2, "concertina");
    message.text(3, env!("CARGO_PKG_VERSION"));
    message.message(7, |message| graph(message, &model.graph));
    message.message(8, |message| {
        message.text(1, "");
        message.int(2, OPSET);
    });
    for (name, value) in &model.metadata {
        message.message(14, |message| {
            message.text(1, name);
            message.text(2, value);
        });
    }
    let bytes = message.into_bytes();
    if bytes.len() > MOST_BYTES {
        return Err(Error::malformed(format!(
            "an ONNX file has {MOST_BYTES} bytes at most, and this one would have {}",
            bytes.len()
        )));
    }
    Ok(bytes)
}

/// `GraphProto`.
fn graph(message: &mut Message, graph: &Graph) {
    for (number, one) in graph.nodes.iter().enumerate() {
        message.message(1, |message| node(message, one, number));
    }
    message.text(2, &graph.name);
    for one in &graph.initializers {
        message.message(5, |message| tensor(message, one));
    }
    for (field, values) in [(11, &graph.inputs), (12, &graph.outputs)] {
        for one in values {
            message.message(field, |message| value(message, one));
        }
    }
}

/// `NodeProto`.
fn node(message: &mut Message, node: &Node, number: usize) {
    for (field, names) in [(1, &node.inputs), (2, &node.outputs)] {
        for name in names {
            message.text(field, name);
        }
    }
    message.text(3, &format!("{}_{number}", node.op));
    message.text(4, node.op);
    for (name, value) in &node.attributes {
        message.message(5, |message| {
            message.text(1, name);
            attribute(message, value);
        });
    }
}

/// The value of an `AttributeProto`, and the number of its type.
fn attribute(message: &mut Message, value: &Attribute) {
    let kind = match value {
        Attribute::Float(value) => {
            message.float(2, *value);
            1
        }
        Attribute::Int(value) => {
            message.signed(3, *value);
            2
        }
        Attribute::Text(value) => {
            message.text(4, value);
            3
        }
        Attribute::Graph(value) => {
            message.message(6, |message| graph(message, value));
            5
        }
        Attribute::Ints(values) => {
            for value in values {
                message.signed(8, *value);
            }
            7
        }
    };
    message.int(20, kind);
}

/// `TensorProto`.
fn tensor(message: &mut Message, tensor: &Tensor) {
    tensor.shape.iter().for_each(|length| message.int(1, *length as u64));
    let (element, bytes): (_, Vec<u8>) = match &tensor.values {
        Values::Floats(values) => {
            (Element::Float, values.iter().flat_map(|value| value.to_le_bytes()).collect())
        }
        Values::Ints(values) => {
            (Element::Int64, values.iter().flat_map(|value| value.to_le_bytes()).collect())
        }
    };
    message.int(2, number(element));
    message.text(8, &tensor.name);
    message.bytes(9, &bytes);
}

/// `ValueInfoProto`.
fn value(message: &mut Message, value: &Value) {
    message.text(1, &value.name);
    message.message(2, |message| {
        message.message(1, |message| {
            message.int(1, number(value.element));
            message.message(2, |message| value.shape.iter().for_each(|dim| axis(message, dim)));
        });
    });
}

/// A dimension of a `TensorShapeProto`.
fn axis(message: &mut Message, dim: &Dim) {
    message.message(1, |message| match dim {
        Dim::Fixed(length) => message.int(1, *length as u64),
        Dim::Named(name) => message.text(2, name),
    });
}

/// `TensorProto.DataType`.
fn number(element: Element) -> u64 {
    match element {
        Element::Float => 1,
        Element::Uint8 => 2,
        Element::Int64 => 7,
        Element::Bool => 9,
    }
}
