//! A look at a run while another process trains it.

use std::path::Path;

use super::checkpoint::Checkpoint;
use super::plan::Plan;
use crate::artifact::RunFolder;
use crate::data::{Data, DataCard};
use crate::error::Result;
use crate::model::Model;
use crate::validate::Metrics;

/// A run that may still be trained, by this process or by another. Nothing of it is changed.
#[derive(Debug)]
pub struct AtWork {
    folder: RunFolder,
    plan: Plan,
    card: DataCard,
}

impl AtWork {
    /// Of the run in a folder, which is trained on this data.
    ///
    /// # Errors
    /// If there is no run, or its recipe does not fit the data.
    pub fn open(path: &Path, data: &dyn Data) -> Result<Self> {
        let folder = RunFolder::open(path)?;
        let plan = Plan::new(&folder.recipe()?, data)?;
        Ok(Self { folder, plan, card: data.card().clone() })
    }

    /// The model of the newest checkpoint, and the steps that it was trained for; `None` before the
    /// first checkpoint. It has no mixture of codes, which is fitted at the end.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn newest(&self) -> Result<Option<(u64, Model)>> {
        let newest = Checkpoint::look(&self.folder, &self.plan.architecture)?;
        Ok(newest.map(|(step, weights)| {
            let Plan { recipe, architecture, .. } = self.plan.clone();
            (step, Model::new(recipe, architecture, weights, self.card.clone()))
        }))
    }

    /// The metrics of the epochs so far.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn history(&self) -> Result<Vec<Metrics>> {
        if self.folder.metrics().is_file() { self.folder.history() } else { Ok(Vec::new()) }
    }

    /// Whether the run has ended: its model is written.
    pub fn has_ended(&self) -> bool {
        self.folder.model().is_file()
    }

    /// The number of epochs that it is planned for.
    pub fn epochs(&self) -> usize {
        self.plan.recipe.training.epochs
    }
}
