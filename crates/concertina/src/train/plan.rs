//! A recipe checked against data.

use std::sync::Arc;

use crate::data::Data;
use crate::device::Device;
use crate::error::{Error, Result};
use crate::group::{Alone, Group};
use crate::hint::Hint;
use crate::model::Architecture;
use crate::recipe::Recipe;
use crate::shape::ImageShape;

/// A recipe whose values are in range and fit each other and the data. Training a plan cannot fail
/// because of its configuration.
///
/// It is for one process, unless it is given to a group ([`Plan::in_group`]), and for the CPU,
/// unless it is given another device ([`Plan::on`]).
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) recipe: Recipe,
    pub(crate) architecture: Architecture,
    pub(crate) steps_per_epoch: usize,
    pub(crate) group: Arc<dyn Group>,
    pub(crate) device: Device,
}

impl Plan {
    /// Checks the recipe against `data`.
    ///
    /// # Errors
    /// If a value is out of range, the four choices do not fit together, or they do not fit the
    /// images.
    pub fn new(recipe: &Recipe, data: &dyn Data) -> Result<Self> {
        let [train, valid] = [data.training().examples, data.validation().examples];
        if train.is_empty() || valid.is_empty() {
            let what = if data.card().music().is_some() { "windows" } else { "images" };
            return Err(Error::data(format!(
                "expected {what} to train on and to validate with, found {} and {}",
                train.len(),
                valid.len()
            ))
            .with_hint(Hint::default().set("data.validation", 0.1).then(match train.stored() {
                None => format!(" holds out a tenth of the {what}"),
                Some(_) => format!(
                    " holds out a tenth of the {what}; those of a pack are held out when it is made"
                ),
            })));
        }
        let [shape, held_out] = [train.shape(), valid.shape()];
        if shape != held_out {
            return Err(Error::data(format!(
                "expected images of one shape, found {shape} to train on and {held_out} to \
                 validate with"
            )));
        }
        check_modality(recipe, data)?;
        Self::of(recipe, shape, train.len(), data.class_names().len())
    }

    /// Checks the recipe against `n` training images of `shape` with the given number of classes; 0
    /// without labels.
    pub(crate) fn of(recipe: &Recipe, shape: ImageShape, n: usize, classes: usize) -> Result<Self> {
        recipe.check()?;
        let architecture = Architecture::new(recipe, shape, classes)?;
        let mut recipe = recipe.clone();
        let training = &mut recipe.training;
        let steps_per_epoch = n.div_ceil(training.batch_size);
        training.epochs = training.epochs.max(training.min_steps.div_ceil(steps_per_epoch));
        training.min_steps = 0;
        // The random generator's positions have 32-bit counters for epochs, steps and examples.
        let n_steps = training.epochs.checked_mul(steps_per_epoch);
        if n_steps.and_then(|n| u32::try_from(n).ok()).is_none() {
            return Err(Error::config(format!(
                "`training.epochs`: expected fewer than 2^32 steps in total, found {} epochs of \
                 {steps_per_epoch} steps",
                training.epochs
            )));
        }
        Ok(Self {
            recipe,
            architecture,
            steps_per_epoch,
            group: Arc::new(Alone),
            device: Device::cpu(),
        })
    }

    /// Checks the recipe against images of `shape`, of which nothing else is known, not even their
    /// number.
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn of_shape(recipe: &Recipe, shape: ImageShape) -> Result<Self> {
        Self::of(recipe, shape, 1, 2)
    }

    /// The plan for a group of processes, which train the shards of each batch between them. Each
    /// process makes the same plan of the same recipe and data.
    ///
    /// # Errors
    /// If the shards cannot be dealt out evenly.
    pub fn in_group(self, group: &Arc<dyn Group>) -> Result<Self> {
        let (shards, n) = (self.recipe.training.shards, group.size());
        self.expect_cpu_in_group(n)?;
        if shards.is_multiple_of(n) {
            return Ok(Self { group: Arc::clone(group), ..self });
        }
        Err(Error::config(format!(
            "`training.shards`: expected a multiple of the {n} processes that train together, \
             found {shards}"
        ))
        .with_hint(if n.is_power_of_two() {
            Hint::text("a run for them has ").set("training.shards", n)
        } else {
            let fewer = 1 << n.ilog2();
            Hint::text(format!("train with {fewer} or {} processes", 2 * fewer))
        }))
    }

    /// The plan for a device. It is for the CPU unless this is called.
    ///
    /// # Errors
    /// If it is for several processes, which train on CPUs alone.
    pub fn on(self, device: &Device) -> Result<Self> {
        let plan = Self { device: device.clone(), ..self };
        plan.expect_cpu_in_group(plan.group.size())?;
        Ok(plan)
    }

    fn expect_cpu_in_group(&self, n: usize) -> Result<()> {
        if n == 1 || self.device.is_cpu() {
            return Ok(());
        }
        Err(Error::config(format!(
            "expected one process for the device {}, found {n}",
            self.device
        ))
        .with_hint("several processes train together on their CPUs"))
    }

    /// The recipe, with the number of epochs that `training.min-steps` requires.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The networks.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Optimiser steps per epoch.
    pub fn steps_per_epoch(&self) -> usize {
        self.steps_per_epoch
    }

    /// Optimiser steps in the whole run.
    pub fn n_steps(&self) -> usize {
        self.recipe.training.epochs * self.steps_per_epoch
    }
}

/// Checks that a recipe for music has music, and one for images images.
fn check_modality(recipe: &Recipe, data: &dyn Data) -> Result<()> {
    match (recipe.encoding()?, data.card().music()) {
        (Some(_), None) => Err(Error::data(format!(
            "the recipe {} is for music, found images ({})",
            recipe.name,
            data.card().source
        ))),
        (None, Some(_)) => Err(Error::config(format!(
            "the recipe {} is for images, found music ({})",
            recipe.name,
            data.card().source
        ))
        .with_hint("recipes for music have a `data.music`")),
        _ => Ok(()),
    }
}
