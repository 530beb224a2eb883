//! What an evaluation is of.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::Model;

/// The model and the data of an evaluation.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct About {
    /// The name of the model's recipe.
    pub model: String,
    /// The number of latent dimensions.
    pub latent_dim: usize,
    /// The name of the data that the model was trained on.
    pub trained_on: String,
    /// The name of the data that it is evaluated on.
    pub data: String,
    /// Whether both are the same, and the test examples were held out of training.
    pub own_data: bool,
}

impl About {
    /// Of a model on data of this name.
    pub(super) fn new(model: &Model, data: &str, own_data: bool) -> Self {
        Self {
            model: model.recipe.name.clone(),
            latent_dim: model.architecture.latent_dim,
            trained_on: model.card.name(),
            data: data.to_owned(),
            own_data,
        }
    }
}
