//! What an export says of itself.

use concertina_formats::onnx::{Dim, Element, Graph as OnnxGraph, Value};

use super::super::{Graph, Output};
use crate::model::Model;

/// What goes into the networks and comes out of them, for whoever finds the files.
pub(super) fn text(
    model: &Model,
    graph: &Graph,
    [encoder, decoder]: &[OnnxGraph; 2],
    is_checked: bool,
) -> String {
    let mut text = format!(
        "# {name} as ONNX\n\n\
         An autoencoder trained by Concertina {version} on `{source}`: `encoder.onnx` makes codes \
         of examples, `decoder.onnx` examples of codes. ONNX opset {opset}; `N` is any number of \
         examples.\n\n",
        name = model.recipe.name,
        version = env!("CARGO_PKG_VERSION"),
        source = model.card.source,
        opset = concertina_formats::onnx::OPSET,
    );
    text += "| file | | name | type | shape | |\n|---|---|---|---|---|---|\n";
    for (file, half) in [("encoder.onnx", encoder), ("decoder.onnx", decoder)] {
        let inputs = half.inputs.iter().map(|value| ("in", value));
        let outputs = half.outputs.iter().map(|value| ("out", value));
        for (way, value) in inputs.chain(outputs) {
            text += &format!(
                "| `{file}` | {way} | `{}` | {} | `{}` | {} |\n",
                value.name,
                element(value.element),
                shape(value),
                meaning(&value.name, value.element, graph)
            );
        }
    }
    if let Some(multiple) = graph.multiple.filter(|multiple| *multiple > 1) {
        text += &format!("\n`H` and `W` are multiples of {multiple}.\n");
    }
    if graph.classes > 0 {
        text += "\nLabels: ";
        let classes = model.card.classes.iter().enumerate();
        let classes: Vec<String> =
            classes.map(|(label, class)| format!("{label} is {}", class.name)).collect();
        text += &classes.join(", ");
        text += ".\n";
    }
    if is_checked {
        text += "\n`examples.npz` has examples and what Concertina made of them.\n\n    \
                 pip install numpy onnxruntime\n    python check.py\n\n\
                 runs both networks on them, alone and in batches, and writes the differences to \
                 `parity.json`.\n";
    }
    text
}

fn element(element: Element) -> &'static str {
    match element {
        Element::Float => "float32",
        Element::Uint8 => "uint8",
        Element::Int64 => "int64",
        Element::Bool => "bool",
    }
}

fn shape(value: &Value) -> String {
    let axes: Vec<String> = value
        .shape
        .iter()
        .map(|axis| match axis {
            Dim::Fixed(length) => length.to_string(),
            Dim::Named(name) => name.clone(),
        })
        .collect();
    axes.join(", ")
}

fn meaning(name: &str, element: Element, graph: &Graph) -> &'static str {
    match name {
        "pixels" if element == Element::Uint8 => "0 to 255, as in files",
        "pixels" => "0 to 1, as the network takes them",
        "label" => "the class of each example",
        "code" => "the latent code",
        "mean" => "of the posterior; it is the code for the decoder",
        "log_var" => "logarithm of the posterior's variance",
        "log_sigma" => "logarithm of the posterior's standard deviation",
        "indices" => "number of each vector's embedding",
        "picture" => "0 to 1",
        "raw" => "the picture before it is clamped to 0 to 1",
        "logits" if graph.output_as == Output::Tokens => {
            "of all classes of each voice of a step, side by side"
        }
        "logits" => "the picture before its sigmoid",
        _ => "the class of each voice at each step",
    }
}
