//! The log-likelihood of images under a variational autoencoder, by importance sampling.

use std::ops::Range;

use super::condition::beside;
use super::{ConditionedModel, Model};
use crate::data::{Examples, FloatImages};
use crate::error::{Error, Result};
use crate::parallel;
use crate::reconstruction::Likelihood;
use crate::rng::{Purpose, Seed, Stream};

/// Codes sampled from one stream of random numbers.
const CODES: usize = 250;
/// Values decoded at a time, at most (but at least one image), so that their logits stay in the
/// cache.
const VALUES: usize = 1 << 18;

impl Model {
    /// The maximum number of codes to estimate a likelihood with.
    pub const MAX_IMPORTANCE_SAMPLES: usize = 1_000_000;

    /// An estimate of ln p(x) of each image, in nats: the importance weighted bound with `samples`
    /// codes from the encoder's Gaussian (Burda et al. 2015, equation 8). Its expectation is a
    /// lower bound on ln p(x) that is tighter for more samples. An image's estimate depends on its
    /// index, and not on the other images.
    ///
    /// With a cross-entropy this is the likelihood of a black and white image, which is exact for a
    /// `binarise` task (the images are binarised as in validation); with a squared error that of a
    /// Gaussian, of variance 1/2 unless the recipe has a `sigma`.
    ///
    /// # Errors
    /// If the model is not a variational autoencoder, `samples` is 0 or above a million, the images
    /// do not have the shape of the decoder's output, or the model is conditional
    /// ([`Model::conditioned_on`]).
    pub fn log_likelihood(
        &self,
        images: &dyn Examples,
        samples: usize,
        seed: Seed,
    ) -> Result<Vec<f64>> {
        self.with_known_labels(None).log_likelihood(images, samples, seed)
    }
}

impl ConditionedModel<'_> {
    /// As [`Model::log_likelihood`], given the class of each image.
    ///
    /// # Errors
    /// As [`Model::log_likelihood`], or if the number of labels is not that of the images.
    pub fn log_likelihood(
        &self,
        images: &dyn Examples,
        samples: usize,
        seed: Seed,
    ) -> Result<Vec<f64>> {
        self.log_likelihood_range(images, 0..images.len(), samples, seed)
    }

    /// Those of the images in `range`, with the same bits as among all.
    ///
    /// # Errors
    /// As [`ConditionedModel::log_likelihood`].
    ///
    /// # Panics
    /// If the range is not one of images.
    pub fn log_likelihood_range(
        &self,
        images: &dyn Examples,
        range: Range<usize>,
        samples: usize,
        seed: Seed,
    ) -> Result<Vec<f64>> {
        let noise = |index: usize, first: usize, values: &mut [f32]| {
            let position = [LIKELIHOOD, index as u32, first as u32];
            Stream::new(seed, Purpose::Evaluation, position).fill_normal(values);
        };
        self.log_likelihood_by(images, range, samples, &noise)
    }

    /// The same with a given source of noise. It is called with the index of an image, the index of
    /// a code, and a buffer for the noise of this code and the following ones.
    fn log_likelihood_by(
        &self,
        images: &dyn Examples,
        range: Range<usize>,
        samples: usize,
        noise: &(dyn Fn(usize, usize, &mut [f32]) + Sync),
    ) -> Result<Vec<f64>> {
        let Model { recipe, architecture, weights, .. } = self.model();
        let posterior = self.posterior(images)?;
        if !(1..=Model::MAX_IMPORTANCE_SAMPLES).contains(&samples) {
            return Err(Error::config(format!(
                "expected 1 to {} importance samples, found {samples}",
                Model::MAX_IMPORTANCE_SAMPLES
            )));
        }
        let size = architecture.latent_dim;
        let width = architecture.target.len();
        let likelihood = recipe.reconstruction.kind().likelihood(&weights.reconstruction, width);
        let Some(Likelihood { loss, scale, constant }) = likelihood else {
            return Err(Error::config(
                "expected a likelihood of images as the reconstruction, found another",
            ));
        };
        let estimate = |index: usize| {
            let clean = FloatImages::gather(images, &[index])?;
            let input = self.model().corrupted(&clean, &[index]);
            let target = if recipe.task.corrupts_target() { &input } else { &clean };
            let labels = self.labels().map(|labels| &labels[index..=index]);
            let x = architecture.encoder_input(input.values(), labels);
            let features = architecture.encoder.forward(&weights.encoder, &x, 1);
            let chunk = (VALUES / width).clamp(1, CODES).min(samples);
            let targets = target.values().repeat(chunk);
            let mut nats = Vec::with_capacity(samples);
            for first in (0..samples).step_by(CODES) {
                let n = CODES.min(samples - first);
                let mut z = vec![0.0; n * size];
                let mut eps = vec![0.0; n * size];
                noise(index, first, &mut eps);
                for (code, noise) in z.chunks_exact_mut(size).zip(eps.chunks_exact(size)) {
                    nats.push(-posterior.sample(&features, noise, code));
                }
                let chunks = nats[first..].chunks_mut(chunk);
                for (nats, z) in chunks.zip(z.chunks(chunk * size)) {
                    let n = nats.len();
                    let labels = labels.map(|labels| vec![labels[0]; n]);
                    let behind = architecture.behind_codes(labels.as_deref(), &[]);
                    let z = beside(z, &behind, n);
                    let logits = architecture.decoder.forward(&weights.decoder, &z, n);
                    let mut errors = vec![0.0; n];
                    loss.evaluate(&logits, &targets[..n * width], width, &mut errors, None);
                    for (nats, error) in nats.iter_mut().zip(errors) {
                        *nats -= f64::from(error) * scale + constant;
                    }
                }
            }
            Ok(log_mean_exp(&nats))
        };
        parallel::try_map(range, estimate)
    }
}

/// First index of the streams; smaller ones are used for choices of images.
const LIKELIHOOD: u32 = 16;

/// `ln(mean(exp(x)))`, computed without overflow by subtracting the maximum.
fn log_mean_exp(values: &[f64]) -> f64 {
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = values.iter().map(|value| (value - most).exp()).sum();
    most + (sum / values.len() as f64).ln()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use concertina_kernels::Loss;

    use super::*;
    use crate::data::{Dataset, Images, OpenOptions};
    use crate::shape::ImageShape;
    use crate::testing::fixture::{OBJECTIVES, cases, joined, matrix, numbers};
    use crate::testing::{check_close, plain, shades, untrained, variational};

    #[test]
    fn the_estimate_is_the_integral() {
        let data = shades(30);
        for (kind, constant) in [("bernoulli", 0.0), ("gaussian", 32.0 * std::f64::consts::PI.ln())]
        {
            let recipe =
                plain().with("bottleneck", "{ kind = \"gaussian\", latent-dim = 1 }").unwrap();
            let recipe = recipe.with("reconstruction.kind", kind).unwrap();
            let mut model = untrained(&recipe, &data);
            // A decoder that listens to its code.
            model.weights.decoder.iter_mut().for_each(|weight| *weight *= 1.5);
            let images = data.train.take(3);
            let found = model.log_likelihood(&images, 20_000, Seed(1)).unwrap();
            let loss = if kind == "bernoulli" { Loss::CrossEntropy } else { Loss::SquaredError };
            for (index, found) in found.into_iter().enumerate() {
                // The trapezoid rule over -8..8.
                let (n, step) = (4001, 16.0 / 4000.0);
                let z: Vec<f32> = (0..n).map(|i| (-8.0 + step * f64::from(i)) as f32).collect();
                let logits =
                    model.architecture.decoder.forward(&model.weights.decoder, &z, z.len());
                let target = FloatImages::of(&images.select(&[index]).unwrap())
                    .unwrap()
                    .values()
                    .repeat(z.len());
                let mut errors = vec![0.0; z.len()];
                loss.evaluate(&logits, &target, 64, &mut errors, None);
                let terms: Vec<f64> = z
                    .iter()
                    .zip(&errors)
                    .map(|(z, error)| {
                        -f64::from(*error)
                            - constant
                            - 0.5 * f64::from(z * z)
                            - 0.5 * std::f64::consts::TAU.ln()
                    })
                    .collect();
                let expected = log_mean_exp(&terms) + (z.len() as f64 * step).ln();
                assert!((found - expected).abs() < 0.02, "{kind}: {found}, not {expected}");
            }
        }
    }

    #[test]
    fn the_estimate_is_pytorchs() {
        for (name, case) in cases(OBJECTIVES, |case| case["kind"] == "likelihood") {
            let number = |key: &str| case[key].as_u64().unwrap();
            let reconstruction = match case["reconstruction"].as_str().unwrap() {
                "spread" => "{ kind = \"gaussian\", sigma = 0.3 }".to_owned(),
                kind => format!("{{ kind = \"{kind}\", reduction = \"sum\" }}"),
            };
            let network = format!(
                "{{ kind = \"dense\", hidden = [{}], activation = \"tanh\" }}",
                number("hidden")
            );
            let bottleneck =
                format!("{{ kind = \"gaussian\", latent-dim = {} }}", number("latent"));
            let recipe = plain()
                .with("network", network)
                .and_then(|recipe| recipe.with("bottleneck", bottleneck))
                .and_then(|recipe| recipe.with("reconstruction", reconstruction))
                .unwrap();
            let ([n, size], values) = matrix(&case["images"]);
            let pixels = values.iter().map(|value| (value * 255.0) as u8).collect();
            let images = Images::new(ImageShape::new(1, 1, size), pixels).unwrap();
            let data = Dataset::from_images(images.clone(), None, &OpenOptions::default()).unwrap();
            let mut model = untrained(&recipe, &data);
            model.weights.encoder = joined(&case["encoder_parameters"]);
            model.weights.decoder = joined(&case["decoder_parameters"]);

            let noise = matrix(&case["noise"]).1;
            let latent = number("latent") as usize;
            let samples = noise.len() / n / latent;
            let given = model.with_known_labels(None);
            let found =
                given.log_likelihood_by(&images, 0..n, samples, &|index, first, numbers| {
                    let start = (index * samples + first) * latent;
                    numbers.copy_from_slice(&noise[start..start + numbers.len()]);
                });
            let found: Vec<f32> = found.unwrap().iter().map(|nats| *nats as f32).collect();
            check_close(&found, &numbers(&case["nats"]), &name);
        }
    }

    #[test]
    fn more_codes_make_the_bound_tighter() {
        let recipe = plain().with("bottleneck", "{ kind = \"gaussian\", latent-dim = 2 }").unwrap();
        let recipe = recipe.with("reconstruction.reduction", "sum").unwrap();
        let mut model = untrained(&recipe, &shades(30));
        // A decoder that listens to its code: without training the encoder draws codes that do not
        // fit.
        model.weights.decoder.iter_mut().for_each(|weight| *weight *= 3.0);
        let images = shades(30).train;
        let mean = |samples| {
            let nats = model.log_likelihood(&images, samples, Seed(1)).unwrap();
            nats.iter().sum::<f64>() / nats.len() as f64
        };
        let (one, ten, many) = (mean(1), mean(10), mean(1000));
        assert!(one < ten && ten < many, "{one} {ten} {many}");
    }

    #[test]
    fn what_has_no_likelihood_says_so() {
        let data = shades(30);
        let model = untrained(&plain(), &data);
        let error = model.log_likelihood(&data.train, 5, Seed(1)).unwrap_err();
        assert!(error.to_string().contains("a variational autoencoder"));
        let model = untrained(&variational(), &data);
        assert!(model.log_likelihood(&data.train, 0, Seed(1)).unwrap_err().is_config());
        assert!(model.log_likelihood(&data.train.take(0), 5, Seed(1)).unwrap().is_empty());
    }
}
