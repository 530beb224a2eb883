//! Where the models of a lesson are trained, or loaded if they were trained before.

use std::ops::ControlFlow;
use std::path::Path;

use concertina::artifact::{RunFolder, write_whole};
use concertina::data::music::MusicSet;
use concertina::data::{Data, Dataset};
use concertina::math::Codes;
use concertina::model::Model;
use concertina::train::{self, Plan, Run};
use concertina::validate::{Metrics, Validation, validate};
use concertina::{Error, Hint, HintPart, Result};
use concertina_report::gallery::{Figures, Gallery, Of};
use fs_err as fs;

use crate::event::{Event, Listener};
use crate::folder::Folder;
use crate::jobs::Job;
use crate::materials::{Effort, Stock};

/// Why a section did not come to its end.
pub(super) enum Halt {
    /// The listener stopped the lesson.
    Stopped,
    /// Something went wrong.
    Failed(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What sections get their models and data from.
pub(super) struct Studio<'a> {
    pub(super) stock: &'a Stock,
    pub(super) effort: Effort,
    folder: &'a Folder,
    jobs: &'a [Job],
    listen: Listener<'a>,
}

/// A finished model with all that its figures are drawn from.
pub(super) struct Trained<'a, D = Dataset> {
    pub(super) model: Model,
    pub(super) history: Vec<Metrics>,
    pub(super) data: &'a D,
    validation: Validation,
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

    /// Tells that the page was written. If the listener stops there, the next section sees it.
    pub(super) fn written(&mut self) {
        let _ = self.tell(Event::Written(&self.folder.page()));
    }

    /// Writes a file beside the page.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        write_whole(&self.folder.file(name), bytes)
    }

    /// The model of images of this name: loaded if it is finished, otherwise trained from its
    /// newest checkpoint or from the start.
    ///
    /// # Panics
    /// If no job has that name, or it is not one of images.
    pub(super) fn model(&mut self, name: &str) -> Result<Trained<'a>, Halt> {
        let number = self.number(name);
        let data = self.jobs[number].images(self.stock);
        self.trained(number, data.expect("sections know which models are of images"))
    }

    /// The same of a model of music.
    ///
    /// # Panics
    /// If no job has that name, or it is not one of music.
    pub(super) fn music(&mut self, name: &str) -> Result<Trained<'a, MusicSet>, Halt> {
        let number = self.number(name);
        let data = self.jobs[number].music(self.stock);
        self.trained(number, data.expect("sections know which models are of music"))
    }

    fn number(&self, name: &str) -> usize {
        let number = self.jobs.iter().position(|job| job.name == name);
        number.expect("sections ask for models that the lesson has")
    }

    fn trained<D: Data>(&mut self, number: usize, data: &'a D) -> Result<Trained<'a, D>, Halt>
    where
        Of<'a>: From<&'a D>,
    {
        let job = &self.jobs[number];
        let path = self.folder.run(job.name);
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
            self.train(run, number, data.into())?
        };
        let history = RunFolder::open(&path)?.history()?;
        if history.is_empty() {
            return Err(Error::data("expected a line for each epoch, found none")
                .in_file(&path.join("metrics.jsonl"))
                .into());
        }
        let validation = validate(&model, data.validation())?;
        Ok(Trained { model, history, data, validation })
    }

    /// Whether the lesson has the model of this name: one that needs labels is left out if the data
    /// has none.
    pub(super) fn has(&self, name: &str) -> bool {
        self.jobs.iter().any(|job| job.name == name)
    }

    /// All models by name.
    pub(super) fn plans(&self) -> impl Iterator<Item = (&'static str, &'a Plan)> + use<'a> {
        self.jobs.iter().map(|job| (job.name, &job.plan))
    }

    /// The metrics of a finished model's last epoch.
    pub(super) fn last_metrics(&self, name: &str) -> Result<Metrics> {
        let path = self.folder.run(name);
        let history = RunFolder::open(&path)?.history()?;
        history.into_iter().next_back().ok_or_else(|| {
            Error::data("expected a trained model, found one without an epoch").in_file(&path)
        })
    }

    /// Trains to the end, and draws the figures and the report of the run.
    fn train(&mut self, mut run: Run<'_>, number: usize, data: Of<'_>) -> Result<Model, Halt> {
        let all: f64 = self.jobs.iter().map(Job::work).sum();
        let before: f64 = self.jobs[..number].iter().map(Job::work).sum();
        let work = self.jobs[number].work();
        while let Some(event) = run.step()? {
            let done = run.steps_done() as f64 / run.plan().n_steps() as f64;
            let done = (before + done * work) / all;
            if self.tell(Event::Training { event: &event, done }).is_err() {
                run.checkpoint()?;
                return Err(Halt::Stopped);
            }
        }
        let done = (before + work) / all;
        let mut gallery = Gallery::new(run.into_trained());
        while let Some(path) = gallery.next(data)? {
            let event = train::Event::Written(path);
            self.tell(Event::Training { event: &event, done })?;
        }
        Ok(gallery.into_model())
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

/// Removes what is left of a run that was killed before its recipe was written.
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
    .with_hint(
        Hint::text("another version of Concertina wrote it: name ").with(HintPart::AnotherFolder),
    ))
}

fn same_data(path: &Path, model: &Model, data: &dyn Data) -> Result<()> {
    if model.card.for_others() == data.card().for_others() {
        return Ok(());
    }
    Err(Error::data(format!(
        "`{}`: expected a model trained on the lesson's data, found one trained on other data",
        path.display()
    ))
    .with_hint(
        Hint::text("the data has changed: restore it, or name ").with(HintPart::AnotherFolder),
    ))
}

impl<D> Trained<'_, D> {
    /// What figures are drawn from.
    pub(super) fn figures(&self) -> Figures<'_, D> {
        Figures {
            model: &self.model,
            data: self.data,
            validation: &self.validation,
            history: &self.history,
        }
    }

    /// The codes of the validation examples: the means, where codes are sampled.
    pub(super) fn codes(&self) -> &Codes {
        &self.validation.codes
    }

    /// The metrics of the last epoch.
    pub(super) fn last(&self) -> &Metrics {
        self.history.last().expect("a model without an epoch was refused")
    }

    /// The last validation loss.
    pub(super) fn loss(&self) -> f64 {
        self.last().valid.loss
    }
}
