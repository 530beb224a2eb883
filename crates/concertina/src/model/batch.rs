//! A batch of examples: inputs with the task's corruption, targets, the bottleneck's noise, and
//! labels.

use super::Architecture;
use super::architecture::Guide;
use crate::data::Split;
use crate::error::Result;
use crate::parallel;
use crate::recipe::Recipe;
use crate::rng::{Purpose, Seed, Stream};

/// A batch of examples for the network.
#[derive(Clone)]
pub(crate) struct Batch {
    /// The encoder's input, `[B, input]`, with the one-hot class appended if there is a condition.
    pub(crate) input: Vec<f32>,
    /// The decoder's target, `[B, target]`; not a number where nothing is asked.
    pub(crate) target: Vec<f32>,
    /// Standard normal numbers for the bottleneck, `[B, noise_len]`.
    pub(crate) noise: Vec<f32>,
    /// The class of each example if there is a condition; otherwise empty.
    pub(crate) labels: Vec<u32>,
    /// What an autoregressive decoder is fed, `[B, guide]`; empty for other decoders.
    pub(crate) guide: Vec<f32>,
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
        /// Number of the step in the run, from 0.
        step: usize,
    },
    /// Validation: the same for an example in every epoch, so that its loss changes only with the
    /// model.
    Validation,
}

impl Batch {
    /// The batch of the examples at `indices`. The random numbers of an example depend on the
    /// recipe's seed, the epoch and its own index, not on the batch it is in.
    ///
    /// # Errors
    /// If an example cannot be read.
    pub(crate) fn read(
        split: Split<'_>,
        indices: &[u32],
        recipe: &Recipe,
        architecture: &Architecture,
        pass: Pass,
    ) -> Result<Self> {
        Self::read_named(split, indices, indices, recipe, architecture, pass)
    }

    /// As [`Batch::read`], of the examples at `places` of `split`, whose random numbers are those
    /// of the indices in `names`: of examples that were taken out of a larger set.
    pub(crate) fn read_named(
        split: Split<'_>,
        places: &[u32],
        names: &[u32],
        recipe: &Recipe,
        architecture: &Architecture,
        pass: Pass,
    ) -> Result<Self> {
        let Architecture { input, target, ref bottleneck, .. } = *architecture;
        let len = places.len();
        let noise_len = bottleneck.noise_len();
        let guide_len = architecture.guide.map_or(0, Guide::len);
        let mut batch = Self {
            input: vec![0.0; len * input.len()],
            target: vec![0.0; len * target.len()],
            noise: vec![0.0; len * noise_len],
            labels: if architecture.classes > 0 {
                let places: Vec<usize> = places.iter().map(|&place| place as usize).collect();
                split.labels_at(&places)?.unwrap_or_default()
            } else {
                Vec::new()
            },
            guide: vec![0.0; len * guide_len],
            len,
        };
        let seed = Seed(recipe.training.seed);
        let examples = places.iter().zip(names);
        let inputs = batch.input.chunks_exact_mut(input.len());
        let targets = batch.target.chunks_exact_mut(target.len());
        let noise = rows_of(&mut batch.noise, noise_len, len);
        let guide = rows_of(&mut batch.guide, guide_len, len);
        let rows = examples.zip(inputs.zip(targets)).zip(noise.into_iter().zip(guide));
        let changed = parallel::try_map(rows, |((example, (input, clean)), (noise, guide))| {
            let (&place, &index) = example;
            let label = match pass {
                Pass::Training { epoch, .. } => {
                    let mut stream = Stream::new(seed, Purpose::Augmentation, [epoch, index, 0]);
                    split.examples.read_augmented(place as usize, &mut stream, clean)?
                }
                Pass::Validation => {
                    split.examples.read(place as usize, clean)?;
                    None
                }
            };
            let [mut corruption, mut latent] = streams(seed, pass, index);
            recipe.task.example(clean, target, &mut corruption, input);
            latent.fill_normal(noise);
            if let Some(of) = architecture.guide {
                let (own, mut stream) = fed(of, seed, pass, index);
                of.mixed(clean, own, &architecture.voices, &mut stream, guide);
            }
            Ok(label)
        })?;
        for (label, changed) in batch.labels.iter_mut().zip(changed) {
            *label = changed.unwrap_or(*label);
        }
        Ok(batch.with_classes(architecture))
    }

    /// Gives the encoder the classes, if there is a condition.
    fn with_classes(mut self, architecture: &Architecture) -> Self {
        if architecture.classes > 0 {
            self.input = architecture.encoder_input(&self.input, Some(&self.labels)).into_owned();
        }
        self
    }
}

/// The rows of a matrix, which may be of no columns.
fn rows_of(values: &mut [f32], columns: usize, rows: usize) -> Vec<&mut [f32]> {
    match columns {
        // Chunks cannot be empty.
        0 => (0..rows).map(|_| &mut [][..]).collect(),
        columns => values.chunks_exact_mut(columns).collect(),
    }
}

/// The probability that a decoder is fed a token of its own, and the stream that decides.
fn fed(guide: Guide, seed: Seed, pass: Pass, index: u32) -> (f32, Stream) {
    match pass {
        Pass::Training { epoch, step } => {
            let stream = Stream::new(seed, Purpose::Guide, [epoch, index, 0]);
            (guide.own_share(step), stream)
        }
        Pass::Validation => (0.0, Stream::new(seed, Purpose::Guide, [0, index, 0])),
    }
}

/// The streams of an example's corruption and of its code's noise.
fn streams(seed: Seed, pass: Pass, index: u32) -> [Stream; 2] {
    match pass {
        Pass::Training { epoch, .. } => [Purpose::Corruption, Purpose::Latent]
            .map(|purpose| Stream::new(seed, purpose, [epoch, index, 0])),
        Pass::Validation => Stream::validation(seed, index),
    }
}
