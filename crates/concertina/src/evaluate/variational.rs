//! What only a variational autoencoder has: the evidence lower bound and its parts.

use serde::Serialize;

use super::subject::{Half, Material};
use super::{Conventions, Finding};
use crate::bottleneck::{Bottleneck, Form};
use crate::reconstruction::{Reconstruction, Sigma};
use crate::task::Task;
use crate::train::Judgement;

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
    judgement: &Judgement,
    importance_samples: usize,
) -> Option<Variational> {
    let losses = &judgement.losses;
    let (kl_nats, active_units) = (losses.kl?, losses.active_units?);
    let (model, images) = (material.model, &material.test.images);
    let compared = &model.recipe.reconstruction;
    let log_likelihood_given_code_nats =
        compared.log_likelihood(losses.reconstruction, images.shape().len());
    let how = match compared {
        Reconstruction::Bernoulli { .. } => binarisation(&model.recipe.task),
        Reconstruction::Gaussian { sigma: None, .. } => {
            "a Gaussian of variance 1/2 around each value, its constant included: the squared error is its exponent"
        }
        Reconstruction::Gaussian { sigma: Some(Sigma::Fixed(_)), .. } => {
            "a Gaussian of the recipe's standard deviation around each value, its constant included"
        }
        Reconstruction::Gaussian { sigma: Some(Sigma::Learned), .. } => {
            "a Gaussian of the learned standard deviation around each value, its constant included"
        }
    };
    let form = match &model.recipe.bottleneck {
        Bottleneck::Gaussian(gaussian) => gaussian.form,
        _ => Form::LogVariance,
    };
    let elbo_nats = if form == Form::Lesson {
        Finding::left_out(
            "codes are drawn and charged for by two different spreads, as in the lesson: that is not a bound on anything",
        )
    } else {
        Finding::Measured(log_likelihood_given_code_nats - kl_nats)
    };
    let conventions = [
        ("elbo_nats", "the divergence with weight 1, whatever the recipe's is; nats per image"),
        ("log_likelihood_given_code_nats", how),
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
        kl_per_dimension_nats: judgement.kl_per_dimension.clone(),
        active_units,
        log_likelihood: likelihood(material, importance_samples),
        conventions: conventions.map(|(name, text)| (name, text.to_owned())).into(),
    })
}

/// What a cross-entropy takes values for.
pub(super) fn binarisation(task: &Task) -> &'static str {
    match task {
        Task::Binarise {} => {
            "of images drawn in black and white, each value with its grey as the probability"
        }
        _ => "values of 0..1 taken as probabilities (not binarised)",
    }
}

/// The bound by so many codes for each image.
fn likelihood(material: &Material<'_>, samples: usize) -> Finding<Likelihood> {
    let Half { images, .. } = &material.test;
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
