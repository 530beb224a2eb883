//! Where the models of a lesson are trained, or fetched from where they were trained before.

use std::ops::ControlFlow;
use std::path::Path;

use fs_err as fs;

use super::folder::Folder;
use super::jobs::Job;
use super::materials::Stock;
use super::{Event, Listener, Effort};
use crate::artifact::RunFolder;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::gallery::Source;
use crate::model::Model;
use crate::train::{Examples, Validation, Metrics, Plan, Run, judge};

/// Why a section did not come to its end.
pub(super) enum Halt {
    /// The listener wants it so.
    Stopped,
    /// Something went wrong.
    Failed(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What sections get their models and images from.
pub(super) struct Studio<'a> {
    pub(super) stock: &'a Stock,
    pub(super) effort: Effort,
    folder: &'a Folder,
    jobs: &'a [Job],
    listen: Listener<'a>,
}

/// A finished model with all that its figures are drawn from.
pub(super) struct Trained<'a> {
    pub(super) model: Model,
    pub(super) history: Vec<Metrics>,
    pub(super) data: &'a Dataset,
    judgement: Validation,
}

impl<'a> Studio<'a> {
    pub(super) fn new(
        folder: &'a Folder,
        stock: &'a Stock,
        effort: Effort,
        jobs: &'a [Job],
        listen: Listener<'a>,
    ) -> Self {
        Self { stock, effort, folder, jobs, listen }
    }

    pub(super) fn begin_part(&mut self, number: usize, of: usize, title: &str) -> Result<(), Halt> {
        self.tell(Event::Part { number, of, title })
    }

    /// Says that the page was written; stopping there is the next section's business.
    pub(super) fn written(&mut self) {
        let _ = self.tell(Event::Written(&self.folder.page()));
    }

    /// The model of this name: trained now, from its newest checkpoint if there is one, or as it was trained before.
    ///
    /// # Panics
    /// If no job has that name.
    pub(super) fn model(&mut self, name: &str) -> Result<Trained<'a>, Halt> {
        let number = self.jobs.iter().position(|job| job.name == name);
        let number = number.expect("sections ask for models that the lesson has");
        let job = &self.jobs[number];
        let data = job.data(self.stock);
        let path = self.folder.run(name);
        if path.join("config.toml").is_file() {
            same_recipe(&path, job)?;
        }
        let n_steps = job.plan.n_steps();
        let begun = |done| Event::Model {
            name: job.name,
            number: number + 1,
            of: self.jobs.len(),
            n_steps,
            done,
        };
        let model = if finished(&path)? {
            (self.listen)(begun(n_steps)).stops()?;
            let model = Model::open(&path)?;
            same_data(&path, &model, data)?;
            model
        } else {
            let run = if path.join("config.toml").is_file() {
                Run::resume(data, &path)?
            } else {
                clear_unborn(&path)?;
                job.plan.clone().start(data, &path)?
            };
            (self.listen)(begun(run.steps_done())).stops()?;
            self.train(run, number)?
        };
        let history = RunFolder::open(&path)?.history()?;
        if history.is_empty() {
            return Err(Error::data("expected a line for each epoch, found none")
                .in_file(&path.join("metrics.jsonl"))
                .into());
        }
        let judgement =
            judge(&model.recipe, &model.architecture, &model.weights, Examples::held_out(data));
        Ok(Trained { model, history, data, judgement })
    }

    /// Whether the lesson has the model of this name: one that needs labels is left out where there are none.
    pub(super) fn has(&self, name: &str) -> bool {
        self.jobs.iter().any(|job| job.name == name)
    }

    /// All models by name.
    pub(super) fn plans(&self) -> impl Iterator<Item = (&'static str, &'a Plan)> + use<'a> {
        self.jobs.iter().map(|job| (job.name, &job.plan))
    }

    /// The numbers of a finished model's last epoch.
    pub(super) fn last_metrics(&self, name: &str) -> Result<Metrics> {
        let path = self.folder.run(name);
        let history = RunFolder::open(&path)?.history()?;
        history.into_iter().next_back().ok_or_else(|| {
            Error::data("expected a trained model, found one without an epoch").in_file(&path)
        })
    }

    fn train(&mut self, mut run: Run<'_>, number: usize) -> Result<Model, Halt> {
        let all: f64 = self.jobs.iter().map(Job::work).sum();
        let before: f64 = self.jobs[..number].iter().map(Job::work).sum();
        let work = self.jobs[number].work();
        while let Some(event) = run.step()? {
            let done = run.steps_done() as f64 / run.plan().n_steps() as f64;
            let share = (before + done * work) / all;
            if self.tell(Event::Training { event: &event, share }).is_err() {
                run.checkpoint()?;
                return Err(Halt::Stopped);
            }
        }
        Ok(run.into_model())
    }

    fn tell(&mut self, event: Event<'_>) -> Result<(), Halt> {
        (self.listen)(event).stops()
    }
}

/// What a listener answers, as a result.
trait Stops {
    fn stops(self) -> Result<(), Halt>;
}

impl Stops for ControlFlow<()> {
    fn stops(self) -> Result<(), Halt> {
        if self.is_break() { Err(Halt::Stopped) } else { Ok(()) }
    }
}

/// The report is the last file that a run writes.
fn finished(path: &Path) -> Result<bool> {
    Ok(path.join("config.toml").is_file() && RunFolder::open(path)?.report().is_file())
}

/// Removes what a run leaves that was killed before its recipe was written.
fn clear_unborn(path: &Path) -> Result<()> {
    let leftovers = [path.join(".config.toml.part"), path.join("checkpoints")];
    if leftovers[0].is_file() {
        fs::remove_file(&leftovers[0])?;
    }
    if leftovers[1].is_dir() {
        fs::remove_dir(&leftovers[1])?;
    }
    Ok(())
}

fn same_recipe(path: &Path, job: &Job) -> Result<()> {
    if RunFolder::open(path)?.recipe()? == *job.plan.recipe() {
        return Ok(());
    }
    Err(Error::config(format!(
        "`{}`: expected the recipe of this lesson's `{}`, found another",
        path.display(),
        job.name
    ))
    .with_hint("it is from another version of the program: name another folder with `--out`"))
}

fn same_data(path: &Path, model: &Model, data: &Dataset) -> Result<()> {
    if model.card.for_others() == data.card.for_others() {
        return Ok(());
    }
    Err(Error::data(format!(
        "`{}`: expected a model of the lesson's images, found one of others",
        path.display()
    ))
    .with_hint("the images have changed since: put them back, or name another folder with `--out`"))
}

impl Trained<'_> {
    /// What figures are drawn from.
    pub(super) fn source(&self) -> Source<'_> {
        Source {
            model: &self.model,
            data: self.data,
            judgement: &self.judgement,
            history: &self.history,
        }
    }

    /// The codes of the validation images; means, where codes are drawn at random.
    pub(super) fn codes(&self) -> &crate::math::Codes {
        &self.judgement.codes
    }

    /// Of the last epoch.
    pub(super) fn last(&self) -> &Metrics {
        self.history.last().expect("a model without an epoch was refused")
    }

    /// The last validation loss.
    pub(super) fn loss(&self) -> f64 {
        self.last().valid.loss
    }
}
