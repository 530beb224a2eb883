//! A batch of examples: inputs with the task's corruption, targets, the bottleneck's noise, and
//! labels.

use rayon::prelude::*;

use super::Architecture;
use super::condition::{beside, one_hot};
use crate::data::Split;
use crate::recipe::Recipe;
use crate::rng::{Purpose, Seed, Stream};

/// A batch of examples for the network.
#[derive(Clone)]
pub(crate) struct Batch {
    /// The encoder's input, `[B, input]`, with the one-hot class appended if there is a condition.
    pub(crate) input: Vec<f32>,
    /// The decoder's target, `[B, target]`.
    pub(crate) target: Vec<f32>,
    /// Standard normal numbers for the bottleneck, `[B, noise_len]`.
    pub(crate) noise: Vec<f32>,
    /// The class of each example if there is a condition; otherwise empty.
    pub(crate) labels: Vec<u32>,
    /// The number of examples, B.
    pub(crate) len: usize,
}

/// Selects the random numbers of a batch.
#[derive(Clone, Copy)]
pub(crate) enum Pass {
    /// Training in this epoch: new for each example and epoch.
    Training {
        /// Number of the epoch, from 1.
        epoch: u32,
    },
    /// Validation: the same for an example in every epoch, so that its loss changes only with the
    /// model.
    Validation,
}

impl Batch {
    /// The batch of the examples at `indices`. The random numbers of an example depend on the
    /// recipe's seed, the epoch and its own index, not on the batch it is in.
    pub(crate) fn read(
        split: Split<'_>,
        indices: &[u32],
        recipe: &Recipe,
        architecture: &Architecture,
        pass: Pass,
    ) -> Self {
        let Architecture { input, target, ref bottleneck, .. } = *architecture;
        let len = indices.len();
        let noise_len = bottleneck.noise_len();
        let mut batch = Self {
            input: vec![0.0; len * input.len()],
            target: vec![0.0; len * target.len()],
            noise: vec![0.0; len * noise_len],
            labels: match split.labels {
                Some(labels) if architecture.classes > 0 => {
                    indices.iter().map(|&index| labels[index as usize]).collect()
                }
                _ => Vec::new(),
            },
            len,
        };
        // A plain bottleneck takes no noise, and chunks cannot be empty.
        let noise: Vec<&mut [f32]> = match noise_len {
            0 => indices.iter().map(|_| &mut [][..]).collect(),
            noise_len => batch.noise.chunks_exact_mut(noise_len).collect(),
        };
        let rows = (
            indices,
            batch.input.par_chunks_exact_mut(input.len()),
            batch.target.par_chunks_exact_mut(target.len()),
            noise,
        );
        let seed = Seed(recipe.training.seed);
        rows.into_par_iter().for_each(|(&index, input, clean, noise)| {
            split.examples.read(index as usize, clean);
            let [mut corruption, mut latent] = streams(seed, pass, index);
            recipe.task.corrupt(clean, target, &mut corruption, input);
            if recipe.task.corrupts_target() {
                clean.copy_from_slice(input);
            }
            latent.fill_normal(noise);
        });
        batch.with_classes(architecture)
    }

    /// Appends the one-hot classes to the encoder's input, if there is a condition.
    fn with_classes(self, architecture: &Architecture) -> Self {
        let classes = architecture.classes;
        if classes == 0 {
            return self;
        }
        let hot = one_hot(&self.labels, classes, architecture.encoder_block());
        Self { input: beside(&self.input, &hot, self.len), ..self }
    }
}

/// The streams of an example's corruption and of its code's noise.
fn streams(seed: Seed, pass: Pass, index: u32) -> [Stream; 2] {
    match pass {
        Pass::Training { epoch } => [Purpose::Corruption, Purpose::Latent]
            .map(|purpose| Stream::new(seed, purpose, [epoch, index, 0])),
        Pass::Validation => Stream::validation(seed, index),
    }
}
