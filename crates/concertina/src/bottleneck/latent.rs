//! The traits that every kind of bottleneck implements.

use std::fmt::Debug;
use std::sync::Arc;

use burn::tensor::Tensor;
use concertina_kernels::{Activation, Sequential};

use super::phase::Phase;
use super::posterior::Posterior;
use super::terms::Code;
use crate::error::{Error, Result};
use crate::hint::Warning;
use crate::math::{Codes, NamedValues};
use crate::rng::{Seed, Stream};

/// The keys of a kind in a recipe.
pub(crate) trait Settings: Debug {
    /// Checks that every value is in range.
    fn check(&self) -> Result<()>;

    /// The bottleneck with `latent_dim` latent dimensions.
    ///
    /// # Errors
    /// If this number does not fit the settings.
    fn build(&self, latent_dim: usize) -> Result<Arc<dyn Latent>>;

    /// The number of features per latent dimension.
    fn heads(&self) -> usize {
        1
    }

    /// The activation of the dense layer that leads to the code.
    fn activation(&self) -> Activation {
        Activation::Identity
    }

    /// What makes the loss of an example depend on the others of its batch, so that a batch cannot
    /// be cut into shards; `None` if the loss is a mean over examples.
    fn couples_examples(&self) -> Option<&'static str> {
        None
    }

    /// The number of codes sampled for each example in training, k.
    fn codes_per_example(&self) -> usize {
        1
    }
}

/// A bottleneck with D latent dimensions: parameters, loss, and descriptions of its results.
pub(crate) trait Latent: Debug + Send + Sync {
    // Properties.

    /// Whether codes are regularised towards the standard normal prior, from which new codes can
    /// then be sampled.
    fn has_prior(&self) -> bool {
        false
    }

    /// The Gaussian posterior, if codes are sampled from one.
    fn posterior(&self) -> Option<Posterior> {
        None
    }

    /// The codebook, if there is one.
    fn discrete(&self) -> Option<Discrete> {
        None
    }

    // Its own parameters.

    /// Their names and shapes, in the order of the flat vector.
    fn parameters(&self) -> Vec<(String, Vec<usize>)> {
        self.networks().into_iter().flat_map(|(name, network)| named(name, network)).collect()
    }

    /// The networks among them, each with its name.
    fn networks(&self) -> Vec<(&'static str, &Sequential)> {
        Vec::new()
    }

    /// Their initial values, a function of the seed alone.
    fn initialise(&self, _: Seed) -> Vec<f32> {
        vec![0.0; n_parameters(&self.parameters())]
    }

    // Training.

    /// The number of standard normal values that training needs for each example.
    fn noise_len(&self) -> usize {
        0
    }

    /// The codes of a batch. `features` is `[B, heads * D]`, `noise` is `[B, noise_len]`, and `own`
    /// are the parameters.
    fn sample(&self, features: Tensor<2>, noise: Tensor<2>, own: Tensor<1>) -> Code;

    /// The weighted penalty on codes and on the decoder's parameters that is added to the mean
    /// error, `[1]`; `None` if there is none. `epochs` is the number of epochs trained so far, for
    /// weights that are annealed; infinity gives every weight in full.
    fn penalty(&self, _code: &Code, _decoder: &Tensor<1>, _epochs: f32) -> Option<Tensor<1>> {
        None
    }

    /// The loss, `[1]`, from the reconstruction errors `[B k]`.
    fn loss(&self, errors: Tensor<1>, code: &Code, decoder: &Tensor<1>, epochs: f32) -> Tensor<1> {
        penalised(errors, self.penalty(code, decoder, epochs))
    }

    /// Phases that follow each step on the main loss.
    fn phases(&self) -> Vec<Phase<'_>> {
        Vec::new()
    }

    /// The number of training examples whose features [`Latent::begin_epoch`] receives.
    fn examples_at_epoch(&self) -> usize {
        0
    }

    /// Updates its own parameters before an epoch. `features` is `[N, heads * D]`, of N training
    /// examples.
    fn begin_epoch(&self, _own: OwnState<'_>, _features: &[f32], _stream: &mut Stream) {}

    // Use.

    /// Codes without noise, `[N, D]`, from features `[N, heads * D]`.
    fn encode(&self, features: Vec<f32>, own: &[f32]) -> Vec<f32> {
        self.quantise(features, own)
    }

    /// Codes `[N, D]` quantised to the codebook, or unchanged if there is none.
    fn quantise(&self, codes: Vec<f32>, _own: &[f32]) -> Vec<f32> {
        codes
    }

    // Reporting.

    /// The metrics of an epoch besides loss and reconstruction, in the order of a table.
    fn metrics(&self) -> &'static [Metric] {
        &[]
    }

    /// Statistics of the codes of all validation examples, under names of [`Latent::metrics`].
    fn statistics(&self, _codes: &Codes, _own: &[f32]) -> NamedValues {
        NamedValues::default()
    }

    /// A description of the latent space, one or two sentences for a learner.
    fn description(&self) -> &'static str;

    /// The word for codes in a caption: "codes", or "code means".
    fn codes_word(&self) -> &'static str {
        "codes"
    }

    /// How the codes were sampled, for an evaluation's conventions; empty if nothing is random.
    fn sampling_convention(&self) -> String {
        String::new()
    }

    /// The definition of a metric, for an evaluation's conventions.
    fn convention(&self, _metric: &str) -> Option<&'static str> {
        None
    }

    /// A warning if the codes of the validation examples have collapsed after some epochs.
    fn warning(&self, _statistics: &NamedValues, _codes: &Codes) -> Option<Warning> {
        None
    }
}

/// A metric that is reported for each epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its key in `metrics.jsonl`.
    pub name: &'static str,
    /// The heading of its column in a table, with its unit.
    pub label: &'static str,
    /// Whether it is a loss or a statistic.
    pub kind: MetricKind,
}

/// How a metric is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// A loss or a term of one: drawn as a curve.
    Loss,
    /// Another measurement: shown in tables.
    Statistic,
}

/// A codebook.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Discrete {
    /// The number of embeddings.
    pub(crate) num_embeddings: usize,
    /// Vectors per code; each is quantised to an embedding.
    pub(crate) vectors: usize,
}

/// A bottleneck's own parameters, and the optimiser's moments for them.
pub(crate) struct OwnState<'a> {
    pub(crate) parameters: &'a mut [f32],
    pub(crate) mean: &'a mut [f32],
    pub(crate) square: &'a mut [f32],
}

/// The mean error, and the penalty where there is one, `[1]`.
pub(super) fn penalised(errors: Tensor<1>, penalty: Option<Tensor<1>>) -> Tensor<1> {
    match penalty {
        Some(penalty) => errors.mean() + penalty,
        None => errors.mean(),
    }
}

/// The parameters of a network under their names in model files.
fn named(component: &str, network: &Sequential) -> Vec<(String, Vec<usize>)> {
    let name = |parameter: &concertina_kernels::Parameter| {
        (format!("{component}.{}.{}", parameter.layer, parameter.name), parameter.shape.clone())
    };
    network.parameters().iter().map(name).collect()
}

/// The total number of values in parameters of these shapes.
pub(crate) fn n_parameters(parameters: &[(String, Vec<usize>)]) -> usize {
    let lengths = parameters
        .iter()
        .map(|(_, shape)| shape.iter().fold(1, |length: usize, &n| length.saturating_mul(n)));
    lengths.fold(0, usize::saturating_add)
}

/// Checks that weights of a kind's settings are finite and at least 0.
pub(super) fn check_weights(weights: &[(&str, f32)]) -> Result<()> {
    for &(key, value) in weights {
        if !(value.is_finite() && value >= 0.0) {
            return Err(Error::config(format!(
                "`bottleneck.{key}`: expected a finite number of at least 0, found {value}"
            )));
        }
    }
    Ok(())
}
