//! Arguments of `train` and `resume`.

use std::path::PathBuf;

use super::device::Device;
use super::threads::Threads;
use super::values::{count, whole};

#[derive(Debug, clap::Args)]
pub(crate) struct Train {
    /// Training data: a named data set or a path
    pub(crate) data: String,
    /// Name of a shipped recipe (see `concertina recipes`) or path of a TOML file [default: a
    /// recipe that suits the data]
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) recipe: Option<String>,
    /// Run folder to create [default: a new folder in `runs`]
    #[arg(long, value_name = "RUN")]
    pub(crate) out: Option<PathBuf>,
    /// Number of passes over the training images
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) epochs: Option<usize>,
    /// Use at most N training images
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// Seed of all random numbers
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    /// Train once with each of these seeds, in a run folder each; `concertina compare` compares
    /// them
    #[arg(long, value_name = "N,N", value_delimiter = ',', value_parser = whole)]
    #[arg(conflicts_with = "seed")]
    pub(crate) seeds: Vec<u64>,
    /// Write the curves for TensorBoard, too, to the run's folder: `tensorboard --logdir RUN`
    #[arg(long)]
    pub(crate) tensorboard: bool,
    #[command(flatten)]
    pub(crate) threads: Threads,
    #[command(flatten)]
    pub(crate) device: Device,
    /// Begin with the weights of this model, a model.safetensors file or a run folder; without
    /// `--recipe`, its recipe is used
    #[arg(long, value_name = "MODEL")]
    pub(crate) from: Option<PathBuf>,
    /// Set a value of the recipe, e.g. `--set bottleneck.latent-dim=16`; can be repeated. Of
    /// several values with commas between them, such as `--set bottleneck.latent-dim=2,8,32`, each
    /// is trained in a run folder of its own
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Resume {
    /// Run folder
    pub(crate) run: PathBuf,
    /// The training data, where it lies in another place now; it must hold the same images
    #[arg(long, value_name = "DATA")]
    pub(crate) data: Option<String>,
    /// Train for N epochs in all, instead of as many as the run was started with
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) epochs: Option<usize>,
    /// Write the curves for TensorBoard, too, to the run's folder: `tensorboard --logdir RUN`
    #[arg(long)]
    pub(crate) tensorboard: bool,
    #[command(flatten)]
    pub(crate) threads: Threads,
    #[command(flatten)]
    pub(crate) device: Device,
}
