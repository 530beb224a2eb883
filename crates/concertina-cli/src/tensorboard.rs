//! Curves of a run for TensorBoard, in the run's folder.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use concertina::Result;
use concertina::validate::{Losses, Metrics};
use concertina_formats::tensorboard::{first_record, scalars};
use fs_err as fs;

/// The folder in that of the run.
const FOLDER: &str = "tensorboard";
/// TensorBoard knows its files by the middle of their names.
const FILE: &str = "events.out.tfevents.0.concertina";

/// Files that grow by an epoch at a time: of the training and of the validation losses, under the
/// same names, so that they share their axes.
pub(crate) struct TensorBoard {
    train: fs::File,
    valid: fs::File,
    /// When the run began, if it had never been stopped.
    begun: f64,
}

impl TensorBoard {
    /// Begins the files of a run with the epochs that it has.
    pub(crate) fn create(run: &Path, history: &[Metrics]) -> Result<Self> {
        let worked = history.last().map_or(0.0, |metrics| metrics.seconds);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let begun = now.as_secs_f64() - worked;
        let create = |split: &str| -> Result<fs::File> {
            let folder = run.join(FOLDER).join(split);
            fs::create_dir_all(&folder)?;
            let mut file = fs::File::create(folder.join(FILE))?;
            file.write_all(&first_record(begun))?;
            Ok(file)
        };
        let mut board = Self { train: create("train")?, valid: create("validation")?, begun };
        history.iter().try_for_each(|metrics| board.epoch(metrics))?;
        Ok(board)
    }

    /// Adds an epoch.
    pub(crate) fn epoch(&mut self, metrics: &Metrics) -> Result<()> {
        let time = self.begun + metrics.seconds;
        let step = i64::try_from(metrics.step).unwrap_or(i64::MAX);
        let mut train = curves(&metrics.train);
        train.push(("images per second", metrics.images_per_second as f32));
        self.train.write_all(&scalars(time, step, &train))?;
        self.valid.write_all(&scalars(time, step, &curves(&metrics.valid)))?;
        Ok(())
    }
}

fn curves(losses: &Losses) -> Vec<(&str, f32)> {
    let mut curves = vec![("loss", losses.loss), ("reconstruction", losses.reconstruction)];
    curves.extend(losses.terms.iter().map(|(name, value)| (name, value.as_f64())));
    curves.into_iter().map(|(name, value)| (name, value as f32)).collect()
}
