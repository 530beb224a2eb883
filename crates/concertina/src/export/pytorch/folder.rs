//! The files of an export.

use concertina_formats::npz::Named;

use super::super::Graph;
use super::super::checked::{self, File};
use super::module;
use super::tensors::{places, values_of};
use crate::artifact::pack;
use crate::error::Result;
use crate::model::Model;

/// The files of a model's export to PyTorch with their names: `model.py`, the source of a module
/// in this model's numbers, and `model.safetensors`, its state dictionary; and if
/// there are [`answers`](super::super::answers) to pixels as floats, these as `examples.npz` with
/// `check.py`, which compares.
///
/// # Errors
/// If the files cannot be put together: they have more than the formats allow.
pub fn folder(model: &Model, answers: Option<&[Named]>) -> Result<Vec<File>> {
    let graph = Graph::new(&model.recipe, &model.architecture);
    let weights = values_of(&model.weights);
    let tensors: Vec<_> = places(&graph, &model.architecture)
        .into_iter()
        .map(|place| (place.read(&weights), place))
        .collect();
    let named: Vec<_> = tensors
        .iter()
        .map(|(values, place)| (place.name.clone(), place.shape.clone(), &values[..]))
        .collect();
    let state = pack(&named, Some(("format", "pt".to_owned())));
    let source = module::source(&graph, &model.recipe.name, model.architecture.reconstruction);
    let mut files = vec![("model.py", source.into_bytes()), ("model.safetensors", state)];
    if let Some(answers) = answers {
        files.extend(checked::files(answers, include_str!("check.py"))?);
    }
    Ok(files)
}
