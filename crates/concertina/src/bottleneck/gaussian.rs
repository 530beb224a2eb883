//! The code of a variational autoencoder: drawn from a Gaussian, and priced by how far that lies from the prior.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::{Code, Condition, Form, Size, discrepancy, grown, normal};
use crate::error::{Error, Result};

/// Twenty times as many codes for an image as a paper draws in training.
const MOST_SAMPLES: usize = 1000;

/// A variational autoencoder (Kingma and Welling 2013): the features are mean and spread of a Gaussian, the code is drawn from
/// it, and its Kullback-Leibler divergence from the standard normal is the price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Gaussian {
    /// Numbers in the code, D; not "full".
    pub size: Size,
    /// Weight of the divergence in the loss, as in beta-VAE (Higgins et al. 2017). 1 gives the evidence lower bound, if the
    /// reconstruction is in nats per image: a `mean` reduction weighs nats per image against errors per pixel. 1 if left out.
    #[serde(default = "one")]
    pub beta: f32,
    /// Epochs over which the weight grows linearly from 0 to `beta`; 0 for none.
    #[serde(default)]
    pub warm_up_epochs: f32,
    /// Nats of divergence per code dimension, averaged over the batch, that cost nothing (Kingma et al. 2016,
    /// equation 15); 0 for none.
    #[serde(default)]
    pub free_bits_nats: f32,
    /// Nats of divergence that are aimed at, above 0: not the divergence is charged for, but its distance from this
    /// (Burgess et al. 2018, equation 8, where `beta` is called gamma), both averaged over the batch. 0 for none.
    #[serde(default)]
    pub capacity_nats: f32,
    /// Epochs over which the capacity grows linearly from 0; 0 for none.
    #[serde(default)]
    pub capacity_epochs: f32,
    /// Codes drawn for each image, k. With more than one, the loss is the importance weighted bound (Burda, Grosse,
    /// Salakhutdinov 2015, equation 8), which is the tighter the more there are; the divergence is then only reported. While
    /// `beta` warms up, ln q(z|x) / p(z) counts with its share in each importance weight. At most 1,000; 1 if left out.
    #[serde(default = "one_code")]
    pub samples: usize,
    /// Price of the maximum mean discrepancy between a batch of codes and as many draws from the prior, as in
    /// [`Mmd`](super::Mmd): with it and a `beta` below 1, or of 0, this is InfoVAE (Zhao, Song, Ermon 2019, equation 6, where
    /// `beta` is 1 - alpha and this is alpha + lambda - 1). 0 for none.
    #[serde(default)]
    pub mmd_weight: f32,
    /// How the second half of the features is read.
    #[serde(default)]
    pub form: Form,
    /// What encoder and decoder are told beside image and code.
    #[serde(default)]
    pub condition: Condition,
}

fn one() -> f32 {
    1.0
}

fn one_code() -> usize {
    1
}

impl Gaussian {
    /// The evidence lower bound's.
    pub fn new(size: Size) -> Self {
        Self {
            size,
            beta: 1.0,
            warm_up_epochs: 0.0,
            free_bits_nats: 0.0,
            capacity_nats: 0.0,
            capacity_epochs: 0.0,
            samples: 1,
            mmd_weight: 0.0,
            form: Form::LogVariance,
            condition: Condition::None,
        }
    }

    /// Standard normal numbers for each image: those that k codes are drawn by, and, for a discrepancy, a draw from the prior.
    pub(super) fn noise_numbers(&self, code_size: usize) -> usize {
        (self.samples + usize::from(self.mmd_weight > 0.0)) * code_size
    }

    pub(super) fn draw(&self, features: Tensor<2>, noise: Tensor<2>) -> Code {
        let kl = Some(normal::divergence(features.clone()));
        if self.mmd_weight > 0.0 {
            let halves = noise.chunk(2, 1);
            let [noise, prior] = halves.try_into().expect("there are two numbers of each");
            let z = normal::sample(features, noise, self.form);
            let distance = Some(discrepancy::discrepancy(z.clone(), prior));
            return Code { kl, distance, ..Code::of(z) };
        }
        let [batch, width] = features.dims();
        let noise = noise.reshape([batch * self.samples, width / 2]);
        let importance = (self.samples > 1)
            .then(|| normal::importance(features.clone(), noise.clone(), self.form));
        Code { kl, importance, ..Code::of(normal::sample(features, noise, self.form)) }
    }

    /// What is asked of codes: their divergence and discrepancy from the prior, each with its weight.
    pub(super) fn price(&self, code: &Code, epochs: f32) -> Tensor<1> {
        let kl = code.kl.clone().expect("a Gaussian has a divergence");
        let price = self.price_of_divergence(kl, epochs);
        match &code.distance {
            Some(distance) => price + distance.clone() * self.mmd_weight,
            None => price,
        }
    }

    /// The divergence `[B, D]`, summed over dimensions, averaged over the batch, free bits, capacity and weight applied.
    fn price_of_divergence(&self, kl: Tensor<2>, epochs: f32) -> Tensor<1> {
        let per_dimension = kl.mean_dim(0);
        let charged = if self.free_bits_nats > 0.0 {
            per_dimension.clamp_min(self.free_bits_nats)
        } else {
            per_dimension
        };
        let nats = charged.sum();
        let charged = if self.capacity_nats > 0.0 {
            (nats - self.capacity_nats * grown(epochs, self.capacity_epochs)).abs()
        } else {
            nats
        };
        charged * (self.beta * grown(epochs, self.warm_up_epochs))
    }

    pub(super) fn numbers(&self) -> Vec<(&'static str, f32)> {
        vec![
            ("beta", self.beta),
            ("warm-up-epochs", self.warm_up_epochs),
            ("free-bits-nats", self.free_bits_nats),
            ("capacity-nats", self.capacity_nats),
            ("capacity-epochs", self.capacity_epochs),
            ("mmd-weight", self.mmd_weight),
        ]
    }

    pub(super) fn check(&self) -> Result<()> {
        let Self { size, samples, warm_up_epochs, form, condition, .. } = *self;
        if !(1..=MOST_SAMPLES).contains(&samples) {
            return Err(Error::config(format!(
                "`bottleneck.samples`: expected 1 to {MOST_SAMPLES}, found {samples}"
            )));
        }
        let bound = Self { warm_up_epochs, samples, form, condition, ..Self::new(size) };
        if samples > 1 && *self != bound {
            return Err(Error::config(format!(
                "`bottleneck.samples`: expected 1 beside a weight, free bits, a capacity of the divergence or a discrepancy, found {samples}"
            ))
            .with_hint("the importance weighted bound has no divergence to weigh: leave `beta` and the others out"));
        }
        Ok(())
    }

    /// Minus the importance weighted bound, averaged over the batch: `-ln mean_k exp(-errors - importance)`, from errors
    /// `[B k]` in nats and the logarithms of `q(z|x) / p(z)`, `[B, k]`.
    pub(super) fn bound(&self, errors: Tensor<1>, importance: Tensor<2>, epochs: f32) -> Tensor<1> {
        let share = grown(epochs, self.warm_up_epochs);
        let costs = errors.reshape(importance.dims()) + importance * share;
        // The least cost of an image is taken out of its exponentials, so that one of them is 1.
        let least = costs.clone().detach().min_dim(1);
        let weights = (least.clone() - costs).exp().mean_dim(1);
        (least - weights.log()).mean()
    }
}
