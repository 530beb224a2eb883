//! Arguments of `duplicates`.

use std::path::PathBuf;

use super::threads::Threads;
use super::values::positive;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Crops of at least a quarter of a picture, mirror images, turns by any angle, other sizes, other \
encodings and changes of brightness are found. Pictures with hardly any detail, such as a clear \
sky, are found only if their pixels are equal. Of a group the picture to keep is that of most \
pixels; of those the largest file; of those the first by name. Nothing is deleted or changed.

With --model, pictures are similar if their codes are near: what that finds depends on what the \
model was trained on.

Examples:
  concertina duplicates ~/pictures -o duplicates.html
  concertina duplicates ~/pictures --json
  concertina duplicates ~/pictures --model runs/mine --distance 0.05 -o duplicates.csv")]
pub(crate) struct Duplicates {
    /// A folder of pictures; folders within it are looked through, too
    pub(crate) folder: PathBuf,
    /// File to write: a .csv with a line for each picture of a group, or an .html page that shows
    /// them; can be repeated
    #[arg(short, long, value_name = "OUT.csv|OUT.html")]
    pub(crate) out: Vec<PathBuf>,
    /// Compare codes of this model (a model.safetensors file or a run folder) instead of keypoints
    #[arg(long)]
    pub(crate) model: Option<PathBuf>,
    /// For --model: largest distance of the codes of similar pictures; 1 is usual between any two
    #[arg(long, value_name = "DISTANCE", value_parser = positive, default_value_t = 0.02)]
    #[arg(requires = "model", allow_negative_numbers = true)]
    pub(crate) distance: f64,
    #[command(flatten)]
    pub(crate) threads: Threads,
}
