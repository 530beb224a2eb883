//! What can be said on the command line.

use std::num::{IntErrorKind, ParseIntError};
use std::path::PathBuf;

use clap::{Parser, Subcommand, builder::styling::Styles};
use concertina::{Error, ImageShape};

/// Autoencoders: train on unlabelled images, look at what was learned, use it.
#[derive(Debug, Parser)]
#[command(name = "concertina", version, styles = Styles::styled(), arg_required_else_help = true)]
#[command(after_help = "\
First steps:
  concertina train digits                     train on built-in data and write a report
  concertina train ~/pictures --out runs/mine train on a folder of images
  concertina sample runs/mine -n 16 -o new.png

DATA is `digits` (built in), `mnist`, `fashion-mnist`, `kmnist`, `cifar10`, a folder of images, a folder of \
IDX files, an .npy or .npz file, or CIFAR .bin files. MODEL is a model.safetensors or a run folder.

Exit codes: 0 done, 1 the work failed, 2 usage or recipe, 3 data or file, 130 interrupted.")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train a model on DATA; the last line on stdout is the run folder
    Train(Train),
    /// Go on with a stopped run, to the same final bytes
    Resume(Resume),
    /// Judge a model on DATA: its reconstructions, codes and samples, beside what is simpler
    Evaluate(Evaluate),
    /// Score each image by how badly a model reconstructs it: the worst are unlike what it was trained on
    Score(Score),
    /// Pass images through a model: encode and decode
    Reconstruct(Reconstruct),
    /// Clean noisy images, with a model trained for it
    Denoise(Reconstruct),
    /// Enlarge images, with a model trained for it
    Upscale(Reconstruct),
    /// Write the codes of images, as .npy or .csv
    Encode(Encode),
    /// Make images of codes
    Decode(Decode),
    /// Make new images
    Sample(Sample),
    /// Draw the way from one image to another
    Interpolate(Interpolate),
    /// Draw the map of a two-dimensional code
    Manifold(Manifold),
    /// Lay out the codes of images on a plane, similar ones side by side: a picture, a table, or both
    Map(Map),
    /// List the recipes that ship, or print one
    Recipes(Recipes),
    /// List the named data sets, or look at data
    Data(Data),
    /// Teach what autoencoders are: train every model of the Autoencoders lesson and write one page about them; the last
    /// line on stdout is the page
    Lesson(Lesson),
    /// Measure how fast a recipe's model is on this machine
    Bench(Bench),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Train {
    /// What to train on: a named set or a path
    pub(crate) data: String,
    /// A recipe's name (see `concertina recipes`) or file; by default one that suits the data
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) recipe: Option<String>,
    /// The run folder to make; by default a new one below `runs`
    #[arg(long, value_name = "RUN")]
    pub(crate) out: Option<PathBuf>,
    /// Passes over the training images
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) epochs: Option<usize>,
    /// Train on so many images at most
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// Everything random follows from it
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    #[command(flatten)]
    pub(crate) threads: Threads,
    /// Change one value of the recipe, as in `--set bottleneck.size=16`; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Threads {
    /// Threads to compute with; by default one for each core
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) threads: Option<usize>,
}

impl Threads {
    /// Makes the pool that everything is computed on; before the first use of it.
    pub(crate) fn begin(&self) -> anyhow::Result<()> {
        let Some(threads) = self.threads else { return Ok(()) };
        if !(1..=1024).contains(&threads) {
            let found = format!("`--threads`: expected 1 to 1024, found {threads}");
            return Err(Error::config(found).into());
        }
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
        Ok(())
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Resume {
    /// The run folder
    pub(crate) run: PathBuf,
    #[command(flatten)]
    pub(crate) threads: Threads,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Evaluate {
    /// A model.safetensors or a run folder
    pub(crate) model: PathBuf,
    /// Clean images: the model's task is done to them, and the result compared with them
    pub(crate) data: String,
    /// One JSON document on stdout
    #[arg(long)]
    pub(crate) json: bool,
    /// Only these parts, as in `--only reconstruction,embedding`
    #[arg(long, value_name = "PART", value_enum, value_delimiter = ',')]
    pub(crate) only: Vec<EvaluatePart>,
    /// Evaluate on so many test images at most, chosen at random; by default on 10,000, or 2,000 with `--quick`
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// A first look: fewer test images, and 10,000 training images at most to compare with
    #[arg(long)]
    pub(crate) quick: bool,
    /// For a variational model: codes drawn for each image to estimate its likelihood by
    #[arg(long, value_name = "N", default_value_t = 5000, value_parser = count, allow_negative_numbers = true)]
    pub(crate) importance_samples: usize,
    /// Write pictures into this folder: samples beside the nearest training images
    #[arg(long, value_name = "FOLDER")]
    pub(crate) figures: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) threads: Threads,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum EvaluatePart {
    /// How far reconstructions are from the images
    Reconstruction,
    /// The same of what is simpler: principal components, interpolation, filters
    Baselines,
    /// What codes tell of classes
    Embedding,
    /// How far samples are from images
    Generator,
    /// How far DATA is from what the model was trained on
    Specificity,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Score {
    /// A model.safetensors or a run folder
    pub(crate) model: PathBuf,
    /// The images; of a set with a test half, that half
    pub(crate) data: String,
    /// A .csv of all scores, or a .png of the worst images; may be repeated
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Vec<PathBuf>,
    /// One JSON document on stdout
    #[arg(long)]
    pub(crate) json: bool,
    /// Images are beyond if their errors are larger than those of so large a share of the model's own held-out images
    #[arg(long, value_name = "SHARE", default_value_t = 0.99, allow_negative_numbers = true)]
    pub(crate) quantile: f64,
    /// Score so many images at most
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// Score the training half of a set that has two
    #[arg(long)]
    pub(crate) train: bool,
    #[command(flatten)]
    pub(crate) threads: Threads,
    /// For a conditional model: the class of all, in place of the data's labels
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Reconstruct {
    /// A model.safetensors or a run folder
    pub(crate) model: PathBuf,
    /// An image file, or DATA
    pub(crate) input: String,
    /// A .png (one picture, or a sheet of many), an .npy of shape N C H W, or a folder for one .png each
    #[arg(short, long, value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// Take so many images at most
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// For a conditional model: the class of all, in place of the data's labels
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Encode {
    /// A model.safetensors or a run folder
    pub(crate) model: PathBuf,
    /// The images; of a set with a test half, that half
    pub(crate) data: String,
    /// The file to write: .npy of shape N D, or .csv with names and labels
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Take so many images at most
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// Encode the training half of a set that has two
    #[arg(long)]
    pub(crate) train: bool,
    /// For a conditional model: the class of all, in place of the data's labels
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Decode {
    /// A model.safetensors or a run folder
    pub(crate) model: PathBuf,
    /// Codes: an .npy of shape N D, or a .csv as `encode` writes it
    pub(crate) codes: PathBuf,
    /// A .png (one picture, or a sheet of many), an .npy of shape N C H W, or a folder for one .png each
    #[arg(short, long, value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// For a conditional model: the class of all, in place of the file's labels
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Sample {
    /// A model.safetensors or a run folder
    pub(crate) model: PathBuf,
    /// How many
    #[arg(short, value_name = "N", default_value_t = 64, value_parser = count, allow_negative_numbers = true)]
    pub(crate) n: usize,
    /// A .png (one picture, or a sheet of many), an .npy of shape N C H W, or a folder for one .png each
    #[arg(short, long, value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// Another seed gives other samples
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// For a conditional model: the class of all; by default every class in turn
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Interpolate {
    /// A model.safetensors or a run folder
    pub(crate) model: PathBuf,
    /// An image file, or an image of DATA by its number, as in `mnist#3`
    pub(crate) a: String,
    /// Another
    pub(crate) b: String,
    /// The .png to write
    #[arg(short, long, value_name = "OUT.png")]
    pub(crate) out: PathBuf,
    /// Pictures in the row, both ends included
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = count, allow_negative_numbers = true)]
    pub(crate) steps: usize,
    /// For a conditional model: the class of all, in place of the images' own
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Manifold {
    /// A model.safetensors or a run folder, with a code of two numbers
    pub(crate) model: PathBuf,
    /// The .png to write
    #[arg(short, long, value_name = "OUT.png")]
    pub(crate) out: PathBuf,
    /// Pictures along each side
    #[arg(short, value_name = "N", default_value_t = 20, value_parser = count, allow_negative_numbers = true)]
    pub(crate) n: usize,
    /// Even steps from -RANGE to RANGE in both directions, in place of the prior's quantiles
    #[arg(long, value_name = "RANGE", allow_negative_numbers = true)]
    pub(crate) range: Option<f32>,
    /// For a conditional model: the class to draw
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Map {
    /// A model.safetensors or a run folder
    pub(crate) model: PathBuf,
    /// The images; of a set with a test half, that half
    pub(crate) data: String,
    /// The file to write: a .png, coloured by label, or a .csv of names, labels, x and y; `-o` again for the other
    #[arg(short, long, value_name = "OUT.png|OUT.csv", required = true)]
    pub(crate) out: Vec<PathBuf>,
    /// How to make a plane of many dimensions
    #[arg(long, value_name = "METHOD", value_enum, default_value_t = MapMethod::Tsne)]
    pub(crate) method: MapMethod,
    /// With tsne: about how many neighbours an image has; by default 30, or a third of the other images where that is less
    #[arg(long, value_name = "P", value_parser = positive, allow_negative_numbers = true)]
    pub(crate) perplexity: Option<f64>,
    /// With umap: how many neighbours an image has; by default 15, or all others where they are fewer
    #[arg(long, value_name = "K", value_parser = count, allow_negative_numbers = true)]
    pub(crate) neighbours: Option<usize>,
    /// With umap: how near to each other images may lie, 0 to 1; by default 0.1
    #[arg(long, value_name = "DISTANCE", value_parser = distance, allow_negative_numbers = true)]
    pub(crate) min_dist: Option<f64>,
    /// Take so many images at most
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// Map the training half of a set that has two
    #[arg(long)]
    pub(crate) train: bool,
    /// Map the images' own values instead of their codes, to compare
    #[arg(long)]
    pub(crate) pixels: bool,
    /// Another seed gives another map of the same kind; pca has no use for it
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) threads: Threads,
    /// For a conditional model: the class of all, in place of the data's labels
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum MapMethod {
    /// The two directions in which codes vary most
    Pca,
    /// Neighbours stay neighbours; distances between groups and their sizes say little
    Tsne,
    /// The same, with denser groups and more of how they lie to each other
    Umap,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Recipes {
    #[command(subcommand)]
    pub(crate) command: Option<RecipesCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecipesCommand {
    /// Print a recipe, to be changed and given to `train --recipe FILE`
    Show {
        /// Its name
        name: String,
        /// With every default written out
        #[arg(long)]
        full: bool,
        /// Its layers instead, with their shapes and numbers of parameters
        #[arg(long, conflicts_with = "full")]
        layers: bool,
        /// Shape of the images, as in 3x64x64
        #[arg(long, requires = "layers")]
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
    /// The named sets, and where they lie
    List,
    /// Counts, sizes, value range, classes, what is skipped and why
    Inspect {
        /// A named set or a path
        data: String,
        /// One JSON document on stdout
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Lesson {
    /// What to train on, fitted to 28x28 grey; by default `mnist` if it is on this machine, else the built-in `digits`
    #[arg(long, value_name = "DATA")]
    pub(crate) data: Option<String>,
    /// A part of the images and a few epochs: minutes in place of an hour
    #[arg(long)]
    pub(crate) quick: bool,
    /// Where to write; by default `runs/lesson-DATA-PACE`. A lesson that was stopped there goes on
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Fetch fashion-mnist and cifar10, for two of the exercises, if they are not on this machine; without it others
    /// take their place
    #[arg(long)]
    pub(crate) download: bool,
    #[command(flatten)]
    pub(crate) threads: Threads,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Bench {
    /// A recipe's name (see `concertina recipes`) or file
    #[arg(long, value_name = "NAME|FILE", default_value = "conv-ae")]
    pub(crate) recipe: String,
    /// What to measure
    #[arg(long, value_name = "MODE", value_enum, default_value_t = BenchMode::Train)]
    pub(crate) mode: BenchMode,
    /// Shape of the made-up images, as in `3x64x64`; by default one that suits the recipe
    #[arg(long, value_name = "CxHxW")]
    pub(crate) shape: Option<ImageShape>,
    /// Steps to time; by default as many as take about three seconds
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) steps: Option<usize>,
    /// Steps before, that are not timed
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub(crate) warm_up: usize,
    #[command(flatten)]
    pub(crate) threads: Threads,
    /// Change one value of the recipe, as in `--set training.batch-size=512`; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// One JSON document on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum BenchMode {
    /// Steps of training: batch, forward, loss, backward, optimiser
    Train,
    /// Images to codes
    Encode,
    /// Images to codes and back
    Reconstruct,
}

fn count(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(0) => Err("expected a whole number of at least 1"),
        Err(error) => Err(not_whole(&error, "expected a whole number of at least 1")),
        Ok(n) => Ok(n),
    }
}

fn distance(text: &str) -> Result<f64, &'static str> {
    text.parse().ok().filter(|x| (0.0..=1.0).contains(x)).ok_or("expected a number of 0 to 1")
}

fn positive(text: &str) -> Result<f64, &'static str> {
    text.parse().ok().filter(|x: &f64| x.is_finite() && *x > 0.0).ok_or("expected a number above 0")
}

fn whole(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|error| not_whole(&error, "expected a whole number of at least 0"))
}

fn not_whole(error: &ParseIntError, otherwise: &'static str) -> &'static str {
    match error.kind() {
        IntErrorKind::PosOverflow => "expected a whole number below 2^64",
        _ => otherwise,
    }
}
