//! The quality of reconstructions, by the recipe's own loss and by measures that are common to all
//! models.

use schemars::JsonSchema;
use serde::Serialize;

use super::options::Options;
use super::subject::Material;
use super::variational::{self, Variational};
use super::{Conventions, Quality};
use crate::data::Split;
use crate::error::Result;
use crate::math::NamedValues;
use crate::model::Architecture;
use crate::reconstruction::Reduction;
use crate::validate::{Losses, validate};

/// The reconstruction section of an evaluation: test images with the task's corruption,
/// reconstructed and compared with the targets.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Reconstruction {
    /// The training loss, with every term at its full weight.
    pub loss: f64,
    /// The recipe's reconstruction error.
    pub error: f64,
    /// The unit of the error.
    pub unit: String,
    /// Measures that are common to all models.
    #[serde(flatten)]
    pub quality: Quality,
    /// The other terms of the loss and statistics of the codes, under their names in training.
    #[serde(skip_serializing_if = "NamedValues::is_empty")]
    pub terms: NamedValues,
    /// The usage of the codebook, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codebook: Option<Codebook>,
    /// Metrics of a variational autoencoder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variational: Option<Variational>,
    /// Definitions of the metrics.
    pub conventions: Conventions,
}

/// The usage of a codebook by the test images.
#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
pub struct Codebook {
    /// The number of embeddings.
    pub num_embeddings: usize,
    /// The number of embeddings that at least one image uses.
    pub used: usize,
    /// The exponential of the entropy of the embeddings' frequencies.
    pub perplexity: f64,
    /// The size of a code in bits, with one index per vector.
    pub bits_per_image: f64,
}

pub(super) fn measure(
    material: &Material<'_>,
    quality: Quality,
    options: &Options,
) -> Result<Reconstruction> {
    material.working("validating on the test images as in training");
    let model = material.model;
    let test = &material.test;
    let split = Split { examples: &test.images, labels: test.labels.as_deref() };
    let validation = validate(model, split)?;
    let compared = &model.recipe.reconstruction;
    let what = compared.kind().error_convention(variational::target_convention(&model.recipe.task));
    let reduced = match compared.reduction() {
        Reduction::Sum => "summed over pixels and channels",
        Reduction::Mean => "averaged over pixels and channels",
    };
    let variational = variational::measure(material, &validation, options.importance_samples)?;
    let bottleneck = &model.architecture.bottleneck;
    let sampled = bottleneck.sampling_convention();
    let mut conventions = Quality::conventions();
    if variational.is_some() {
        for measure in ["mse", "psnr_db", "ssim"] {
            conventions.entry(measure).and_modify(|text| *text += "; codes are posterior means");
        }
    }
    conventions.insert("error", format!("{what}; {reduced}, mean over images{sampled}"));
    conventions
        .insert("loss", "the error plus the recipe's penalties with their weights".to_owned());
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
        let what = "embeddings that at least one image uses; perplexity: exponential of the \
                    entropy of their \
                    frequencies over all vectors";
        conventions.insert("codebook", what.to_owned());
    }
    Ok(Reconstruction {
        loss: losses.loss,
        error: losses.reconstruction,
        unit: compared.unit(),
        quality,
        codebook,
        variational,
        terms: losses.terms,
        conventions,
    })
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
