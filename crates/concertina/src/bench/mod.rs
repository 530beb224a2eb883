//! How fast a recipe's model trains, encodes and reconstructs on this machine, on synthetic images.

mod memory;

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::data::{Dataset, Images, OpenOptions, Split};
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::model::Model;
use crate::recipe::Recipe;
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::ImageShape;
use crate::train::{Loader, Plan, StepContext, TrainingState};

/// What is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Steps of training, all that belongs to one: preparing the batch, forward, loss, backward, optimiser.
    #[default]
    Train,
    /// Images to codes.
    Encode,
    /// Images to codes and back to pictures.
    Reconstruct,
}

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What is measured.
    pub mode: Mode,
    /// Steps that are timed, of `training.batch-size` images each; `None` for as many as take about three seconds.
    pub steps: Option<usize>,
    /// Steps before, that are not timed: memory and caches are warm after them.
    pub warm_up: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { mode: Mode::default(), steps: None, warm_up: 6 }
    }
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Measurement {
    /// The recipe's name.
    pub recipe: String,
    /// What was measured.
    pub mode: Mode,
    /// Shape of the images.
    pub shape: ImageShape,
    /// Images in a step.
    pub batch_size: usize,
    /// Threads computed with.
    pub threads: usize,
    /// Steps that were timed.
    pub steps: usize,
    /// Images of the timed steps by their time.
    pub images_per_second: f64,
    /// Milliseconds a step: the time of all timed steps by their number.
    pub ms_per_step: f64,
    /// Floating-point operations for one image in units of 10^9, counted from the layers as a textbook does: two for
    /// each multiply-add of a forward pass; three times that for a step of training.
    pub gflop_per_image: f64,
    /// 10^9 of these operations a second.
    pub gflop_per_second: f64,
    /// 10^9 fp32 operations a second that the same threads reach in a loop of multiply-adds that touches no memory.
    pub peak_gflop_per_second: f64,
    /// The ratio of the two.
    pub share_of_peak: f64,
    /// The instructions the kernels and that loop are made of.
    pub instructions: &'static str,
    /// The most memory this process has held, where the system tells.
    pub peak_memory_bytes: Option<u64>,
}

/// Measured time when the number of steps is left open.
const ABOUT: Duration = Duration::from_secs(3);
/// Of the synthetic images, for recipes with a condition.
const CLASSES: usize = 10;
/// Made-up images in bytes, at most: a few batches, as training does not see the same one twice in a row.
const MOST_BYTES: usize = 1 << 28;

/// Measures `recipe` on synthetic images of `shape`, on the threads of the current pool.
///
/// # Errors
/// If the recipe does not fit together or does not fit the shape, or the loss leaves all bounds.
pub fn measure(recipe: &Recipe, shape: ImageShape, options: Options) -> Result<Measurement> {
    let batch_size = recipe.training.batch_size;
    let bytes = batch_size.max(1).checked_mul(shape.len()).filter(|bytes| *bytes <= MOST_BYTES);
    let Some(bytes) = bytes else {
        return Err(Error::config(format!(
            "expected a batch of at most {MOST_BYTES} bytes, found {batch_size} images of {shape}"
        ))
        .with_hint(
            Hint::default().set("training.batch-size", 32).then(" makes it smaller"),
        ));
    };
    let batches = (MOST_BYTES / bytes).clamp(1, 8);
    let plan = Plan::of(recipe, shape, batches * batch_size, CLASSES)?;
    let images = synthetic(shape, batches * batch_size)?;
    let architecture = plan.architecture();
    let flops = match options.mode {
        Mode::Train => 3 * (architecture.encoder.flops() + architecture.decoder.flops()),
        Mode::Encode => architecture.encoder.flops(),
        Mode::Reconstruct => architecture.encoder.flops() + architecture.decoder.flops(),
    };

    let (steps, time) = match options.mode {
        Mode::Train => time_training(&plan, &images, options)?,
        Mode::Encode => {
            let model = untrained(&plan, &images)?;
            let labels = labels(batch_size);
            let encode = |batch: &Images| model.with_known_labels(Some(&labels)).encode(batch).map(drop);
            time_inference(&images, batch_size, options, encode)?
        }
        Mode::Reconstruct => {
            let model = untrained(&plan, &images)?;
            let labels = labels(batch_size);
            let reconstruct =
                |batch: &Images| model.with_known_labels(Some(&labels)).reconstruct(batch).map(drop);
            time_inference(&images, batch_size, options, reconstruct)?
        }
    };
    let peak_memory_bytes = memory::peak();

    let images_per_second = (steps * batch_size) as f64 / time.as_secs_f64();
    let gflop_per_image = flops as f64 / 1e9;
    let gflop_per_second = gflop_per_image * images_per_second;
    let peak_gflop_per_second = concertina_kernels::peak_flops() / 1e9;
    Ok(Measurement {
        recipe: recipe.name.clone(),
        mode: options.mode,
        shape,
        batch_size,
        threads: rayon::current_num_threads(),
        steps,
        images_per_second,
        ms_per_step: 1e3 * time.as_secs_f64() / steps as f64,
        gflop_per_image,
        gflop_per_second,
        peak_gflop_per_second,
        share_of_peak: gflop_per_second / peak_gflop_per_second,
        instructions: concertina_kernels::instructions(),
        peak_memory_bytes,
    })
}

/// The shape of the images that a recipe is for, as far as it says: the lesson's, or a folder's.
pub fn usual_shape(recipe: &Recipe) -> ImageShape {
    use crate::network::Network;
    match recipe.network {
        Network::Lesson {}
        | Network::Dense { .. }
        | Network::Pooled { .. }
        | Network::Lstm { .. } => ImageShape::new(1, 28, 28),
        Network::Conv { .. } | Network::FullyConvolutional { .. } => {
            let side = recipe.data.size.unwrap_or(64);
            ImageShape::new(3, side, side)
        }
    }
}

/// Classes in turn.
fn labels(n: usize) -> Vec<u32> {
    (0..n).map(|index| (index % CLASSES) as u32).collect()
}

/// Every byte is drawn by itself.
fn synthetic(shape: ImageShape, n: usize) -> Result<Images> {
    let mut stream = Stream::new(Seed(0), Purpose::Benchmark, [0; 3]);
    let words = (0..(n * shape.len()).div_ceil(4)).map(|_| stream.bits());
    let mut pixels: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
    pixels.truncate(n * shape.len());
    Images::new(shape, pixels)
}

fn time_training(plan: &Plan, images: &Images, options: Options) -> Result<(usize, Duration)> {
    let Plan { recipe, architecture, steps_per_epoch } = plan;
    let mut state = TrainingState::new(architecture, Seed(recipe.training.seed));
    let labels = labels(images.len());
    let split = Split { examples: images, labels: Some(&labels) };
    let mut loader = Loader::new(plan, split, 1);
    let mut step = 0;
    time(options, || {
        let learning_rate = recipe.training.learning_rate;
        let context = StepContext { step, epochs: f32::INFINITY, learning_rate };
        let taken = loader.train(plan, split, step % steps_per_epoch, |batch| {
            state.step(recipe, architecture, batch, context)
        });
        step += 1;
        taken.map(drop).map_err(|diverged| {
            Error::failed(format!(
                "the {} is {} at step {step} on synthetic images",
                diverged.what, diverged.value
            ))
            .with_hint(Hint::text("lower the learning rate: ").set("training.learning-rate", 1e-4))
        })
    })
}

fn time_inference(
    images: &Images,
    batch_size: usize,
    options: Options,
    mut run: impl FnMut(&Images) -> Result<()>,
) -> Result<(usize, Duration)> {
    let all: Vec<usize> = (0..images.len()).collect();
    let batches: Vec<Images> = all.chunks(batch_size).map(|batch| images.select(batch)).collect();
    let mut batches = batches.iter().cycle();
    time(options, || run(batches.next().expect("a cycle of at least one never ends")))
}

fn untrained(plan: &Plan, images: &Images) -> Result<Model> {
    let options = OpenOptions { valid_fraction: 0.0, ..OpenOptions::default() };
    let card = Dataset::from_images(images.take(1), None, &options)?.card;
    Ok(Model {
        recipe: plan.recipe.clone(),
        architecture: plan.architecture.clone(),
        weights: plan.architecture.initial_weights(Seed(plan.recipe.training.seed)),
        card,
        mixture: None,
        held_out: None,
    })
}

/// Takes the warm-up's steps, then as many as asked for, or as fit into the time; returns their number and time.
fn time(options: Options, mut step: impl FnMut() -> Result<()>) -> Result<(usize, Duration)> {
    for _ in 0..options.warm_up {
        step()?;
    }
    let mut steps = 0;
    let begun = Instant::now();
    loop {
        step()?;
        steps += 1;
        let done = match options.steps {
            Some(asked) => steps >= asked,
            None => begun.elapsed() >= ABOUT,
        };
        if done {
            return Ok((steps, begun.elapsed()));
        }
    }
}

#[cfg(test)]
mod tests;
