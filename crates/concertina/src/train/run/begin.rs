//! How a run begins: anew, with the weights of a model, or where it was stopped.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Clock, Run, Stage};
use crate::artifact::{ClaimedFolder, RunFolder, sha256};
use crate::data::{Data, ImageCard};
use crate::device::Device;
use crate::error::{Error, Result};
use crate::group::{Alone, Group};
use crate::hint::{Hint, HintPart, Warning};
use crate::model::Model;
use crate::recipe::Recipe;
use crate::rng::Seed;
use crate::train::Event;
use crate::train::checkpoint::{Checkpoint, Progress};
use crate::train::engine::engine;
use crate::train::fingerprint::fingerprint;
use crate::train::handshake::{expect_alike, hear, tell};
use crate::train::loader::Loader;
use crate::train::plan::Plan;
use crate::train::state::TrainingState;

/// How a run is resumed.
#[derive(Clone, Debug)]
pub struct ResumeOptions {
    /// The number of epochs in all, as for [`Run::resume_to`].
    pub epochs: Option<usize>,
    /// The processes that train it, of any number that the shards can be dealt out to: the run may
    /// have been started by another. Only the first one reads the run folder.
    pub group: Arc<dyn Group>,
    /// The device that it is trained on, which may be another than before. Its bytes are then not
    /// those of an uninterrupted run.
    pub device: Device,
}

impl Default for ResumeOptions {
    fn default() -> Self {
        Self { epochs: None, group: Arc::new(Alone), device: Device::cpu() }
    }
}

impl<'d> Run<'d> {
    /// Starts a run in a new folder. See [`Plan::start`].
    pub(in crate::train) fn start(plan: Plan, data: &'d dyn Data, path: &Path) -> Result<Self> {
        let folder = if plan.group.is_first() {
            RunFolder::create(path, &plan.recipe)?
        } else {
            RunFolder::of_group(path)
        };
        Self::from_the_beginning(plan, data, folder)
    }

    /// As [`Run::start`], with the weights of a model. See [`Plan::start_from`].
    pub(in crate::train) fn start_from(
        plan: Plan,
        data: &'d dyn Data,
        path: &Path,
        model: &Model,
    ) -> Result<Self> {
        let is_first = plan.group.is_first();
        let folder = if is_first { RunFolder::unmarked(path)? } else { RunFolder::of_group(path) };
        let state = TrainingState { weights: model.weights.clone(), ..first_state(&plan) };
        let mut run = Self::new(plan, data, folder, state)?;
        let name = &model.recipe.name;
        run.progress.remark(format!(
            "Training began with the weights of a model of the recipe {name}, trained on {}.",
            model.card.name()
        ));
        // The recipe comes last: a run without a checkpoint would begin with other weights.
        run.keep_snapshot()?;
        run.checkpoint()?;
        if is_first {
            run.folder.write_recipe(&run.plan.recipe)?;
        }
        Ok(run)
    }

    fn from_the_beginning(plan: Plan, data: &'d dyn Data, folder: ClaimedFolder) -> Result<Self> {
        let state = first_state(&plan);
        let mut run = Self::new(plan, data, folder, state)?;
        run.keep_snapshot()?;
        // From here on a killed run can be resumed.
        run.checkpoint()?;
        Ok(run)
    }

    /// Before the first step, and before the first checkpoint.
    fn new(
        plan: Plan,
        data: &'d dyn Data,
        folder: ClaimedFolder,
        state: TrainingState,
    ) -> Result<Self> {
        let progress =
            Progress::start(fingerprint(data), fixed(&plan.recipe), plan.recipe.training.epochs);
        expect_alike(&*plan.group, &progress.recipe, &progress.data)?;
        let mut run = Self::at(plan, data, folder, Checkpoint { state, progress });
        let mut notes = data.card().notes.clone();
        let is_one_value = |images: &ImageCard| images.value_range[0] == images.value_range[1];
        if data.card().images().is_some_and(is_one_value) {
            notes.push(
                "all training pixels have the same value: there is nothing to learn".to_owned(),
            );
        }
        run.pending.extend(notes.into_iter().map(Warning::new).map(Event::Warning));
        Ok(run)
    }

    /// Resumes a stopped run from its newest checkpoint. The result has the same bytes as that of
    /// an uninterrupted run.
    ///
    /// # Errors
    /// If no checkpoint can be read, the recipe or the data has changed since the start of the run,
    /// or another process trains in the folder. The number of epochs may change, and the place of
    /// the data.
    pub fn resume(data: &'d dyn Data, path: impl AsRef<Path>) -> Result<Self> {
        Self::resume_to(data, path, None)
    }

    /// As [`Run::resume`], to this number of epochs in all instead of the recipe's. A schedule of
    /// the learning rate goes on as if the run had been planned so from here.
    ///
    /// # Errors
    /// As [`Run::resume`], or if more epochs are done already.
    pub fn resume_to(
        data: &'d dyn Data,
        path: impl AsRef<Path>,
        epochs: impl Into<Option<usize>>,
    ) -> Result<Self> {
        Self::resume_with(
            data,
            path,
            &ResumeOptions { epochs: epochs.into(), ..Default::default() },
        )
    }

    /// As [`Run::resume`], with options.
    ///
    /// # Errors
    /// As [`Run::resume_to`], [`Plan::in_group`] and [`Plan::on`].
    pub fn resume_with(
        data: &'d dyn Data,
        path: impl AsRef<Path>,
        options: &ResumeOptions,
    ) -> Result<Self> {
        let path = path.as_ref();
        if options.group.is_first() {
            Self::found(data, path, options)
        } else {
            Self::told(data, path, options)
        }
    }

    /// Resumes from what is found in the folder, and tells the rest of the group.
    fn found(data: &'d dyn Data, path: &Path, options: &ResumeOptions) -> Result<Self> {
        let ResumeOptions { epochs, group, device } = options;
        let folder = RunFolder::open(path)?.claim()?;
        let mut recipe = folder.recipe()?;
        if let Some(epochs) = *epochs {
            recipe.training.epochs = epochs;
            recipe.training.min_steps = 0;
        }
        if recipe.data.source.is_some() {
            recipe.data.source = Some(data.card().source.clone());
        }
        let plan = Plan::new(&recipe, data)?.in_group(group)?.on(device)?;
        if let Some(progress) = Checkpoint::newest_progress(&folder)? {
            expect_same(&progress, &recipe, data, &folder)?;
        }
        let Some((mut checkpoint, damaged)) = Checkpoint::newest(&folder, &plan.architecture)?
        else {
            if folder.metrics().exists() || folder.model().exists() {
                return Err(Error::data(format!(
                    "`{}`: expected a checkpoint to resume from, found results but none",
                    folder.path().display()
                ))
                .with_hint(Hint::text("start again in ").with(HintPart::AnotherFolder)));
            }
            tell(&**group, &recipe, None);
            return Self::from_the_beginning(plan, data, folder);
        };
        checkpoint.progress.expect_epochs(plan.recipe.training.epochs)?;
        folder.write_metrics(&checkpoint.progress.history)?;
        if plan.recipe != folder.recipe()? {
            folder.write_recipe(&plan.recipe)?;
        }
        tell(&**group, &recipe, Some(&checkpoint.to_bytes(&plan.architecture)));
        expect_alike(&**group, &checkpoint.progress.recipe, &checkpoint.progress.data)?;
        let mut run = Self::at(plan, data, folder, checkpoint);
        run.saved = Some(run.steps_done());
        run.pending.extend(
            damaged
                .into_iter()
                .map(|error| Warning::new(format!("skipped a damaged checkpoint: {error}")))
                .map(Event::Warning),
        );
        Ok(run)
    }

    /// Resumes from what the first process of the group tells.
    fn told(data: &'d dyn Data, path: &Path, options: &ResumeOptions) -> Result<Self> {
        let ResumeOptions { group, device, .. } = options;
        let (mut recipe, checkpoint) = hear(&**group)?;
        if recipe.data.source.is_some() {
            recipe.data.source = Some(data.card().source.clone());
        }
        let plan = Plan::new(&recipe, data)?.in_group(group)?.on(device)?;
        let folder = RunFolder::of_group(path);
        let Some(checkpoint) = checkpoint else {
            return Self::from_the_beginning(plan, data, folder);
        };
        let checkpoint = Checkpoint::from_bytes(&checkpoint, &plan.architecture)?;
        expect_alike(&**group, &fixed(&recipe), &fingerprint(data))?;
        Ok(Self::at(plan, data, folder, checkpoint))
    }

    fn at(plan: Plan, data: &'d dyn Data, folder: ClaimedFolder, checkpoint: Checkpoint) -> Self {
        let Checkpoint { state, mut progress } = checkpoint;
        if !plan.device.is_cpu() {
            progress.remark(format!(
                "Training was computed on the device {}: the same bytes are promised on CPUs \
                 alone.",
                plan.device
            ));
        }
        let engine = engine(&plan, state);
        let now = Instant::now();
        let clock = Clock {
            begun: now,
            seconds_before: progress.seconds,
            checkpoint: now,
            training: Duration::ZERO,
            images: 0,
        };
        Self {
            loader: Loader::new(&plan, data.training(), progress.epochs + 1),
            last_finite_loss: None,
            told_replaced: 0,
            saved: None,
            pending: VecDeque::new(),
            stage: Stage::after(progress.epochs, &plan),
            plan,
            data,
            folder,
            engine,
            progress,
            clock,
        }
    }
}

/// Where a plan begins.
fn first_state(plan: &Plan) -> TrainingState {
    TrainingState::new(&plan.architecture, Seed(plan.recipe.training.seed))
}

/// An error if the recipe or the data is not that of the run.
fn expect_same(
    progress: &Progress,
    recipe: &Recipe,
    data: &dyn Data,
    folder: &RunFolder,
) -> Result<()> {
    if progress.recipe != fixed(recipe) {
        return Err(Error::config(format!(
            "`{}` is not the recipe that the run was started with",
            folder.config().display()
        ))
        .with_hint("put it back as it was, or start a new run with it"));
    }
    if progress.data != fingerprint(data) {
        return Err(Error::data(format!(
            "`{}` does not hold the images that the run was started with",
            data.card().source
        ))
        .with_hint("put them back as they were, or start a new run"));
    }
    Ok(())
}

/// The SHA-256 of what may not change in a recipe during its run: all but the number of epochs and
/// the place of the data.
fn fixed(recipe: &Recipe) -> String {
    let mut recipe = recipe.clone();
    (recipe.training.epochs, recipe.training.min_steps) = (1, 0);
    recipe.data.source = None;
    sha256(recipe.to_toml().as_bytes())
}
