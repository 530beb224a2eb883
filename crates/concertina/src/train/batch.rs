//! Batches: the order of the examples, bytes to numbers, the task's corruption and the bottleneck's noise.

use rayon::prelude::*;

use crate::data::{Dataset, Images};
use crate::model::{Architecture, Batch, unit};
use crate::recipe::Recipe;
use crate::rng::{Purpose, Seed, Stream};

/// Images, and the class of each where there are labels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Examples<'a> {
    pub(crate) images: &'a Images,
    pub(crate) labels: Option<&'a [u32]>,
}

impl<'a> Examples<'a> {
    /// Those to train on.
    pub(crate) fn training(data: &'a Dataset) -> Self {
        Self { images: &data.train, labels: data.train_labels.as_deref() }
    }

    /// Those held out.
    pub(crate) fn held_out(data: &'a Dataset) -> Self {
        Self { images: &data.valid, labels: data.valid_labels.as_deref() }
    }

    /// The classes of those at `indices`.
    pub(crate) fn labels_at(&self, indices: &[usize]) -> Option<Vec<u32>> {
        let labels = self.labels?;
        Some(indices.iter().map(|&index| labels[index]).collect())
    }
}

/// Whose random numbers a batch gets.
#[derive(Clone, Copy)]
pub(super) enum Draw {
    /// Training in this epoch (from 1): fresh for each image and epoch.
    Training {
        /// Number of the epoch.
        epoch: u32,
    },
    /// Validation: the same for an image in every epoch, so that its loss moves only when the model does.
    Validation,
}

/// The order of `n` examples in an epoch.
pub(super) fn order(seed: Seed, epoch: u32, n: usize) -> Vec<u32> {
    Stream::new(seed, Purpose::Shuffle, [epoch, 0, 0]).permutation(n)
}

/// The batch of the images at `indices`. What is drawn for an image depends on the seed, the epoch and its own index,
/// not on the batch it is in.
pub(super) fn batch(
    examples: Examples<'_>,
    indices: &[u32],
    recipe: &Recipe,
    architecture: &Architecture,
    seed: Seed,
    draw: Draw,
) -> Batch {
    let &Architecture { input, target, code_size, .. } = architecture;
    let Examples { images, labels } = examples;
    let len = indices.len();
    let numbers = recipe.bottleneck.noise_numbers(code_size);
    let mut batch = Batch {
        input: vec![0.0; len * input.len()],
        target: vec![0.0; len * target.len()],
        noise: vec![0.0; len * numbers],
        labels: match labels {
            Some(labels) if architecture.classes > 0 => {
                indices.iter().map(|&index| labels[index as usize]).collect()
            }
            _ => Vec::new(),
        },
        len,
    };
    // A plain bottleneck takes no noise, and there are no chunks of nothing.
    let noise: Vec<&mut [f32]> = match numbers {
        0 => indices.iter().map(|_| &mut [][..]).collect(),
        numbers => batch.noise.chunks_exact_mut(numbers).collect(),
    };
    let rows = (
        indices,
        batch.input.par_chunks_exact_mut(input.len()),
        batch.target.par_chunks_exact_mut(target.len()),
        noise,
    );
    rows.into_par_iter().for_each(|(&index, input, clean, noise)| {
        for (value, &pixel) in clean.iter_mut().zip(images.image(index as usize)) {
            *value = unit(pixel);
        }
        let [mut corruption, mut latent] = streams(seed, draw, index);
        recipe.task.corrupt(clean, target, &mut corruption, input);
        if recipe.task.draws_its_target() {
            clean.copy_from_slice(input);
        }
        latent.fill_normal(noise);
    });
    batch
}

/// The streams of an image's corruption and of its code's noise.
fn streams(seed: Seed, draw: Draw, index: u32) -> [Stream; 2] {
    match draw {
        Draw::Training { epoch } => [Purpose::Corruption, Purpose::Latent]
            .map(|purpose| Stream::new(seed, purpose, [epoch, index, 0])),
        Draw::Validation => Stream::validation(seed, index),
    }
}
