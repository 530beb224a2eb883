//! The files of an export.

use concertina_formats::npz::Named;
use concertina_formats::onnx::{Graph as OnnxGraph, Model as OnnxModel, write};

use super::super::checked::{self, File};
use super::super::{Graph, Pixels, weights};
use super::{decoder, encoder};
use crate::error::{Error, Result};
use crate::model::Model;

/// The files of a model's export to ONNX with their names: `encoder.onnx`, `decoder.onnx`,
/// `README.md`, which says what goes in and comes out; and if there are
/// [`answers`](super::super::answers), these as `examples.npz` with `check.py`, which runs the
/// networks on them in ONNX Runtime and writes the differences to `parity.json`.
///
/// # Errors
/// If a network has more than 2 GiB.
pub fn folder(model: &Model, pixels: Pixels, answers: Option<&[Named]>) -> Result<Vec<File>> {
    let graph = Graph::new(&model.recipe, &model.architecture);
    let weights = weights(&model.weights);
    let classes: Vec<&str> = model.card.classes.iter().map(|class| class.name.as_str()).collect();
    let metadata = vec![
        ("recipe".to_owned(), model.recipe.name.clone()),
        ("classes".to_owned(), serde_json::json!(classes).to_string()),
    ];
    let halves = [encoder(&graph, &weights, pixels), decoder(&graph, &weights)];
    let readme = super::readme::text(model, &graph, &halves, answers.is_some());
    let bytes = |graph: OnnxGraph| {
        let model = OnnxModel { graph, metadata: metadata.clone() };
        write(&model).map_err(|error| Error::data(error.to_string()))
    };
    let [encoder, decoder] = halves;
    let mut files = vec![
        ("encoder.onnx", bytes(encoder)?),
        ("decoder.onnx", bytes(decoder)?),
        ("README.md", readme.into_bytes()),
    ];
    if let Some(answers) = answers {
        files.extend(checked::files(answers, include_str!("check.py"))?);
    }
    Ok(files)
}
