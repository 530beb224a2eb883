//! The figures of a run one after the other, then its report.

use std::collections::VecDeque;
use std::path::PathBuf;

use concertina::Result;
use concertina::artifact::write_whole;
use concertina::data::Dataset;
use concertina::model::Model;
use concertina::train::Trained;
use concertina::validate::{Validation, validate};
use fs_err as fs;

use super::figures::Figures;
use super::kind::{Drawn, Kind, LeftOut};
use super::summary::summarise;

/// Draws the figures of a run one after the other, then the report.
///
/// The figures are written to the run folder's `figures`, the report to its `report.html`.
pub struct Gallery {
    trained: Trained,
    /// Made when the first figure is drawn.
    validation: Option<Validation>,
    queue: VecDeque<Kind>,
    drawn: Vec<Drawn>,
    left_out: Vec<LeftOut>,
    reported: bool,
}

impl Gallery {
    /// The gallery of a run. Nothing is drawn yet.
    pub fn new(trained: Trained) -> Self {
        let queue = Kind::fitting(&trained.model).collect();
        Self {
            trained,
            validation: None,
            queue,
            drawn: Vec::new(),
            left_out: Vec::new(),
            reported: false,
        }
    }

    /// Draws the next figure, or at last the report, writes it, and returns where. `None` when
    /// everything is written. A figure that cannot be drawn is left out: what a run has learned is
    /// not lost to it. `data` is what the model was trained on.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn next(&mut self, data: &Dataset) -> Result<Option<PathBuf>> {
        let folder = self.trained.folder();
        while let Some(kind) = self.queue.pop_front() {
            let Trained { model, history, .. } = &self.trained;
            let validate = || validate(model, data.validation());
            let validation = self.validation.get_or_insert_with(validate);
            match kind.draw(Figures { model, data, validation, history }) {
                Ok(figure) => {
                    fs::create_dir_all(folder.figures())?;
                    let path = folder.figures().join(kind.file_name());
                    write_whole(&path, &figure.png)?;
                    self.drawn.push(Drawn { kind, figure });
                    return Ok(Some(path));
                }
                Err(error) => self.left_out.push(LeftOut { file_name: kind.file_name(), error }),
            }
        }
        if self.reported {
            return Ok(None);
        }
        let report = summarise(&self.trained, std::mem::take(&mut self.drawn), &self.left_out);
        write_whole(&folder.report(), report.to_html().as_bytes())?;
        self.reported = true;
        Ok(Some(folder.report()))
    }

    /// The figures that could not be drawn.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The model that the figures are of.
    pub fn into_model(self) -> Model {
        self.trained.model
    }
}
