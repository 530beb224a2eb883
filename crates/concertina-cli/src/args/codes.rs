//! Arguments of `encode` and `decode`.

use std::path::PathBuf;

use super::device::Device;
use super::music::Music;
use super::values::{count, share};

#[derive(Debug, clap::Args)]
pub(crate) struct Encode {
    /// A model.safetensors file or a run folder
    pub(crate) model: PathBuf,
    /// Images or music to encode, or `-` for what is piped in; only the test split if DATA has one
    #[arg(required = true)]
    pub(crate) data: Vec<String>,
    /// File to write: a .npy of shape N D, or a .csv with names and labels, or the same as .parquet
    /// or .arrow, if the program was built with `--features arrow`; `-` writes the .csv to the
    /// standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Encode at most N images
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// Part I of N of the images, I from 0, to share the work; `concertina merge` joins the parts.
    /// A FILE that is there is left as it is
    #[arg(long, value_name = "I/N", value_parser = share, conflicts_with = "limit")]
    pub(crate) shard: Option<[usize; 2]>,
    /// Encode the training split instead of the test split
    #[arg(long)]
    pub(crate) train: bool,
    /// For a conditional model: class of all images, instead of the labels of DATA
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
    #[command(flatten)]
    pub(crate) device: Device,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Merge {
    /// Files that `encode` or `score` wrote with `--shard`: all .npy, or all .csv. They are joined
    /// in the order of the numbers in their names
    #[arg(required = true, value_name = "PART")]
    pub(crate) parts: Vec<PathBuf>,
    /// File to write, of the same kind
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Decode {
    /// A model.safetensors file or a run folder
    pub(crate) model: PathBuf,
    /// File of codes: a .npy of shape N D, or a .csv as `concertina encode` writes it
    pub(crate) codes: PathBuf,
    /// A .png, .jpg or .webp (one image, or a sheet of many), a .npy of shape N C H W, a folder for
    /// one .png per image, or `-` for the standard output; of music a .mid, .wav, .npy or a folder
    #[arg(short, long, value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// For a conditional model: class of all images, instead of the labels of CODES
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
    #[command(flatten)]
    pub(crate) music: Music,
}
