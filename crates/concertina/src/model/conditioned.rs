//! A model and, if it is conditional, the classes that it is asked about.

use std::ops::Range;

use super::condition::{beside, one_hot};
use super::inference::{CHUNK, run};
use super::{Architecture, Model, wrong_shape};
use crate::data::{Examples, FloatImages};
use crate::error::{Error, Result};
use crate::hint::{Hint, HintPart};
use crate::math::{Codes, interpolate};
use crate::rng::Seed;

/// A conditional model with the class of each image or code that it is asked about.
///
/// A model without a condition has no use for classes, and its own methods are these without them.
#[derive(Clone, Copy, Debug)]
pub struct ConditionedModel<'a> {
    model: &'a Model,
    labels: Option<&'a [u32]>,
}

impl Model {
    /// This conditional model with the class of each image or code that it will be asked about, in their order. Classes are
    /// numbered as in [`DataCard::classes`](crate::data::DataCard::classes).
    ///
    /// # Errors
    /// If the model has no condition, or there is no such class.
    pub fn conditioned_on<'a>(&'a self, labels: &'a [u32]) -> Result<ConditionedModel<'a>> {
        let classes = self.architecture.classes;
        if classes == 0 {
            return Err(Error::config(
                "expected a conditional model to ask for a label, found one without a condition",
            )
            .with_hint(
                Hint::text("train one by ").with(HintPart::Recipe("conditional-vae".to_owned())),
            ));
        }
        match labels.iter().find(|&&label| label as usize >= classes) {
            Some(label) => Err(Error::data(format!(
                "expected labels below {classes}, the classes that the model was trained with, found {label}"
            ))),
            None => Ok(ConditionedModel { model: self, labels: Some(labels) }),
        }
    }

    /// The number of the class of this name, for [`Model::conditioned_on`].
    ///
    /// # Errors
    /// If the model has no condition, or there is no such class.
    pub fn class(&self, name: &str) -> Result<u32> {
        let classes = &self.card.classes[..self.architecture.classes.min(self.card.classes.len())];
        if classes.is_empty() {
            return self.conditioned_on(&[0]).map(|_| 0);
        }
        let found = classes.iter().position(|class| class.name == name);
        found.map(|label| label as u32).ok_or_else(|| {
            let names: Vec<&str> = classes.iter().map(|class| class.name.as_str()).collect();
            Error::data(format!(
                "expected a class that the model was trained with ({}), found `{name}`",
                names.join(", ")
            ))
        })
    }

    /// As [`Model::conditioned_on`] for a conditional model, as this model for any other.
    ///
    /// # Errors
    /// If the model asks for labels and there are none, or there is no such class.
    pub(crate) fn with_labels<'a>(&'a self, labels: Option<&'a [u32]>) -> Result<ConditionedModel<'a>> {
        match labels {
            Some(labels) if self.architecture.classes > 0 => self.conditioned_on(labels),
            None if self.architecture.classes > 0 => Err(no_labels()),
            _ => Ok(self.with_known_labels(None)),
        }
    }

    /// As [`Model::conditioned_on`], of labels that are there and right if the model asks for them.
    pub(crate) fn with_known_labels<'a>(&'a self, labels: Option<&'a [u32]>) -> ConditionedModel<'a> {
        ConditionedModel { model: self, labels: labels.filter(|_| self.architecture.classes > 0) }
    }
}

impl ConditionedModel<'_> {
    /// As [`Model::encode`].
    ///
    /// # Errors
    /// As [`Model::encode`], or if there is not one label for each image.
    pub fn encode(&self, images: &dyn Examples) -> Result<Codes> {
        self.check(images.len())?;
        let latent_dim = self.model.architecture.latent_dim;
        let mut codes = Vec::with_capacity(images.len() * latent_dim);
        // Bytes become numbers a chunk at a time: all at once they take four times the memory of the images.
        for start in (0..images.len()).step_by(CHUNK) {
            let range = start..images.len().min(start + CHUNK);
            let inputs = self.model.inputs_of(images, range.clone())?;
            codes.extend(self.encode_values(inputs.values(), range));
        }
        Ok(Codes::new(latent_dim, codes))
    }

    /// As [`ConditionedModel::encode`], for inputs that are not bytes.
    ///
    /// # Panics
    /// If they are not of the shape that the encoder sees, or there is not one label for each.
    pub(crate) fn encode_inputs(&self, inputs: &FloatImages) -> Codes {
        let Architecture { input, latent_dim, .. } = self.model.architecture;
        assert_eq!(inputs.shape(), input, "inputs are checked before");
        self.check(inputs.len()).expect("labels are checked before");
        Codes::new(latent_dim, self.encode_values(inputs.values(), 0..inputs.len()))
    }

    /// The codes of inputs, the labels of which are those in `range`.
    fn encode_values(&self, values: &[f32], range: Range<usize>) -> Vec<f32> {
        let Model { architecture, weights, .. } = self.model;
        let encoder = &architecture.encoder;
        let features = match self.hot(range.clone(), architecture.encoder_block()) {
            Some(hot) => run(encoder, &weights.encoder, &beside(values, &hot, range.len())),
            None => run(encoder, &weights.encoder, values),
        };
        architecture.bottleneck.encode(features, &weights.bottleneck)
    }

    /// As [`Model::decode`].
    ///
    /// # Errors
    /// As [`Model::decode`], or if there is not one label for each code.
    pub fn decode(&self, codes: &Codes) -> Result<FloatImages> {
        self.check(codes.len())?;
        let expected = self.model.architecture.latent_dim;
        if codes.size() != expected {
            return Err(Error::data(format!(
                "expected codes of {expected} numbers, as this model's are, found {}",
                codes.size()
            )));
        }
        let mut values = self.output(codes.values(), 0..codes.len());
        self.model.recipe.reconstruction.kind().x_hat(&mut values);
        Ok(FloatImages::new(self.model.architecture.target, values))
    }

    /// The decoder's raw output for codes, the labels of which are those in `range`.
    fn output(&self, codes: &[f32], range: Range<usize>) -> Vec<f32> {
        let Model { architecture, weights, .. } = self.model;
        let decoder = &architecture.decoder;
        match self.hot(range.clone(), architecture.decoder_block()) {
            Some(hot) => run(decoder, &weights.decoder, &beside(codes, &hot, range.len())),
            None => run(decoder, &weights.decoder, codes),
        }
    }

    /// As [`Model::reconstruction_errors`].
    ///
    /// # Errors
    /// As [`Model::reconstruction_errors`], or if there is not one label for each image.
    pub fn reconstruction_errors(&self, images: &dyn Examples) -> Result<Vec<f32>> {
        self.check(images.len())?;
        let Model { recipe, architecture, weights, .. } = self.model;
        let target = architecture.target;
        if images.shape() != target {
            return Err(wrong_shape(target, images.shape()));
        }
        let mut errors = Vec::with_capacity(images.len());
        for start in (0..images.len()).step_by(CHUNK) {
            let range = start..images.len().min(start + CHUNK);
            let clean = FloatImages::range(images, range.clone());
            let inputs = self.model.inputs_of(images, range.clone())?;
            let codes = self.encode_values(inputs.values(), range.clone());
            let output = self.output(&codes, range);
            let own = &weights.reconstruction;
            let loss = &recipe.reconstruction;
            errors.extend(loss.plain_errors(&output, clean.values(), own, target.len()));
        }
        Ok(errors)
    }

    /// As [`Model::reconstruct`].
    ///
    /// # Errors
    /// As [`ConditionedModel::encode`].
    pub fn reconstruct(&self, images: &dyn Examples) -> Result<FloatImages> {
        self.decode(&self.encode(images)?)
    }

    /// A new picture of each label's class.
    ///
    /// # Errors
    /// As [`Model::sample`].
    pub fn sample(&self, seed: Seed) -> Result<FloatImages> {
        let n = self.labels.map_or(0, <[u32]>::len);
        self.decode(&self.model.sample_codes(n, seed)?)
    }

    /// As [`Model::interpolate`]; both labels belong to the images, and the first to all pictures on the way.
    ///
    /// # Errors
    /// As [`Model::interpolate`].
    pub fn interpolate(&self, ends: &dyn Examples, steps: usize) -> Result<FloatImages> {
        if ends.len() != 2 || steps < 2 {
            return Err(Error::config(format!(
                "expected two images and at least 2 steps, found {} images and {steps} steps",
                ends.len()
            )));
        }
        let codes = self.encode(ends)?;
        let labels = self.labels.map(|labels| vec![labels[0]; steps]);
        let way = interpolate(codes.row(0), codes.row(1), steps);
        ConditionedModel { model: self.model, labels: labels.as_deref() }.decode(&way)
    }

    /// The model.
    pub(crate) fn model(&self) -> &Model {
        self.model
    }

    /// The classes, if the model asks for them.
    pub(crate) fn labels(&self) -> Option<&[u32]> {
        self.labels
    }

    /// The labels in `range` as numbers for the network; `None` without a condition.
    fn hot(&self, range: Range<usize>, block: usize) -> Option<Vec<f32>> {
        let classes = self.model.architecture.classes;
        Some(one_hot(&self.labels?[range], classes, block))
    }

    /// Whether there is a label for each of `n`, if the model asks for labels.
    pub(crate) fn check(&self, n: usize) -> Result<()> {
        match (self.model.architecture.classes, self.labels) {
            (0, _) => Ok(()),
            (_, Some(labels)) if labels.len() == n => Ok(()),
            (_, Some(labels)) => Err(Error::data(format!(
                "expected a label for each of {n} images or codes, found {}",
                labels.len()
            ))),
            (_, None) => Err(no_labels()),
        }
    }
}

fn no_labels() -> Error {
    Error::data("expected labels, since the model's condition is the label, found none")
        .with_hint("give data with labels")
}
