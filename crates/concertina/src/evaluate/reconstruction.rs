//! How far reconstructions are from the images: in the recipe's own terms, and in those that every model has.

use serde::Serialize;

use super::subject::Material;
use super::variational::{self, Variational};
use super::{Conventions, Options, Quality};
use crate::data::Split;
use crate::math::NamedValues;
use crate::model::Architecture;
use crate::reconstruction::Reduction;
use crate::validate::{Losses, validate};

/// The test images through the model and back: its task is done to them, and the result compared with them.
#[derive(Clone, Debug, Serialize)]
pub struct Reconstruction {
    /// What training minimises, every term with its full weight.
    pub loss: f64,
    /// The recipe's reconstruction error.
    pub error: f64,
    /// Its unit.
    pub unit: String,
    /// The same in other measures.
    #[serde(flatten)]
    pub quality: Quality,
    /// The other terms of the loss and what was measured of the codes, under the names that they have in training.
    #[serde(skip_serializing_if = "NamedValues::is_empty")]
    pub terms: NamedValues,
    /// What a codebook is used for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codebook: Option<Codebook>,
    /// What a variational autoencoder has besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variational: Option<Variational>,
    /// How the figures came about.
    pub conventions: Conventions,
}

/// A codebook, and what of it the test images use.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Codebook {
    /// Embeddings in it.
    pub num_embeddings: usize,
    /// Embeddings that some image uses.
    pub used: usize,
    /// So many embeddings, used equally often, would say as much.
    pub perplexity: f64,
    /// What it takes to write down a code, each vector's embedding by its number.
    pub bits_per_image: f64,
}

pub(super) fn measure(
    material: &Material<'_>,
    quality: Quality,
    options: &Options,
) -> Reconstruction {
    material.working("validating on the test images as in training");
    let model = material.model;
    let test = &material.test;
    let split = Split { examples: &test.images, labels: test.labels.as_deref() };
    let validation = validate(model, split);
    let compared = &model.recipe.reconstruction;
    let what =
        compared.kind().error_convention(variational::target_convention(&model.recipe.task));
    let reduced = match compared.reduction() {
        Reduction::Sum => "summed over pixels and channels",
        Reduction::Mean => "averaged over pixels and channels",
    };
    let variational = variational::measure(material, &validation, options.importance_samples);
    let bottleneck = &model.architecture.bottleneck;
    let sampled = bottleneck.sampling_convention();
    let mut conventions = Quality::conventions();
    if variational.is_some() {
        for measure in ["mse", "psnr_db", "ssim"] {
            conventions.entry(measure).and_modify(|text| *text += "; codes at their means");
        }
    }
    conventions.insert("error", format!("{what}; {reduced}, mean over images{sampled}"));
    conventions.insert(
        "loss",
        "the error and whatever else the recipe asks of codes, by its own weights".to_owned(),
    );
    let losses = validation.losses;
    for (name, _) in losses.terms.iter() {
        if let Some(metric) = bottleneck.metrics().iter().find(|metric| metric.name == name)
            && let Some(convention) = bottleneck.convention(metric.name)
        {
            conventions.insert(metric.name, convention.to_owned());
        }
    }
    if losses.term("sigma").is_some() {
        conventions
            .insert("sigma", "of the Gaussian around each value; 1 is black to white".to_owned());
    }
    let codebook = codebook(&model.architecture, &losses);
    if codebook.is_some() {
        let what = "embeddings that some image uses; perplexity: exponential of the entropy of their shares of all vectors";
        conventions.insert("codebook", what.to_owned());
    }
    Reconstruction {
        loss: losses.loss,
        error: losses.reconstruction,
        unit: compared.unit(),
        quality,
        codebook,
        variational,
        terms: losses.terms,
        conventions,
    }
}

fn codebook(architecture: &Architecture, losses: &Losses) -> Option<Codebook> {
    let discrete = architecture.bottleneck.discrete()?;
    Some(Codebook {
        num_embeddings: discrete.num_embeddings,
        used: losses.term("used_embeddings")? as usize,
        perplexity: losses.term("perplexity")?,
        bits_per_image: discrete.vectors as f64 * (discrete.num_embeddings as f64).log2(),
    })
}
