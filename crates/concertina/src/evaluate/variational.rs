//! What only a variational autoencoder has: the evidence lower bound and its parts.

use serde::Serialize;

use super::subject::{Split, Material};
use super::{Conventions, Finding};
use crate::bottleneck::VarianceParameterisation;
use crate::task::Task;
use crate::validate::Validation;

/// Means over the test images, in nats per image.
#[derive(Clone, Debug, Serialize)]
pub struct Variational {
    /// The evidence lower bound: the log-likelihood of an image given its code, less the divergence.
    pub elbo_nats: Finding<f64>,
    /// Its first part.
    pub log_likelihood_given_code_nats: f64,
    /// Its second part: the divergence of the codes from the prior.
    pub kl_nats: f64,
    /// The same for each dimension of the code.
    pub kl_per_dimension_nats: Vec<f64>,
    /// Code dimensions whose mean varies over the images by more than 0.01.
    pub active_units: usize,
    /// A tighter bound, by importance sampling.
    pub log_likelihood: Finding<Likelihood>,
    /// How the figures came about.
    pub conventions: Conventions,
}

/// An estimate of the log-likelihood.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Likelihood {
    /// Mean over the images, in nats per image.
    pub nats: f64,
    /// Codes drawn for each image.
    pub importance_samples: usize,
    /// Images it was estimated for.
    pub images: usize,
}

/// `None` for a bottleneck that is not variational.
pub(super) fn measure(
    material: &Material<'_>,
    validation: &Validation,
    importance_samples: usize,
) -> Option<Variational> {
    let losses = &validation.losses;
    let (model, images) = (material.model, &material.test.images);
    let posterior = model.architecture.bottleneck.posterior()?;
    let (kl_nats, active_units) = (losses.term("kl")?, losses.term("active_units")? as usize);
    let compared = &model.recipe.reconstruction;
    let log_likelihood_given_code_nats =
        compared.log_likelihood(losses.reconstruction, images.shape().len());
    let how = compared.kind().likelihood_convention(target_convention(&model.recipe.task));
    let elbo_nats = if posterior.parameterisation == VarianceParameterisation::Lesson {
        Finding::left_out(
            "codes are sampled with one standard deviation and penalised for another, as in the lesson: that is not a bound on anything",
        )
    } else {
        Finding::Measured(log_likelihood_given_code_nats - kl_nats)
    };
    let conventions = [
        ("elbo_nats", "the divergence with weight 1, whatever the recipe's is; nats per image"),
        ("log_likelihood_given_code_nats", &how),
        ("kl_nats", "from the standard normal, before weight and free bits; nats per image"),
        (
            "log_likelihood",
            "ln mean exp of ln p(x|z) + ln p(z) - ln q(z|x) over codes drawn from q(z|x), mean over images; a lower bound on ln p(x)",
        ),
        ("active_units", "dimensions whose mean has a variance above 0.01 over the images"),
    ];
    Some(Variational {
        elbo_nats,
        log_likelihood_given_code_nats,
        kl_nats,
        kl_per_dimension_nats: validation.dimensions("kl").unwrap_or_default().to_vec(),
        active_units,
        log_likelihood: likelihood(material, importance_samples),
        conventions: conventions.map(|(name, text)| (name, text.to_owned())).into(),
    })
}

/// What a cross-entropy takes values for.
pub(super) fn target_convention(task: &Task) -> &'static str {
    match task {
        Task::Binarise {} => {
            "of images drawn in black and white, each value with its grey as the probability"
        }
        _ => "values of 0..1 taken as probabilities (not binarised)",
    }
}

/// The bound by so many codes for each image.
fn likelihood(material: &Material<'_>, samples: usize) -> Finding<Likelihood> {
    let Split { images, .. } = &material.test;
    material.working(&format!("estimating likelihoods by {samples} codes for each image"));
    let given = material.test.given(material.model);
    let found = given.and_then(|given| given.log_likelihood(images, samples, material.seed));
    match found {
        Ok(nats) => Finding::Measured(Likelihood {
            nats: nats.iter().sum::<f64>() / nats.len() as f64,
            importance_samples: samples,
            images: nats.len(),
        }),
        Err(error) => Finding::left_out(error.to_string()),
    }
}
