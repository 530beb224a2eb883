//! What can be said on the command line.

mod bench;
mod codes;
mod compare;
mod device;
mod duplicates;
mod evaluate;
mod explore;
mod export;
mod images;
mod import;
mod inspect;
mod lesson;
mod look;
mod map;
mod music;
mod renamed;
mod schema;
mod score;
mod serve;
mod shell;
mod talk;
mod threads;
mod train;
mod values;

use std::path::Path;

use clap::{Parser, Subcommand, builder::styling::Styles};
use concertina::{Error, Result};

pub(crate) use self::bench::{Bench, BenchMode};
pub(crate) use self::codes::{Decode, Encode, Merge};
pub(crate) use self::compare::Compare;
pub(crate) use self::duplicates::Duplicates;
pub(crate) use self::evaluate::{Evaluate, EvaluatePart};
pub(crate) use self::explore::{Exhibited, Explore};
pub(crate) use self::export::{Export, Form};
pub(crate) use self::images::{
    ImagesTo, Interpolate, Manifold, Reconstruct, Restore, Sample, Upscale, Vary,
};
pub(crate) use self::import::Import;
pub(crate) use self::inspect::Inspect;
pub(crate) use self::lesson::Lesson;
pub(crate) use self::look::{Data, DataCommand, Pack, Recipes, RecipesCommand};
pub(crate) use self::map::{Map, MapMethod};
pub(crate) use self::music::{Attributes, Chords, Music, Shift};
pub(crate) use self::schema::Schema;
pub(crate) use self::score::Score;
pub(crate) use self::serve::{Serve, ServeLimits};
pub(crate) use self::shell::{Completions, Man};
pub(crate) use self::talk::Talk;
pub(crate) use self::train::{Resume, Train};

/// Train autoencoders on unlabelled images or music, look at what they learned, and use them.
#[derive(Debug, Parser)]
#[command(name = "concertina", version, styles = Styles::styled(), arg_required_else_help = true)]
#[command(after_help = "\
First steps:
  concertina train digits                       train on built-in data and write a report
  concertina train ~/pictures --out runs/mine   train on a folder of images
  concertina sample runs/mine -n 16 -o new.png  generate 16 images
  concertina train tunes --out runs/tunes       train on built-in music
  concertina sample runs/tunes -n 8 -o new.wav  generate 8 windows of music

DATA is `digits` (built in), `mnist`, `fashion-mnist`, `kmnist`, `cifar10`, a folder of images, \
.tar archives of them, a folder of IDX files, a .npy or .npz file, CIFAR .bin files, or a pack; \
for commands that use a model also an image or `-`, what is piped in. Music is `tunes` (built in), \
`nottingham`, `groove`, a MIDI file or a folder of them. MODEL is a model.safetensors file or a \
run folder.

Exit codes: 0 success, 1 training failed, 2 usage or recipe, 3 data or file, 130 interrupted.")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Print results, warnings and errors only: no progress and no other talk
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Print more: every epoch, the memory that a run may take, and warnings that were told before
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
    /// Answer with one JSON document on stdout; see `concertina schema`
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

impl Args {
    /// How much is printed.
    pub(crate) fn talk(&self) -> Talk {
        match (self.quiet, self.verbose) {
            (true, _) => Talk::Quiet,
            (_, true) => Talk::Verbose,
            _ => Talk::Usual,
        }
    }

    /// What no argument is wrong with alone.
    ///
    /// # Errors
    /// If there would be two documents on stdout, or none that could be one.
    pub(crate) fn check(&self) -> Result<()> {
        if !self.json {
            return Ok(());
        }
        if self.command.out().is_some_and(|out| out.as_os_str() == "-") {
            return Err(Error::config(
                "`--json`: expected `--out` with the name of a file, found `-`, the standard \
                 output, which the document goes to",
            ));
        }
        if matches!(self.command, Command::Mcp) {
            return Err(Error::config(
                "`--json`: expected a command that answers once, found `mcp`, which speaks JSON \
                 from its beginning",
            ));
        }
        Ok(())
    }
}

/// What is special about models of pictures of any size.
const OWN_SIZE: &str = "\
Without MODEL a built-in one serves, which was trained on photographs; `concertina recipes` lists \
how to train your own.

Models whose layers are fully convolutional, such as those of the recipes `photo-denoise`, \
`photo-2x` and `enlarge-2x`, take picture files at their own size and write them with 16 bits, \
alpha channel and colour profile, as far as the format has them. A folder becomes a folder with \
the same names. Other models get images fitted to the size that they were trained on.";

/// What a server is asked.
const SERVED: &str = "\
Once it listens, from another terminal:
  curl --data-binary @photo.png -H 'Content-Type: image/png' localhost:8080/v1/encode
  curl -X POST 'localhost:8080/v1/sample?n=1&seed=7' -H 'Accept: image/png' -o new.png

Images are sent as pictures (image/png, image/jpeg ..), as forms of several (curl -F), as JSON or \
as .npy; `Accept` says whether JSON, .npy or a picture comes back. Answers are those of the \
command line, to the bit. docs/serve.md has all addresses.

The server is for this machine alone, unless `--host` says otherwise. SIGTERM and Ctrl-C let it \
answer what was asked, and end.";

/// How an assistant gets to the program.
const ASSISTED: &str = "\
A client of MCP starts this by itself. In its configuration:
  {\"mcpServers\": {\"concertina\": {\"command\": \"concertina\", \"args\": [\"mcp\"]}}}

Its tools are train, resume, evaluate, encode, map, inspect, sample, data and recipes. A call runs \
this program as a person would, in the folder that the client started it in; long ones tell their \
progress, and a training that is cancelled leaves a checkpoint.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train a model on DATA and write a report; prints the run folder to stdout
    Train(Train),
    /// Resume a stopped run; it ends with the same result as without the stop
    Resume(Resume),
    /// Compare runs: their settings, their losses, and the spread over seeds
    Compare(Compare),
    /// Measure a model's reconstructions, codes and samples on DATA, next to simple baselines
    Evaluate(Evaluate),
    /// Score images by their reconstruction error, to find those unlike the training data
    Score(Score),
    /// Find defects in pictures, by a model of good ones: a map, a score and a verdict for each
    Inspect(Inspect),
    /// Find equal and nearly equal pictures in a folder, and say which to keep; deletes nothing
    Duplicates(Duplicates),
    /// Encode images or music and decode them again
    Reconstruct(Reconstruct),
    /// Remove noise from images, with the built-in model or one trained for it
    #[command(after_help = OWN_SIZE)]
    #[command(override_usage = "concertina denoise [OPTIONS] --out <OUT> [MODEL] <DATA>...")]
    Denoise(Restore),
    /// Enlarge images, with a built-in model or one trained for it
    #[command(after_help = OWN_SIZE)]
    #[command(override_usage = "concertina upscale [OPTIONS] --out <OUT> [MODEL] <DATA>...")]
    Upscale(Upscale),
    /// Write the codes of images or music to a .npy or .csv file
    Encode(Encode),
    /// Decode codes to images or music
    Decode(Decode),
    /// Join what `encode` or `score` wrote in parts
    Merge(Merge),
    /// Generate new images or music
    Sample(Sample),
    /// Generate variations of one image or window of music
    Vary(Vary),
    /// Interpolate in latent space between two or four images or windows of music
    Interpolate(Interpolate),
    /// Draw a grid of what the latent space decodes to: images, or music to play
    Manifold(Manifold),
    /// Project the codes of images to two dimensions and write a scatter plot or a table
    Map(Map),
    /// Open a page in the browser to walk through a model's latent space
    Explore(Explore),
    /// Answer over HTTP what models say of images: codes, reconstructions, samples, scores
    #[command(after_help = SERVED)]
    Serve(Serve),
    /// Be a tool for an assistant: the Model Context Protocol over stdin and stdout
    #[command(after_help = ASSISTED)]
    Mcp,
    /// Write a model in another form: a page to walk through its latent space, ONNX, or PyTorch
    Export(Export),
    /// Make a model file of weights that were trained in PyTorch
    Import(Import),
    /// List the shipped recipes, or print one
    Recipes(Recipes),
    /// List the named data sets, inspect data, or pack more of it than fits in memory
    Data(Data),
    /// Train every model of the Autoencoders lesson and write one page about them; prints the
    /// page's path to stdout
    Lesson(Lesson),
    /// Measure how fast a recipe's model is on this machine
    Bench(Bench),
    /// Print the JSON Schema of what a command answers with --json
    Schema(Schema),
    /// Print completions of the command line for a shell
    Completions(Completions),
    /// Write manual pages
    Man(Man),
}

impl Command {
    /// Where the one file of a command goes that can write it to the standard output.
    fn out(&self) -> Option<&Path> {
        Some(match self {
            Self::Reconstruct(args) => &args.images.out,
            Self::Denoise(args) => &args.images.out,
            Self::Upscale(args) => &args.restore.images.out,
            Self::Encode(args) => &args.out,
            Self::Decode(args) => &args.out,
            Self::Sample(args) => &args.out,
            Self::Vary(args) => &args.out,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn arguments_are_consistent() {
        Args::command().debug_assert();
    }
}
