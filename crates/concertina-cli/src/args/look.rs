//! Arguments of `recipes` and `data`.

use clap::Subcommand;
use concertina::ImageShape;

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

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// List the named data sets, and where they are stored
    List,
    /// Print number, sizes, value range and classes of images, and what was skipped and why
    Inspect {
        /// A named data set or a path
        data: String,
    },
}
