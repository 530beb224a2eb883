//! A model judged on data.

use rayon::prelude::*;
use serde::Serialize;

use super::{mean_squared_error, psnr_db};
use crate::data::Images;
use crate::error::{Error, Result};
use crate::model::{Given, Model, Pictures, wrong_shape};
use crate::train::{Examples, judge};

/// What a model makes of a number of clean images: its task is done to them, and the result compared with them.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// The number of images.
    pub images: usize,
    /// The loss that training minimises, the divergence with its full weight.
    pub loss: f64,
    /// The reconstruction error, averaged over the images.
    pub reconstruction: f64,
    /// Its unit: what it is, and how an image's values become one number.
    pub reconstruction_unit: &'static str,
    /// For a variational autoencoder: the divergence from the prior, in nats per image, before its weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kl_nats: Option<f64>,
    /// For a variational autoencoder: code dimensions whose mean varies by more than 0.01.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_units: Option<usize>,
    /// Numbers in a code.
    pub code_size: usize,
    /// Mean squared error per value, values in 0..1, codes at their means.
    pub mse: f64,
    /// Peak signal-to-noise ratio of that error, averaged over the images, in dB. An image without any error counts as
    /// 100 dB, lest a single one make the mean infinite.
    pub psnr_db: f64,
}

/// That of 100 dB.
const LEAST_ERROR: f64 = 1e-10;

impl Model {
    /// Judges the model on clean images.
    ///
    /// # Errors
    /// If there is none, they are not of the model's shape, or the model is conditional ([`Model::given`]).
    pub fn evaluate(&self, images: &Images) -> Result<Evaluation> {
        self.given_any(None).evaluate(images)
    }
}

impl Given<'_> {
    /// As [`Model::evaluate`], of a conditional model.
    ///
    /// # Errors
    /// As [`Model::evaluate`], or if there is not one label for each image.
    pub fn evaluate(&self, images: &Images) -> Result<Evaluation> {
        self.check(images.len())?;
        if images.is_empty() {
            return Err(Error::data("expected images to evaluate on, found none"));
        }
        if images.shape() != self.model().architecture.target {
            return Err(wrong_shape(self.model().architecture.target, images.shape()));
        }
        let model = self.model();
        let examples = Examples { images, labels: self.labels() };
        let judgement = judge(&model.recipe, &model.architecture, &model.weights, examples);
        let clean = Pictures::from(images);
        let indices: Vec<usize> = (0..images.len()).collect();
        let inputs = model.corrupted(&clean, &indices);
        let outputs = self.decode(&self.encode_pictures(&inputs))?;
        let width = images.shape().len();
        let errors: Vec<f64> = outputs
            .values()
            .par_chunks_exact(width)
            .zip(clean.values().par_chunks_exact(width))
            .map(|(a, b)| mean_squared_error(a, b))
            .collect();
        let mean =
            |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / images.len() as f64;
        Ok(Evaluation {
            images: images.len(),
            loss: judgement.losses.loss,
            reconstruction: judgement.losses.reconstruction,
            reconstruction_unit: model.recipe.reconstruction.unit(),
            kl_nats: judgement.losses.kl,
            active_units: judgement.losses.active_units,
            code_size: model.architecture.code_size,
            mse: mean(&mut errors.iter().copied()),
            psnr_db: mean(&mut errors.iter().copied().map(|mse| psnr_db(mse.max(LEAST_ERROR)))),
        })
    }
}
