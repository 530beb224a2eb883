//! The batches of one epoch, each prepared while the one before it is trained on.

use super::Plan;
use super::batch::{Draw, Examples, batch, order};
use crate::model::Batch;
use crate::rng::Seed;

/// The epoch's order, and the batch that is ready.
pub(crate) struct Feed {
    /// Number of the epoch, from 1.
    epoch: u32,
    order: Vec<u32>,
    ready: Option<(usize, Batch)>,
}

impl Feed {
    /// Draws the order of `epoch`.
    pub(crate) fn new(plan: &Plan, examples: Examples<'_>, epoch: usize) -> Self {
        let epoch = epoch as u32;
        let seed = Seed(plan.recipe.training.seed);
        Self { epoch, order: order(seed, epoch, examples.images.len()), ready: None }
    }

    /// Gives batch `number`, from 0, to `train`, and prepares the next on threads that have nothing else to do.
    pub(crate) fn train<T: Send>(
        &mut self,
        plan: &Plan,
        examples: Examples<'_>,
        number: usize,
        train: impl FnOnce(Batch) -> T + Send,
    ) -> T {
        let ready = self.ready.take().filter(|(ready, _)| *ready == number);
        let batch = ready.map_or_else(|| self.prepare(plan, examples, number), |(_, batch)| batch);
        let next = || {
            let next = number + 1;
            (next < plan.steps_per_epoch).then(|| (next, self.prepare(plan, examples, next)))
        };
        let (result, ready) = rayon::join(|| train(batch), next);
        self.ready = ready;
        result
    }

    /// Batch `number`, from 0.
    pub(super) fn prepare(&self, plan: &Plan, examples: Examples<'_>, number: usize) -> Batch {
        let size = plan.recipe.training.batch_size;
        let first = number * size;
        let indices = &self.order[first..first.saturating_add(size).min(self.order.len())];
        let draw = Draw::Training { epoch: self.epoch };
        let seed = Seed(plan.recipe.training.seed);
        batch(examples, indices, &plan.recipe, &plan.architecture, seed, draw)
    }
}
