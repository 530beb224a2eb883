//! A run that is still trained, by another process: its page follows the newest checkpoint.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use concertina::artifact::RunFolder;
use concertina::data::{Dataset, source_name};
use concertina::model::Model;
use concertina::train::AtWork;
use concertina::{Error, Result};
use concertina_explorer::{Exhibit, Options, Pictures, Shown};
use concertina_server::{File, Site};
use serde_json::json;

use super::site;
use crate::args::Exhibited;
use crate::data;
use crate::opened::{self, Opened};
use crate::printer::Printer;

/// How often the run folder is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// A run at work, and the pictures to show it on.
pub(super) struct Live {
    at_work: AtWork,
    data: Dataset,
    name: String,
    options: Options,
}

/// What is served at the moment.
struct Now {
    site: Site,
    /// The step of the checkpoint that it shows.
    step: u64,
    has_ended: bool,
}

impl Live {
    /// The run of the folder, if there is one that has not ended.
    pub(super) fn find(
        shown: &Exhibited,
        options: Options,
        printer: Printer,
    ) -> anyhow::Result<Option<Self>> {
        let Ok(folder) = RunFolder::open(&shown.model) else { return Ok(None) };
        if folder.model().is_file() {
            return Ok(None);
        }
        if shown.beside.is_some() || shown.data.is_some() {
            return Err(Error::config(
                "expected a run alone, with the data that it is trained on, since it has not ended",
            )
            .with_hint("leave DATA and `--beside` out, or wait until it has ended")
            .into());
        }
        let source = data::trained_on(&folder)?;
        let opened = opened::open_to_train(&folder.recipe()?, &source, printer)?;
        let music = || Error::config("expected a run on images, found one on music");
        if matches!(opened, Opened::Music(_)) {
            return Err(music().into());
        }
        let at_work = AtWork::open(&shown.model, opened.as_data())?;
        let data = opened.into_images(opened::SAMPLE, printer)?.ok_or_else(music)?;
        shown.threads.begin()?;
        Ok(Some(Self { at_work, data: *data, name: source_name(&source), options }))
    }

    /// A site that changes with the run.
    ///
    /// # Errors
    /// If there is no checkpoint yet, or it cannot be shown.
    pub(super) fn site(self) -> Result<Site> {
        let Some(now) = self.newest(None)? else {
            return Err(Error::data("expected a checkpoint of the run, found none yet")
                .with_hint("try again in a moment"));
        };
        let (shared, run) = (Arc::new(RwLock::new(now)), Arc::new(self));
        let (watched, watching) = (Arc::clone(&shared), Arc::clone(&run));
        std::thread::spawn(move || watching.watch(&watched));
        Ok(Site::default().with_made(move |path| {
            let now = shared.read().unwrap_or_else(PoisonError::into_inner);
            if path == "live" { Some(run.told(&now)) } else { now.site.file(path) }
        }))
    }

    /// Looks for newer checkpoints until the run has ended.
    fn watch(&self, shared: &RwLock<Now>) {
        loop {
            std::thread::sleep(LOOK_EVERY);
            let shown = shared.read().unwrap_or_else(PoisonError::into_inner).step;
            // What cannot be read now, because it is being replaced, can be in a moment.
            let Ok(Some(now)) = self.newest(Some(shown)) else { continue };
            let has_ended = now.has_ended;
            *shared.write().unwrap_or_else(PoisonError::into_inner) = now;
            if has_ended {
                return;
            }
        }
    }

    /// The newest state, if it is another than the shown one.
    fn newest(&self, shown: Option<u64>) -> Result<Option<Now>> {
        let has_ended = self.at_work.has_ended();
        let Some((step, model)) = self.at_work.newest()? else { return Ok(None) };
        if shown == Some(step) && !has_ended {
            return Ok(None);
        }
        let mut exhibit = self.exhibit(&model)?;
        if !has_ended {
            exhibit.set_live();
        }
        Ok(Some(Now { site: site::of(&exhibit), step, has_ended }))
    }

    fn exhibit(&self, model: &Model) -> Result<Exhibit> {
        let Dataset { train, valid, train_labels, valid_labels, class_names, .. } = &self.data;
        let (images, labels) =
            if valid.is_empty() { (train, train_labels) } else { (valid, valid_labels) };
        let classes = labels.clone().filter(|_| model.architecture.classes > 0);
        let shown = [Shown { name: model.recipe.name.clone(), model, classes, epochs: &[] }];
        let labels = labels.as_deref();
        let pictures = Pictures { name: &self.name, images, labels, class_names };
        Exhibit::new(&shown, pictures, self.options, &|_| {})
    }

    /// How far the run is, for the page.
    fn told(&self, now: &Now) -> File {
        let history: Vec<_> = self
            .at_work
            .history()
            .unwrap_or_default()
            .iter()
            .map(|line| json!([line.epoch, line.train.loss, line.valid.loss]))
            .collect();
        let told = json!({
            "version": now.step,
            "ended": now.has_ended,
            "epochs": self.at_work.epochs(),
            "history": history,
        });
        File { media_type: "application/json", bytes: told.to_string().into_bytes() }
    }
}
