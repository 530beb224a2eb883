//! Models that were never trained, for the tests that need one.

use crate::data::{Data, Dataset};
use crate::math::Mixture;
use crate::model::{Architecture, HeldOutErrors, Model};
use crate::recipe::Recipe;
use crate::rng::Seed;
use crate::shape::ImageShape;

/// The recipe's first weights, and nothing else of what training leaves.
pub(crate) fn untrained(recipe: &Recipe, data: &dyn Data) -> Model {
    let classes = data.class_names().len();
    let shape = data.training().examples.shape();
    let architecture = Architecture::new(recipe, shape, classes).unwrap();
    let weights = architecture.initial_weights(Seed(7));
    let (recipe, card) = (recipe.clone(), data.card().clone());
    Model::new(recipe, architecture, weights, card)
}

/// The same with all that training leaves: a mixture where there is no prior, and the errors of the
/// held-out images.
pub(crate) fn as_trained(recipe: &Recipe, data: &Dataset) -> Model {
    let mut model = untrained(recipe, data);
    if !model.has_prior() {
        let labelled = model.with_known_labels(data.train_labels.as_deref());
        let codes = labelled.encode(&data.train).unwrap();
        model.mixture = Some(Mixture::fit(&codes, Seed(7)).unwrap());
    }
    let labelled = model.with_known_labels(data.valid_labels.as_deref());
    let errors = labelled.reconstruction_errors(&data.valid).unwrap();
    model.held_out = HeldOutErrors::of(&errors);
    model
}

/// A shape of examples that a shipped recipe is for.
pub(crate) fn shape_for(recipe: &Recipe) -> ImageShape {
    let name = recipe.name.as_str();
    match recipe.encoding().unwrap() {
        Some(encoding) => ImageShape::new(1, encoding.steps(), encoding.voices().len()),
        None if name.starts_with("photo") || name == "inspect-ae" => ImageShape::new(3, 48, 48),
        None if name.contains("64") || name.contains("image") => ImageShape::new(3, 64, 64),
        None => ImageShape::new(1, 28, 28),
    }
}
