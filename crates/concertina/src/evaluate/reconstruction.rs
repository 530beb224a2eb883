//! How far reconstructions are from the images: in the recipe's own terms, and in those that every model has.

use serde::Serialize;

use super::subject::{Half, Material};
use super::variational::{self, Variational};
use super::{Conventions, Options, Quality};
use crate::bottleneck::{Bottleneck, Gaussian};
use crate::model::Architecture;
use crate::reconstruction::{Reconstruction as Compared, Reduction};
use crate::train::{CodebookUse, Examples, Losses, judge};

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
    /// The standard deviation around each value, if the recipe has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sigma: Option<f64>,
    /// How far codes are from the prior, or from the codebook, if the recipe asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<f64>,
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
    /// Entries in it.
    pub entries: usize,
    /// Entries that some image uses.
    pub used: usize,
    /// So many entries, used equally often, would say as much.
    pub perplexity: f64,
    /// What it takes to write down a code, each vector's entry by its number.
    pub bits_per_image: f64,
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
        Compared::Gaussian { sigma: None, .. } => "squared error, values in 0..1".to_owned(),
        Compared::Gaussian { sigma: Some(_), .. } => {
            "minus the logarithm of a Gaussian's density at each value, values in 0..1".to_owned()
        }
    };
    let reduced = match compared.reduction() {
        Reduction::Sum => "summed over pixels and channels",
        Reduction::Mean => "averaged over pixels and channels",
    };
    let variational = variational::measure(material, &judgement, options.importance_samples);
    let drawn = match &model.recipe.bottleneck {
        Bottleneck::Gaussian(Gaussian { samples: 1, .. }) => {
            "; one drawn code for each image".to_owned()
        }
        Bottleneck::Gaussian(Gaussian { samples, .. }) => {
            format!("; {samples} drawn codes for each image, mean over them")
        }
        _ => String::new(),
    };
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
    let sigma = compared.sigma().map(|sigma| sigma.value(&model.weights.reconstruction));
    if sigma.is_some() {
        conventions
            .insert("sigma", "of the Gaussian around each value; 1 is black to white".to_owned());
    }
    let losses = &judgement.losses;
    let codebook = codebook(&model.architecture, losses);
    if codebook.is_some() {
        let what = "entries that some image uses; perplexity: exponential of the entropy of their shares of all vectors";
        conventions.insert("codebook", what.to_owned());
        conventions.insert(
            "distance",
            "squared, of a code from its entries, and the commitment's share of the same; mean over images".to_owned(),
        );
    } else if losses.distance.is_some() {
        conventions.insert(
            "distance",
            "squared maximum mean discrepancy from the prior, before its weight, in batches of 128 at most; without bias"
                .to_owned(),
        );
    }
    Reconstruction {
        sigma,
        distance: losses.distance,
        codebook,
        loss: judgement.losses.loss,
        error: judgement.losses.reconstruction,
        unit: compared.unit(),
        quality,
        variational,
        conventions,
    }
}

fn codebook(architecture: &Architecture, losses: &Losses) -> Option<Codebook> {
    let ([entries, width], CodebookUse { entries: used, perplexity }) =
        architecture.codebook.zip(losses.codebook)?;
    let vectors = architecture.code_size / width;
    Some(Codebook {
        entries,
        used,
        perplexity,
        bits_per_image: vectors as f64 * (entries as f64).log2(),
    })
}
