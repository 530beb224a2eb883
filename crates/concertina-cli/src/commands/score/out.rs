//! The files that scores are written to: a table of all, a sheet of the worst.

use std::path::Path;

use concertina::Result;
use concertina::evaluate::{Score, Scores};
use concertina::model::Model;
use concertina::text::number;
use concertina_formats::csv;
use concertina_report::plot::{ImageGrid, Row, Theme};

use crate::condition::classes;
use crate::data::Inputs;
use crate::output::by_extension;

/// Images on a sheet, and in a row of it.
const MOST_ON_SHEET: usize = 30;
const COLUMNS: usize = 10;

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
    pub(super) fn bytes(self, model: &Model, scores: &Scores, inputs: &Inputs) -> Result<Vec<u8>> {
        match self {
            Self::Csv(_) => table(scores, inputs),
            Self::Png(_) => sheet(model, scores, inputs),
        }
    }
}

/// Error, percentile, and 1 for an outlier or 0; only the error if the model has no held-out
/// errors.
fn table(scores: &Scores, inputs: &Inputs) -> Result<Vec<u8>> {
    let mut columns = vec!["error".to_owned()];
    if scores.threshold.is_some() {
        columns.extend(["percentile", "outlier"].map(ToOwned::to_owned));
    }
    let row = |score: &Score| {
        let percentile = score.percentile.map(|percentile| percentile as f32);
        let outlier = score.outlier.map(|outlier| f32::from(u8::from(outlier)));
        [Some(score.error), percentile, outlier].into_iter().flatten()
    };
    Ok(csv::write(&csv::Table {
        columns,
        values: scores.scores.iter().flat_map(row).collect(),
        names: Some(inputs.names.clone()),
        labels: inputs.label_names(),
    })?)
}

/// The images with the largest errors above what the model makes of them, with their scores.
fn sheet(model: &Model, scores: &Scores, inputs: &Inputs) -> Result<Vec<u8>> {
    let mut grid = ImageGrid::default();
    for indices in scores.worst(MOST_ON_SHEET).chunks(COLUMNS) {
        let images = inputs.images.select(indices)?;
        let labels = inputs.label_names();
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
    let threshold = scores.threshold.map_or(String::new(), |threshold| {
        format!(" Images with an error above {} are outliers.", number(threshold.into()))
    });
    grid.note = format!(
        "The images with the largest reconstruction errors, largest first; in {}.{threshold}",
        scores.unit
    );
    grid.to_png(Theme::Light)
}
