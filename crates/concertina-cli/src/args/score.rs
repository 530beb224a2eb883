//! Arguments of `score`.

use std::path::PathBuf;

use concertina::evaluate::Scores;

use super::threads::Threads;
use super::values::{count, share};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
`concertina inspect` tells good images from others by code and error, at an asked rate of false \
alarms.")]
pub(crate) struct Score {
    /// A model.safetensors file or a run folder
    pub(crate) model: PathBuf,
    /// Images to score, or `-` for what is piped in; only the test split if DATA has one
    #[arg(required = true)]
    pub(crate) data: Vec<String>,
    /// File to write: a .csv of all scores, or a .png of the images with the largest errors; can be
    /// repeated
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Vec<PathBuf>,
    /// Images whose error exceeds this quantile of the held-out errors are outliers
    #[arg(long, value_name = "Q", default_value_t = Scores::QUANTILE)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) quantile: f64,
    /// Score at most N images
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// Part I of N of the images, I from 0, to share the work; `concertina merge` joins the parts.
    /// A FILE that is there is left as it is
    #[arg(long, value_name = "I/N", value_parser = share)]
    #[arg(conflicts_with = "limit", requires = "out")]
    pub(crate) shard: Option<[usize; 2]>,
    /// Score the training split instead of the test split
    #[arg(long)]
    pub(crate) train: bool,
    #[command(flatten)]
    pub(crate) threads: Threads,
    /// For a conditional model: class of all images, instead of the labels of DATA
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
}
