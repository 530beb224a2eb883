//! The training settings of a recipe.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The maximum of `shards`: more than there are examples in most batches.
const MAX_SHARDS: usize = 1024;

/// Epochs, batch size, optimiser, learning rate and checkpoints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Training {
    /// Passes over the training images. At least 1; default 25.
    pub epochs: usize,
    /// Minimum number of optimiser steps; the number of epochs is increased if necessary. Default
    /// 0.
    pub min_steps: usize,
    /// Images per step; the last batch of an epoch may be smaller. At least 1; default 128.
    pub batch_size: usize,
    /// Shards that a batch is cut into, a power of two: each has a forward and a backward pass of
    /// its own, and their gradients are added in a fixed order. So as many processes as divide the
    /// number can train together, and the result has the same bytes for any number of them; another
    /// number of shards rounds differently. At most 1,024; default 1.
    #[serde(skip_serializing_if = "is_one")]
    pub shards: usize,
    /// Seed of all random numbers. Default 42.
    pub seed: u64,
    /// Learning rate of the optimiser, before the schedule. Above 0; default 1e-3.
    pub learning_rate: f32,
    /// Maximum total Euclidean norm of the gradient of all parameters; larger gradients are scaled
    /// down. In an adversarial autoencoder, the gradient of each phase is clipped separately.
    /// Default 0, no clipping.
    pub clip_norm: f32,
    /// Maximum time between checkpoints in minutes; after an epoch one is also written if the last
    /// one is older than a thirtieth of that. Default 10.
    pub checkpoint_minutes: f32,
    /// The number of newest checkpoints that are kept. At least 1; default 2.
    pub keep_checkpoints: usize,
    /// Whether the model is kept as it is after each epoch, and before the first, in `snapshots/`:
    /// to look back at how it learned. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub keep_snapshots: bool,
    /// The optimiser.
    pub optimiser: Optimiser,
    /// The learning rate schedule.
    pub schedule: Schedule,
}

/// So that recipes without shards are written as they always were.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_one(shards: &usize) -> bool {
    *shards == 1
}

impl Default for Training {
    fn default() -> Self {
        Self {
            epochs: 25,
            min_steps: 0,
            batch_size: 128,
            shards: 1,
            seed: 42,
            learning_rate: 1e-3,
            clip_norm: 0.0,
            checkpoint_minutes: 10.0,
            keep_checkpoints: 2,
            keep_snapshots: false,
            optimiser: Optimiser::default(),
            schedule: Schedule::default(),
        }
    }
}

/// The optimiser. The defaults are Keras's, and so the lesson's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum Optimiser {
    /// Adam (Kingma and Ba 2014).
    Adam {
        /// Decay rate of the mean of gradients.
        #[serde(default = "beta1")]
        beta1: f32,
        /// Decay rate of the mean of squared gradients.
        #[serde(default = "beta2")]
        beta2: f32,
        /// Added to the square root in the denominator, before bias correction, as in Keras.
        #[serde(default = "epsilon")]
        epsilon: f32,
    },
    /// `RMSprop` (Tieleman and Hinton 2012), without momentum.
    Rmsprop {
        /// Decay rate of the mean of squared gradients.
        #[serde(default = "rho")]
        rho: f32,
        /// Added to that mean under the square root, as in Keras.
        #[serde(default = "epsilon")]
        epsilon: f32,
    },
    /// Adadelta (Zeiler 2012); an earlier version of the Keras blog uses it with a learning rate of
    /// 1.
    Adadelta {
        /// Decay rate of the means of squared gradients and of squared updates.
        #[serde(default = "rho_of_adadelta")]
        rho: f32,
        /// Added to both means under the square root.
        #[serde(default = "epsilon")]
        epsilon: f32,
    },
}

fn beta1() -> f32 {
    0.9
}

fn beta2() -> f32 {
    0.999
}

fn rho() -> f32 {
    0.9
}

fn rho_of_adadelta() -> f32 {
    0.95
}

fn epsilon() -> f32 {
    1e-7
}

impl Default for Optimiser {
    fn default() -> Self {
        Self::Adam { beta1: beta1(), beta2: beta2(), epsilon: epsilon() }
    }
}

/// The learning rate schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum Schedule {
    /// Constant after the warm-up.
    Constant {
        /// Steps over which the rate rises linearly from 0; default 0.
        #[serde(default)]
        warm_up_steps: usize,
    },
    /// Cosine annealing from the full rate to a fraction of it (Loshchilov and Hutter 2016, without
    /// restarts).
    Cosine {
        /// Steps over which the rate rises linearly from 0; default 0.
        #[serde(default)]
        warm_up_steps: usize,
        /// The last step's rate as a fraction of the full rate, in 0..1; default 0.
        #[serde(default)]
        final_fraction: f32,
    },
    /// Stages, each longer than the previous one and with a lower rate (Burda et al. 2015, section
    /// 5).
    Stages {
        /// Steps over which the rate rises linearly from 0; default 0.
        #[serde(default)]
        warm_up_steps: usize,
        /// The number of stages, 1 to 64.
        stages: usize,
        /// The ratio of a stage's length to the previous one's, 1 to 100.
        growth: f32,
        /// The last stage's rate as a fraction of the first's, above 0 and at most 1; the rates
        /// decay geometrically.
        final_fraction: f32,
    },
}

impl Default for Schedule {
    fn default() -> Self {
        Self::Constant { warm_up_steps: 0 }
    }
}

impl Training {
    pub(crate) fn check(&self) -> Result<()> {
        for (key, value) in [
            ("epochs", self.epochs),
            ("batch-size", self.batch_size),
            ("keep-checkpoints", self.keep_checkpoints),
        ] {
            if value == 0 {
                return Err(Error::config(format!(
                    "`training.{key}`: expected at least 1, found 0"
                )));
            }
        }
        if !self.shards.is_power_of_two() || self.shards > MAX_SHARDS {
            return Err(Error::config(format!(
                "`training.shards`: expected a power of two from 1 to {MAX_SHARDS}, found {}",
                self.shards
            )));
        }
        // A run writes its recipe as TOML, whose integers have at most 63 bits.
        if i64::try_from(self.seed).is_err() {
            return Err(Error::config(format!(
                "`training.seed`: expected at most {}, found {}",
                i64::MAX,
                self.seed
            )));
        }
        let in_range = |key: &str, value: f32, range: &str, good: bool| {
            let message = || format!("`training.{key}`: expected {range}, found {value}");
            if good && value.is_finite() { Ok(()) } else { Err(Error::config(message())) }
        };
        let rate = self.learning_rate;
        in_range("learning-rate", rate, "a number above 0", rate > 0.0)?;
        in_range("clip-norm", self.clip_norm, "at least 0", self.clip_norm >= 0.0)?;
        let minutes = self.checkpoint_minutes;
        in_range("checkpoint-minutes", minutes, "a number above 0", minutes > 0.0)?;
        let decays = match self.optimiser {
            Optimiser::Adam { beta1, beta2, .. } => vec![("beta1", beta1), ("beta2", beta2)],
            Optimiser::Rmsprop { rho, .. } | Optimiser::Adadelta { rho, .. } => vec![("rho", rho)],
        };
        for (key, value) in decays {
            let good = (0.0..1.0).contains(&value);
            in_range(&format!("optimiser.{key}"), value, "at least 0 and below 1", good)?;
        }
        let (Optimiser::Adam { epsilon, .. }
        | Optimiser::Rmsprop { epsilon, .. }
        | Optimiser::Adadelta { epsilon, .. }) = self.optimiser;
        in_range("optimiser.epsilon", epsilon, "a number above 0", epsilon > 0.0)?;
        match self.schedule {
            Schedule::Constant { .. } => {}
            Schedule::Cosine { final_fraction, .. } => {
                let good = (0.0..=1.0).contains(&final_fraction);
                in_range("schedule.final-fraction", final_fraction, "0 to 1", good)?;
            }
            Schedule::Stages { stages, growth, final_fraction, .. } => {
                let good = (1..=64).contains(&stages);
                in_range("schedule.stages", stages as f32, "1 to 64", good)?;
                let good = (1.0..=100.0).contains(&growth);
                in_range("schedule.growth", growth, "1 to 100", good)?;
                let good = final_fraction > 0.0 && final_fraction <= 1.0;
                in_range("schedule.final-fraction", final_fraction, "above 0 and at most 1", good)?;
            }
        }
        Ok(())
    }
}
