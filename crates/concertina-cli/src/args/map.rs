//! Arguments of `map`.

use std::path::PathBuf;

use super::threads::Threads;
use super::values::{count, positive, whole, zero_to_one};

#[derive(Debug, clap::Args)]
pub(crate) struct Map {
    /// A model.safetensors file or a run folder
    pub(crate) model: PathBuf,
    /// Images to project; only the test split if DATA has one
    pub(crate) data: String,
    /// File to write: a .png coloured by label, or with the images if there are no labels; or a
    /// .csv of names, labels, x and y; can be repeated
    #[arg(short, long, value_name = "OUT.png|OUT.csv", required = true)]
    pub(crate) out: Vec<PathBuf>,
    /// Method that projects the codes to two dimensions
    #[arg(long, value_name = "METHOD", value_enum, default_value_t = MapMethod::Tsne)]
    pub(crate) method: MapMethod,
    /// For tsne: approximate number of neighbours of an image [default: 30, or a third of the
    /// other images if that is less]
    #[arg(long, value_name = "P", value_parser = positive, allow_negative_numbers = true)]
    pub(crate) perplexity: Option<f64>,
    /// For umap: number of neighbours of an image [default: 15, or all other images if there are
    /// fewer]
    #[arg(long, value_name = "K", value_parser = count, allow_negative_numbers = true)]
    pub(crate) neighbours: Option<usize>,
    /// For umap: smallest distance between points of the map, 0 to 1 [default: 0.1]
    #[arg(long, value_name = "DISTANCE", value_parser = zero_to_one, allow_negative_numbers = true)]
    pub(crate) min_dist: Option<f64>,
    /// Use at most N images
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// Use the training split instead of the test split
    #[arg(long)]
    pub(crate) train: bool,
    /// Project the pixels instead of the codes, for comparison
    #[arg(long)]
    pub(crate) pixels: bool,
    /// Show the images where there is room, also if there are labels
    #[arg(long)]
    pub(crate) thumbnails: bool,
    /// Seed of the random numbers; pca uses none
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) threads: Threads,
    /// For a conditional model: class of all images, instead of the labels of DATA
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum MapMethod {
    /// The two directions in which the codes vary most
    Pca,
    /// Keeps neighbours together; the sizes of groups and the distances between them mean little
    Tsne,
    /// Like tsne, with denser groups whose positions mean more
    Umap,
}
