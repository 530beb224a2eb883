//! The files of an export.

use concertina_formats::npz::{self, Named};

use super::super::{Graph, weights};
use super::module;
use super::tensors::places;
use crate::artifact::pack;
use crate::error::{Error, Result};
use crate::model::Model;

/// The files of a model's export to PyTorch with their names: `model.py`, the source of a module
/// in this model's numbers, and `model.safetensors`, its state dictionary; and if
/// there are [`answers`](super::super::answers) to pixels as floats, these as `examples.npz` with
/// `check.py`, which compares.
///
/// # Errors
/// If the files cannot be put together: they have more than the formats allow.
pub fn folder(model: &Model, answers: Option<&[Named]>) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let graph = Graph::new(&model.recipe, &model.architecture);
    let places = places(&graph);
    let weights = weights(&model.weights);
    let values: Vec<Vec<f32>> = places.iter().map(|place| place.read(&weights)).collect();
    let named = places.iter().zip(&values);
    let mut named: Vec<_> = named
        .map(|(place, values)| (place.name.clone(), place.shape.clone(), &values[..]))
        .collect();
    let own = model.architecture.reconstruction;
    let of_own = own.iter().zip(model.weights.reconstruction.chunks(1));
    named.extend(of_own.map(|(name, value)| (format!("reconstruction.{name}"), vec![1], value)));
    let state = pack(&named, Some(("format", "pt".to_owned())));
    let source = module::source(&graph, &model.recipe.name, own);
    let mut files = vec![("model.py", source.into_bytes()), ("model.safetensors", state)];
    if let Some(answers) = answers {
        let arrays = npz::write(answers).map_err(|error| Error::data(error.to_string()))?;
        files.push(("examples.npz", arrays));
        files.push(("check.py", include_bytes!("check.py").to_vec()));
    }
    Ok(files)
}
