//! How far reconstructions are from the images: in the recipe's own terms, and in those that every model has.

use serde::Serialize;

use super::subject::{Half, Material};
use super::variational::{self, Variational};
use super::{Conventions, Options, Quality};
use crate::reconstruction::{Reconstruction as Compared, Reduction};
use crate::train::{Examples, judge};

/// The test images through the model and back: its task is done to them, and the result compared with them.
#[derive(Clone, Debug, Serialize)]
pub struct Reconstruction {
    /// What training minimises, any divergence with its full weight.
    pub loss: f64,
    /// The recipe's reconstruction error.
    pub error: f64,
    /// Its unit.
    pub unit: &'static str,
    /// The same in other measures.
    #[serde(flatten)]
    pub quality: Quality,
    /// What a variational autoencoder has besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variational: Option<Variational>,
    /// How the figures came about.
    pub conventions: Conventions,
}

pub(super) fn measure(
    material: &Material<'_>,
    quality: Quality,
    options: &Options,
) -> Reconstruction {
    material.working("judging the test images as in training");
    let model = material.model;
    let Half { images, labels } = &material.test;
    let examples = Examples { images, labels: labels.as_deref() };
    let judgement = judge(&model.recipe, &model.architecture, &model.weights, examples);
    let compared = &model.recipe.reconstruction;
    let what = match compared {
        Compared::Bernoulli { .. } => {
            format!("binary cross-entropy, {}", variational::binarisation(&model.recipe.task))
        }
        Compared::Gaussian { .. } => "squared error, values in 0..1".to_owned(),
    };
    let reduced = match compared.reduction() {
        Reduction::Sum => "summed over pixels and channels",
        Reduction::Mean => "averaged over pixels and channels",
    };
    let variational = variational::measure(material, &judgement, options.importance_samples);
    let drawn = if variational.is_some() { "; one drawn code for each image" } else { "" };
    let mut conventions = Quality::conventions();
    if variational.is_some() {
        for measure in ["mse", "psnr_db", "ssim"] {
            conventions.entry(measure).and_modify(|text| *text += "; codes at their means");
        }
    }
    conventions.insert("error", format!("{what}; {reduced}, mean over images{drawn}"));
    conventions.insert(
        "loss",
        "the error and whatever else the recipe asks of codes, by its own weights".to_owned(),
    );
    Reconstruction {
        loss: judgement.losses.loss,
        error: judgement.losses.reconstruction,
        unit: compared.unit(),
        quality,
        variational,
        conventions,
    }
}
