//! The files that scores are written to: a table of all, a sheet of the worst.

use std::path::Path;

use concertina::Result;
use concertina::data::Images;
use concertina::data::music::{Windows, tokens_of};
use concertina::evaluate::{Score, Scores};
use concertina::memory;
use concertina::model::Model;
use concertina::text::number;
use concertina_report::gallery::{piano_rolls, roll_columns};
use concertina_report::plot::{ImageGrid, PianoRolls, Row, Theme};

use crate::condition::classes;
use crate::examined::{Examined, Kind};
use crate::output::{by_extension, csv_bytes};

/// Images on a sheet, and in a row of it.
const MOST_ON_SHEET: usize = 30;
const COLUMNS: usize = 10;
/// Windows of music on a sheet, and in a row of it.
const MOST_ROLLS: usize = 12;
const ROLL_COLUMNS: usize = 4;

/// What an OUT for scores can be.
#[derive(Clone, Copy)]
pub(super) enum Out<'a> {
    Csv(&'a Path),
    Png(&'a Path),
}

impl<'a> Out<'a> {
    /// Reads the kind from the name. `inputs` are files that are read, which it must not be.
    pub(super) fn new(path: &'a Path, inputs: &[&Path]) -> Result<Self> {
        by_extension("--out", path, inputs, [("csv", Self::Csv), ("png", Self::Png)])
    }

    pub(super) fn path(self) -> &'a Path {
        match self {
            Self::Csv(path) | Self::Png(path) => path,
        }
    }

    /// The content of the file.
    pub(super) fn bytes(
        self,
        model: &Model,
        scores: &Scores,
        inputs: &Examined,
    ) -> Result<Vec<u8>> {
        match (self, &inputs.kind) {
            (Self::Csv(_), _) => table(scores, inputs),
            (Self::Png(_), Kind::Images { images, .. }) => sheet(model, scores, inputs, images),
            (Self::Png(_), Kind::Music(windows)) => rolls(model, scores, inputs, windows),
        }
    }
}

/// Error, percentile, and 1 for an outlier or 0; only the error if the model has no held-out
/// errors.
fn table(scores: &Scores, inputs: &Examined) -> Result<Vec<u8>> {
    csv_bytes(columns(scores), &values(scores)?, &inputs.names, inputs.labels.as_deref())
}

/// The columns of a table of scores.
pub(super) fn columns(scores: &Scores) -> Vec<String> {
    let known: &[&str] =
        if scores.threshold.is_some() { &["error", "percentile", "outlier"] } else { &["error"] };
    known.iter().map(|&column| column.to_owned()).collect()
}

/// The rows of such a table.
pub(super) fn values(scores: &Scores) -> Result<Vec<f32>> {
    let row = |score: &Score| {
        let percentile = score.percentile.map(|percentile| percentile as f32);
        let outlier = score.outlier.map(|outlier| f32::from(u8::from(outlier)));
        [Some(score.error), percentile, outlier].into_iter().flatten()
    };
    let mut values = memory::room_for(scores.scores.len(), columns(scores).len(), "numbers")?;
    values.extend(scores.scores.iter().flat_map(row));
    Ok(values)
}

/// The images with the largest errors above what the model makes of them, with their scores.
fn sheet(model: &Model, scores: &Scores, inputs: &Examined, images: &Images) -> Result<Vec<u8>> {
    let mut grid = ImageGrid::default();
    for indices in scores.worst(MOST_ON_SHEET).chunks(COLUMNS) {
        let images = images.select(indices)?;
        let labels = inputs.labels.as_ref();
        let chosen =
            labels.map(|labels| indices.iter().map(|&i| labels[i].clone()).collect::<Vec<_>>());
        let outputs = match classes(model, images.len(), chosen.as_deref(), None)? {
            Some(classes) => model.conditioned_on(&classes)?.reconstruct(&images)?,
            None => model.reconstruct(&images)?,
        };
        let names = indices.iter().map(|&index| inputs.names[index].clone()).collect();
        let errors = indices.iter().map(|&index| number(scores.scores[index].error.into()));
        let image = Row::bytes("image", images.shape(), images.pixels())?;
        grid.rows.push(image.with_captions(names));
        let output = Row::new(model.recipe.task.output_word(), outputs.shape(), outputs.values())?;
        grid.rows.push(output.with_captions(errors.collect()).with_detail("and the error"));
    }
    grid.note = note(scores, "images");
    grid.to_png(Theme::Light)
}

/// The same of windows of music, as piano rolls.
fn rolls(model: &Model, scores: &Scores, inputs: &Examined, windows: &Windows) -> Result<Vec<u8>> {
    let encoding = windows.encoding();
    let worst = scores.worst(MOST_ROLLS);
    let chosen = windows.select(&worst);
    let outputs = model.with_labels(chosen.chords())?.reconstruct(&chosen)?;
    let outputs: Vec<Vec<u16>> = outputs.iter().map(tokens_of).collect();
    let columns = roll_columns(encoding, ROLL_COLUMNS);
    let mut rows = Vec::new();
    for (indices, outputs) in worst.chunks(columns).zip(outputs.chunks(columns)) {
        let original =
            |&index: &usize| (inputs.names[index].clone(), windows.window(index).to_vec());
        let output = |(&index, output): (&usize, &Vec<u16>)| {
            (number(scores.scores[index].error.into()), output.clone())
        };
        rows.push(("window".to_owned(), indices.iter().map(original).collect()));
        let outputs = indices.iter().zip(outputs).map(output);
        rows.push(("reconstruction".to_owned(), outputs.collect()));
    }
    PianoRolls { note: note(scores, "windows"), ..piano_rolls(encoding, rows) }.to_png(Theme::Light)
}

fn note(scores: &Scores, examples: &str) -> String {
    let threshold = scores.threshold.map_or(String::new(), |threshold| {
        format!(" An error above {} is an outlier's.", number(threshold.into()))
    });
    format!(
        "The {examples} with the largest reconstruction errors, largest first; in {}.{threshold}",
        scores.unit
    )
}
