//! Arguments of `recipes` and `data`.

use std::path::PathBuf;

use clap::Subcommand;
use concertina::ImageShape;

use super::values::{count, whole};

#[derive(Debug, clap::Args)]
pub(crate) struct Recipes {
    #[command(subcommand)]
    pub(crate) command: Option<RecipesCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecipesCommand {
    /// List the shipped recipes, as without a command
    List,
    /// Print a recipe; edit it and train with `concertina train DATA --recipe FILE`
    Show {
        /// Name of the recipe
        name: String,
        /// Include every default value
        #[arg(long)]
        full: bool,
        /// Print the layers instead, with their shapes and numbers of parameters
        #[arg(long, conflicts_with = "full")]
        layers: bool,
        /// Shape of the images, e.g. 3x64x64
        #[arg(long, value_name = "CxHxW", requires = "layers")]
        shape: Option<ImageShape>,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Data {
    #[command(subcommand)]
    pub(crate) command: DataCommand,
}

/// What a pack is for.
const PACKED: &str = "\
The folder takes the place of DATA in other commands. Its shards are .npy files, u8 of shape N C H \
W, which NumPy opens as they are. Stopped at any moment, packing goes on when the same command is \
run again. docs/large-data.md has the format and the order of training.";

#[derive(Debug, clap::Args)]
pub(crate) struct Pack {
    /// A named data set, a folder of images of any number, or another path to images
    pub(crate) data: String,
    /// Folder to write, new or empty
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Fit images to squares of this side in pixels, as `data.size` in a recipe
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) size: Option<usize>,
    /// 1 turns images to grey, 3 to colour, as `data.channels` in a recipe
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) channels: Option<usize>,
    /// Fraction held out for validation, if the data has no test split of its own
    #[arg(long, value_name = "F", default_value_t = 0.1, allow_negative_numbers = true)]
    pub(crate) valid: f32,
    /// Pack at most N training images, and a sixth as many validation images
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// Decides which images are held out, and the order of all
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// Size of a shard, at most, in MiB
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = count)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) shard_mib: usize,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// List the named data sets, and where they are stored
    List,
    /// Print number, sizes, value range and classes of images, and what was skipped and why
    Inspect {
        /// A named data set or a path
        data: String,
        /// Of a pack, read every byte and compare it with the checksums in the index
        #[arg(long)]
        verify: bool,
    },
    /// Write images as shuffled shards, to train on more of them than fit in memory
    #[command(after_help = PACKED)]
    Pack(Pack),
}
