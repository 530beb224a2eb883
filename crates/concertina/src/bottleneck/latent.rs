//! What every kind of bottleneck says of itself.

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
    /// Whether every value is in its range.
    fn check(&self) -> Result<()>;

    /// The bottleneck for codes of `latent_dim` numbers.
    ///
    /// # Errors
    /// If it cannot have codes of that length.
    fn build(&self, latent_dim: usize) -> Result<Arc<dyn Latent>>;

    /// How many features belong to one latent dimension.
    fn heads(&self) -> usize {
        1
    }

    /// What the encoder's last layer ends in, where it leads to a given number of latent dimensions.
    fn activation(&self) -> Activation {
        Activation::Identity
    }

    /// Codes sampled for each example in training, k.
    fn codes_per_example(&self) -> usize {
        1
    }
}

/// A bottleneck for codes of D numbers: parameters, loss, and the words in which its results are told.
pub(crate) trait Latent: Debug + Send + Sync {
    // What it is.

    /// Whether codes are made to lie as the standard normal does, so that new ones are sampled from it.
    fn has_prior(&self) -> bool {
        false
    }

    /// The Gaussian that codes are sampled from, where they are sampled.
    fn posterior(&self) -> Option<Posterior> {
        None
    }

    /// The codebook that codes are taken from, where there is one.
    fn discrete(&self) -> Option<Discrete> {
        None
    }

    // Parameters of its own.

    /// Their names and shapes, in the order in which they lie in the flat vector.
    fn parameters(&self) -> Vec<(String, Vec<usize>)> {
        self.networks().into_iter().flat_map(|(name, network)| named(name, network)).collect()
    }

    /// The networks among them, each with its name.
    fn networks(&self) -> Vec<(&'static str, &Sequential)> {
        Vec::new()
    }

    /// Their first values, a function of the seed alone.
    fn initialise(&self, _: Seed) -> Vec<f32> {
        vec![0.0; n_parameters(&self.parameters())]
    }

    // Training.

    /// Standard normal numbers that training takes for each example.
    fn noise_len(&self) -> usize {
        0
    }

    /// The codes of a batch. `features` is `[B, heads * D]`, `noise` is `[B, noise_len]`, and `own` are the parameters.
    fn sample(&self, features: Tensor<2>, noise: Tensor<2>, own: Tensor<1>) -> Code;

    /// What is asked of codes and of the decoder's parameters, as it is added to the mean error, `[1]`; `None` for
    /// nothing. `epochs` is how far training has come; infinity for every weight in full.
    fn penalty(&self, _code: &Code, _decoder: &Tensor<1>, _epochs: f32) -> Option<Tensor<1>> {
        None
    }

    /// What is minimised, `[1]`, of the reconstruction errors `[B k]`.
    fn loss(&self, errors: Tensor<1>, code: &Code, decoder: &Tensor<1>, epochs: f32) -> Tensor<1> {
        match self.penalty(code, decoder, epochs) {
            Some(penalty) => errors.mean() + penalty,
            None => errors.mean(),
        }
    }

    /// Phases that follow each step on the main loss.
    fn phases(&self) -> Vec<Phase<'_>> {
        Vec::new()
    }

    /// Training examples whose features [`Latent::begin_epoch`] wants to see.
    fn examples_at_epoch(&self) -> usize {
        0
    }

    /// Changes its own parameters before an epoch. `features` is `[N, heads * D]`, of N training examples.
    fn begin_epoch(&self, _own: OwnState<'_>, _features: &[f32], _stream: &mut Stream) {}

    // Use.

    /// Codes without noise, `[N, D]`, from features `[N, heads * D]`.
    fn encode(&self, features: Vec<f32>, own: &[f32]) -> Vec<f32> {
        self.quantise(features, own)
    }

    /// Codes `[N, D]` as the decoder may get them: as they are, or the nearest that can be.
    fn quantise(&self, codes: Vec<f32>, _own: &[f32]) -> Vec<f32> {
        codes
    }

    // Words.

    /// What is told of each epoch besides loss and reconstruction, in the order of a table.
    fn metrics(&self) -> &'static [Metric] {
        &[]
    }

    /// What is measured of the codes of all validation examples, under the names of [`Latent::metrics`].
    fn statistics(&self, _codes: &Codes, _own: &[f32]) -> NamedValues {
        NamedValues::default()
    }

    /// What the latent is, in a sentence or two for a learner.
    fn description(&self) -> &'static str;

    /// What codes are in a caption: "codes", or "code means".
    fn codes_word(&self) -> &'static str {
        "codes"
    }

    /// How the codes that are compared were made, for an evaluation's conventions; empty where nothing is random.
    fn sampling_convention(&self) -> String {
        String::new()
    }

    /// How a metric came about, for an evaluation's conventions.
    fn convention(&self, _metric: &str) -> Option<&'static str> {
        None
    }

    /// What is wrong with the codes of the validation examples after some epochs, if something is.
    fn warning(&self, _statistics: &NamedValues, _codes: &Codes) -> Option<Warning> {
        None
    }
}

/// A number that is told of each epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its key in `metrics.jsonl`.
    pub name: &'static str,
    /// The head of its column in a table, with its unit.
    pub label: &'static str,
    /// How it is used.
    pub kind: MetricKind,
}

/// What a metric is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// A loss or a part of one: drawn as a curve.
    Loss,
    /// Something measured: told in tables.
    Statistic,
}

/// A codebook.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Discrete {
    /// Embeddings in it.
    pub(crate) num_embeddings: usize,
    /// Vectors in a code, each of them an embedding.
    pub(crate) vectors: usize,
}

/// A bottleneck's own parameters, and what the optimiser remembers of them.
pub(crate) struct OwnState<'a> {
    pub(crate) parameters: &'a mut [f32],
    pub(crate) mean: &'a mut [f32],
    pub(crate) square: &'a mut [f32],
}

/// The parameters of a network as a file names them.
fn named(part: &str, network: &Sequential) -> Vec<(String, Vec<usize>)> {
    let name = |parameter: &concertina_kernels::Parameter| {
        (format!("{part}.{}.{}", parameter.layer, parameter.name), parameter.shape.clone())
    };
    network.parameters().iter().map(name).collect()
}

/// How many numbers parameters of these shapes are.
pub(crate) fn n_parameters(parameters: &[(String, Vec<usize>)]) -> usize {
    let lengths = parameters.iter().map(|(_, shape)| {
        shape.iter().fold(1, |length: usize, &n| length.saturating_mul(n))
    });
    lengths.fold(0, usize::saturating_add)
}

/// Whether numbers of a kind's settings are finite and at least 0.
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
