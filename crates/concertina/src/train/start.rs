//! Making a plan from a recipe, and starting a run from a plan.

use std::path::Path;

use super::measured::measure;
use super::{Plan, Run};
use crate::data::Data;
use crate::error::{Error, Result};
use crate::model::{Architecture, Model, Weights};
use crate::recipe::Recipe;

impl Recipe {
    /// As [`Plan::new`].
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn plan(&self, data: &dyn Data) -> Result<Plan> {
        Plan::new(self, data)
    }
}

impl Plan {
    /// Starts training in a new run folder, on the data that the plan was made for.
    ///
    /// # Errors
    /// If the data does not fit the plan, or the folder exists and is not empty, or cannot be
    /// written.
    pub fn start(self, data: &dyn Data, folder: impl AsRef<Path>) -> Result<Run<'_>> {
        self.expect(data)?;
        Run::start(self, data, folder.as_ref())
    }

    /// As [`Plan::start`], with the weights of `model` instead of random ones; the optimiser begins
    /// anew.
    ///
    /// # Errors
    /// As [`Plan::start`], or if the plan has other parameters than the model.
    pub fn start_from<'d>(
        self,
        data: &'d dyn Data,
        folder: impl AsRef<Path>,
        model: &Model,
    ) -> Result<Run<'d>> {
        let (planned, found) = (parameters(&self.architecture), parameters(&model.architecture));
        let n = planned.len().max(found.len());
        if let Some(place) = (0..n).find(|&place| planned.get(place) != found.get(place)) {
            let told = |parameters: &[(String, Vec<usize>)]| match parameters.get(place) {
                Some((name, shape)) => format!("`{name}` of shape {shape:?}"),
                None => "no more".to_owned(),
            };
            return Err(Error::config(format!(
                "expected a model with the recipe's parameters, here {}, found {}",
                told(&planned),
                told(&found)
            )));
        }
        Run::start_from(self, data, folder.as_ref(), model)
    }

    /// The model of weights that were trained elsewhere, for the data that the plan was made for.
    ///
    /// # Errors
    /// If the data does not fit the plan, a value is not finite, or there is not enough memory.
    ///
    /// # Panics
    /// If there are not as many weights as the architecture has.
    pub fn model_of(self, data: &dyn Data, weights: Weights) -> Result<Model> {
        self.expect(data)?;
        let found = weights.as_ref().map(Vec::len);
        assert_eq!(found, self.architecture.sizes(), "the architecture says how many there are");
        if weights.as_ref().into_array().into_iter().flatten().any(|value| !value.is_finite()) {
            return Err(Error::data("expected finite weights, found others"));
        }
        let mut model = self.model(data, weights);
        measure(&mut model, data)?;
        Ok(model)
    }

    /// A model with these weights, of which nothing was measured.
    pub(super) fn model(&self, data: &dyn Data, weights: Weights) -> Model {
        let Self { recipe, architecture, device, .. } = self.clone();
        let model = Model::new(recipe, architecture, weights, data.card().clone());
        Model { device, ..model }
    }

    /// An error if the plan was made for other data.
    fn expect(&self, data: &dyn Data) -> Result<()> {
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
        Ok(())
    }
}

/// All parameters with their shapes, as a model file names them.
fn parameters(architecture: &Architecture) -> Vec<(String, Vec<usize>)> {
    let Architecture { encoder, decoder, bottleneck, reconstruction, .. } = architecture;
    let mut parameters = Vec::new();
    for (network, sequential) in [("encoder", encoder), ("decoder", decoder)] {
        parameters.extend(sequential.parameters().iter().map(|parameter| {
            let name = format!("{network}.{}.{}", parameter.layer, parameter.name);
            (name, parameter.shape.clone())
        }));
    }
    parameters.extend(bottleneck.parameters());
    let own = reconstruction.iter().map(|name| (format!("reconstruction.{name}"), vec![1]));
    parameters.extend(own);
    parameters
}
