//! Arguments of `explore`, and what `export` has in common with it.

use std::path::PathBuf;

use super::map::MapMethod;
use super::threads::Threads;
use super::values::{count, whole};

/// What is shown of a latent space.
#[derive(Debug, clap::Args)]
pub(crate) struct Exhibited {
    /// A model.safetensors file or a run folder
    pub(crate) model: PathBuf,
    /// Images to show; only the test split if DATA has one [default: the data that the model was
    /// trained on]
    pub(crate) data: Option<String>,
    /// A second model to show beside the first, on the same images
    #[arg(long, value_name = "MODEL")]
    pub(crate) beside: Option<PathBuf>,
    /// How codes are laid out on the map [default: as they are if they have 2 dimensions,
    /// otherwise pca]
    #[arg(long, value_name = "METHOD", value_enum)]
    pub(crate) method: Option<MapMethod>,
    /// Seed of the choice of points and of t-SNE and UMAP [default: 42]
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    #[command(flatten)]
    pub(crate) threads: Threads,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explore {
    #[command(flatten)]
    pub(crate) exhibited: Exhibited,
    /// Points on the map, at most
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = count)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) points: usize,
    /// Port of this machine to serve the page at [default: a free one]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,
    /// Only print the address, do not open a browser
    #[arg(long)]
    pub(crate) no_open: bool,
}
