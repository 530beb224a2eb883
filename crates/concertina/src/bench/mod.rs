//! Benchmarks of a recipe on synthetic images: the speed of training, encoding and reconstructing
//! on this machine.
//!
//! ```
//! use concertina::bench::{Options, measure, usual_shape};
//! use concertina::recipe::Recipe;
//!
//! let recipe = Recipe::named("dense-ae")?;
//! let options = Options { steps: Some(1), warm_up: 0, ..Options::default() };
//! let found = measure(&recipe, usual_shape(&recipe), &options)?;
//! println!("{:.0} images/s, on {}", found.images_per_second, found.device);
//! # Ok::<(), concertina::Error>(())
//! ```

mod memory;

use std::ops::Range;
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::Serialize;

use crate::data::music::{MusicSet, Windows};
use crate::data::{Dataset, Examples, Images, OpenOptions, Split};
use crate::device::Device;
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::model::Model;
use crate::recipe::Recipe;
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::ImageShape;
use crate::train::{Loader, Plan, StepContext, TrainingState, engine};

/// The operation that is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Training steps, including batch preparation, forward and backward pass, and optimiser.
    #[default]
    Train,
    /// Encoding images to codes.
    Encode,
    /// Encoding and decoding images.
    Reconstruct,
}

/// Options of a benchmark.
#[derive(Clone, Debug)]
pub struct Options {
    /// The operation that is measured.
    pub mode: Mode,
    /// Number of timed steps of `training.batch-size` images each; `None` for as many as take about
    /// three seconds.
    pub steps: Option<usize>,
    /// Number of steps before the timed ones, to warm up memory and caches.
    pub warm_up: usize,
    /// The device that is measured.
    pub device: Device,
}

impl Default for Options {
    fn default() -> Self {
        Self { mode: Mode::default(), steps: None, warm_up: 6, device: Device::cpu() }
    }
}

/// The result of a benchmark.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Measurement {
    /// The recipe's name.
    pub recipe: String,
    /// The operation that was measured.
    pub mode: Mode,
    /// Shape of the images.
    pub shape: ImageShape,
    /// Images per step.
    pub batch_size: usize,
    /// The device, with the name that the hardware gives itself.
    pub device: String,
    /// Number of threads.
    pub threads: usize,
    /// Number of timed steps.
    pub steps: usize,
    /// Images of the timed steps divided by their time.
    pub images_per_second: f64,
    /// Mean time of a timed step in milliseconds.
    pub ms_per_step: f64,
    /// Floating-point operations per image in units of 10^9: two for each multiply-add of a forward
    /// pass; three times as many for a training step. They are those of the layers' definitions:
    /// 3x3 convolutions of many channels are computed with fewer.
    pub gflop_per_image: f64,
    /// 10^9 of these operations per second.
    pub gflop_per_second: f64,
    /// 10^9 fp32 operations per second that the same threads reach in a loop of multiply-adds
    /// without memory access; for the CPU alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_gflop_per_second: Option<f64>,
    /// `gflop_per_second` divided by `peak_gflop_per_second`; above 1 where fewer operations than
    /// the definitions' save more than all else costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fraction_of_peak: Option<f64>,
    /// The instruction set that the kernels and that loop use.
    pub instructions: &'static str,
    /// The peak memory of this process, if the system reports it.
    pub peak_memory_bytes: Option<u64>,
    /// The memory that training was estimated to take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_memory_bytes: Option<u64>,
}

/// Measured time if the number of steps is not given.
const DURATION: Duration = Duration::from_secs(3);
/// Classes of the synthetic images, for recipes with a condition.
const CLASSES: usize = 10;
/// Maximum size of the synthetic images: several batches, since training does not use the same
/// batch twice in a row.
const MAX_BYTES: usize = 1 << 28;

/// Measures `recipe` on synthetic images of `shape`, on the threads of the current pool.
///
/// # Errors
/// If the recipe is invalid or does not fit the shape, or the loss is not finite.
pub fn measure(recipe: &Recipe, shape: ImageShape, options: &Options) -> Result<Measurement> {
    let batch_size = recipe.training.batch_size;
    let bytes = batch_size.max(1).checked_mul(shape.len()).filter(|bytes| *bytes <= MAX_BYTES);
    let Some(bytes) = bytes else {
        return Err(Error::config(format!(
            "expected a batch of at most {MAX_BYTES} bytes, found {batch_size} images of {shape}"
        ))
        .with_hint(Hint::default().set("training.batch-size", 32).then(" makes it smaller")));
    };
    let batches = (MAX_BYTES / bytes).clamp(1, 8);
    let plan = Plan::of(recipe, shape, batches * batch_size, CLASSES)?.on(&options.device)?;
    let examples = synthetic(recipe, shape, batches * batch_size)?;
    let examples = &*examples;
    let architecture = plan.architecture();
    let flops = match options.mode {
        Mode::Train => 3 * (architecture.encoder.flops() + architecture.decoder.flops()),
        Mode::Encode => architecture.encoder.flops(),
        Mode::Reconstruct => architecture.encoder.flops() + architecture.decoder.flops(),
    };

    let (steps, time) = match options.mode {
        Mode::Train => time_training(&plan, examples, options)?,
        Mode::Encode => {
            let (model, labels) = (untrained(&plan)?, labels(examples.len()));
            let model = model.with_known_labels(Some(&labels));
            let encode = |range| model.encode_range(examples, range).map(drop);
            time_inference(examples.len(), batch_size, options, encode)?
        }
        Mode::Reconstruct => {
            let (model, labels) = (untrained(&plan)?, labels(examples.len()));
            let model = model.with_known_labels(Some(&labels));
            let reconstruct = |range| model.reconstruct_range(examples, range).map(drop);
            time_inference(examples.len(), batch_size, options, reconstruct)?
        }
    };
    let peak_memory_bytes = memory::peak();

    let images_per_second = (steps * batch_size) as f64 / time.as_secs_f64();
    let gflop_per_image = flops as f64 / 1e9;
    let gflop_per_second = gflop_per_image * images_per_second;
    let peak_gflop_per_second =
        options.device.is_cpu().then(|| concertina_kernels::peak_flops() / 1e9);
    Ok(Measurement {
        recipe: recipe.name.clone(),
        mode: options.mode,
        shape,
        batch_size,
        device: options.device.to_string(),
        threads: rayon::current_num_threads(),
        steps,
        images_per_second,
        ms_per_step: 1e3 * time.as_secs_f64() / steps as f64,
        gflop_per_image,
        gflop_per_second,
        peak_gflop_per_second,
        fraction_of_peak: peak_gflop_per_second.map(|peak| gflop_per_second / peak),
        instructions: concertina_kernels::instructions(),
        peak_memory_bytes,
        estimated_memory_bytes: matches!(options.mode, Mode::Train)
            .then(|| plan.memory_without_data().total() + (examples.len() * shape.len()) as u64),
    })
}

/// The typical shape of a recipe's images: that of the lesson, or of photographs; for music, that
/// of its windows.
pub fn usual_shape(recipe: &Recipe) -> ImageShape {
    match recipe.encoding() {
        Ok(Some(encoding)) => Windows::new(encoding, Vec::new()).shape(),
        // What is wrong with a recipe is told when it is planned.
        _ => recipe.network.family().usual_shape(recipe.data.size),
    }
}

/// Labels that cycle through the classes.
fn labels(n: usize) -> Vec<u32> {
    (0..n).map(|index| (index % CLASSES) as u32).collect()
}

/// `n` images of independent random bytes, or windows of independent random tokens.
fn synthetic(recipe: &Recipe, shape: ImageShape, n: usize) -> Result<Box<dyn Examples>> {
    let mut stream = Stream::new(Seed(0), Purpose::Benchmark, [0; 3]);
    Ok(match recipe.encoding()? {
        Some(encoding) => {
            let classes = encoding.voices().iter().map(|voice| voice.classes as u32).cycle();
            let tokens = classes.take(n * shape.len()).map(|classes| stream.below(classes) as u16);
            Box::new(Windows::new(encoding, tokens.collect()))
        }
        None => Box::new(images(shape, n)?),
    })
}

/// `n` images of independent random bytes.
fn images(shape: ImageShape, n: usize) -> Result<Images> {
    let mut stream = Stream::new(Seed(0), Purpose::Benchmark, [0; 3]);
    let words = (0..(n * shape.len()).div_ceil(4)).map(|_| stream.bits());
    let mut pixels: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
    pixels.truncate(n * shape.len());
    Images::new(shape, pixels)
}

fn time_training(
    plan: &Plan,
    examples: &dyn Examples,
    options: &Options,
) -> Result<(usize, Duration)> {
    let Plan { recipe, architecture, steps_per_epoch, .. } = plan;
    let state = TrainingState::new(architecture, Seed(recipe.training.seed));
    let mut engine = engine(plan, state);
    let labels = labels(examples.len());
    let split = Split { examples, labels: Some(&labels) };
    let mut loader = Loader::new(plan, split, 1);
    let mut step = 0;
    time(options, || {
        let learning_rate = recipe.training.learning_rate;
        let context = StepContext { step, epochs: f32::INFINITY, learning_rate };
        let taken = loader.train(plan, split, step % steps_per_epoch, |batch| {
            engine.step(plan, batch, context)
        })?;
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
    n: usize,
    batch_size: usize,
    options: &Options,
    mut run: impl FnMut(Range<usize>) -> Result<()>,
) -> Result<(usize, Duration)> {
    let mut batches = (0..n).step_by(batch_size).cycle();
    time(options, || {
        let first = batches.next().expect("a cycle of at least one never ends");
        run(first..n.min(first + batch_size))
    })
}

fn untrained(plan: &Plan) -> Result<Model> {
    let options = OpenOptions { valid_fraction: 0.0, ..OpenOptions::default() };
    let card = if let Some(wanted) = plan.recipe.wanted_music() {
        let few = OpenOptions { limit: Some(1), ..options };
        MusicSet::open("tunes", wanted, &few)?.card
    } else {
        let image = images(plan.architecture.target, 1)?;
        Dataset::from_images(image, None, &options)?.card
    };
    let Plan { recipe, architecture, device, .. } = plan.clone();
    let weights = architecture.initial_weights(Seed(recipe.training.seed));
    let model = Model::new(recipe, architecture, weights, card);
    Ok(Model { device, ..model })
}

/// Runs the warm-up steps, then the timed steps; returns their number and time.
fn time(options: &Options, mut step: impl FnMut() -> Result<()>) -> Result<(usize, Duration)> {
    for _ in 0..options.warm_up {
        step()?;
    }
    let mut steps = 0;
    let begun = Instant::now();
    loop {
        step()?;
        steps += 1;
        let done = match options.steps {
            Some(wanted) => steps >= wanted,
            None => begun.elapsed() >= DURATION,
        };
        if done {
            return Ok((steps, begun.elapsed()));
        }
    }
}

#[cfg(test)]
mod tests;
