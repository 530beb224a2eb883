//! What a recipe says.

use serde::{Deserialize, Serialize};

use super::training::Training;
use crate::bottleneck::Bottleneck;
use crate::network::Network;
use crate::reconstruction::Reconstruction;
use crate::task::Task;

/// The four choices, the data and the training schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Recipe {
    /// Its name in reports.
    pub name: String,
    /// A description in one sentence.
    #[serde(default)]
    pub summary: String,
    /// The training data.
    #[serde(default)]
    pub data: DataSource,
    /// The network's input and target.
    pub task: Task,
    /// The layers of encoder and decoder.
    pub network: Network,
    /// The latent space and its regulariser.
    pub bottleneck: Bottleneck,
    /// The reconstruction loss.
    pub reconstruction: Reconstruction,
    /// Epochs, batch size, optimiser, learning rate and checkpoints.
    #[serde(default)]
    pub training: Training,
}

/// The training data, and how its images are split and fitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct DataSource {
    /// A named set or a path, as for [`Dataset::open`](crate::data::Dataset::open). It is stored in
    /// a run's `config.toml`, so that the run can be resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Maximum number of training images; validation images are limited to a sixth of it. Default:
    /// no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Side in pixels of the square that images are fitted to (centre crop, resized). Default: 64,
    /// unless all images have the same small size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<usize>,
    /// Fraction of the images held out for validation if the data has no test split of its own.
    /// Default 0.1.
    pub validation: f32,
}

impl Default for DataSource {
    fn default() -> Self {
        Self { source: None, limit: None, size: None, validation: 0.1 }
    }
}
