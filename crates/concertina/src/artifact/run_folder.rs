//! The files of a run folder.

use std::io::Write;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::atomic::write_whole;
use crate::error::{Error, Result};
use crate::hint::{Hint, HintPart};
use crate::recipe::Recipe;
use crate::validate::Metrics;

/// A run folder: all files of one training run.
#[derive(Clone, Debug)]
pub struct RunFolder(pub(super) PathBuf);

impl RunFolder {
    /// Checks that a run can be started in `path`. Starting a run checks this again; checking it
    /// before reading the data saves time.
    ///
    /// # Errors
    /// If the path exists and is not an empty folder.
    pub fn check_new(path: &Path) -> Result<()> {
        let taken = path.exists() && (!path.is_dir() || fs::read_dir(path)?.next().is_some());
        if taken {
            return Err(Error::data(format!(
                "expected a new run folder, found `{}`, which exists already",
                path.display()
            ))
            .with_hint(
                Hint::text("name ")
                    .with(HintPart::AnotherFolder)
                    .then(", or go on with a stopped run: ")
                    .with(HintPart::Resume(path.to_owned())),
            ));
        }
        Ok(())
    }

    /// Opens an existing run folder.
    ///
    /// # Errors
    /// If it has no `config.toml`.
    pub fn open(path: &Path) -> Result<Self> {
        let folder = Self(path.to_owned());
        if !folder.config().is_file() {
            return Err(Error::data(format!(
                "`{}`: expected a run folder with a `config.toml`, found none",
                path.display()
            )));
        }
        Ok(folder)
    }

    /// The recipe that the run was started with.
    pub fn recipe(&self) -> Result<Recipe> {
        let path = self.config();
        Recipe::from_toml(&fs::read_to_string(&path)?).map_err(|error| error.in_file(&path))
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The file with the recipe, all defaults written out.
    pub fn config(&self) -> PathBuf {
        self.0.join("config.toml")
    }

    /// The file of the trained model.
    pub fn model(&self) -> PathBuf {
        self.0.join("model.safetensors")
    }

    /// The file with the metrics, one line per epoch.
    pub fn metrics(&self) -> PathBuf {
        self.0.join("metrics.jsonl")
    }

    /// The folder of the newest checkpoints.
    pub fn checkpoints(&self) -> PathBuf {
        self.0.join("checkpoints")
    }

    /// The folder of the models after each epoch, if the recipe keeps them.
    pub fn snapshots(&self) -> PathBuf {
        self.0.join("snapshots")
    }

    /// The file of the model after so many epochs, if the recipe keeps it.
    pub(crate) fn snapshot(&self, epochs: usize) -> PathBuf {
        self.snapshots().join(format!("epoch-{epochs:04}.safetensors"))
    }

    /// The models that were kept: after how many epochs, and the file, in this order.
    ///
    /// # Errors
    /// If the folder is there and cannot be read.
    pub fn kept_snapshots(&self) -> Result<Vec<(usize, PathBuf)>> {
        if !self.snapshots().is_dir() {
            return Ok(Vec::new());
        }
        let mut kept = Vec::new();
        for entry in fs::read_dir(self.snapshots())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let digits = name.strip_prefix("epoch-").and_then(|n| n.strip_suffix(".safetensors"));
            if let Some(epochs) = digits.and_then(|digits| digits.parse().ok()) {
                kept.push((epochs, entry.path()));
            }
        }
        kept.sort_unstable();
        Ok(kept)
    }

    /// The folder of figures.
    pub fn figures(&self) -> PathBuf {
        self.0.join("figures")
    }

    /// The file of the report.
    pub fn report(&self) -> PathBuf {
        self.0.join("report.html")
    }

    /// Reads `metrics.jsonl`.
    ///
    /// # Errors
    /// If it is missing, or a line cannot be parsed.
    pub fn history(&self) -> Result<Vec<Metrics>> {
        let path = self.metrics();
        let text = fs::read_to_string(&path)?;
        let lines = text.lines().enumerate().map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| {
                Error::data(format!(
                    "line {}: expected the metrics of an epoch, found: {error}",
                    number + 1
                ))
                .in_file(&path)
            })
        });
        lines.collect()
    }

    /// Writes `metrics.jsonl` with the whole history, so that a resumed run has the same lines as
    /// an uninterrupted one.
    pub(crate) fn write_metrics(&self, history: &[Metrics]) -> Result<()> {
        write_whole(&self.metrics(), history.iter().map(line).collect::<String>().as_bytes())
    }

    /// Adds an epoch to `metrics.jsonl`: all of its line, or nothing.
    pub(crate) fn append_metrics(&self, metrics: &Metrics) -> Result<()> {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(self.metrics())?;
        let before = file.metadata()?.len();
        let written = file.write_all(line(metrics).as_bytes());
        if written.is_err() {
            // A full disk, say. The first error is the one to report.
            let _ = file.set_len(before);
        }
        Ok(written?)
    }
}

/// An epoch's line of `metrics.jsonl`.
fn line(metrics: &Metrics) -> String {
    let json = serde_json::to_string(metrics).expect("metrics are plain numbers");
    format!("{json}\n")
}
