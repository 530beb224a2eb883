//! The evidence lower bound of a variational autoencoder, and its terms.

use schemars::JsonSchema;
use serde::Serialize;

use super::finding::conventions;
use super::subject::Material;
use super::{Conventions, Finding};
use crate::bottleneck::VarianceParameterisation;
use crate::error::Result;
use crate::task::Task;
use crate::validate::Validation;

/// Images whose likelihoods are estimated before progress is told.
const CHUNK: usize = 64;

/// The metrics of a variational autoencoder, means over the test images in nats per image.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Variational {
    /// The evidence lower bound: the log-likelihood of an image given its code, minus the KL
    /// divergence.
    pub elbo_nats: f64,
    /// The log-likelihood of an image given its code.
    pub log_likelihood_given_code_nats: f64,
    /// The KL divergence of the posterior that codes are sampled from, from the prior.
    pub kl_nats: f64,
    /// What the loss has in its place, where that is not this divergence: the lesson's form takes
    /// another standard deviation for its penalty than for sampling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub penalty_nats: Option<f64>,
    /// The KL divergence in each latent dimension.
    pub kl_per_dimension_nats: Vec<f64>,
    /// The number of latent dimensions whose mean has a variance above 0.01 over the images.
    pub active_units: usize,
    /// A tighter bound on the log-likelihood, by importance sampling.
    pub log_likelihood: Finding<Likelihood>,
    /// Definitions of the metrics.
    pub conventions: Conventions,
}

/// An estimate of the log-likelihood.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub struct Likelihood {
    /// Mean over the images, in nats per image.
    pub nats: f64,
    /// Codes sampled for each image.
    pub importance_samples: usize,
    /// The number of images.
    pub images: usize,
}

/// The metrics; `None` for a bottleneck that is not variational.
pub(super) fn measure(
    material: &Material<'_>,
    validation: &Validation,
    importance_samples: usize,
) -> Result<Option<Variational>> {
    let losses = &validation.losses;
    let (model, images) = (material.model, &material.test.images);
    let terms = [losses.term("kl"), losses.term("active_units")];
    let (Some(posterior), [Some(penalty_nats), Some(active_units)]) =
        (model.architecture.bottleneck.posterior(), terms)
    else {
        return Ok(None);
    };
    let kl_per_dimension_nats = material.test.given(model)?.kl_divergence(images)?;
    let kl_nats = kl_per_dimension_nats.iter().sum::<f64>();
    let is_lessons = posterior.parameterisation == VarianceParameterisation::Lesson;
    let compared = &model.recipe.reconstruction;
    let nats = compared.log_likelihood(losses.reconstruction, images.shape().len());
    let how = compared.kind().likelihood_convention(target_convention(&model.recipe.task));
    let (Some(log_likelihood_given_code_nats), Some(how)) = (nats, how) else { return Ok(None) };
    let mut conventions = conventions([
        (
            "elbo_nats",
            "with weight 1 for the KL divergence, whatever the recipe's weight; nats per image",
        ),
        ("log_likelihood_given_code_nats", &how),
        (
            "kl_nats",
            "of the Gaussian that codes are sampled from, from the standard normal, before weight \
             and free bits; nats per image",
        ),
        (
            "log_likelihood",
            "ln mean exp of ln p(x|z) + ln p(z) - ln q(z|x) over codes sampled from q(z|x), mean \
             over images; a lower \
             bound on ln p(x)",
        ),
        ("active_units", "dimensions whose mean has a variance above 0.01 over the images"),
    ]);
    if is_lessons {
        let penalty = "what the loss has as the KL divergence, before its weight; nats per image. \
                       It takes exp(log_var) for the variance, while codes are sampled with that \
                       as their standard deviation, as in the lesson";
        conventions.insert("penalty_nats", penalty.to_owned());
    }
    Ok(Some(Variational {
        elbo_nats: log_likelihood_given_code_nats - kl_nats,
        log_likelihood_given_code_nats,
        kl_nats,
        penalty_nats: is_lessons.then_some(penalty_nats),
        kl_per_dimension_nats,
        active_units: active_units as usize,
        log_likelihood: Finding::of(likelihood(material, importance_samples))?,
        conventions,
    }))
}

/// The meaning of target values in a cross-entropy.
pub(super) fn target_convention(task: &Task) -> &'static str {
    match task {
        Task::Binarise {} => {
            "of binarised images, each value sampled with its grey level as the probability"
        }
        _ => "values of 0..1 taken as probabilities (not binarised)",
    }
}

/// The importance weighted bound with `samples` codes for each image.
fn likelihood(material: &Material<'_>, samples: usize) -> Result<Likelihood> {
    let test = &material.test;
    material.working(&format!("estimating likelihoods with {samples} codes for each image"));
    let model = test.given(material.model)?;
    let (n, mut nats) = (test.images.len(), Vec::new());
    for start in (0..n).step_by(CHUNK) {
        let range = start..n.min(start + CHUNK);
        nats.extend(model.log_likelihood_range(&test.images, range, samples, material.seed)?);
        material.at(nats.len(), n);
    }
    Ok(Likelihood {
        nats: nats.iter().sum::<f64>() / nats.len() as f64,
        importance_samples: samples,
        images: nats.len(),
    })
}
