//! The prefetching loader: it prepares each batch of an epoch while the previous one is trained on.

use std::ops::Range;

use super::Plan;
use super::shards::ShardedBatch;
use super::streams::{Streams, Taken};
use crate::data::{Images, Split};
use crate::error::Result;
use crate::model::{Batch, Pass};
use crate::rng::{Purpose, Seed, Stream};

/// The order of the epoch's examples, and the prefetched batch.
pub(crate) struct Loader {
    /// Number of the epoch, from 1.
    epoch: u32,
    order: Order,
    ready: Option<(usize, Result<ShardedBatch>)>,
}

/// The order of an epoch.
enum Order {
    /// Of examples in memory: any.
    Any(Vec<u32>),
    /// Of examples on the disk: window by window.
    Streams(Streams),
}

impl Loader {
    /// Shuffles the examples for `epoch`.
    pub(crate) fn new(plan: &Plan, split: Split<'_>, epoch: usize) -> Self {
        let epoch = epoch as u32;
        let seed = Seed(plan.recipe.training.seed);
        let order = match split.examples.stored() {
            Some(stored) => {
                let with_labels = plan.architecture.classes > 0;
                Order::Streams(Streams::new(stored, seed, epoch, with_labels))
            }
            None => Order::Any(order(seed, epoch, split.examples.len())),
        };
        Self { epoch, order, ready: None }
    }

    /// Passes batch `number`, from 0, to `train`, and prepares the next batch on idle threads
    /// meanwhile.
    ///
    /// # Errors
    /// If an example of the batch cannot be read.
    pub(crate) fn train<T: Send>(
        &mut self,
        plan: &Plan,
        split: Split<'_>,
        number: usize,
        train: impl FnOnce(ShardedBatch) -> T + Send,
    ) -> Result<T> {
        let ready = self.ready.take().filter(|(ready, _)| *ready == number);
        let batch = ready.map_or_else(|| self.prepare(plan, split, number), |(_, batch)| batch)?;
        let next = || {
            let next = number + 1;
            (next < plan.steps_per_epoch).then(|| (next, self.prepare(plan, split, next)))
        };
        let (result, ready) = rayon::join(|| train(batch), next);
        self.ready = ready;
        Ok(result)
    }

    /// Reads this process's shards of batch `number`, from 0.
    pub(super) fn prepare(
        &mut self,
        plan: &Plan,
        split: Split<'_>,
        number: usize,
    ) -> Result<ShardedBatch> {
        let Plan { recipe, architecture, group, .. } = plan;
        let size = recipe.training.batch_size;
        let first = number * size;
        let positions = first..first.saturating_add(size).min(split.examples.len());
        let step = (self.epoch as usize - 1) * plan.steps_per_epoch + number;
        let pass = Pass::Training { epoch: self.epoch, step };
        let read = |indices: usize, shard: &dyn Fn(Range<usize>) -> Result<Batch>| {
            ShardedBatch::of(indices, recipe.training.shards, &**group, shard)
        };
        match &mut self.order {
            Order::Any(order) => {
                let indices = &order[positions];
                read(indices.len(), &|shard| {
                    Batch::read(split, &indices[shard], recipe, architecture, pass)
                })
            }
            Order::Streams(streams) => {
                let Taken { pixels, indices, labels } = streams.take(positions)?;
                let images = Images::new(split.examples.shape(), pixels)?;
                let taken = Split { examples: &images, labels: labels.as_deref() };
                let places: Vec<u32> = (0..indices.len() as u32).collect();
                read(indices.len(), &|shard| {
                    let names = &indices[shard.clone()];
                    Batch::read_named(taken, &places[shard], names, recipe, architecture, pass)
                })
            }
        }
    }
}

/// The order of `n` examples in an epoch.
pub(super) fn order(seed: Seed, epoch: u32, n: usize) -> Vec<u32> {
    Stream::new(seed, Purpose::Shuffle, [epoch, 0, 0]).permutation(n)
}
