//! Arguments of the commands that write images.

use std::path::PathBuf;

use super::music::{Attributes, Music};
use super::values::{count, whole, zero_to_one};

#[derive(Debug, clap::Args)]
pub(crate) struct ImagesTo {
    /// A .png, .jpg or .webp (one image, or a sheet of many), a .npy of shape N C H W, a folder for
    /// one .png per image, or `-` for the standard output; of music a .mid, .wav, .npy, or a folder
    /// for one .mid per piece
    #[arg(short, long, value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// Use at most N images
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    /// For a conditional model: class of all images, instead of the labels of DATA
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    /// Image files or DATA, or `-` for what is piped in; only the test split if DATA has one.
    /// Before them MODEL, a model.safetensors file or a run folder, unless the built-in one is to
    /// serve
    #[arg(required = true, value_name = "DATA")]
    pub(crate) given: Vec<String>,
    #[command(flatten)]
    pub(crate) images: ImagesTo,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Upscale {
    #[command(flatten)]
    pub(crate) restore: Restore,
    /// How many times larger the built-in model makes images: 2 or 4 [default: 2]
    #[arg(long, value_name = "N", value_parser = factor, allow_negative_numbers = true)]
    pub(crate) factor: Option<usize>,
}

/// A factor that there is a built-in model for.
fn factor(text: &str) -> Result<usize, String> {
    match text {
        "2" => Ok(2),
        "4" => Ok(4),
        _ => Err("expected 2 or 4".to_owned()),
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Reconstruct {
    /// A model.safetensors file or a run folder
    pub(crate) model: PathBuf,
    /// Image files or DATA, or `-` for what is piped in; only the test split if DATA has one
    #[arg(required = true, value_name = "DATA")]
    pub(crate) data: Vec<String>,
    #[command(flatten)]
    pub(crate) images: ImagesTo,
    #[command(flatten)]
    pub(crate) music: Music,
    #[command(flatten)]
    pub(crate) attributes: Attributes,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Sample {
    /// A model.safetensors file or a run folder
    pub(crate) model: PathBuf,
    /// Number of images or windows, or of codes with --chords [default: 64, and 1 with --chords]
    #[arg(short, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) n: Option<usize>,
    /// A .png, .jpg or .webp (one image, or a sheet of many), a .npy of shape N C H W, a folder for
    /// one .png per image, or `-` for the standard output; of music a .mid, .wav, .npy or a folder
    #[arg(short, long, value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// Seed of the random numbers
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// For a conditional model: class of all images [default: each class in turn]
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
    #[command(flatten)]
    pub(crate) music: Music,
    #[command(flatten)]
    pub(crate) attributes: Attributes,
}

impl Sample {
    /// The number of codes that are sampled.
    pub(crate) fn n(&self) -> usize {
        self.n.unwrap_or(if self.music.chords.is_some() { 1 } else { 64 })
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each variation is decoded from a code that lies AMOUNT of the way from the example's code to a \
code that `sample` would draw with this seed, on an arc if the model has a prior. The example's \
own reconstruction is not among them: `concertina reconstruct` writes it, and `--amount 0` \
repeats it.

Example:
  concertina vary runs/tunes song.mid -n 8 --amount 0.3 -o variations.mid")]
pub(crate) struct Vary {
    /// A model.safetensors file or a run folder
    pub(crate) model: PathBuf,
    /// An image or a piece: a file, or one of DATA by its index from 0, e.g. `mnist#3` or
    /// `tunes#3`; of a piece without an index the first window
    #[arg(value_name = "EXAMPLE")]
    pub(crate) example: String,
    /// Number of variations
    #[arg(short, value_name = "N", default_value_t = 8, value_parser = count)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) n: usize,
    /// How far variations are from the example: from 0, where all are its reconstruction, to 1,
    /// where they are samples
    #[arg(long, value_name = "AMOUNT", default_value_t = 0.3, value_parser = zero_to_one)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) amount: f64,
    /// A .png, .jpg or .webp (one image, or a sheet of many), a .npy of shape N C H W, a folder for
    /// one .png per image, or `-` for the standard output; of music a .mid, .wav, .npy or a folder
    #[arg(short, long, value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// Seed of the random numbers
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// For a conditional model: class of all images, instead of the example's label
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
    #[command(flatten)]
    pub(crate) music: Music,
    #[command(flatten)]
    pub(crate) attributes: Attributes,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Codes are interpolated linearly between A and B. With C and D the four are the corners of a \
square, A B above C D, and codes are interpolated bilinearly: images become a sheet of \
STEPS x STEPS, windows of music stand row by row.

Examples:
  concertina interpolate runs/mine cat.jpg dog.jpg -o between.png
  concertina interpolate runs/bars a.mid b.mid --steps 32 --chords \"C Am F G\" -o song.mid
  concertina interpolate runs/tunes tunes#0 tunes#40 tunes#80 tunes#120 --steps 8 -o square.html")]
pub(crate) struct Interpolate {
    /// A model.safetensors file or a run folder
    pub(crate) model: PathBuf,
    /// First image or window: a file, or one of DATA by its index from 0, e.g. `mnist#3`
    pub(crate) a: String,
    /// Last image or window; with C and D the one in the upper right corner
    pub(crate) b: String,
    /// Image or window in the lower left corner
    #[arg(requires = "d")]
    pub(crate) c: Option<String>,
    /// Image or window in the lower right corner
    pub(crate) d: Option<String>,
    /// PNG file to write; of music a .mid, .wav, .npy or a folder, a .png of piano rolls, or an
    /// .html page that plays them
    #[arg(short, long, value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// Number of images or windows, including both ends; with C and D, of each row and column
    /// [default: 10, and 5 with C and D]
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) steps: Option<usize>,
    /// For a conditional model: class of all images, instead of the labels of DATA
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
    #[command(flatten)]
    pub(crate) music: Music,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
With two latent dimensions the grid is the latent plane. A model of music may have any number: \
with more, the grid is a square whose corners are four samples of the model, drawn with --seed.

Examples:
  concertina manifold runs/mine -o manifold.png
  concertina manifold runs/tunes -o palette.html")]
pub(crate) struct Manifold {
    /// A model.safetensors file or a run folder; a model of images must have two latent dimensions
    pub(crate) model: PathBuf,
    /// PNG file to write; of music a .png of piano rolls or an .html page that plays them
    #[arg(short, long, value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// Number of images or windows along each side [default: 20, and 8 for music]
    #[arg(short, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) n: Option<usize>,
    /// Space the grid evenly from -RANGE to RANGE, instead of by the quantiles of the prior
    #[arg(long, value_name = "RANGE", allow_negative_numbers = true)]
    pub(crate) range: Option<f32>,
    /// For a conditional model: class of all images
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
    /// For a model of music with more than two latent dimensions: seed of the corners [default: 0]
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
}
