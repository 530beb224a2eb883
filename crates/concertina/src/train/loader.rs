//! The prefetching loader: it prepares each batch of an epoch while the previous one is trained on.

use super::Plan;
use super::shards::ShardedBatch;
use crate::data::Split;
use crate::model::{Batch, Pass};
use crate::rng::{Purpose, Seed, Stream};

/// The order of the epoch's examples, and the prefetched batch.
pub(crate) struct Loader {
    /// Number of the epoch, from 1.
    epoch: u32,
    order: Vec<u32>,
    ready: Option<(usize, ShardedBatch)>,
}

impl Loader {
    /// Shuffles the examples for `epoch`.
    pub(crate) fn new(plan: &Plan, split: Split<'_>, epoch: usize) -> Self {
        let epoch = epoch as u32;
        let seed = Seed(plan.recipe.training.seed);
        Self { epoch, order: order(seed, epoch, split.examples.len()), ready: None }
    }

    /// Passes batch `number`, from 0, to `train`, and prepares the next batch on idle threads
    /// meanwhile.
    pub(crate) fn train<T: Send>(
        &mut self,
        plan: &Plan,
        split: Split<'_>,
        number: usize,
        train: impl FnOnce(ShardedBatch) -> T + Send,
    ) -> T {
        let ready = self.ready.take().filter(|(ready, _)| *ready == number);
        let batch = ready.map_or_else(|| self.prepare(plan, split, number), |(_, batch)| batch);
        let next = || {
            let next = number + 1;
            (next < plan.steps_per_epoch).then(|| (next, self.prepare(plan, split, next)))
        };
        let (result, ready) = rayon::join(|| train(batch), next);
        self.ready = ready;
        result
    }

    /// Reads this process's shards of batch `number`, from 0.
    pub(super) fn prepare(&self, plan: &Plan, split: Split<'_>, number: usize) -> ShardedBatch {
        let size = plan.recipe.training.batch_size;
        let first = number * size;
        let indices = &self.order[first..first.saturating_add(size).min(self.order.len())];
        let step = (self.epoch as usize - 1) * plan.steps_per_epoch + number;
        let pass = Pass::Training { epoch: self.epoch, step };
        ShardedBatch::of(indices, plan.recipe.training.shards, &*plan.group, |shard| {
            Batch::read(split, shard, &plan.recipe, &plan.architecture, pass)
        })
    }
}

/// The order of `n` examples in an epoch.
pub(super) fn order(seed: Seed, epoch: u32, n: usize) -> Vec<u32> {
    Stream::new(seed, Purpose::Shuffle, [epoch, 0, 0]).permutation(n)
}
