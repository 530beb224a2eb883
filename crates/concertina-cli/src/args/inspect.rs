//! Arguments of `inspect`.

use std::path::PathBuf;

use super::threads::Threads;
use super::values::count;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
The model is one that was trained on good pictures: with the recipe `inspect-ae`, for pictures of \
any size, or with any that makes a small code of an image. The latter scores an image by how far \
its code and its error lie from those of good ones. The threshold rests on pictures that were held \
out of its training: they are looked for where it was trained, or in `--good`. Scores and maps are \
in what is usual in those.

Examples:
  concertina train parts/good --recipe inspect-ae --out runs/parts
  concertina inspect runs/parts new/ -o inspected --false-alarms 0.01
  concertina train mnist --recipe image-ae --set data.classes=[8] --out runs/eight
  concertina inspect runs/eight mnist")]
pub(crate) struct Inspect {
    /// A model.safetensors file or a run folder
    pub(crate) model: PathBuf,
    /// A picture, a folder of pictures, or one with `test/good`, `test/DEFECT` and `ground_truth`
    /// as in MVTec AD, for which it is told how well defects were found; for a model that was
    /// trained with `data.classes`, any data with labels
    pub(crate) data: PathBuf,
    /// Folder to write to: for each picture its heat map beside it and a mask, `scores.csv`, and
    /// `inspection.html` to look at
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Rate of good pictures that may be rejected
    #[arg(long, value_name = "RATE", default_value_t = 0.01, allow_negative_numbers = true)]
    pub(crate) false_alarms: f64,
    /// Good pictures that the model was not trained on, in place of those held out of its training
    #[arg(long, value_name = "DATA")]
    pub(crate) good: Option<PathBuf>,
    /// Inspect at most N pictures
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) limit: Option<usize>,
    #[command(flatten)]
    pub(crate) threads: Threads,
}
