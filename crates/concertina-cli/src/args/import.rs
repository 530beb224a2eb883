//! Arguments of `import`.

use std::path::PathBuf;

use super::threads::Threads;
use super::values::count;

#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// A state dictionary of PyTorch's in a .safetensors file, with the names of `export --pytorch`
    pub(crate) weights: PathBuf,
    /// The data that it was trained on, a named data set or a path: the model file says so, and has
    /// what is measured on it
    pub(crate) data: String,
    /// Name of a shipped recipe or path of a TOML file, with the networks that the weights are of
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) recipe: String,
    /// Set a value of the recipe, e.g. `--set bottleneck.latent-dim=16`; can be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Use at most N training images
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// Model file to write, .safetensors
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) threads: Threads,
}
