//! The training loop.
//!
//! One call of [`Run::step`] trains on one batch:
//!
//! 1. take the next images in this epoch's order, and let the task make inputs of them;
//! 2. encode, pass the bottleneck, decode, compare: the loss;
//! 3. its gradient with respect to all parameters, by automatic differentiation;
//! 4. a step of the optimiser against that gradient.
//!
//! After the last batch of an epoch the model is judged on the validation images and a checkpoint is written; after the
//! last epoch the model, its pictures and its report.

use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant};

use burn::tensor::{Device, Tensor, TensorData};

use super::batch::{Draw, batch, order};
use super::checkpoint::{Checkpoint, Position};
use super::event::{Event, StepReport};
use super::metrics::{Metrics, Sums};
use super::optimiser::{Moments, clip, norm, update};
use super::plan::Plan;
use super::schedule::learning_rate;
use super::validate::{judge, sum};
use crate::artifact::{RunFolder, sha256};
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::gallery::Gallery;
use crate::latent::Mixture;
use crate::model::{Batch, Model, Weights, floats, objective};
use crate::rng::Seed;

/// A training run in its folder.
pub struct Run<'d> {
    plan: Plan,
    data: &'d Dataset,
    folder: RunFolder,

    weights: Weights,
    moments: Moments,
    position: Position,
    sums: Sums,
    order: Vec<u32>,
    last_finite_loss: Option<f32>,

    clock: Clock,
    pending: VecDeque<Event>,
    stage: Stage,
}

/// What is left to do.
enum Stage {
    Training,
    Saving,
    Looking(Box<Gallery>),
    Done(Box<Model>),
}

/// Wall-clock times; nothing that is computed depends on them.
struct Clock {
    /// When this process took up the run, and the seconds of work before that.
    begun: Instant,
    seconds_before: f64,
    checkpoint: Instant,
    /// Time spent on steps of this epoch, and the images trained on in it, in this process.
    training: Duration,
    images: usize,
}

impl<'d> Run<'d> {
    /// Starts a run in a new folder. See [`Plan::start`].
    pub(super) fn start(plan: Plan, data: &'d Dataset, path: &Path) -> Result<Self> {
        let folder = RunFolder::create(path, &plan.recipe)?;
        Self::from_the_beginning(plan, data, folder)
    }

    fn from_the_beginning(plan: Plan, data: &'d Dataset, folder: RunFolder) -> Result<Self> {
        let weights = plan.architecture.initial_weights(Seed(plan.recipe.training.seed));
        let moments = Moments::zero(&weights);
        let recipe = sha256(plan.recipe.to_toml().as_bytes());
        let position = Position::start(fingerprint(data), recipe);
        let mut run = Self::at(plan, data, folder, Checkpoint { weights, moments, position });
        run.pending.extend(data.card.notes.iter().cloned().map(Event::Warning));
        // From here on a killed run can be resumed.
        run.checkpoint()?;
        Ok(run)
    }

    /// Takes up a stopped run where its newest checkpoint left it; it will end in the bytes that it would have ended
    /// in without the stop.
    ///
    /// # Errors
    /// If no checkpoint can be read, or recipe or data are not those that the run was started with.
    pub fn resume(data: &'d Dataset, path: impl AsRef<Path>) -> Result<Self> {
        let folder = RunFolder::open(path.as_ref())?;
        let recipe = folder.recipe()?;
        let plan = Plan::new(&recipe, data)?;
        let Some((checkpoint, damaged)) = Checkpoint::newest(&folder, &plan.architecture)? else {
            if folder.metrics().exists() || folder.model().exists() {
                return Err(Error::data(format!(
                    "`{}`: expected a checkpoint to go on from, found results but none",
                    folder.path().display()
                ))
                .with_hint("start again in another folder: `concertina train .. --out ANOTHER`"));
            }
            return Self::from_the_beginning(plan, data, folder);
        };
        if checkpoint.position.recipe != sha256(recipe.to_toml().as_bytes()) {
            return Err(Error::config(format!(
                "`{}` is not the recipe that the run was started with",
                folder.config().display()
            ))
            .with_hint(
                "put it back as it was, or start a new run with it: `train DATA --recipe`",
            ));
        }
        if checkpoint.position.data != fingerprint(data) {
            return Err(Error::data(format!(
                "`{}` does not hold the images that the run was started with",
                data.card.source
            ))
            .with_hint("put them back as they were, or start a new run"));
        }
        folder.write_metrics(&checkpoint.position.history)?;
        let mut run = Self::at(plan, data, folder, checkpoint);
        run.pending.extend(
            damaged
                .into_iter()
                .map(|error| Event::Warning(format!("passed over a damaged checkpoint: {error}"))),
        );
        Ok(run)
    }

    fn at(plan: Plan, data: &'d Dataset, folder: RunFolder, checkpoint: Checkpoint) -> Self {
        let Checkpoint { weights, moments, position } = checkpoint;
        let now = Instant::now();
        let clock = Clock {
            begun: now,
            seconds_before: position.seconds,
            checkpoint: now,
            training: Duration::ZERO,
            images: 0,
        };
        let mut run = Self {
            sums: position.sums(),
            order: Vec::new(),
            last_finite_loss: None,
            pending: VecDeque::new(),
            stage: Stage::Training,
            plan,
            data,
            folder,
            weights,
            moments,
            position,
            clock,
        };
        run.begin_epoch();
        run
    }

    /// The recipe checked against the data.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Where the run writes.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// Optimiser steps done.
    pub fn steps_done(&self) -> usize {
        self.position.epochs * self.plan.steps_per_epoch + self.position.step_in_epoch
    }

    /// Does a little and says what happened; `None` when all is done and written.
    ///
    /// # Errors
    /// If the loss is not finite (the newest checkpoint stays), or a file cannot be written.
    pub fn step(&mut self) -> Result<Option<Event>> {
        if let Some(event) = self.pending.pop_front() {
            return Ok(Some(event));
        }
        match &mut self.stage {
            Stage::Training => {
                // After an error at an epoch's end, such as a full disk, only that end is left to do.
                if self.position.step_in_epoch < self.plan.steps_per_epoch {
                    self.train_on_next_batch()?;
                }
                if self.position.step_in_epoch == self.plan.steps_per_epoch {
                    self.end_epoch()?;
                } else if self.clock.checkpoint.elapsed().as_secs_f32()
                    > 60.0 * self.plan.recipe.training.checkpoint_minutes
                {
                    self.checkpoint()?;
                }
            }
            Stage::Saving => self.save()?,
            Stage::Looking(gallery) => {
                if let Some(path) = gallery.next(&self.folder, self.data)? {
                    self.pending.push_back(Event::Written(path));
                } else if let Stage::Looking(gallery) =
                    std::mem::replace(&mut self.stage, Stage::Saving)
                {
                    self.stage = Stage::Done(Box::new(gallery.into_model()));
                }
            }
            Stage::Done(_) => {}
        }
        // A stage that ends without an event is followed by the next at once.
        match (&self.stage, self.pending.pop_front()) {
            (Stage::Done(_), None) => Ok(None),
            (_, Some(event)) => Ok(Some(event)),
            (_, None) => self.step(),
        }
    }

    /// Does all that is left.
    ///
    /// # Errors
    /// As [`Run::step`].
    pub fn finish(mut self) -> Result<Model> {
        while self.step()?.is_some() {}
        Ok(self.into_model())
    }

    /// The model as it is now. After the last step this is the one in the run folder; before, it has no mixture to draw
    /// samples from.
    pub fn into_model(self) -> Model {
        match self.stage {
            Stage::Done(model) => *model,
            _ => self.model(None),
        }
    }

    /// Writes a checkpoint now, as on Ctrl-C.
    ///
    /// # Errors
    /// If it cannot be written; older checkpoints stay.
    pub fn checkpoint(&mut self) -> Result<()> {
        self.position.set_sums(self.sums);
        self.position.seconds = self.seconds();
        let checkpoint = Checkpoint {
            weights: self.weights.clone(),
            moments: self.moments.clone(),
            position: self.position.clone(),
        };
        let keep = self.plan.recipe.training.keep_checkpoints;
        let path = checkpoint.write(&self.folder, self.steps_done(), keep)?;
        self.clock.checkpoint = Instant::now();
        self.pending.push_back(Event::Checkpoint(path));
        Ok(())
    }

    fn seed(&self) -> Seed {
        Seed(self.plan.recipe.training.seed)
    }

    fn seconds(&self) -> f64 {
        self.clock.seconds_before + self.clock.begun.elapsed().as_secs_f64()
    }

    /// Number of the epoch that is being trained, from 1.
    fn epoch(&self) -> usize {
        self.position.epochs + 1
    }

    /// Draws the order of the next epoch, or goes on to what comes after training.
    fn begin_epoch(&mut self) {
        self.clock.training = Duration::ZERO;
        self.clock.images = 0;
        if self.position.epochs == self.plan.recipe.training.epochs {
            self.stage = Stage::Saving;
        } else {
            self.order = order(self.seed(), self.epoch() as u32, self.data.train.len());
        }
    }

    fn train_on_next_batch(&mut self) -> Result<()> {
        let begun = Instant::now();
        let Plan { recipe, architecture, steps_per_epoch } = &self.plan;
        let training = &recipe.training;
        let step = self.steps_done();

        let first = self.position.step_in_epoch * training.batch_size;
        let last = (first + training.batch_size).min(self.order.len());
        let draw = Draw::Training { epoch: self.epoch() as u32 };
        let indices = &self.order[first..last];
        let batch = batch(&self.data.train, indices, recipe, architecture, self.seed(), draw);

        let device = Device::flex().autodiff();
        let leaf = |values: &[f32]| {
            let data = TensorData::new(values.to_vec(), [values.len()]);
            Tensor::<1>::from_data(data, &device).require_grad()
        };
        let [encoder, decoder] = [leaf(&self.weights.encoder), leaf(&self.weights.decoder)];
        let epochs = step as f32 / *steps_per_epoch as f32;
        let parameters = [encoder.clone(), decoder.clone()];
        let terms = objective(recipe, architecture, parameters, &batch, epochs);
        let loss: f32 = terms.loss.clone().inner().into_scalar();
        if !loss.is_finite() {
            return Err(self.diverged("loss", loss, step, Some(&batch)));
        }

        let mut tape = terms.loss.backward();
        let mut gradient = |parameters: &Tensor<1>| {
            let gradient = parameters.grad_remove(&mut tape);
            floats(gradient.expect("both stacks are part of the loss").into_data())
        };
        let mut gradients = Weights { encoder: gradient(&encoder), decoder: gradient(&decoder) };
        let gradient_norm = norm(&gradients);
        if !gradient_norm.is_finite() {
            return Err(self.diverged("gradient's norm", gradient_norm, step, Some(&batch)));
        }
        if training.clip_norm > 0.0 {
            clip(&mut gradients, gradient_norm, training.clip_norm);
        }
        let rate = learning_rate(training, step, self.plan.n_steps());
        let Self { weights, moments, .. } = self;
        update(&training.optimiser, rate, step + 1, weights, &gradients, moments);

        let errors = sum(&floats(terms.errors.inner().into_data()));
        let kl = terms.kl.map_or(0.0, |kl| sum(&floats(kl.inner().into_data())));
        self.sums.add(batch.len, loss, errors, kl);
        self.last_finite_loss = Some(loss);
        self.position.step_in_epoch += 1;
        self.clock.training += begun.elapsed();
        self.clock.images += batch.len;
        self.pending.push_back(Event::Step(self.step_report(gradient_norm)));
        Ok(())
    }

    fn step_report(&self, gradient_norm: f32) -> StepReport {
        let training = &self.plan.recipe.training;
        let losses = self.sums.losses(self.plan.recipe.bottleneck.is_variational());
        let speed = self.clock.images as f64 / self.clock.training.as_secs_f64();
        let steps_left = self.plan.n_steps() - self.steps_done();
        StepReport {
            epoch: self.epoch(),
            step: self.position.step_in_epoch,
            steps_per_epoch: self.plan.steps_per_epoch,
            epochs: training.epochs,
            loss: losses.loss,
            reconstruction: losses.reconstruction,
            kl: losses.kl,
            gradient_norm,
            images_per_second: speed,
            seconds_left: steps_left as f64 * training.batch_size as f64 / speed,
        }
    }

    fn end_epoch(&mut self) -> Result<()> {
        let Plan { recipe, architecture, .. } = &self.plan;
        let judgement = judge(recipe, architecture, &self.weights, &self.data.valid);
        if !judgement.losses.loss.is_finite() {
            // Checked before the checkpoint: a run must not go on from weights that have left all bounds.
            let loss = judgement.losses.loss as f32;
            return Err(self.diverged("validation loss", loss, self.steps_done() - 1, None));
        }
        let metrics = Metrics {
            epoch: self.epoch(),
            step: self.steps_done(),
            train: self.sums.losses(self.plan.recipe.bottleneck.is_variational()),
            valid: judgement.losses,
            images_per_second: self.clock.images as f64 / self.clock.training.as_secs_f64(),
            seconds: self.seconds(),
        };
        let mut history = self.position.history.clone();
        history.push(metrics.clone());
        self.folder.write_metrics(&history)?;
        let watch = &mut self.position.watch;
        let warnings = watch.warnings(&recipe.bottleneck, &history, &judgement.codes);
        self.pending.push_back(Event::Epoch(metrics));
        self.pending.extend(warnings.into_iter().map(Event::Warning));

        self.position.history = history;
        self.position.epochs += 1;
        self.position.step_in_epoch = 0;
        self.sums = Sums::default();
        self.begin_epoch();
        self.checkpoint()
    }

    fn model(&self, mixture: Option<Mixture>) -> Model {
        Model {
            recipe: self.plan.recipe.clone(),
            architecture: self.plan.architecture.clone(),
            weights: self.weights.clone(),
            card: self.data.card.clone(),
            mixture,
        }
    }

    /// Fits what the bottleneck needs to draw samples, and writes the model.
    fn save(&mut self) -> Result<()> {
        let mut model = self.model(None);
        if !self.plan.recipe.bottleneck.is_variational() {
            let chosen = Mixture::choose(self.data.train.len(), self.seed());
            let codes = model.encode(&self.data.train.select(&chosen))?;
            model.mixture = Some(Mixture::fit(&codes, self.seed())?);
        }
        model.save(&self.folder.model())?;
        self.pending.push_back(Event::Written(self.folder.model()));
        self.pending.push_back(Event::Working("drawing figures"));
        let history = self.position.history.clone();
        let seconds = self.seconds();
        let warnings = self.position.watch.said();
        self.stage = Stage::Looking(Box::new(Gallery::new(model, history, warnings, seconds)));
        Ok(())
    }

    #[cold]
    fn diverged(&self, what: &str, value: f32, step: usize, batch: Option<&Batch>) -> Error {
        let range = |values: &[f32]| {
            let low = values.iter().copied().fold(f32::INFINITY, f32::min);
            let high = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            format!("{low:.3}..{high:.3}")
        };
        let ranges = batch.map_or(String::new(), |batch| {
            format!(", inputs {}, targets {}", range(&batch.input), range(&batch.target))
        });
        let rate = learning_rate(&self.plan.recipe.training, step, self.plan.n_steps());
        let last = self.last_finite_loss.map_or("none".to_owned(), |loss| format!("{loss:.4}"));
        Error::failed(format!(
            "the {what} is {value} at step {} (epoch {}): last finite loss {last}, learning rate {rate:e}{ranges}",
            step + 1,
            self.epoch(),
        ))
        .with_hint(format!(
            "lower the learning rate (`--set training.learning-rate={:e}`) or clip the gradient \
             (`--set training.clip-norm=1`); the last good checkpoint is in `{}`",
            self.plan.recipe.training.learning_rate / 10.0,
            self.folder.checkpoints().display()
        ))
    }
}

/// The SHA-256 of all that a run takes from its data: images, labels, and the card but for where the data lay.
fn fingerprint(data: &Dataset) -> String {
    let Dataset { train, valid, valid_labels, class_names, card, .. } = data;
    let halves = [train, valid]
        .map(|images| format!("{} {} {}", images.shape(), images.len(), sha256(images.pixels())));
    let words = (valid_labels, class_names, card.for_others());
    let words = serde_json::to_string(&words).expect("a card is plain data");
    sha256(format!("{}\n{words}", halves.join("\n")).as_bytes())
}
