//! The Gaussian that a variational autoencoder's encoder gives for an example, q(z|x).

use super::inference::CHUNK;
use super::{Architecture, ConditionedModel, wrong_shape};
use crate::bottleneck::Posterior;
use crate::data::{Examples, FloatImages};
use crate::error::{Error, Result};
use crate::math::Codes;
use crate::memory;
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::at_once;

/// First index of the streams: others are those of an evaluation's choices and likelihoods.
const POSTERIOR: u32 = 17;

impl ConditionedModel<'_> {
    /// A code of each example, `[N, D]`, drawn from the posterior q(z|x) as in training, where
    /// [`ConditionedModel::encode`] gives its mean. An example's code depends on the seed and on
    /// its index.
    ///
    /// The corruption of a task is that of validation.
    ///
    /// # Errors
    /// As [`ConditionedModel::kl_divergence`].
    pub fn sample_posterior(&self, examples: &dyn Examples, seed: Seed) -> Result<Codes> {
        let size = self.model().architecture.latent_dim;
        let posterior = self.posterior(examples)?;
        let mut codes = memory::room_for(examples.len(), size, "codes")?;
        let (mut noise, mut code) = (vec![0.0; size], vec![0.0; size]);
        self.each_posterior(examples, |index, features| {
            let position = [POSTERIOR, index as u32, 0];
            Stream::new(seed, Purpose::Evaluation, position).fill_normal(&mut noise);
            posterior.sample(features, &noise, &mut code);
            codes.extend_from_slice(&code);
        })?;
        Ok(Codes::new(size, codes))
    }

    /// The KL divergence of the Gaussian that codes are sampled from, from the standard normal, in
    /// each latent dimension, `[D]`: a mean over the images, in nats. It is at least 0.
    ///
    /// The corruption of a task is that of validation.
    ///
    /// # Errors
    /// If the model is not a variational autoencoder, the images do not have the shape of the
    /// decoder's output, or as [`ConditionedModel::encode`].
    pub fn kl_divergence(&self, images: &dyn Examples) -> Result<Vec<f64>> {
        let posterior = self.posterior(images)?;
        let mut sums = vec![0.0; self.model().architecture.latent_dim];
        self.each_posterior(images, |_, features| {
            for (sum, nats) in sums.iter_mut().zip(posterior.kl_divergence(features)) {
                *sum += nats;
            }
        })?;
        let n = images.len().max(1) as f64;
        Ok(sums.into_iter().map(|sum| sum / n).collect())
    }

    /// Calls `each` with the index and the encoder's features, `[2 D]`, of every example.
    fn each_posterior(
        &self,
        examples: &dyn Examples,
        mut each: impl FnMut(usize, &[f32]),
    ) -> Result<()> {
        let Architecture { target, latent_dim, .. } = self.model().architecture;
        let at_once = at_once(CHUNK, target.len());
        for start in (0..examples.len()).step_by(at_once) {
            let range = start..examples.len().min(start + at_once);
            let clean = FloatImages::range(examples, range.clone())?;
            let inputs = self.model().corrupted(&clean, &range.clone().collect::<Vec<_>>());
            let features = self.features(inputs.values(), range.clone());
            for (index, row) in range.zip(features.chunks_exact(2 * latent_dim)) {
                each(index, row);
            }
        }
        Ok(())
    }

    /// The posterior, if the images can be given to the model and it has one.
    pub(super) fn posterior(&self, images: &dyn Examples) -> Result<Posterior> {
        let architecture = &self.model().architecture;
        let Some(posterior) = architecture.bottleneck.posterior() else {
            return Err(Error::config(
                "expected a variational autoencoder to estimate likelihoods, found another model",
            ));
        };
        self.check(images.len())?;
        if images.shape() != architecture.target {
            return Err(wrong_shape(architecture.target, images.shape()));
        }
        Ok(posterior)
    }
}
