//! The bottleneck of a vector-quantised autoencoder: a discrete code of embeddings of a codebook.

mod codebook;
mod operations;
mod reset;

use std::sync::Arc;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use self::codebook::Codebook;
use super::latent::{Discrete, Latent, Metric, MetricKind, OwnState, Settings, check_weights};
use super::terms::Code;
use crate::error::{Error, Result};
use crate::math::{Codes, NamedValues, entropy_bits};
use crate::rng::Stream;

/// A vector-quantised autoencoder (van den Oord, Vinyals, Kavukcuoglu 2017): the features are
/// divided into vectors, and each is replaced by the nearest embedding of a learned codebook. A
/// code is then the index of an embedding for each vector.
///
/// A code has the layout of a feature map, channel by channel: element `c * n + i` is channel c of
/// vector i, of n vectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VectorQuantised {
    /// The number of embeddings in the codebook; default 512.
    #[serde(default = "num_embeddings")]
    pub num_embeddings: usize,
    /// The dimension of each embedding. Use the number of channels of the encoder's last feature
    /// map to get one vector for each of its positions.
    pub embedding_dim: usize,
    /// Weight of the commitment loss, the squared distance of the features from their embeddings;
    /// the weight of the codebook loss is 1 (the paper's beta, equation 3). Default 0.25.
    #[serde(default = "commitment")]
    pub commitment: f32,
}

fn num_embeddings() -> usize {
    512
}

fn commitment() -> f32 {
    0.25
}

impl VectorQuantised {
    /// With the defaults of the paper: 512 embeddings and a commitment of 0.25.
    pub fn new(embedding_dim: usize) -> Self {
        Self { num_embeddings: num_embeddings(), embedding_dim, commitment: commitment() }
    }
}

const VQ_LOSS: Metric = Metric { name: "vq_loss", label: "VQ loss", kind: MetricKind::Loss };
const USED: Metric =
    Metric { name: "used_embeddings", label: "embeddings used", kind: MetricKind::Statistic };
const PERPLEXITY: Metric =
    Metric { name: "perplexity", label: "perplexity", kind: MetricKind::Statistic };

/// The codebook's name in model files.
const WEIGHT: &str = "codebook.weight";

impl Settings for VectorQuantised {
    fn check(&self) -> Result<()> {
        check_weights(&[("commitment", self.commitment)])?;
        if self.embedding_dim == 0 {
            return Err(Error::config("`bottleneck.embedding-dim`: expected at least 1, found 0"));
        }
        if self.num_embeddings < 2 {
            let found = self.num_embeddings;
            return Err(Error::config(format!(
                "`bottleneck.num-embeddings`: expected at least 2, found {found}"
            )));
        }
        Ok(())
    }

    fn build(&self, latent_dim: usize) -> Result<Arc<dyn Latent>> {
        if !latent_dim.is_multiple_of(self.embedding_dim) {
            return Err(Error::config(format!(
                "`bottleneck.embedding-dim`: expected a divisor of the {latent_dim} latent \
                 dimensions, found {}",
                self.embedding_dim
            )));
        }
        let codebook = Codebook { latent_dim, embedding_dim: self.embedding_dim };
        Ok(Arc::new(QuantisedLatent { settings: self.clone(), codebook }))
    }
}

/// With a given number of latent dimensions.
#[derive(Debug)]
struct QuantisedLatent {
    settings: VectorQuantised,
    codebook: Codebook,
}

impl QuantisedLatent {
    /// The number of vectors of `codes` to which each embedding is nearest.
    fn uses(&self, codes: &[f32], embeddings: &[f32]) -> Vec<usize> {
        let mut uses = vec![0; self.settings.num_embeddings];
        for index in self.codebook.indices(codes, embeddings) {
            uses[index as usize] += 1;
        }
        uses
    }
}

impl Latent for QuantisedLatent {
    fn discrete(&self) -> Option<Discrete> {
        Some(Discrete {
            num_embeddings: self.settings.num_embeddings,
            vectors: self.codebook.n_vectors(),
        })
    }

    /// The codebook, zeros until the first epoch takes its embeddings from features.
    fn parameters(&self) -> Vec<(String, Vec<usize>)> {
        let VectorQuantised { num_embeddings, embedding_dim, .. } = self.settings;
        vec![(WEIGHT.to_owned(), vec![num_embeddings, embedding_dim])]
    }

    fn sample(&self, features: Tensor<2>, _: Tensor<2>, embeddings: Tensor<1>) -> Code {
        let Self { codebook, settings } = self;
        let loss = codebook.loss(features.clone(), embeddings.clone(), settings.commitment).mean();
        let z = codebook.quantise_with_gradient(features, embeddings);
        Code::of(z).with_batch_term(VQ_LOSS.name, loss)
    }

    fn penalty(&self, code: &Code, _: &Tensor<1>, _: f32) -> Option<Tensor<1>> {
        code.batch_term(VQ_LOSS.name)
    }

    fn examples_at_epoch(&self) -> usize {
        reset::EXAMPLES
    }

    fn begin_epoch(&self, own: OwnState<'_>, features: &[f32], stream: &mut Stream) {
        reset::reset_dead_codes(&self.codebook, own, features, stream);
    }

    fn quantise(&self, codes: Vec<f32>, embeddings: &[f32]) -> Vec<f32> {
        self.codebook.quantise(&codes, embeddings)
    }

    fn metrics(&self) -> &'static [Metric] {
        const { &[VQ_LOSS, USED, PERPLEXITY] }
    }

    fn statistics(&self, codes: &Codes, embeddings: &[f32]) -> NamedValues {
        let uses = self.uses(codes.values(), embeddings);
        let mut statistics = NamedValues::default();
        statistics.push(USED.name, uses.iter().filter(|&&uses| uses > 0).count());
        statistics.push(PERPLEXITY.name, perplexity(&uses));
        statistics
    }

    fn description(&self) -> &'static str {
        "The code is divided into vectors, and each of them is replaced by the nearest embedding \
         of a codebook. The \
         decoder's only input is the choice of these embeddings."
    }

    fn convention(&self, metric: &str) -> Option<&'static str> {
        (metric == VQ_LOSS.name).then_some(
            "squared distance of a code from its embeddings (codebook loss) plus the commitment \
             weight times the same; \
             summed over a code, mean over examples",
        )
    }
}

/// The perplexity of the codebook: 2 to the power of the entropy, in bits, of the frequencies of
/// the embeddings. It is the number of embeddings that, used equally often, would have the same
/// entropy.
fn perplexity(uses: &[usize]) -> f64 {
    let all = uses.iter().sum::<usize>() as f64;
    let shares: Vec<f64> = uses.iter().map(|&uses| uses as f64 / all).collect();
    entropy_bits(&shares).exp2()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::rng::{Purpose, Seed};
    use crate::testing::{constant, none, values};

    #[test]
    fn perplexity_counts_embeddings_that_are_used_equally_often() {
        for (uses, expected) in [
            (&[4, 4, 0, 4, 4][..], 4.0),
            (&[7], 1.0),
            (&[0, 0, 3], 1.0),
            // Entropy 1.5 bits.
            (&[2, 1, 1], 2f64.powf(1.5)),
            (&[0], 1.0),
        ] {
            let found = perplexity(uses);
            assert!((found - expected).abs() < 1e-12, "{uses:?}: {found:?}");
        }
    }

    /// Three embeddings of one number.
    fn latent() -> (Arc<dyn Latent>, [f32; 3]) {
        let settings = VectorQuantised { num_embeddings: 3, ..VectorQuantised::new(1) };
        (settings.build(2).unwrap(), [0.0, 10.0, 20.0])
    }

    #[test]
    fn statistics_count_the_embeddings_that_are_nearest() {
        let (latent, embeddings) = latent();
        for (codes, used, perplexity) in [
            ([1.0, 9.0, 0.5, 11.0], 2.0, 2.0),
            // Three quarters and one: 2 to the power of 2 - 3/4 log2(3).
            ([1.0, 2.0, 3.0, 17.0], 2.0, 4.0 / 3f64.powf(0.75)),
            ([9.0, 10.0, 11.0, 12.0], 1.0, 1.0),
        ] {
            let statistics = latent.statistics(&Codes::new(2, codes.to_vec()), &embeddings);
            assert_eq!(statistics.get(USED.name), Some(used), "{codes:?}");
            let found = statistics.get(PERPLEXITY.name).unwrap();
            assert!((found - perplexity).abs() < 1e-12, "{codes:?}: {found}");
        }
    }

    #[test]
    fn the_penalty_is_the_loss_of_the_codebook() {
        let (latent, embeddings) = latent();
        let features = constant(&[1.0, 9.0, 0.0, 12.0], [2, 2]);
        let code = latent.sample(features, constant(&[], [2, 0]), constant(&embeddings, [3]));
        // Squares 1 + 1 and 4, once with a weight of 1 and once with 1/4.
        let penalty = values(latent.penalty(&code, &none(), 0.0).unwrap());
        assert_eq!(penalty, [1.25 * 3.0]);
        assert_eq!(values(code.batch_term(VQ_LOSS.name).unwrap()), penalty);
    }

    #[test]
    fn a_codebook_begins_with_vectors_of_examples() {
        let (latent, _) = latent();
        let [mut parameters, mut mean, mut square] = [(); 3].map(|()| vec![0.0; 3]);
        let own = OwnState { parameters: &mut parameters, mean: &mut mean, square: &mut square };
        let mut stream = Stream::new(Seed(1), Purpose::Codebook, [1, 0, 0]);
        latent.begin_epoch(own, &[3.0, 4.0, 5.0, 6.0], &mut stream);
        // All are nearest to the first of the zeros, which stays.
        assert!(parameters[1..].iter().all(|x| (3.0..=6.0).contains(x)), "{parameters:?}");
    }
}
