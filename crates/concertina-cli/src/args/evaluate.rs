//! Arguments of `evaluate`.

use std::path::PathBuf;

use concertina::model::Model;
use concertina::text::thousands;

use super::device::Device;
use super::renamed::Renamed;
use super::threads::Threads;
use super::values::{count, zero_to_one};

#[derive(Debug, clap::Args)]
pub(crate) struct Evaluate {
    /// A model.safetensors file or a run folder
    pub(crate) model: PathBuf,
    /// Clean images. The model's task, such as adding noise, is applied to them, and the output is
    /// compared with them
    pub(crate) data: String,
    /// Evaluate only these parts, separated by commas
    #[arg(long, value_name = "PART", value_delimiter = ',', value_parser = PARTS)]
    pub(crate) only: Vec<EvaluatePart>,
    /// Use at most N test images, chosen at random [default: 10000, or 1000 with `--quick`]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// Use fewer test images, at most 5,000 training images for comparison, and fewer codes for
    /// likelihoods; takes seconds
    #[arg(long)]
    pub(crate) quick: bool,
    /// Number of codes per image to estimate a variational model's likelihood with [default: 5000,
    /// or 100 with `--quick`]
    #[arg(long, value_name = "N", value_parser = importance_samples)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) importance_samples: Option<usize>,
    /// For a model that takes noise away from pictures of any size: the standard deviation of the
    /// noise, in values of 0..1 [default: the recipe's]
    #[arg(long, value_name = "STD", value_parser = zero_to_one, allow_negative_numbers = true)]
    pub(crate) std: Option<f64>,
    /// For a model that takes the artefacts of JPEG away: the quality, 1 to 100 [default: the
    /// recipe's]
    #[arg(long, value_name = "N", conflicts_with = "std", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) quality: Option<u8>,
    /// Write figures to this folder: samples next to their nearest training images
    #[arg(long, value_name = "FOLDER")]
    pub(crate) figures: Option<PathBuf>,
    /// Write the classifier whose features the Frechet distance uses to this .safetensors file
    #[arg(long, value_name = "FILE")]
    pub(crate) classifier: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) threads: Threads,
    #[command(flatten)]
    pub(crate) device: Device,
}

fn importance_samples(text: &str) -> Result<usize, String> {
    let most = Model::MAX_IMPORTANCE_SAMPLES;
    let n = count(text)?;
    if n > most { Err(format!("expected at most {}", thousands(most))) } else { Ok(n) }
}

const PARTS: Renamed<EvaluatePart> =
    Renamed::new(&[["generator", "samples"], ["specificity", "out-of-distribution"]]);

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum EvaluatePart {
    /// Reconstruction error
    Reconstruction,
    /// Reconstruction error of simple methods: principal components, interpolation, filters
    Baselines,
    /// How well the codes separate the classes
    Embedding,
    /// How close generated images are to real ones
    Samples,
    /// How far DATA is from the training data
    OutOfDistribution,
}
