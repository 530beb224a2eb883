//! Checkpoints: everything that is needed to resume a run exactly.
//!
//! A checkpoint is a folder `checkpoints/step-NNNNNNNNNN` with `state.safetensors` (weights and the
//! optimiser's moments), `state.json` (progress and history of the run) and `manifest.json` (the
//! SHA-256 of both). It is written atomically. Random numbers need no state: they are functions of
//! seed, epoch and example.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::state::{TrainingState, trained_by_losses};
use super::watch::Watch;
use crate::artifact::{Named, RunFolder, Tensors, pack, publish_folder, sha256};
use crate::components::{Components, Weights};
use crate::error::{Error, Result};
use crate::group::{Message, Reader};
use crate::hint::{Hint, HintPart};
use crate::model::Architecture;
use crate::optimiser::Moments;
use crate::text::counted;
use crate::validate::{Metrics, Sums};

/// The state of training and the progress of a run.
#[derive(Clone, Debug)]
pub(super) struct Checkpoint {
    pub(super) state: TrainingState,
    pub(super) progress: Progress,
}

/// The content of `state.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Progress {
    format: u32,
    /// Completed epochs.
    pub(super) epochs: usize,
    /// Steps done in the current epoch.
    pub(super) step_in_epoch: usize,
    /// Sums over the examples of the current epoch so far.
    pub(super) sums: Sums,
    /// Seconds of work so far.
    pub(super) seconds: f64,
    /// The warnings so far.
    pub(super) watch: Watch,
    /// SHA-256 of the data.
    pub(super) data: String,
    /// SHA-256 of the recipe.
    pub(super) recipe: String,
    /// The lines of `metrics.jsonl` so far.
    pub(super) history: Vec<Metrics>,
    /// The number of epochs that the run is planned for.
    planned: usize,
    /// What a reader of the results should know of how they came about.
    pub(super) remarks: Vec<String>,
}

const FORMAT: u32 = 5;
const STATE: &str = "state.safetensors";
const PROGRESS: &str = "state.json";
const MANIFEST: &str = "manifest.json";
/// So that names sort by their steps.
const STEP_DIGITS: usize = 10;

impl Progress {
    /// The progress of a new run.
    pub(super) fn start(data: String, recipe: String, planned: usize) -> Self {
        Self {
            format: FORMAT,
            epochs: 0,
            step_in_epoch: 0,
            sums: Sums::default(),
            seconds: 0.0,
            watch: Watch::default(),
            data,
            recipe,
            history: Vec::new(),
            planned,
            remarks: Vec::new(),
        }
    }

    /// Keeps what a reader of the results should know, once.
    pub(super) fn remark(&mut self, remark: String) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// Plans the run for this number of epochs from here on.
    ///
    /// # Errors
    /// If more are done.
    pub(super) fn expect_epochs(&mut self, epochs: usize) -> Result<()> {
        let done = self.epochs + usize::from(self.step_in_epoch > 0);
        if epochs < done {
            return Err(Error::config(format!(
                "`training.epochs`: expected at least {done}, which were begun, found {epochs}"
            )));
        }
        if epochs != self.planned {
            self.remark(format!(
                "The run was planned for {}, and after {} for {epochs}.",
                counted(self.planned, "epoch"),
                self.epochs
            ));
            self.planned = epochs;
        }
        Ok(())
    }
}

impl Checkpoint {
    /// The path of the checkpoint of step `step`.
    pub(super) fn path(folder: &RunFolder, step: usize) -> PathBuf {
        folder.checkpoints().join(format!("step-{step:0STEP_DIGITS$}"))
    }

    /// Writes the checkpoint of step `step`, and removes all but the `keep` newest.
    pub(super) fn write(
        state: &TrainingState,
        progress: &Progress,
        folder: &RunFolder,
        architecture: &Architecture,
        step: usize,
        keep: usize,
    ) -> Result<PathBuf> {
        let state = pack(&tensors(state, architecture), None);
        let progress = serde_json::to_vec_pretty(progress).expect("a progress is plain data");
        let manifest = BTreeMap::from([(STATE, sha256(&state)), (PROGRESS, sha256(&progress))]);
        let manifest = serde_json::to_vec_pretty(&manifest).expect("a manifest is plain data");

        let path = Self::path(folder, step);
        fs::create_dir_all(folder.checkpoints())?;
        publish_folder(&path, &[(STATE, state), (PROGRESS, progress), (MANIFEST, manifest)])?;
        remove_incomplete(folder)?;
        // Checkpoints of later steps were damaged, so that the run resumed from an earlier one.
        let (own, newer): (Vec<_>, Vec<_>) = paths(folder)?.into_iter().partition(|p| *p <= path);
        for old in newer.iter().chain(own.iter().rev().skip(keep)) {
            fs::remove_dir_all(old)?;
        }
        Ok(path)
    }

    /// Reads the newest intact checkpoint, and returns the errors of damaged ones that were
    /// skipped. `None` if there is no checkpoint, as in a run that was killed before the first one
    /// was complete.
    pub(super) fn newest(
        folder: &RunFolder,
        architecture: &Architecture,
    ) -> Result<Option<(Self, Vec<Error>)>> {
        remove_incomplete(folder)?;
        let mut damaged = Vec::new();
        for path in paths(folder)?.iter().rev() {
            match Self::read(path, architecture) {
                Ok(checkpoint) => return Ok(Some((checkpoint, damaged))),
                Err(error) => damaged.push(error.in_file(path)),
            }
        }
        let Some(last) = damaged.last() else { return Ok(None) };
        Err(Error::data(format!(
            "`{}`: expected a checkpoint to resume from, found {} that cannot be read, the oldest \
             because: {last}",
            folder.checkpoints().display(),
            damaged.len(),
        ))
        .with_hint(Hint::text("start again in ").with(HintPart::AnotherFolder)))
    }

    /// The weights of the newest intact checkpoint, and its step. Changes nothing in the folder,
    /// where another process may be training.
    pub(super) fn look(
        folder: &RunFolder,
        architecture: &Architecture,
    ) -> Result<Option<(u64, Weights)>> {
        Ok(paths(folder)?.iter().rev().find_map(|path| {
            let step = path.file_name()?.to_str()?.strip_prefix("step-")?.parse().ok()?;
            Some((step, Self::read(path, architecture).ok()?.state.weights))
        }))
    }

    /// The progress of the newest checkpoint that has one.
    pub(super) fn newest_progress(folder: &RunFolder) -> Result<Option<Progress>> {
        Ok(paths(folder)?.iter().rev().find_map(|path| progress(path).ok()))
    }

    fn read(path: &Path, architecture: &Architecture) -> Result<Self> {
        Self::unpack(&checked(path, STATE)?, progress(path)?, architecture)
    }

    /// What the first process tells the others of a group.
    pub(super) fn to_bytes(&self, architecture: &Architecture) -> Vec<u8> {
        let mut message = Message::default();
        message.bytes(&pack(&tensors(&self.state, architecture), None));
        message.bytes(&serde_json::to_vec(&self.progress).expect("a progress is plain data"));
        message.into_bytes()
    }

    /// What the first process told.
    pub(super) fn from_bytes(bytes: &[u8], architecture: &Architecture) -> Result<Self> {
        let mut reader = Reader(bytes);
        let [state, progress] = [reader.bytes(), reader.bytes()];
        Self::unpack(state, json(progress)?, architecture)
    }

    fn unpack(state: &[u8], progress: Progress, architecture: &Architecture) -> Result<Self> {
        let mut tensors = Tensors::unpack(state)?;
        let mut all = |name: &str, sizes: Components<usize>| -> Result<Weights> {
            let take = |(component, n)| match n {
                0 => Ok(Vec::new()),
                n => tensors.take(&format!("{name}.{component}"), &[n]),
            };
            Components::<()>::NAMES.zip(sizes).map(take).transpose()
        };
        let sizes = architecture.sizes();
        let weights = all("weights", sizes)?;
        let mut moments = Vec::new();
        for (loss, trained) in trained_by_losses(&*architecture.bottleneck) {
            let sizes = sizes.zip(trained).map(|(n, trained)| if trained { n } else { 0 });
            let mean = all(&moment_name(loss, "mean"), sizes)?;
            moments.push(Moments { mean, square: all(&moment_name(loss, "square"), sizes)? });
        }
        Ok(Self { state: TrainingState { weights, moments }, progress })
    }
}

/// All vectors of parameters and of moments that are not empty.
fn tensors<'a>(state: &'a TrainingState, architecture: &Architecture) -> Vec<Named<'a>> {
    let TrainingState { weights, moments } = state;
    let mut named = vec![("weights".to_owned(), weights)];
    for ((loss, _), moments) in trained_by_losses(&*architecture.bottleneck).zip(moments) {
        named.push((moment_name(loss, "mean"), &moments.mean));
        named.push((moment_name(loss, "square"), &moments.square));
    }
    let mut tensors = Vec::new();
    for (name, weights) in named {
        let all = Components::<()>::NAMES.zip(weights.as_ref()).into_array();
        let filled = all.into_iter().filter(|(_, values)| !values.is_empty());
        tensors.extend(filled.map(|(component, values)| {
            (format!("{name}.{component}"), vec![values.len()], values.as_slice())
        }));
    }
    tensors
}

/// A file of the checkpoint at `path`, as its manifest knows it.
fn checked(path: &Path, name: &str) -> Result<Vec<u8>> {
    let manifest: BTreeMap<String, String> = json(&fs::read(path.join(MANIFEST))?)?;
    let bytes = fs::read(path.join(name))?;
    if manifest.get(name) == Some(&sha256(&bytes)) {
        return Ok(bytes);
    }
    Err(Error::data(format!("`{name}` does not match its checksum in the manifest")))
}

fn progress(path: &Path) -> Result<Progress> {
    let progress: Progress = json(&checked(path, PROGRESS)?)?;
    if progress.format != FORMAT {
        let found = progress.format;
        return Err(Error::data(format!("expected checkpoint format {FORMAT}, found {found}")));
    }
    Ok(progress)
}

/// The name of moments: their kind, preceded by the name of the phase if they are of a further
/// phase.
fn moment_name(loss: Option<&str>, kind: &str) -> String {
    loss.map_or_else(|| kind.to_owned(), |loss| format!("{loss}.{kind}"))
}

fn json<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::data(format!("expected JSON of a checkpoint, found: {error}")))
}

/// The checkpoints of a run, oldest first.
fn paths(folder: &RunFolder) -> Result<Vec<PathBuf>> {
    let mut paths = folders_in_checkpoints(folder, is_name)?;
    paths.sort();
    Ok(paths)
}

/// Removes incomplete checkpoints of a run that was killed; what else lies there is somebody's, and
/// left alone.
fn remove_incomplete(folder: &RunFolder) -> Result<()> {
    let is_incomplete = |name: &str| {
        name.strip_prefix('.').and_then(|name| name.strip_suffix(".part")).is_some_and(is_name)
    };
    for path in folders_in_checkpoints(folder, is_incomplete)? {
        fs::remove_dir_all(path)?;
    }
    Ok(())
}

fn folders_in_checkpoints(
    folder: &RunFolder,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<PathBuf>> {
    if !folder.checkpoints().is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder.checkpoints())? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && is_wanted(&entry.file_name().to_string_lossy()) {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

/// Whether a checkpoint's folder is called so.
fn is_name(name: &str) -> bool {
    let digits = name.strip_prefix("step-").unwrap_or_default();
    digits.len() >= STEP_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())
}
