//! The shards of a batch: each has a forward and a backward pass of its own.

use std::borrow::Borrow;
use std::ops::Range;

use crate::bottleneck::Metric;
use crate::components::Components;
use crate::error::Result;
use crate::group::{Group, Message, Reader, added, sum, tree};
use crate::model::{Batch, Gradients};
use crate::validate::BatchLosses;

/// A batch that is cut into a number of shards, which is a power of two.
#[derive(Clone)]
pub(crate) struct ShardedBatch {
    /// The shards of this process, in their order. Those of a short batch may be empty.
    pub(crate) shards: Vec<Batch>,
    /// The number of examples in all shards, also those of other processes.
    pub(crate) len: usize,
}

impl ShardedBatch {
    /// Reads the shards that fall to this process, of a batch of `len` examples.
    ///
    /// # Errors
    /// As of `read`, which is given the places of a shard's examples in the batch.
    pub(crate) fn of(
        len: usize,
        n_shards: usize,
        group: &dyn Group,
        read: impl Fn(Range<usize>) -> Result<Batch>,
    ) -> Result<Self> {
        let examples = |shard| shard * len / n_shards..(shard + 1) * len / n_shards;
        let each = n_shards / group.size();
        let own = group.rank() * each..(group.rank() + 1) * each;
        let shards = own.map(|shard| read(examples(shard))).collect::<Result<_>>()?;
        Ok(Self { shards, len })
    }
}

/// The losses and the gradient of a batch: the sums of those of its shards, also of shards that
/// other processes have. `gradients` gives the losses of a shard, with its part of the batch's
/// loss, and the gradient of that part; it has none if the loss is not finite. Then the batch has
/// none either.
///
/// Gradients are added as a binary tree and losses in the order of the shards, so that the sums are
/// the same for any number of processes. `sizes` are the numbers of parameters, and `metrics` those
/// of the bottleneck.
pub(crate) fn sum_of_shards<B: Borrow<Batch>>(
    mut shards: impl ExactSizeIterator<Item = B>,
    sizes: Components<usize>,
    metrics: &[Metric],
    group: &dyn Group,
    mut gradients: impl FnMut(B) -> (BatchLosses, Option<Gradients>),
) -> (BatchLosses, Gradients) {
    let (n, mut losses) = (shards.len(), Vec::new());
    let mut next = || {
        let shard = shards.next().filter(|shard| shard.borrow().len > 0)?;
        let (of_shard, found) = gradients(shard);
        losses.push(of_shard);
        found
    };
    let own = tree(n, &mut next, &both).unwrap_or_default();
    let losses = BatchLosses::of_shards(&gathered(losses, metrics, group));
    if !losses.loss.is_finite() {
        return (losses, Gradients::default());
    }
    (losses, own.zip(sizes).map(|(own, len)| sum(group, own, len)))
}

/// The sum of two shards' gradients, one of which may be empty.
fn both(a: Option<Gradients>, b: Option<Gradients>) -> Option<Gradients> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.zip(b).map(|(a, b)| added(a, b))),
        (one, other) => one.or(other),
    }
}

/// The losses of all shards, in their order.
fn gathered(own: Vec<BatchLosses>, metrics: &[Metric], group: &dyn Group) -> Vec<BatchLosses> {
    if group.size() == 1 {
        return own;
    }
    let mut message = Message::default();
    for losses in &own {
        losses.write(metrics, &mut message);
    }
    let mut all = Vec::new();
    for message in group.gather(&message.into_bytes()) {
        let mut reader = Reader(&message);
        while !reader.is_at_end() {
            all.push(BatchLosses::read(metrics, &mut reader));
        }
    }
    all
}
