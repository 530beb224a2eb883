//! How much memory a run takes.

use std::fmt;

use super::{Plan, streams};
use crate::data::Data;
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::model::Architecture;
use crate::text::bytes;

/// An estimate of the memory that a run takes, in bytes. Measured peaks of fifteen recipes and
/// shapes were between 0.7 and 1.02 times the estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryEstimate {
    /// The parameters, their gradient and the optimiser's moments, or their copy in a checkpoint.
    pub parameters: u64,
    /// What is kept of a batch for the backward pass.
    pub batch: u64,
    /// The images of the batch.
    pub batch_size: usize,
    /// The data.
    pub data: u64,
}

/// Vectors as long as that of the parameters at a time: in a step the parameters, the gradient and
/// two moments, and parts of the next gradient.
const COPIES_IN_STEP: f64 = 4.3;
/// While a checkpoint is written: parameters and moments, these again as a file, and the largest of
/// them once more.
const COPIES_IN_CHECKPOINT: f64 = 7.0;
/// Inputs, codes and outputs, their gradients, targets, and what the loss makes of them.
const COPIES_OF_ENDS: f64 = 4.0;
/// What the program itself takes.
const BASE: u64 = 48 << 20;
const FLOAT: f64 = size_of::<f32>() as f64;

impl MemoryEstimate {
    /// Of training an architecture on batches of so many examples, without the data.
    pub(crate) fn of(architecture: &Architecture, batch_size: usize) -> Self {
        let threads = rayon::current_num_threads();
        let networks = [&architecture.encoder, &architecture.decoder];
        let inside: u64 =
            networks.into_iter().map(|network| network.training_bytes(batch_size, threads)).sum();
        let ends = architecture.input.len() + architecture.latent_dim + architecture.target.len();
        let parameters = architecture.n_parameters() as f64 * FLOAT;
        let ends = batch_size as f64 * ends as f64 * FLOAT * COPIES_OF_ENDS;
        let batch = inside as f64 + ends;
        // A checkpoint is written between batches.
        let step = parameters * COPIES_IN_STEP;
        let checkpoint = (parameters * COPIES_IN_CHECKPOINT - batch).max(step);
        Self { parameters: checkpoint as u64, batch: batch as u64, batch_size, data: 0 }
    }

    /// All of it.
    pub fn total(&self) -> u64 {
        let parts = [self.parameters, self.batch, self.data];
        parts.into_iter().fold(BASE, u64::saturating_add)
    }

    /// An error if it is more than `available`.
    ///
    /// # Errors
    /// If it is more.
    pub fn expect_within(&self, available: u64) -> Result<()> {
        if self.total() <= available {
            return Ok(());
        }
        let hint = Hint::text("smaller images take less (").set("data.size", 64);
        // Convolutions work on sixteen at a time.
        let hint = if self.batch_size > 16 {
            hint.then("), and so do fewer at a time (").set("training.batch-size", 16)
        } else {
            hint
        };
        let hint = hint.then(")");
        Err(Error::config(format!(
            "expected a run that takes at most {}, which are available, found {self}",
            bytes(available)
        ))
        .with_hint(hint))
    }
}

impl fmt::Display for MemoryEstimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { parameters, batch, batch_size, data } = *self;
        write!(
            f,
            "about {}: {} for the parameters and the optimiser, {} for {batch_size} images at a \
             time, {} for the data",
            bytes(self.total()),
            bytes(parameters),
            bytes(batch),
            bytes(data)
        )
    }
}

impl Plan {
    /// The memory that the run will take with this data.
    pub fn memory(&self, data: &dyn Data) -> MemoryEstimate {
        let examples = match data.training().examples.stored() {
            Some(stored) => streams::bytes(stored),
            None => data.content().iter().flatten().map(|bytes| bytes.len() as u64).sum(),
        };
        MemoryEstimate { data: examples, ..self.memory_without_data() }
    }

    /// The memory that the run will take besides the data.
    pub fn memory_without_data(&self) -> MemoryEstimate {
        let Architecture { input, target, .. } = &self.architecture;
        let (batch_size, shards) = (self.recipe.training.batch_size, self.recipe.training.shards);
        let of_shard = batch_size.div_ceil(shards);
        let estimate = MemoryEstimate::of(&self.architecture, of_shard);
        // The shards that wait, and the sums of gradients that wait for their other half.
        let waiting = (batch_size - of_shard) as f64 * (input.len() + target.len()) as f64 * FLOAT;
        let sums = f64::from(shards.ilog2()) * self.architecture.n_parameters() as f64 * FLOAT;
        MemoryEstimate {
            parameters: estimate.parameters.saturating_add(sums as u64),
            batch: estimate.batch.saturating_add(waiting as u64),
            ..estimate
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::recipe::Recipe;
    use crate::shape::ImageShape;

    fn estimate(recipe: &str, shape: ImageShape, batch_size: i64) -> MemoryEstimate {
        let recipe = Recipe::named(recipe).unwrap();
        let recipe = recipe.with("training.batch-size", batch_size).unwrap();
        Plan::of_shape(&recipe, shape).unwrap().memory_without_data()
    }

    #[test]
    fn estimates_are_near_what_was_measured() {
        // Peaks of a few steps in a process of their own, in MB, without the images.
        for (recipe, side, batch_size, measured) in [
            ("image-vae", 64, 32, 159.0),
            ("image-vae", 256, 32, 1238.0),
            ("image-vae", 256, 4, 640.0),
            ("conv-vae64", 64, 128, 309.0),
            ("enlarge-2x", 128, 16, 305.0),
            ("wide-denoise", 128, 128, 775.0),
        ] {
            let found = estimate(recipe, ImageShape::new(3, side, side), batch_size);
            let ratio = found.total() as f64 / 1e6 / measured;
            // Workspaces are as many as threads: that peak is of two.
            assert!((0.9..3.0).contains(&ratio), "{recipe} {side}: {ratio}");
        }
    }

    #[test]
    fn a_shard_takes_less_than_its_batch() {
        let shape = ImageShape::new(3, 128, 128);
        let of = |shards: i64| {
            let recipe = Recipe::named("image-vae").unwrap().with("training.shards", shards);
            Plan::of_shape(&recipe.unwrap(), shape).unwrap().memory_without_data()
        };
        assert_eq!(of(1), estimate("image-vae", shape, 32));
        let (whole, cut) = (of(1), of(4));
        assert_eq!((whole.batch_size, cut.batch_size), (32, 8));
        assert!(cut.batch < whole.batch && cut.batch > estimate("image-vae", shape, 8).batch);
        assert!(cut.parameters > whole.parameters);
    }

    #[test]
    fn too_much_is_refused_with_its_parts() {
        let found = estimate("image-vae", ImageShape::new(3, 2048, 2048), 32);
        assert!(found.total() > 50_000_000_000, "{found}");
        let error = found.expect_within(8_000_000_000).unwrap_err();
        assert!(error.is_config());
        let told = error.to_string();
        assert!(told.starts_with("expected a run that takes at most 8.0 GB, which are"), "{told}");
        assert!(told.contains("for 32 images at a time, 0 MB for the data"), "{told}");
        assert!(found.expect_within(found.total()).is_ok());
    }
}
