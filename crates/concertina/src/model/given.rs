//! A model and, if it is conditional, the classes that it is asked about.

use std::ops::Range;

use super::condition::{beside, one_hot};
use super::inference::{CHUNK, run};
use super::{Architecture, Codes, Model, Pictures, wrong_shape};
use crate::data::Images;
use crate::error::{Error, Result};
use crate::latent::interpolate;
use crate::reconstruction::Reconstruction;
use crate::rng::Seed;

/// A conditional model with the class of each image or code that it is asked about.
///
/// A model without a condition has no use for classes, and its own methods are these without them.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    model: &'a Model,
    labels: Option<&'a [u32]>,
}

impl Model {
    /// This conditional model with the class of each image or code that it will be asked about, in their order. Classes are
    /// numbered as in [`DataCard::classes`](crate::data::DataCard::classes).
    ///
    /// # Errors
    /// If the model has no condition, or there is no such class.
    pub fn given<'a>(&'a self, labels: &'a [u32]) -> Result<Given<'a>> {
        let classes = self.architecture.classes;
        if classes == 0 {
            return Err(Error::config(
                "expected a conditional model to ask for a label, found one without a condition",
            )
            .with_hint("train one: `concertina train DATA --recipe conditional-vae`"));
        }
        match labels.iter().find(|&&label| label as usize >= classes) {
            Some(label) => Err(Error::data(format!(
                "expected labels below {classes}, the classes that the model was trained with, found {label}"
            ))),
            None => Ok(Given { model: self, labels: Some(labels) }),
        }
    }

    /// The number of the class of this name, for [`Model::given`].
    ///
    /// # Errors
    /// If the model has no condition, or there is no such class.
    pub fn class(&self, name: &str) -> Result<u32> {
        let classes = &self.card.classes[..self.architecture.classes.min(self.card.classes.len())];
        if classes.is_empty() {
            return self.given(&[0]).map(|_| 0);
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

    /// As [`Model::given`] for a conditional model, as this model for any other.
    ///
    /// # Errors
    /// If the model asks for labels and there are none, or there is no such class.
    pub(crate) fn given_if_asked<'a>(&'a self, labels: Option<&'a [u32]>) -> Result<Given<'a>> {
        match labels {
            Some(labels) if self.architecture.classes > 0 => self.given(labels),
            None if self.architecture.classes > 0 => Err(no_labels()),
            _ => Ok(self.given_any(None)),
        }
    }

    /// As [`Model::given`], of labels that are there and right if the model asks for them.
    pub(crate) fn given_any<'a>(&'a self, labels: Option<&'a [u32]>) -> Given<'a> {
        Given { model: self, labels: labels.filter(|_| self.architecture.classes > 0) }
    }
}

impl Given<'_> {
    /// As [`Model::encode`].
    ///
    /// # Errors
    /// As [`Model::encode`], or if there is not one label for each image.
    pub fn encode(&self, images: &Images) -> Result<Codes> {
        self.check(images.len())?;
        let code_size = self.model.architecture.code_size;
        let mut codes = Vec::with_capacity(images.len() * code_size);
        // Bytes become numbers a chunk at a time: all at once they take four times the memory of the images.
        for start in (0..images.len()).step_by(CHUNK) {
            let range = start..images.len().min(start + CHUNK);
            let inputs = self.model.inputs_of(images, range.clone())?;
            codes.extend(self.encode_values(inputs.values(), range));
        }
        Ok(Codes::new(code_size, codes))
    }

    /// As [`Given::encode`], for inputs that are not bytes.
    ///
    /// # Panics
    /// If they are not of the shape that the encoder sees, or there is not one label for each.
    pub(crate) fn encode_pictures(&self, inputs: &Pictures) -> Codes {
        let Architecture { input, code_size, .. } = self.model.architecture;
        assert_eq!(inputs.shape(), input, "inputs are checked before");
        self.check(inputs.len()).expect("labels are checked before");
        Codes::new(code_size, self.encode_values(inputs.values(), 0..inputs.len()))
    }

    /// The codes of inputs, the labels of which are those in `range`.
    fn encode_values(&self, values: &[f32], range: Range<usize>) -> Vec<f32> {
        let Model { recipe, architecture, weights, .. } = self.model;
        let encoder = &architecture.encoder;
        let features = match self.hot(range.clone(), architecture.encoder_block()) {
            Some(hot) => run(encoder, &weights.encoder, &beside(values, &hot, range.len())),
            None => run(encoder, &weights.encoder, values),
        };
        recipe.bottleneck.mean(features, &weights.bottleneck, architecture.code_size)
    }

    /// As [`Model::decode`].
    ///
    /// # Errors
    /// As [`Model::decode`], or if there is not one label for each code.
    pub fn decode(&self, codes: &Codes) -> Result<Pictures> {
        self.check(codes.len())?;
        let expected = self.model.architecture.code_size;
        if codes.size() != expected {
            return Err(Error::data(format!(
                "expected codes of {expected} numbers, as this model's are, found {}",
                codes.size()
            )));
        }
        let mut values = self.logits(codes.values(), 0..codes.len());
        Reconstruction::x_hat(&mut values);
        Ok(Pictures::new(self.model.architecture.target, values))
    }

    /// The decoder's output for codes, the labels of which are those in `range`.
    fn logits(&self, codes: &[f32], range: Range<usize>) -> Vec<f32> {
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
    pub fn reconstruction_errors(&self, images: &Images) -> Result<Vec<f32>> {
        self.check(images.len())?;
        let Model { recipe, architecture, weights, .. } = self.model;
        let target = architecture.target;
        if images.shape() != target {
            return Err(wrong_shape(target, images.shape()));
        }
        let mut errors = Vec::with_capacity(images.len());
        for start in (0..images.len()).step_by(CHUNK) {
            let range = start..images.len().min(start + CHUNK);
            let clean = Pictures::of(images, range.clone());
            let inputs = self.model.inputs_of(images, range.clone())?;
            let codes = self.encode_values(inputs.values(), range.clone());
            let logits = self.logits(&codes, range);
            let learned = &weights.reconstruction;
            let loss = &recipe.reconstruction;
            errors.extend(loss.plain_errors(&logits, clean.values(), learned, target.len()));
        }
        Ok(errors)
    }

    /// As [`Model::reconstruct`].
    ///
    /// # Errors
    /// As [`Given::encode`].
    pub fn reconstruct(&self, images: &Images) -> Result<Pictures> {
        self.decode(&self.encode(images)?)
    }

    /// A new picture of each label's class.
    ///
    /// # Errors
    /// As [`Model::sample`].
    pub fn sample(&self, seed: Seed) -> Result<Pictures> {
        let n = self.labels.map_or(0, <[u32]>::len);
        self.decode(&self.model.sample_codes(n, seed)?)
    }

    /// As [`Model::interpolate`]; both labels belong to the images, and the first to all pictures on the way.
    ///
    /// # Errors
    /// As [`Model::interpolate`].
    pub fn interpolate(&self, ends: &Images, steps: usize) -> Result<Pictures> {
        if ends.len() != 2 || steps < 2 {
            return Err(Error::config(format!(
                "expected two images and at least 2 steps, found {} images and {steps} steps",
                ends.len()
            )));
        }
        let codes = self.encode(ends)?;
        let labels = self.labels.map(|labels| vec![labels[0]; steps]);
        let way = interpolate(codes.row(0), codes.row(1), steps);
        Given { model: self.model, labels: labels.as_deref() }.decode(&way)
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
