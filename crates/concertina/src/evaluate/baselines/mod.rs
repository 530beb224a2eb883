//! Simple baselines of a model: principal components, interpolation, filters.

mod compared;
mod components;
mod filter;
mod filtered;
mod folds;
mod inputs;
mod interpolated;
mod linear;
mod quantised;

pub use self::compared::{Baseline, Baselines};
use super::Finding;
use super::quality::Measured;
use super::subject::Material;
use crate::error::Result;
use crate::task::Task;

pub(super) fn measure(material: &Material<'_>, model: &Measured) -> Result<Finding<Baselines>> {
    let found = match material.model.recipe.task {
        Task::Downscale { factor, .. } => interpolated::measure(material, factor),
        Task::Noise { .. }
        | Task::Mask { .. }
        | Task::SaltAndPepper { .. }
        | Task::BlindSpots { .. }
        | Task::Defects { .. }
        | Task::Jpeg { .. } => filtered::measure(material),
        Task::Identity {} | Task::Binarise {} => components::measure(material),
    };
    Finding::of(found.map(|others| others.beside(model)))
}
