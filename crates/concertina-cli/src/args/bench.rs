//! Arguments of `bench`.

use concertina::ImageShape;

use super::device::Device;
use super::threads::Threads;
use super::values::count;

#[derive(Debug, clap::Args)]
pub(crate) struct Bench {
    /// Name of a shipped recipe (see `concertina recipes`) or path of a TOML file
    #[arg(long, value_name = "NAME|FILE", default_value = "conv-ae")]
    pub(crate) recipe: String,
    /// What to measure
    #[arg(long, value_name = "MODE", value_enum, default_value_t = BenchMode::Train)]
    pub(crate) mode: BenchMode,
    /// Shape of the synthetic images, e.g. `3x64x64` [default: one that suits the recipe]
    #[arg(long, value_name = "CxHxW")]
    pub(crate) shape: Option<ImageShape>,
    /// Number of steps to time [default: as many as take about three seconds]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) steps: Option<usize>,
    /// Number of steps before the timed ones
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub(crate) warm_up: usize,
    #[command(flatten)]
    pub(crate) threads: Threads,
    #[command(flatten)]
    pub(crate) device: Device,
    /// Set a value of the recipe, e.g. `--set training.batch-size=512`; can be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum BenchMode {
    /// Training steps: batch, forward, loss, backward, optimiser
    Train,
    /// Images to codes
    Encode,
    /// Images to codes and back
    Reconstruct,
}
