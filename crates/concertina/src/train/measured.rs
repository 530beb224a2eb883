//! What a model file says besides weights, measured on the data when the weights are final.

use crate::data::{Data, FloatImages, draw};
use crate::error::Result;
use crate::math::Mixture;
use crate::model::{HeldOutErrors, Model};
use crate::rng::{Purpose, Seed, Stream};

/// Fits the mixture if the bottleneck has no prior, measures the attributes of music, and stores
/// the quantiles of the held-out errors.
pub(super) fn measure(model: &mut Model, data: &dyn Data) -> Result<()> {
    let seed = Seed(model.recipe.training.seed);
    let is_music = model.recipe.encoding()?.is_some();
    if is_music || !model.has_prior() {
        let split = data.training();
        let mut stream = Stream::new(seed, Purpose::Fit, [0; 3]);
        let chosen = draw(split.examples, &mut stream, Mixture::MAX_POINTS);
        let chosen: Vec<usize> = chosen.into_iter().map(|index| index as usize).collect();
        let examples = FloatImages::gather(split.examples, &chosen)?;
        let labels = split.labels_at(&chosen)?;
        let labelled = model.with_known_labels(labels.as_deref());
        let attributes = is_music.then(|| labelled.attribute_vectors(&examples)).transpose()?;
        let mixture = (!model.has_prior() && !model.code_has_image())
            .then(|| Mixture::fit(&labelled.encode(&examples)?, seed))
            .transpose()?;
        model.mixture = mixture;
        model.attributes = attributes.filter(|vectors| !vectors.is_empty());
    }
    let held_out = data.validation();
    let labelled = model.with_known_labels(held_out.labels);
    model.held_out = HeldOutErrors::of(&labelled.reconstruction_errors(held_out.examples)?);
    Ok(())
}
