//! The training part of a recipe.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How long, how fast, in what order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Training {
    /// Passes over the training images. At least 1; 25 if left out.
    pub epochs: usize,
    /// So many optimiser steps at least: a small set is passed over more often than `epochs` says. 0 if left out.
    pub min_steps: usize,
    /// Images per step; the last step of an epoch takes what is left. At least 1; 128 if left out.
    pub batch_size: usize,
    /// Everything random follows from it. 42 if left out.
    pub seed: u64,
    /// Step size of the optimiser, before the schedule. Above 0; 1e-3 if left out.
    pub learning_rate: f32,
    /// Largest Euclidean norm of the gradient of all parameters together; longer ones are scaled down. Of an adversarial
    /// autoencoder, each phase's for itself. 0, the default, for none.
    pub clip_norm: f32,
    /// A checkpoint at least every so many minutes, besides the one after each epoch. 10 if left out.
    pub checkpoint_minutes: f32,
    /// How many of the newest checkpoints stay. At least 1; 2 if left out.
    pub keep_checkpoints: usize,
    /// How gradients become steps.
    pub optimiser: Optimiser,
    /// How the learning rate changes over the run.
    pub schedule: Schedule,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            epochs: 25,
            min_steps: 0,
            batch_size: 128,
            seed: 42,
            learning_rate: 1e-3,
            clip_norm: 0.0,
            checkpoint_minutes: 10.0,
            keep_checkpoints: 2,
            optimiser: Optimiser::default(),
            schedule: Schedule::default(),
        }
    }
}

/// How gradients become steps. The defaults are Keras's, and so the lesson's.
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
        /// Decay of the mean of gradients.
        #[serde(default = "beta1")]
        beta1: f32,
        /// Decay of the mean of squared gradients.
        #[serde(default = "beta2")]
        beta2: f32,
        /// Added to the root in the denominator, before bias correction, as Keras does.
        #[serde(default = "epsilon")]
        epsilon: f32,
    },
    /// `RMSprop` (Tieleman and Hinton 2012), without momentum.
    Rmsprop {
        /// Decay of the mean of squared gradients.
        #[serde(default = "rho")]
        rho: f32,
        /// Added to that mean under the root, as Keras does.
        #[serde(default = "epsilon")]
        epsilon: f32,
    },
    /// Adadelta (Zeiler 2012): the older text of the Keras blog trains by it, with a learning rate of 1.
    Adadelta {
        /// Decay of the means of squared gradients and of squared changes.
        #[serde(default = "rho_of_adadelta")]
        rho: f32,
        /// Added to both means under the root.
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

/// How the learning rate changes over the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum Schedule {
    /// It does not, after the warm-up.
    Constant {
        /// Steps over which it grows linearly from 0.
        #[serde(default)]
        warm_up_steps: usize,
    },
    /// Half a cosine wave from the full rate down to a fraction of it (Loshchilov and Hutter 2016, without restarts).
    Cosine {
        /// Steps over which it grows linearly from 0.
        #[serde(default)]
        warm_up_steps: usize,
        /// The last step's rate as a fraction of the full one, 0..1.
        #[serde(default)]
        final_fraction: f32,
    },
    /// Stages, each longer than the one before it and with a lower rate (Burda et al. 2015, section 5).
    Stages {
        /// Steps over which it grows linearly from 0.
        #[serde(default)]
        warm_up_steps: usize,
        /// How many, 1 to 64.
        stages: usize,
        /// How many times as long as the one before each is, 1 to 100.
        growth: f32,
        /// The last stage's rate as a fraction of the first's, above 0 and at most 1; those between fall geometrically.
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
        // A run writes its recipe as TOML, whose whole numbers end there.
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
