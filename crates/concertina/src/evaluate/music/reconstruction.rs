//! How much of the test windows comes back.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::{Conventions, finding};
use super::agreement::Agreement;
use super::subject::Material;
use crate::data::Split;
use crate::data::music::tokens_of;
use crate::error::Result;
use crate::math::{Codes, NamedValues};
use crate::model::Draw;
use crate::validate::validate;

/// The reconstruction section of an evaluation.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct MusicReconstruction {
    /// The training loss, with every term at its full weight.
    pub loss: f64,
    /// The cross-entropy of the windows' tokens, teacher-forced.
    pub error: f64,
    /// The unit of the error.
    pub unit: String,
    /// The evidence lower bound of a variational autoencoder, in nats per window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elbo_nats: Option<f64>,
    /// The KL divergence of the codes' posterior from the prior, in bits per window: what a code
    /// tells of its window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kl_bits: Option<f64>,
    /// The other terms of the loss and statistics of the codes, under their names in training.
    #[serde(skip_serializing_if = "NamedValues::is_empty")]
    pub terms: NamedValues,
    /// The agreement of what comes back with the originals, by what the decoder is given.
    pub agreements: Vec<Agreement>,
    /// Definitions of the metrics.
    pub conventions: Conventions,
}

pub(super) fn measure(material: &Material<'_>) -> Result<MusicReconstruction> {
    material.working("validating on the test windows as in training");
    let (model, test) = (material.model, &material.test);
    let validation = validate(model, Split { examples: test, labels: test.chords() })?;
    let is_variational = model.is_variational();
    let given = material.given()?;
    let mean = material.codes()?;
    let drawn =
        if is_variational { given.sample_posterior(test, material.seed)? } else { mean.clone() };
    let code = if is_variational { "code drawn" } else { "code" };

    let forced = tokens_of(given.predict(&drawn, test)?.values());
    let mut agreements = vec![Agreement::new(&format!("teacher-forced, {code}"), test, &forced)];
    let free = |of: &str, codes: &Codes, draw: Draw| -> Result<Agreement> {
        let what = format!("writing windows: {of}");
        let tokens = material.decode(&what, codes, test.chords(), draw)?;
        Ok(Agreement::new(of, test, &tokens))
    };
    agreements.push(free(&format!("free-running, {code}"), &drawn, Draw::MostProbable)?);
    let of = format!("free-running, {code}, tokens drawn");
    agreements.push(free(&of, &drawn, material.drawn())?);
    if is_variational {
        let written = material.reconstructed()?;
        agreements.push(Agreement::new("free-running, mean of the code", test, written));
    }
    if test.len() > 1 {
        let others = exchanged(material, &drawn);
        let of = "free-running, code of another window";
        agreements.push(free(of, &others, Draw::MostProbable)?);
    }

    let losses = validation.losses;
    let kl_nats = is_variational
        .then(|| given.kl_divergence(test).map(|kl| kl.iter().sum::<f64>()))
        .transpose()?;
    Ok(MusicReconstruction {
        loss: losses.loss,
        error: losses.reconstruction,
        unit: model.recipe.reconstruction.unit(),
        elbo_nats: kl_nats.map(|kl| -losses.reconstruction - kl),
        kl_bits: kl_nats.map(|kl| kl / std::f64::consts::LN_2),
        terms: losses.terms,
        agreements,
        conventions: conventions(is_variational),
    })
}

/// Each window's code exchanged for that of a window elsewhere: neighbours are often of one piece.
fn exchanged(material: &Material<'_>, codes: &Codes) -> Codes {
    let n = codes.len();
    let order = material.some(n, n, 4);
    let mut others = vec![0; n];
    for (place, &index) in order.iter().enumerate() {
        others[index] = order[(place + n / 2) % n];
    }
    codes.select(&others)
}

fn conventions(is_variational: bool) -> Conventions {
    let mut conventions = finding::conventions([
        (
            "error",
            "cross-entropy of the tokens, each given the original's earlier ones; summed over a \
             window, mean over windows",
        ),
        ("loss", "the error plus the recipe's penalties with their weights"),
        ("accuracy", "fraction of tokens that are the original's; padding is not counted"),
        ("onset_f1", "of notes that begin, the same in track, step and pitch; all windows pooled"),
        (
            "teacher-forced",
            "the decoder is fed the original's earlier tokens; the most probable token counts",
        ),
        (
            "free-running",
            "the decoder is fed its own tokens: the most probable, or where they are drawn, by \
             their probabilities (temperature 1)",
        ),
        (
            "code of another window",
            "a window's code is exchanged for that of another at random: how right one is \
             without the code",
        ),
    ]);
    if is_variational {
        conventions.extend(finding::conventions([
            ("code drawn", "from the posterior, as in training; elsewhere its mean"),
            (
                "elbo_nats",
                "with weight 1 for the KL divergence, whatever the recipe's weight; nats per \
                 window",
            ),
            (
                "kl_bits",
                "of the posterior from the standard normal, before weight and free bits; bits \
                 per window",
            ),
        ]));
    }
    conventions
}
