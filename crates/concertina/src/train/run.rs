//! The training loop.
//!
//! A call of [`Run::step`] returns one event. If none is pending, it trains on a batch:
//!
//! 1. read the next images in this epoch's order and make the task's inputs ([`Loader`]);
//! 2. compute the loss: encode, bottleneck, decode, compare;
//! 3. compute its gradient with respect to all parameters, by automatic differentiation;
//! 4. take a step of the optimiser ([`Engine`]).
//!
//! After the last batch of an epoch the model is validated, and a checkpoint is written if the last
//! one is not of just now; after the last epoch the model file is written and the run ends. Figures
//! and reports are the caller's.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use fs_err as fs;

use super::checkpoint::{Checkpoint, Progress};
use super::engine::{Diverged, Engine, Outcome, StepContext};
use super::event::{Event, StepReport};
use super::loader::Loader;
use super::measured::measure;
use super::plan::Plan;
use super::replaced;
use super::schedule::learning_rate;
use super::watch::PastWarning;
use crate::artifact::{ClaimedFolder, RunFolder};
use crate::data::{Data, draw};
use crate::error::{Error, Result};
use crate::hint::{Hint, Warning};
use crate::math::Mixture;
use crate::model::{Batch, Model, Pass};
use crate::rng::{Purpose, Seed, Stream};
use crate::validate::{Metrics, Sums, validate_weights};

mod begin;

pub use self::begin::ResumeOptions;

/// After an epoch a checkpoint is written earlier than within one, by this factor: every 20 seconds
/// by default. Of short epochs few have one, since it may take longer to write than they do.
const EPOCH_CHECKPOINTS: f32 = 30.0;

/// A training run in its folder.
pub struct Run<'d> {
    plan: Plan,
    data: &'d dyn Data,
    folder: ClaimedFolder,

    engine: Box<dyn Engine>,
    progress: Progress,
    loader: Loader,
    last_finite_loss: Option<f32>,
    /// Files that others were read in the place of, as far as that was told.
    told_replaced: usize,
    /// The step of the newest checkpoint, if it is the current one.
    saved: Option<usize>,

    clock: Clock,
    pending: VecDeque<Event>,
    stage: Stage,
}

/// The stage of a run.
enum Stage {
    Training,
    Saving,
    Done(Box<Model>),
}

impl Stage {
    /// The stage after `epochs` completed epochs.
    fn after(epochs: usize, plan: &Plan) -> Self {
        if epochs == plan.recipe.training.epochs { Self::Saving } else { Self::Training }
    }
}

/// Wall-clock times. No computed value depends on them.
struct Clock {
    /// When this process started or resumed the run.
    begun: Instant,
    /// Seconds of work before that.
    seconds_before: f64,
    /// When the newest checkpoint was written.
    checkpoint: Instant,
    /// Time spent on steps of this epoch, and the images trained on in that time, in this process.
    training: Duration,
    images: usize,
}

impl Clock {
    /// The speed in this epoch; 0 if this process has not trained on an image of it.
    fn images_per_second(&self) -> f64 {
        if self.images == 0 { 0.0 } else { self.images as f64 / self.training.as_secs_f64() }
    }
}

impl Run<'_> {
    /// The recipe checked against the data.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The run folder.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// Optimiser steps done.
    pub fn steps_done(&self) -> usize {
        self.progress.epochs * self.plan.steps_per_epoch + self.progress.step_in_epoch
    }

    /// Continues the run to its next event; `None` when the run is finished and the model is
    /// written.
    ///
    /// # Errors
    /// If the loss is not finite (the newest checkpoint is kept), or a file cannot be written.
    pub fn step(&mut self) -> Result<Option<Event>> {
        if let Some(event) = self.pending.pop_front() {
            return Ok(Some(event));
        }
        match &self.stage {
            Stage::Training => {
                // After an error at the end of an epoch, such as a full disk, only the end is
                // repeated.
                if self.progress.step_in_epoch < self.plan.steps_per_epoch {
                    self.train_on_next_batch()?;
                }
                if self.progress.step_in_epoch == self.plan.steps_per_epoch {
                    self.end_epoch()?;
                } else if self.checkpoint_is_due(1.0) {
                    self.checkpoint()?;
                }
            }
            Stage::Saving => self.save()?,
            Stage::Done(_) => {}
        }
        // If a stage ends without an event, continue with the next stage.
        match (&self.stage, self.pending.pop_front()) {
            (Stage::Done(_), None) => Ok(None),
            (_, Some(event)) => Ok(Some(event)),
            (_, None) => self.step(),
        }
    }

    /// The metrics of the epochs so far.
    pub fn history(&self) -> &[Metrics] {
        &self.progress.history
    }

    /// Runs to the end and returns the model.
    ///
    /// # Errors
    /// As [`Run::step`].
    pub fn finish(mut self) -> Result<Model> {
        while self.step()?.is_some() {}
        Ok(self.into_model())
    }

    /// The results of the run so far, for figures and reports.
    pub fn into_trained(self) -> Trained {
        let history = self.progress.history.clone();
        let seconds = self.seconds();
        let (warnings, past_warnings) = (self.progress.watch.holding(), self.progress.watch.past());
        let model = match self.stage {
            Stage::Done(model) => *model,
            _ => self.model(None),
        };
        let mut remarks = self.progress.remarks;
        remarks.extend(replaced::remark(self.data));
        Trained { model, history, warnings, past_warnings, remarks, seconds, folder: self.folder }
    }

    /// The model in its current state. At the end of the run this is the model in the run folder;
    /// before, and in the other processes of a group, it has no mixture to sample from.
    pub fn into_model(self) -> Model {
        match self.stage {
            Stage::Done(model) => *model,
            _ => self.model(None),
        }
    }

    /// Writes a checkpoint now; in a group the first process does. An existing checkpoint of the
    /// current step is kept and not written again.
    ///
    /// # Errors
    /// If it cannot be written; older checkpoints are kept.
    pub fn checkpoint(&mut self) -> Result<()> {
        if !self.plan.group.is_first() {
            return Ok(());
        }
        let step = self.steps_done();
        if self.saved == Some(step) {
            self.pending.push_back(Event::Checkpoint(Checkpoint::path(&self.folder, step)));
            return Ok(());
        }
        self.progress.seconds = self.seconds();
        let keep = self.plan.recipe.training.keep_checkpoints;
        let Self { engine, progress, folder, plan, .. } = &*self;
        let path =
            Checkpoint::write(&engine.state(), progress, folder, &plan.architecture, step, keep)?;
        self.saved = Some(step);
        self.clock.checkpoint = Instant::now();
        self.pending.push_back(Event::Checkpoint(path));
        Ok(())
    }

    /// Whether this fraction of the longest time between checkpoints has passed.
    fn checkpoint_is_due(&self, fraction: f32) -> bool {
        let longest = 60.0 * self.plan.recipe.training.checkpoint_minutes;
        self.clock.checkpoint.elapsed().as_secs_f32() > fraction * longest
    }

    fn seed(&self) -> Seed {
        Seed(self.plan.recipe.training.seed)
    }

    fn seconds(&self) -> f64 {
        self.clock.seconds_before + self.clock.begun.elapsed().as_secs_f64()
    }

    /// Number of the current epoch, from 1.
    fn epoch(&self) -> usize {
        self.progress.epochs + 1
    }

    /// Shuffles the examples for the next epoch, or enters the next stage after the last one.
    fn begin_epoch(&mut self) {
        self.clock.training = Duration::ZERO;
        self.clock.images = 0;
        self.stage = Stage::after(self.progress.epochs, &self.plan);
        if matches!(self.stage, Stage::Training) {
            self.loader = Loader::new(&self.plan, self.data.training(), self.epoch());
        }
    }

    fn train_on_next_batch(&mut self) -> Result<()> {
        let begun = Instant::now();
        let step = self.steps_done();
        if self.progress.step_in_epoch == 0 {
            self.show_examples_to_bottleneck()?;
        }
        let Self { plan, data, engine, .. } = self;
        let Plan { recipe, steps_per_epoch, .. } = &*plan;
        let context = StepContext {
            step,
            epochs: step as f32 / *steps_per_epoch as f32,
            learning_rate: learning_rate(&recipe.training, step, plan.n_steps()),
        };
        let number = self.progress.step_in_epoch;
        let taken = self
            .loader
            .train(plan, data.training(), number, |batch| engine.step(plan, batch, context))?;
        let outcome = match taken {
            Ok(outcome) => outcome,
            Err(diverged) => return Err(self.diverged(&diverged, step, Some(number))),
        };
        let Outcome { losses, gradient_norm } = outcome;
        self.progress.sums.add(&losses);
        self.last_finite_loss = Some(losses.loss);
        self.progress.step_in_epoch += 1;
        self.clock.training += begun.elapsed();
        self.clock.images += losses.n;
        self.pending.push_back(Event::Step(self.step_report(gradient_norm)));
        Ok(())
    }

    /// Passes training examples to a bottleneck that updates its own parameters before an epoch.
    fn show_examples_to_bottleneck(&mut self) -> Result<()> {
        let Plan { recipe, architecture, .. } = &self.plan;
        let wanted = architecture.bottleneck.examples_at_epoch();
        if wanted == 0 {
            return Ok(());
        }
        let epoch = self.epoch() as u32;
        let split = self.data.training();
        let mut stream = Stream::new(self.seed(), Purpose::Codebook, [epoch, 0, 0]);
        let chosen = draw(split.examples, &mut stream, wanted);
        let pass = Pass::Training { epoch, step: 0 };
        let examples = Batch::read(split, &chosen, recipe, architecture, pass)?;
        self.engine.begin_epoch(architecture, &examples, &mut stream);
        Ok(())
    }

    fn step_report(&self, gradient_norm: f32) -> StepReport {
        let training = &self.plan.recipe.training;
        let losses = self.progress.sums.losses();
        let speed = self.clock.images_per_second();
        let steps_left = self.plan.n_steps() - self.steps_done();
        StepReport {
            epoch: self.epoch(),
            step: self.progress.step_in_epoch,
            steps_per_epoch: self.plan.steps_per_epoch,
            epochs: training.epochs,
            loss: losses.loss,
            reconstruction: losses.reconstruction,
            terms: losses.terms,
            gradient_norm,
            images_per_second: speed,
            seconds_left: steps_left as f64 * training.batch_size as f64 / speed,
        }
    }

    fn end_epoch(&mut self) -> Result<()> {
        let Plan { recipe, architecture, group, .. } = &self.plan;
        let (weights, parameters) = (self.engine.weights(), self.engine.parameters());
        let held_out = self.data.validation();
        let validation =
            validate_weights(recipe, architecture, &weights, &parameters, held_out, &**group)?;
        if !validation.losses.loss.is_finite() {
            // Checked before the checkpoint is written: a run must not resume from weights that
            // diverged.
            let value = validation.losses.loss as f32;
            let diverged = Diverged { what: "validation loss".to_owned(), value };
            return Err(self.diverged(&diverged, self.steps_done() - 1, None));
        }
        let metrics = Metrics {
            epoch: self.epoch(),
            step: self.steps_done(),
            train: self.progress.sums.losses(),
            valid: validation.losses,
            images_per_second: self.clock.images_per_second(),
            seconds: self.seconds(),
        };
        let mut history = self.progress.history.clone();
        history.push(metrics.clone());
        if group.is_first() {
            self.folder.append_metrics(&metrics)?;
        }
        let watch = &mut self.progress.watch;
        let warnings = watch.warnings(&*architecture.bottleneck, &history, &validation.codes);
        self.pending.push_back(Event::Epoch(Box::new(metrics)));
        self.pending.extend(warnings.into_iter().map(Event::Warning));
        let replaced = replaced::warning(self.data, &mut self.told_replaced);
        self.pending.extend(replaced.map(Event::Warning));

        self.progress.history = history;
        self.progress.epochs += 1;
        self.progress.step_in_epoch = 0;
        self.progress.sums = Sums::default();
        // The step may have a checkpoint, but not one after the end of the epoch.
        self.saved = None;
        self.keep_snapshot()?;
        self.begin_epoch();
        let at_the_end = !matches!(self.stage, Stage::Training);
        if at_the_end || self.checkpoint_is_due(1.0 / EPOCH_CHECKPOINTS) {
            self.checkpoint()?;
        }
        Ok(())
    }

    /// Keeps the model as it is after this epoch, if the recipe asks for it.
    fn keep_snapshot(&self) -> Result<()> {
        if !(self.plan.recipe.training.keep_snapshots && self.plan.group.is_first()) {
            return Ok(());
        }
        fs::create_dir_all(self.folder.snapshots())?;
        self.model(None).save(&self.folder.snapshot(self.progress.epochs))
    }

    fn model(&self, mixture: Option<Mixture>) -> Model {
        let model = self.plan.model(self.data, self.engine.weights().into_owned());
        Model { mixture, ..model }
    }

    /// Measures what is measured on final weights, and writes the model; in a group the first
    /// process does.
    fn save(&mut self) -> Result<()> {
        let mut model = self.model(None);
        if self.plan.group.is_first() {
            measure(&mut model, self.data)?;
            model.save(&self.folder.model())?;
            self.pending.push_back(Event::Written(self.folder.model()));
        }
        self.stage = Stage::Done(Box::new(model));
        Ok(())
    }

    /// The error for a value that is not finite. `number` is the number of the batch in its epoch,
    /// if it was in a batch.
    #[cold]
    fn diverged(&self, diverged: &Diverged, step: usize, number: Option<usize>) -> Error {
        let Diverged { what, value } = diverged;
        let range = |of_shards: Vec<&[f32]>| {
            let values = || of_shards.iter().copied().flatten().copied();
            let (low, high) = (
                values().fold(f32::INFINITY, f32::min),
                values().fold(f32::NEG_INFINITY, f32::max),
            );
            format!("{low:.3}..{high:.3}")
        };
        // Read again; if that fails, the value that is not finite is still what there is to tell.
        let batch = number.and_then(|number| {
            let split = self.data.training();
            Loader::new(&self.plan, split, self.epoch()).prepare(&self.plan, split, number).ok()
        });
        let ranges = batch.map_or(String::new(), |batch| {
            let inputs = range(batch.shards.iter().map(|shard| &*shard.input).collect());
            let targets = range(batch.shards.iter().map(|shard| &*shard.target).collect());
            format!(", inputs {inputs}, targets {targets}")
        });
        let rate = learning_rate(&self.plan.recipe.training, step, self.plan.n_steps());
        let last = self.last_finite_loss.map_or("none".to_owned(), |loss| format!("{loss:.4}"));
        Error::failed(format!(
            "the {what} is {value} at step {} (epoch {}): last finite loss {last}, learning rate \
             {rate:e}{ranges}",
            step + 1,
            self.epoch(),
        ))
        .with_hint(
            Hint::text("lower the learning rate (")
                .set(
                    "training.learning-rate",
                    format!("{:e}", (self.plan.recipe.training.learning_rate / 10.0).min(1e-3)),
                )
                .then(") or clip the gradient (")
                .set("training.clip-norm", 1)
                .then(format!(
                    "); the last good checkpoint is in `{}`",
                    self.folder.checkpoints().display()
                )),
        )
    }
}

/// The results of a finished or stopped run: the model and the history of its training.
///
/// The run folder stays locked until this is dropped.
#[non_exhaustive]
pub struct Trained {
    /// The model.
    pub model: Model,
    /// The metrics of each epoch.
    pub history: Vec<Metrics>,
    /// The warnings that hold at the end.
    pub warnings: Vec<Warning>,
    /// The warnings that were given, and no longer hold.
    pub past_warnings: Vec<PastWarning>,
    /// What a reader of the results should know of how they came about.
    pub remarks: Vec<String>,
    /// Seconds of work.
    pub seconds: f64,
    folder: ClaimedFolder,
}

impl Trained {
    /// The run folder.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }
}
