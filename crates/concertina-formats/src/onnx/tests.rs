//! Bytes against those that protobuf's own encoder writes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::protobuf::Message;

#[test]
fn numbers_are_encoded_as_protobuf_says() {
    // The first from protobuf's documentation of its encoding.
    let of = |fill: fn(&mut Message)| {
        let mut message = Message::default();
        fill(&mut message);
        message.into_bytes()
    };
    assert_eq!(of(|message| message.int(1, 150)), [0x08, 0x96, 0x01]);
    assert_eq!(of(|message| message.text(2, "testing")), *b"\x12\x07testing");
    assert_eq!(of(|message| message.float(2, 1.0)), [0x15, 0, 0, 0x80, 0x3f]);
    assert_eq!(of(|message| message.int(20, 0)), [0xa0, 0x01, 0]);
    let mut minus_one = vec![0x18];
    minus_one.extend([0xff; 9]);
    minus_one.push(1);
    assert_eq!(of(|message| message.signed(3, -1)), minus_one);
    assert_eq!(
        of(|message| message.message(3, |inner| inner.int(1, 150))),
        [0x1a, 0x03, 0x08, 0x96, 0x01]
    );
}

/// Every kind of part once.
fn model() -> Model {
    let value = |name: &str, element, shape| Value { name: name.to_owned(), element, shape };
    let n = || Dim::Named("N".to_owned());
    let (x, y) = (value("x", Element::Uint8, vec![n(), Dim::Fixed(300)]), "y");
    let body = Graph {
        nodes: vec![Node::new("Identity", ["go"], ["on"])],
        ..Graph::new(
            "body",
            vec![value("i", Element::Int64, vec![]), value("go", Element::Bool, vec![])],
            vec![value("on", Element::Bool, vec![])],
        )
    };
    let attributes = vec![
        ("alpha", Attribute::Float(0.25)),
        ("axis", Attribute::Int(-1)),
        ("pads", Attribute::Ints(vec![0, 1, -2])),
        ("mode", Attribute::Text("nearest")),
        ("body", Attribute::Graph(body)),
    ];
    let node = Node { attributes, ..Node::new("Every", ["x", "", "w"], [y]) };
    let initializers = vec![
        Tensor { name: "w".to_owned(), shape: vec![2, 1], values: Values::Floats(vec![1.5, -2.0]) },
        Tensor { name: "k".to_owned(), shape: vec![], values: Values::Ints(vec![-7]) },
    ];
    let y = value(y, Element::Float, vec![n()]);
    let graph = Graph { nodes: vec![node], initializers, ..Graph::new("g", vec![x], vec![y]) };
    Model { graph, metadata: vec![("made of".to_owned(), "parts".to_owned())] }
}

/// The fixture was written by `fixtures/make_onnx.py` with the package `onnx`.
#[test]
fn the_bytes_are_those_of_onnxs_own_writer() {
    let found = write(&model()).unwrap();
    let mut expected = include_bytes!("../../../../fixtures/every-part.onnx").to_vec();
    // The producer's version is this package's.
    let place = expected.windows(5).position(|bytes| bytes == b"0.0.0").unwrap();
    expected.splice(place..place + 5, env!("CARGO_PKG_VERSION").bytes());
    assert_eq!(found, expected);
}
