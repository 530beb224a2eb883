//! Making a plan from a recipe, and starting a run from a plan.

use std::path::Path;

use super::{Plan, Run};
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::model::Architecture;
use crate::recipe::Recipe;

impl Recipe {
    /// As [`Plan::new`].
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn plan(&self, data: &Dataset) -> Result<Plan> {
        Plan::new(self, data)
    }
}

impl Plan {
    /// Starts training in a new run folder, on the data that the plan was made for.
    ///
    /// # Errors
    /// If the data does not fit the plan, or the folder exists and is not empty, or cannot be
    /// written.
    pub fn start(self, data: &Dataset, folder: impl AsRef<Path>) -> Result<Run<'_>> {
        let Self { architecture, steps_per_epoch, .. } = Self::new(&self.recipe, data)?;
        let describe = |architecture: &Architecture, steps| {
            let Architecture { target, classes, .. } = architecture;
            format!(
                "images of {target} in {steps} steps per epoch, with {classes} labelled \
                     classes"
            )
        };
        let planned = describe(&self.architecture, self.steps_per_epoch);
        let found = describe(&architecture, steps_per_epoch);
        if planned != found {
            return Err(Error::config(format!(
                "expected the data that the plan was made for, {planned}, found {found}"
            )));
        }
        Run::start(self, data, folder.as_ref())
    }
}
